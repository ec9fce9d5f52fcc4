package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Unchanged counts documents, however often a pass came by them.
func TestUnchangedCountsDocuments(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		demand := func(what string, out engine.Outcome, unchanged int) {
			t.Helper()
			b.check(out)
			if out.Run.Unchanged != unchanged {
				t.Errorf("%s: %d unchanged, want %d", what, out.Run.Unchanged, unchanged)
			}
		}
		b.fill(30)
		demand("a first copy", b.equal(), 0)
		demand("right after it", b.equal(), 30)
		demand("a full reading", b.sync(engine.Options{Full: true}, time.Minute), 30)
		time.Sleep(15 * time.Minute)
		demand("later", b.equal(), 30)

		b.edit(3, "another text")
		b.edit(40, "new")
		b.hide(number(4), source.Unpublished, true)
		demand("one changed, one new, one gone", b.equal(), 28)

		b.edit(5, "once")
		edited := false
		b.fault = func(op string, after bool) error {
			if op == "put" && after && !edited {
				edited = true
				b.docs[number(5)].body, b.docs[number(5)].version = "twice", len(b.log)+1
				b.log = append(b.log, number(5))
			}
			return nil
		}
		out := b.sync(engine.Options{Full: true}, time.Minute)
		demand("one changed twice", out, 29)
		if out.Run.Updated != 2 {
			t.Errorf("%d updates, want two of one document", out.Run.Updated)
		}

		b.close()
		b.file += ".new"
		b.start(nil)
		demand("a checkpoint that was lost", b.equal(), 30)

		b.edit(6, "refused")
		b.fault = always("put", &source.Error{Kind: source.BadDocument, Op: "upload"})
		if out := b.sync(engine.Options{}, 0); out.Run.Unchanged != 29 || out.Status.Failed != 1 {
			t.Errorf("one refused: %d unchanged, %d failed", out.Run.Unchanged, out.Status.Failed)
		}
	})
}
