package checkpoint

import (
	"context"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// lockWait is how long a file is waited for that another process has locked,
	// and lockRest how long after that nothing is waited for: many callers in a
	// row wait once.
	lockWait = 5 * time.Second
	lockRest = time.Minute
	// firstLook and mostLook bound the time between two tries.
	firstLook = 2 * time.Millisecond
	mostLook  = 100 * time.Millisecond
)

// isBusy says that another process has the file locked.
func isBusy(err error) bool {
	code := primary(err)
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}

// unlocked runs f, which can be repeated, until no other process is in its way.
// It gives up after lockWait, and when ctx ends.
func (s *Store) unlocked(ctx context.Context, f func() error) error {
	end := time.Now().Add(lockWait)
	if since := time.Since(s.gaveUp); since >= 0 && since < lockRest {
		end = time.Time{}
	}
	for look := firstLook; ; look = min(2*look, mostLook) {
		err := f()
		if !isBusy(err) {
			return err
		}
		if end.IsZero() {
			return err
		}
		if time.Now().After(end) {
			s.gaveUp = time.Now()
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}
