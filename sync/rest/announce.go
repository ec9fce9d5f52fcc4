package rest

import (
	"sync"
	"time"

	"dialpadsync.app/sync/source"
)

// announcer turns the pauses of many requests into one story: waiting until a
// time, perhaps until a later one, over.
type announcer struct {
	tell func(until time.Time, why source.Kind)

	mu      sync.Mutex
	waiting int
	until   time.Time
}

// begin notes that a request sits out a pause. The returned function ends it.
func (a *announcer) begin(until time.Time, why source.Kind) (over func()) {
	if a.tell == nil {
		return func() {}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting++
	if until.After(a.until) {
		a.until = until
		a.tell(until, why)
	}
	return func() { a.end(why) }
}

func (a *announcer) end(why source.Kind) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting--; a.waiting == 0 {
		a.until = time.Time{}
		a.tell(time.Time{}, why)
	}
}
