package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/ui/view"
)

// kept is an agent of this process without an icon, whose engines are driven
// as the test says; end ends it.
func (w *world) kept(drive func(context.Context, *engine.Engine) error) (a *agent, end func()) {
	w.t.Helper()
	h, err := openHome(w.home, "")
	w.must(err)
	w.must(h.make())
	h.store = secret.Dir(w.secrets)
	ctx, stop := context.WithCancel(w.t.Context())
	a = newAgent(h, slog.New(slog.DiscardHandler), stop)
	a.drive = drive
	ended := make(chan error, 1)
	go func() { ended <- a.keep(ctx, false) }()
	return a, func() {
		w.t.Helper()
		stop()
		w.must(<-ended)
	}
}

// TestTryAgainJustBeforeNewSettingsIsNotForgotten: the answer would wait for
// its own next try, hours later.
func TestTryAgainJustBeforeNewSettingsIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	atDialpad("PUT /content status=422")(w)
	atDialpad("POST /content status=422")(w)
	if o := w.call("sync", "--wait", "0s"); o.code != exitAttention {
		t.Fatalf("%s", o)
	}
	clearFaults(w)
	var lives atomic.Int64
	a, end := w.kept(func(ctx context.Context, e *engine.Engine) error {
		if lives.Add(1) == 1 {
			<-ctx.Done() // the new settings come before any pass
			return ctx.Err()
		}
		return e.Run(ctx)
	})
	failures, err := a.Failures(t.Context(), "help-center", 0)
	w.must(err)
	if len(failures) != 3 {
		t.Fatalf("%+v", failures)
	}
	w.must(a.Retry(t.Context(), local.DocumentRequest{Account: "help-center", Key: failures[0].Key}))
	began := time.Now()
	w.must(a.rewire(t.Context()))
	for p := range a.Watch(t.Context(), 0) {
		if s := p.Accounts[0]; s.Phase == engine.Idle && s.Checked.After(began) {
			if s.Failed != 2 {
				t.Errorf("%d answers are not in Dialpad: %+v", s.Failed, s)
			}
			break
		}
	}
	end()
}

// TestASyncGoesOnBeforeTheNextEngineBegins: else the engine's own pass may do
// the work, and whoever waits is told that nothing had to be done.
func TestASyncGoesOnBeforeTheNextEngineBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.touch()
	order := make(chan string, 3)
	a, end := w.kept(func(ctx context.Context, e *engine.Engine) error {
		order <- "the engine"
		<-ctx.Done()
		return ctx.Err()
	})
	if first := <-order; first != "the engine" {
		t.Fatal(first)
	}
	reached, goOn := hold(w.atZendesk, http.MethodGet, 1)
	go func() {
		outs, err := a.Sync(context.Background(), "", engine.Options{Full: true}, patience)
		if err != nil || len(outs) != 1 || outs[0].Run.Updated != 1 {
			t.Errorf("%+v, %v", outs, err)
		}
		order <- "the sync"
	}()
	<-reached
	close(goOn)
	w.must(a.rewire(t.Context()))
	if first, second := <-order, <-order; first != "the sync" || second != "the engine" {
		t.Errorf("first %s, then %s", first, second)
	}
	end()
}

// TestAnEngineThatFailsIsNotBegunAgainAtOnce, over and over; what is wrong is
// shown meanwhile, and new settings begin it at once.
func TestAnEngineThatFailsIsNotBegunAgainAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	synctest.Test(t, func(t *testing.T) {
		inner := *w
		inner.t = t
		began := time.Now()
		var begins []time.Duration
		a, end := inner.kept(func(context.Context, *engine.Engine) error {
			begins = append(begins, time.Since(began))
			return errors.New("broken")
		})
		time.Sleep(time.Hour)
		synctest.Wait()
		want := []time.Duration{
			0, 30 * time.Second, 90 * time.Second, 210 * time.Second, 450 * time.Second,
			15*time.Minute + 30*time.Second, 23*time.Minute + 30*time.Second, 31*time.Minute + 30*time.Second,
			39*time.Minute + 30*time.Second, 47*time.Minute + 30*time.Second, 55*time.Minute + 30*time.Second,
		}
		if !slices.Equal(begins, want) {
			t.Errorf("begun after %v, want %v", begins, want)
		}
		if v := view.In("en").Of(a.Picture().Status, time.Now(), view.ClockTimes); v.State == view.Current {
			t.Errorf("%+v", v)
		}
		inner.must(a.rewire(t.Context()))
		synctest.Wait()
		if len(begins) != len(want)+1 {
			t.Errorf("new settings: begun after %v", begins)
		}
		end()
	})
}
