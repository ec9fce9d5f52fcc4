package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Whatever makes a pass write to Dialpad, the status tells of it before the
// first request goes out: see world.nothingGreen.
func TestNothingIsGreenWhileSomethingIsWritten(t *testing.T) {
	for name, happens := range map[string]func(b *bench){
		"an edit":                func(b *bench) { b.edit(4, "another text") },
		"a new document":         func(b *bench) { b.edit(40, "new") },
		"a removal that is told": func(b *bench) { b.hide(number(4), source.Deleted, true) },
		"a silent removal":       func(b *bench) { b.hide(number(4), source.Deleted, false) },
		"a text changed by hand": func(b *bench) { b.nodes["node_0005"].body, b.nodes["node_0005"].version = "typed over", 9 },
		"a node deleted by hand": func(b *bench) { delete(b.nodes, "node_0005") },
		"a double made by hand": func(b *bench) {
			n := *b.nodes["node_0005"]
			b.nodes["node_9999"] = &n
		},
		"a node nobody knows": func(b *bench) {
			b.nodes["node_9999"] = &held{key: number(77), body: "gone long ago", status: engine.Published}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(30)
				b.equal()
				time.Sleep(time.Minute)
				happens(b)
				if !b.green() {
					t.Fatal("nothing was green before")
				}
				written := b.puts + b.deletes
				b.check(b.sync(engine.Options{Full: true}, 3*time.Minute))
				if b.puts+b.deletes == written {
					t.Error("nothing was written")
				}
			})
		})
	}
}

// A pass that has nothing to write asks Dialpad one thing all the same: with a
// sign-in that has ended nothing is green. Other answers do not matter to it.
func TestNothingIsGreenWithoutASignInToDialpad(t *testing.T) {
	for name, row := range map[string]struct {
		answer error
		want   engine.Verdict
	}{
		"it is valid":        {nil, engine.UpToDate},
		"it has ended":       {&source.Error{Kind: source.SignIn, Op: "test"}, engine.NeedsPerson},
		"it is not enough":   {&source.Error{Kind: source.Forbidden, Op: "test"}, engine.NeedsPerson},
		"Dialpad is down":    {&source.Error{Kind: source.Transient, Op: "test"}, engine.UpToDate},
		"Dialpad is too hot": {&source.Error{Kind: source.Throttled, Op: "test", RetryAt: time.Now().Add(time.Hour)}, engine.UpToDate},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(10)
				b.equal()
				b.fault = always("sign-in", row.answer)
				out := b.sync(engine.Options{}, 0)
				if got := out.Status.Verdict(time.Now()); got != row.want || b.tested != 1 {
					t.Errorf("verdict %d after %d questions, want %d after one: %+v", got, b.tested, row.want, out)
				}
				b.fault = nil
				b.check(b.sync(engine.Options{}, time.Minute))
			})
		})
	}
}
