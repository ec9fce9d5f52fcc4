package engine_test

import (
	"context"
	"errors"
	"maps"
	"slices"
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

// TestWhatAPersonAskedForOutlivesAPassThatIsCutShort: settings may change at
// any moment, and then another engine goes on.
func TestWhatAPersonAskedForOutlivesAPassThatIsCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		key := b.edit(1, "one")
		b.start(nil)
		refuse, reads := true, 0
		b.fault = func(op string, after bool) error {
			switch {
			case op == "put" && !after && refuse:
				return &source.Error{Kind: source.BadDocument, Code: source.CodeRefused, Side: "dialpad"}
			case op == "read" && !after && !refuse:
				if reads++; reads == 1 {
					return &source.Error{Kind: source.SignIn, Side: "source"}
				}
			}
			return nil
		}
		if out := b.sync(engine.Options{}, time.Second); out.Status.Failed != 1 {
			t.Fatalf("%+v", out.Status)
		}
		if owed := b.engine.Owed(); len(owed) != 0 {
			t.Errorf("owed without being asked for: %v", owed)
		}
		if err := b.engine.Retry("help", key); err != nil {
			t.Fatal(err)
		}
		want := map[string][]source.Key{"help": {key}}
		if owed := b.engine.Owed(); !maps.EqualFunc(owed, want, slices.Equal) {
			t.Errorf("before any pass: %v", owed)
		}
		refuse = false
		if out := b.sync(engine.Options{}, 0); out.Err == nil {
			t.Fatalf("%+v", out)
		}
		if owed := b.engine.Owed(); !maps.EqualFunc(owed, want, slices.Equal) {
			t.Errorf("after a pass that was cut short: %v", owed)
		}
		if out := b.sync(engine.Options{}, 0); out.Status.Failed != 0 {
			t.Errorf("%+v", out.Status)
		}
		if owed := b.engine.Owed(); len(owed) != 0 {
			t.Errorf("after it was done: %v", owed)
		}
	})
}
