package engine_test

import (
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// during runs f while a pass of somebody else is under way, and then waits for
// that pass.
func (b *bench) during(f func()) {
	var other sync.WaitGroup
	other.Go(func() { b.sync(engine.Options{}, 0) })
	time.Sleep(time.Second)
	f()
	other.Wait()
}

func TestASyncDoesNotWaitForAPassThatIsStuck(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.equal()
		b.edit(1, "an answer")
		b.fault = func(op string, after bool) error {
			if op == "put" && !after {
				time.Sleep(5 * time.Hour)
			}
			return nil
		}
		b.during(func() {
			began := time.Now()
			out := b.sync(engine.Options{}, 10*time.Second)
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it waited %s", took)
			}
			if source.CodeOf(out.Err) != source.CodeBusy || out.Status.Verdict(time.Now()) != engine.Waiting {
				t.Errorf("%v, %+v", out.Err, out.Status)
			}
			until := time.Now().Add(time.Hour)
			b.engine.Waiting("help", "source", until)
			out = b.sync(engine.Options{}, 10*time.Second)
			if p := out.Status.Problem; p == nil || p.Kind != source.Throttled || p.Side != "source" || !p.RetryAt.Equal(until) {
				t.Errorf("the wait is not named: %+v", out.Status.Problem)
			}
			b.engine.Waiting("help", "source", time.Time{})
		})
		if p := b.engine.Status().Accounts[0].Problem; p != nil {
			t.Errorf("somebody's impatience is the account's problem: %+v", p)
		}
	})
}

func TestASyncJoinsAPassThatGetsOn(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(40)
		b.equal()
		time.Sleep(2 * time.Hour) // the keys have to be compared again
		b.between = func() { time.Sleep(8 * time.Second) }
		b.during(func() {
			began := time.Now()
			b.check(b.sync(engine.Options{}, 10*time.Second))
			if took := time.Since(began); took < 30*time.Second {
				t.Errorf("the other pass was over after %s", took)
			}
		})
	})
}
