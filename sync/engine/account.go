package engine

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/source"
)

// Account is one signed-in source and where its documents go.
type Account struct {
	// ID is the account's name in settings.toml; Title the source's own name.
	ID, Title   string
	Place       source.Place
	Source      source.Source
	Destination Destination
	// Fingerprint is of everything that says which two sides are compared:
	// region, API address, client id and source address.
	Fingerprint string
	// Selection is a fingerprint of what of the source is copied; a Consent is
	// for one of them.
	Selection string
	// SourceValue is what marks the account's documents in Dialpad. It is kept,
	// so that they can be found when settings.toml no longer knows the account.
	SourceValue string
	// Interval is the time between two passes.
	Interval time.Duration
	// Lag is how long after a write Dialpad's listing may still miss it; zero
	// says that a listing shows every write that was answered before it began.
	Lag time.Duration
	// Requests counts HTTP requests of both sides since the start; it may be nil.
	Requests func() (source, dialpad int64)
	// Rates returns what the rate limiters have learned, to be kept; it may be nil.
	Rates func() json.RawMessage
	// SourceTime is the present by the source's Date header; it may be nil.
	SourceTime func() (time.Time, bool)
	// SourceRate is how many requests a second the source allows us, as far as
	// is known; it may be nil.
	SourceRate func() float64
	// Workers is how many documents are written at a time: it starts there and
	// grows to at most MaxWorkers while nobody throttles. Zero means 2 and 4.
	Workers, MaxWorkers int
}

// runner is an account with what the engine needs to run it.
type runner struct {
	Account
	turn  chan struct{} // holds a token while no pass runs
	began time.Time     // when the engine was made; carries the monotonic clock
	moves atomic.Int64  // when the pass under way last got on, since began
	wake  chan struct{}
	crew  int // how many workers the next page gets

	wish   sync.Mutex          // guards wanted
	wanted map[source.Key]bool // documents the person wants to be tried again
}

func newRunner(a Account) *runner {
	if a.Interval == 0 {
		a.Interval = 15 * time.Minute
	}
	if a.Workers == 0 {
		a.Workers = 2
	}
	if a.MaxWorkers == 0 {
		a.MaxWorkers = 4
	}
	a.MaxWorkers = max(a.MaxWorkers, a.Workers)
	r := &runner{Account: a, began: time.Now(), turn: make(chan struct{}, 1), wake: make(chan struct{}, 1), crew: a.Workers}
	r.turn <- struct{}{}
	return r
}

// move notes that the pass under way gets on.
func (r *runner) move() { r.moves.Store(int64(time.Since(r.began))) }

// moved is when it last did.
func (r *runner) moved() time.Time { return r.began.Add(time.Duration(r.moves.Load())) }
