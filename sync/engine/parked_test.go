package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
)

// A create may wait long for its turn before it goes out. Dialpad's lag counts
// from then on: a listing that comes too early must not lead to a second node.
func TestALostCreateThatWaitedForItsTurnIsNotMadeTwice(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.equal()
		b.lag = 100 * time.Second
		b.edit(1, "an answer")
		b.fault = func(op string, after bool) error {
			switch {
			case op == "put" && !after:
				time.Sleep(10 * time.Minute) // told to wait
			case op == "put-half" && after:
				b.fault = nil
				return unsure(op)
			}
			return nil
		}
		b.sync(engine.Options{}, 0)
		b.equal()
	})
}

// Whoever says that Dialpad lists every write at once need not wait for it.
func TestALagOfZeroMeansWhatItSays(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.listed = 0
		b.start(nil)
		b.equal()
		b.edit(1, "an answer")
		b.fault = func(op string, after bool) error {
			if op == "put-half" && after {
				b.fault = nil
				return unsure(op)
			}
			return nil
		}
		began := time.Now()
		b.equal()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a create whose answer was lost was looked for after %v", took)
		}
	})
}
