package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Dialpad's listing goes on showing for a while what was removed a moment ago.
// That is no reason to ask the person again what they have just decided.
func TestWhatWasJustRemovedIsNotHeldAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(100)
		b.sync(engine.Options{}, 5*time.Minute)
		time.Sleep(time.Hour)
		b.hideMany(0, 40)
		if out := b.sync(engine.Options{}, 0); out.Status.Held != 40 {
			t.Fatalf("%d removals wait, want 40", out.Status.Held)
		}
		b.person(engine.Delete)
		out := b.sync(engine.Options{Full: true}, 0)
		if out.Status.Held != 0 || b.deletes != 40 {
			t.Errorf("%d removals wait after the decision, %d nodes were deleted", out.Status.Held, b.deletes)
		}
		b.check(out)
	})
}

// A node that is found under a key whose create was lost may be one that was
// removed before that. The create's own node shows up later; it must not be made
// a second time.
func TestANodeRemovedBeforeALostCreateIsNotTakenForItsNode(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(30)
		b.sync(engine.Options{}, 5*time.Minute)
		time.Sleep(time.Hour)
		b.hide(number(4), source.Unpublished, true)
		b.sync(engine.Options{}, 0)
		b.hide(number(4), "", true)
		b.fault = func(op string, after bool) error {
			if op == "put" && after {
				return unsure("create")
			}
			return nil
		}
		b.sync(engine.Options{}, 0)
		b.fault = nil
		b.sync(engine.Options{Full: true}, 0)
		b.check(b.sync(engine.Options{Full: true}, 5*time.Minute))
	})
}

// Of two nodes with one key the one that is kept must be there: a listing shows
// for a while what somebody has deleted by hand, and the other one is then the
// last that holds the document.
func TestTheLastNodeOfADocumentIsNoDouble(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(40)
		b.sync(engine.Options{}, 5*time.Minute)
		for n := range 40 {
			b.drift(deed{what: "double", n: n})
		}
		time.Sleep(25 * time.Hour)
		for n := range 40 {
			b.drift(deed{what: "delete by hand", n: n})
		}
		b.sync(engine.Options{}, 0)
		if len(b.nodes) < 40 {
			t.Errorf("%d of 40 documents are left in Dialpad", len(b.nodes))
		}
		b.check(b.sync(engine.Options{Full: true}, 5*time.Minute))
	})
}
