package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

func number(n int) source.Key { return source.Key(fmt.Sprintf("%04d:en-us", n)) }

// live lets the agent's loop run for a while.
func (b *bench) agent(d time.Duration) {
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan error)
	go func() { ended <- b.engine.Run(ctx) }()
	time.Sleep(d)
	cancel()
	if err := <-ended; err != nil {
		b.t.Error(err)
	}
}

// always breaks one operation for good.
func always(name string, err error) func(string, bool) error {
	return func(op string, after bool) error {
		if op == name && !after {
			return err
		}
		return nil
	}
}

func TestARefusedDocumentDoesNotListBothSidesAllDay(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.edit(50, "too large")
		b.fault = always("put", &source.Error{Kind: source.BadDocument, Code: source.CodeTooLarge, Op: "upload"})
		owned, keys := b.owned, b.keys
		b.agent(24 * time.Hour)
		if b.owned-owned > 2 || b.keys-keys > 26 {
			t.Errorf("in a day Dialpad was listed %d times, the source %d times", b.owned-owned, b.keys-keys)
		}
	})
}

func TestHeldRemovalsDoNotListDialpadAllDay(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.hideMany(0, 30)
		owned := b.owned
		b.agent(72 * time.Hour)
		if b.owned-owned > 5 {
			t.Errorf("in three days Dialpad was listed %d times", b.owned-owned)
		}
	})
}

func TestWhatWaitsForThePersonMakesNoPasses(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.close()
		b.file += ".new" // a lost checkpoint, removals that wait, and one bad document
		b.start(nil)
		for i := range 30 {
			b.hide(number(i), source.Deleted, false)
		}
		b.edit(150, "bad")
		b.fault = always("put", &source.Error{Kind: source.BadDocument, Op: "upload"})
		b.sync(engine.Options{}, 5*time.Minute)
		owned, keys := b.owned, b.keys
		b.agent(30 * time.Minute)
		if b.owned-owned > 1 || b.keys-keys > 2 {
			t.Errorf("in half an hour Dialpad was listed %d times, the source %d times", b.owned-owned, b.keys-keys)
		}
	})
}

func TestParkedCreatesOfDifferentAgeWaitTogether(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(5)
		b.equal()
		fetches := 0
		lost := func(op string, after bool) error {
			if op == "fetch" {
				fetches++
			}
			if op == "put-half" && after {
				return unsure("create")
			}
			return nil
		}
		b.fault = lost
		b.edit(60, "first")
		b.sync(engine.Options{}, 0)
		time.Sleep(time.Minute)
		b.edit(61, "second")
		b.sync(engine.Options{}, 0)
		fetches = 0
		b.agent(115 * time.Second)
		if fetches > 5 {
			t.Errorf("%d looks at the source in two minutes", fetches)
		}
		b.fault = nil
		b.equal()
	})
}

func TestAFullReadingIsNotRepeatedForOneFlakyDocument(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(20)
		b.equal()
		b.edit(3, "flaky")
		b.fault = always("put", unsure("put"))
		owned := b.owned
		b.sync(engine.Options{Full: true}, 2*time.Minute)
		if n := b.owned - owned; n != 1 {
			t.Errorf("Dialpad was listed %d times", n)
		}
	})
}

// TestDocumentsThatAlwaysFailDoNotStopRemovals: the source answers 500 for a
// tenth of its documents, and one other is archived.
func TestDocumentsThatAlwaysFailDoNotStopRemovals(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(200)
		b.equal()
		for i := range 20 {
			b.edit(i, "edited, and unreadable")
		}
		b.fault = func(op string, _ bool) error {
			if op == "read" && b.reading < number(20) {
				return unsure("read")
			}
			return nil
		}
		b.sync(engine.Options{}, 0)
		b.hide(number(150), source.Deleted, false)
		b.agent(75 * time.Minute) // an hour, and the pass after it
		if b.deletes != 1 {
			t.Errorf("deletes %d", b.deletes)
		}
	})
}

func TestFailuresSpreadOverManySuccessesEndNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(1000)
		b.equal()
		b.close()
		b.file += ".new"
		b.start(nil)
		n := 0
		b.fault = func(op string, _ bool) error {
			if op == "node" {
				if n++; n%150 == 0 {
					return unsure("read")
				}
			}
			return nil
		}
		if out := b.sync(engine.Options{}, 0); out.Err != nil {
			t.Errorf("ended after %d reads: %v", n, out.Err)
		}
	})
}
