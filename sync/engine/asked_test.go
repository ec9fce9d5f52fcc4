package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// running starts the engine's loop and stops it at the end of the bubble.
func (b *bench) running() (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.engine.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.t.Error(err)
		}
	}
}

func TestARestingEngineOnlyDoesWhatAPersonAsksFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.edit(1, "one")
		b.start(nil)
		b.engine.Rest(engine.RestBattery)
		stop := b.running()
		defer stop()
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if s := b.engine.Status(); !s.Accounts[0].Checked.IsZero() || s.Verdict(time.Now()) != engine.Waiting {
			t.Fatalf("it went on: %+v", s)
		}
		b.equal()
		checked := b.engine.Status().Accounts[0].Checked
		if s := b.engine.Status(); s.Resting != engine.RestBattery || checked.IsZero() {
			t.Fatalf("a pass that was asked for: %+v", s)
		}
		time.Sleep(time.Minute)
		b.engine.Rest("")
		time.Sleep(time.Second)
		synctest.Wait()
		s := b.engine.Status()
		if !s.Accounts[0].Checked.After(checked) || s.Verdict(time.Now()) != engine.UpToDate {
			t.Errorf("it did not catch up at once: %+v", s)
		}
	})
}

func TestAPersonMayTryAFailedDocumentAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		key := b.edit(1, "one")
		b.start(nil)
		refuse := true
		b.fault = func(op string, after bool) error {
			if op == "put" && !after && refuse {
				return &source.Error{Kind: source.BadDocument, Code: source.CodeRefused, Side: "dialpad"}
			}
			return nil
		}
		if out := b.sync(engine.Options{}, time.Second); out.Status.Failed != 1 {
			t.Fatalf("%+v", out.Status)
		}
		refuse = false
		stop := b.running()
		defer stop()
		time.Sleep(time.Minute)
		if err := b.engine.Retry("help", key); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if s := b.engine.Status().Accounts[0]; s.Failed != 0 || s.DialpadDocuments != 1 {
			t.Errorf("not tried again: %+v", s)
		}
		if err := b.engine.Retry("shop", key); !errors.Is(err, engine.ErrUnknownAccount) {
			t.Error(err)
		}
	})
}
