package engine_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// setRight makes the row's times what a clock left that was years ahead then.
func setRight(row *engine.Row) {
	const wrong = 10 * 365 * 24 * time.Hour
	if !row.HeldAt.IsZero() {
		row.HeldAt = row.HeldAt.Add(wrong)
	}
	if !row.RetryAt.IsZero() {
		row.RetryAt = row.RetryAt.Add(wrong)
	}
}

// clockSetRight makes every time in the rows one that lies years ahead.
func (b *bench) clockSetRight() {
	b.t.Helper()
	var batch engine.Batch
	for row, err := range b.store.Each(b.t.Context(), "help", engine.Unsettled) {
		if err != nil {
			b.t.Fatal(err)
		}
		setRight(&row)
		batch.Put = append(batch.Put, row)
	}
	if err := b.store.Commit(b.t.Context(), "help", batch); err != nil {
		b.t.Fatal(err)
	}
}

// What was held while the clock was years ahead can be decided about as soon as
// the clock is right.
func TestRemovalsHeldUnderAWrongClockCanBeDecided(t *testing.T) {
	for _, d := range []engine.Decision{engine.Delete, engine.Keep} {
		t.Run(string(d), func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(10)
				b.equal()
				b.hideMany(0, 8)
				b.sync(engine.Options{}, 0)
				b.clockSetRight()
				if out := b.person(d); out.Status.Held != 0 {
					t.Errorf("%d removals still wait", out.Status.Held)
				}
			})
		})
	}
}

// A removal that failed while the clock was years ahead is tried again.
func TestARemovalThatFailedUnderAWrongClockIsTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(10)
		b.equal()
		b.hide(number(3), source.Deleted, true)
		b.fault = func(op string, after bool) error {
			if op == "delete" && !after {
				return &source.Error{Kind: source.BadDocument, Op: op}
			}
			return nil
		}
		b.sync(engine.Options{}, 0)
		b.fault = nil
		b.clockSetRight()
		b.equal()
	})
}
