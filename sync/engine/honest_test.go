package engine_test

import (
	"errors"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// A removal of everything that ends half way leaves nothing that looks equal,
// neither here nor for the next process.
func TestAHalfEmptiedDialpadIsNotGreen(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(9)
		b.equal()
		b.fault = func(op string, after bool) error {
			if op == "delete" && !after && b.deletes >= 4 {
				return &source.Error{Kind: source.Transient, Op: "remove", Side: "dialpad", Err: errors.New("gone away")}
			}
			return nil
		}
		n, err := b.engine.RemoveAll(b.t.Context(), "help")
		if err == nil || n == 0 {
			t.Fatalf("removed %d, %v", n, err)
		}
		if b.green() {
			t.Errorf("green: %+v", b.engine.Status())
		}
		b.fault, b.wrong = nil, nil // these deletions were wanted
		b.start(nil)
		if b.green() {
			t.Errorf("green after a restart: %+v", b.engine.Status())
		}
		time.Sleep(time.Minute)
		out := b.sync(engine.Options{}, 3*time.Minute)
		if len(b.nodes) != 9 || !b.green() {
			t.Errorf("%d of 9 are there again, %+v", len(b.nodes), out.Status)
		}
	})
}
