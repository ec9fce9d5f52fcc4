package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
)

// What a person has kept they can remove later, however many there are: it is
// their word, not the guard's business. A document that the source has again is
// no longer one of them.
func TestWhatWasKeptCanBeRemovedLater(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(60)
		b.equal()
		time.Sleep(time.Hour)
		b.hideMany(0, 40)
		b.sync(engine.Options{}, 0)
		if out := b.person(engine.Keep); out.Status.Kept != 40 {
			t.Fatalf("%d are kept, want 40", out.Status.Kept)
		}
		b.sync(engine.Options{}, 0)
		time.Sleep(time.Hour)
		b.hide(number(3), "", true)
		out, err := b.engine.Decide(t.Context(), "help", engine.Release, time.Now())
		if err != nil || out.Err != nil {
			t.Fatal(err, out.Err)
		}
		if out.Status.Kept != 0 || out.Status.Held != 0 || b.deletes != 39 {
			t.Errorf("%d kept, %d held, %d deleted; want 0, 0 and 39", out.Status.Kept, out.Status.Held, b.deletes)
		}
		b.equal()
		b.hideMany(41, 44)
		if out := b.sync(engine.Options{}, 0); out.Status.Held != 0 {
			t.Errorf("what the person removed counts for the guard: %d are held", out.Status.Held)
		}
	})
}

// A crash while they go leaves the rest to the person, not to the guard's mercy.
func TestReleasingGoesOnAfterACrash(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(60)
		b.equal()
		time.Sleep(time.Hour)
		b.hideMany(0, 40)
		b.sync(engine.Options{}, 0)
		b.person(engine.Keep)
		n := 0
		b.fault = func(op string, after bool) error {
			if op != "delete" || after {
				return nil
			}
			if n++; n > 10 {
				return errKilled
			}
			return nil
		}
		if _, err := b.engine.Decide(t.Context(), "help", engine.Release, time.Now()); err != nil {
			t.Fatal(err)
		}
		b.fault = nil
		b.start(nil)
		out := b.sync(engine.Options{}, 0)
		if out.Status.Kept != 0 || out.Status.Held == 0 || b.deletes > 14 {
			t.Errorf("%d kept, %d held, %d deletions tried", out.Status.Kept, out.Status.Held, b.deletes)
		}
		b.person(engine.Delete)
		b.equal()
	})
}
