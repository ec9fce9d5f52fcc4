package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// refusals counts how often Dialpad was asked to take a document it refuses.
func (b *bench) refusals(err error) *int {
	n := new(int)
	b.fault = func(op string, after bool) error {
		if op != "put" || after {
			return nil
		}
		*n++
		return err
	}
	return n
}

// A person who asks for a full reading, or for the account by name, wants every
// failed document tried again, once, however long its next try is away.
func TestAPersonWantsEveryFailedDocumentTriedAgain(t *testing.T) {
	for name, opts := range map[string]engine.Options{"full": {Full: true}, "by name": {Retry: true}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(20)
				b.equal()
				b.edit(3, "refused")
				b.edit(40, "refused, and new")
				tried := b.refusals(&source.Error{Kind: source.BadDocument, Code: source.CodeRefused, Op: "upload", Side: "dialpad"})
				b.sync(engine.Options{}, 0)
				time.Sleep(time.Minute)
				*tried = 0
				if b.sync(engine.Options{}, 0); *tried != 0 {
					t.Errorf("%d tries nobody asked for", *tried)
				}
				if out := b.sync(opts, time.Minute); *tried != 2 || out.Status.Failed != 2 {
					t.Errorf("%d tries of 2 documents, %d failed", *tried, out.Status.Failed)
				}
				b.fault = nil
				b.check(b.sync(opts, time.Minute))
			})
		})
	}
}

// What is not about a document's content passes; the document does not wait an
// hour for that.
func TestAPassingRefusalIsTriedAgainSoon(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(20)
		b.equal()
		b.edit(3, "refused for a while")
		b.refusals(&source.Error{Kind: source.Transient, Status: 403, Op: "upload", Side: "dialpad"})
		b.sync(engine.Options{}, 0)
		b.fault = nil
		b.agent(10 * time.Second)
		if d := b.differences(); len(d) > 0 {
			t.Error(d)
		}
	})
}

// A right that is missing for good costs fewer and fewer tries.
func TestAMissingRightIsNotAskedForAllDay(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(20)
		b.equal()
		b.edit(3, "forbidden")
		b.edit(4, "taken") // the change order ends with it
		tried, kind := 0, source.Transient
		b.faultPut = func(doc source.Document) error {
			if doc.Key != number(3) || kind == source.Unclassified {
				return nil
			}
			tried++
			return &source.Error{Kind: kind, Status: 403, Op: "upload", Side: "dialpad"}
		}
		b.sync(engine.Options{}, 0)
		tried, kind = 0, source.Forbidden
		b.agent(6 * time.Hour)
		if tried == 0 || tried > 40 {
			t.Errorf("%d tries in six hours", tried)
		}
		kind = source.Unclassified
		b.check(b.sync(engine.Options{Retry: true}, time.Minute))
	})
}

// A node that was found and cannot be read is tried again with growing distance
// too; until then nothing is asked.
func TestAFoundNodeThatCannotBeReadCostsNoPasses(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(20)
		b.equal()
		b.close()
		b.file += ".new"
		b.start(nil)
		fetches, asked, unreadable := 0, 0, true
		b.fault = func(op string, _ bool) error {
			switch {
			case op == "fetch":
				fetches++
			case op == "node" && unreadable:
				if asked++; asked%20 == 1 || asked > 20 {
					return unsure("read")
				}
			}
			return nil
		}
		if out := b.sync(engine.Options{}, 0); out.Status.Failed != 1 {
			t.Fatalf("%d failed, %v", out.Status.Failed, out.Err)
		}
		fetches, asked = 0, 20
		b.agent(30 * time.Minute)
		if fetches > 20 || asked > 40 {
			t.Errorf("%d looks at the source and %d at the node in half an hour", fetches, asked-20)
		}
		unreadable = false
		b.agent(time.Hour)
		b.equal()
	})
}
