package engine_test

import (
	"fmt"
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

// Right after a checkpoint was lost, what the lost one had just created may not
// be listed yet. Nothing is proved before it would be.
func TestNothingIsProvedWhileWhatALostCheckpointMadeIsNotListed(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(20)
		b.equal()
		time.Sleep(time.Hour)
		b.edit(30, "new")
		b.sync(engine.Options{}, 0)
		time.Sleep(time.Second)
		b.forgetCheckpoint()
		b.hide(number(30), source.Deleted, true)
		b.sync(engine.Options{}, 0)
		b.sync(engine.Options{Full: true}, 0)
		if b.lie != "" {
			t.Error(b.lie)
		}
		b.equal()
	})
}

// Of two listed nodes of a key the checkpoint does not know, the first may have
// been deleted. The other is then the one that goes or stays.
func TestOfTwoUnknownNodesTheOneThatIsThereCounts(t *testing.T) {
	for _, has := range []bool{true, false} {
		t.Run(fmt.Sprint("the source has the document: ", has), func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.lag, b.listed = 90*time.Second, 90*time.Second
				b.fill(20)
				b.equal()
				b.mu.Lock()
				for n := range 5 {
					for i := range 2 {
						b.nodes[fmt.Sprintf("node_8%d%d", n, i)] = &held{key: number(50 + n), body: "body", title: "Title", status: engine.Published}
					}
				}
				b.mu.Unlock()
				time.Sleep(2 * time.Minute)
				b.mu.Lock()
				for n := range 5 {
					id := fmt.Sprintf("node_8%d0", n)
					b.before(id)
					delete(b.nodes, id)
				}
				b.mu.Unlock()
				if has {
					b.between = func() {
						if b.keys == 2 {
							for n := range 5 {
								b.edit(50+n, "body")
							}
						}
					}
				}
				out := b.sync(engine.Options{Full: true}, 0)
				t.Logf("%+v %+v", out.Run, out.Status)
				b.check(b.sync(engine.Options{}, 0))
			})
		})
	}
}

// What a listing shows of removed answers is not put before the person only
// because a single node could not be read.
func TestWhatWasRemovedIsNotHeldBecauseItCannotBeRead(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(100)
		b.sync(engine.Options{}, 5*time.Minute)
		time.Sleep(time.Hour)
		b.hideMany(0, 40)
		b.sync(engine.Options{}, 0)
		b.person(engine.Delete)
		n := 0
		b.fault = func(op string, after bool) error {
			if op == "node" {
				if n++; n%3 != 0 {
					return unsure("read")
				}
			}
			return nil
		}
		out := b.sync(engine.Options{Full: true}, 0)
		if out.Status.Held != 0 {
			t.Errorf("%d removals wait after the decision", out.Status.Held)
		}
		b.fault = nil
		b.check(b.sync(engine.Options{Full: true}, 5*time.Minute))
	})
}

// A node that could not be read for a moment keeps nobody waiting for an hour
// until both sides are listed again.
func TestAProofThatASingleReadPreventedIsHadSoon(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(20)
		b.fault = failOnce("node", unsure("read"))
		if out := b.sync(engine.Options{}, 0); out.Status.Verdict(time.Now()) == engine.UpToDate {
			t.Fatal("proved although a node that is not listed could not be read")
		}
		b.check(b.sync(engine.Options{}, 2*time.Minute))
		b.fault = func(op string, _ bool) error {
			if op == "node" {
				return &source.Error{Kind: source.Forbidden, Op: op}
			}
			return nil
		}
		time.Sleep(time.Hour)
		b.edit(3, "edited") // nothing else tells that the node is there
		b.sync(engine.Options{Full: true}, 0)
		owned := b.owned
		b.sync(engine.Options{}, 20*time.Minute)
		if n := b.owned - owned; n > 2 {
			t.Errorf("Dialpad was listed %d times more although it goes on refusing to tell", n)
		}
	})
}

// Somebody has put a document's node into another one's place by hand, and the
// listing does not show the new one yet. The old one is gone, but no further one
// is made.
func TestADocumentWhoseNodeHasGoneIsNotMadeBeforeAListingShowsNone(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag, b.listed = 90*time.Second, 90*time.Second
		b.fill(5)
		b.equal()
		time.Sleep(time.Hour)
		b.mu.Lock()
		for id, n := range b.nodes {
			if n.key == number(3) {
				delete(b.nodes, id)
				b.nodes["node_by_hand"] = &held{key: n.key, title: n.title, body: n.body, status: engine.Published, created: time.Now()}
			}
		}
		b.mu.Unlock()
		b.edit(3, "another text")
		b.check(b.sync(engine.Options{}, 5*time.Minute))
	})
}
