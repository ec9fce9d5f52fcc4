package engine

import (
	"errors"
	"sync"
	"time"

	"dialpadsync.app/sync/source"
)

// stretch is how long a call that was asked for goes on trying: until it has
// not got on for its wait. It gets on when something is done for good, or when a
// pass comes further than any before it since then; what a pass merely repeats
// is no progress. The nil stretch never ends.
type stretch struct {
	wait time.Duration

	mu   sync.Mutex
	last time.Time // when it last got on
	best int       // steps of the furthest pass since something was done for good
	here int       // steps of the present pass
}

func newStretch(wait time.Duration) *stretch { return &stretch{wait: wait, last: time.Now()} }

// until is when it ends if nothing more gets done.
func (s *stretch) until() time.Time {
	const endless = 100 * 365 * 24 * time.Hour
	if s == nil {
		return time.Now().Add(endless)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last.Add(min(s.wait, endless))
}

// pass notes that a pass begins.
func (s *stretch) pass() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.here = 0
}

// step notes something that the next pass would do again, such as an entry of a
// listing.
func (s *stretch) step() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.here++; s.here > s.best {
		s.best, s.last = s.here, time.Now()
	}
}

// lasting notes something that is done for good.
func (s *stretch) lasting() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.best, s.here, s.last = 0, 0, time.Now()
}

// joined notes that a pass of somebody else, which this one waits for, got on.
func (s *stretch) joined(at time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = later(s.last, at)
}

// afterPass decides what a call does after a pass that failed so many times in
// a row: make another one at the returned time, or end then. It reads no clock.
//
//   - Work that is due within the stretch is worth another pass.
//   - A failure that passes is worth one when the other side may be asked again.
//     Where that is beyond the stretch the call ends with the stretch, not
//     before: the failure may be over sooner for whoever looks on.
//   - Told to come back later than that (Retry-After), it ends at once.
//   - Everything else ends it at once too.
func afterPass(now, until time.Time, out Outcome, failures int) (at time.Time, again bool) {
	if out.Err == nil {
		at = later(out.Again, now.Add(time.Second))
		if out.Again.IsZero() || at.After(until) {
			return now, false
		}
		return at, true
	}
	if kind := source.KindOf(out.Err); kind != source.Transient && kind != source.Throttled {
		return now, false
	}
	if at = nextPass(now, time.Minute, out, failures, 0.5); !at.After(until) {
		return at, true
	}
	var e *source.Error
	if errors.As(out.Err, &e) && e.Told {
		return now, false
	}
	return later(until, now), false
}
