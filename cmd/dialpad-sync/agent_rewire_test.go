package main

import (
	"context"
	"log/slog"
	"net/http"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// newSettings lets the agent wire itself anew, as the window's settings do.
func (w *world) newSettings() {
	w.t.Helper()
	c := w.client()
	p, err := c.Preferences(w.t.Context())
	w.must(err)
	p.Interval += time.Minute
	w.must(c.SetPreferences(w.t.Context(), p))
}

// TestASyncGoesOnUnderNewSettings: a pass somebody waits for is made, whatever
// is wired anew meanwhile.
func TestASyncGoesOnUnderNewSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	w.touch()
	reached, goOn := hold(w.atZendesk, http.MethodGet, 1)
	began := time.Now()
	p := start(t, w.program("sync", "--full", "--json"))
	<-reached
	w.newSettings()
	close(goOn)
	o := p.end()
	if r := o.report(t); o.code != exitInSync || r.Updated != 1 || r.ProvedAt.Before(began) {
		t.Errorf("began %v: %s", began, o)
	}
	w.equal()
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestASyncThatTheAgentsEndCutShortSaysSo: an older proof is no answer.
func TestASyncThatTheAgentsEndCutShortSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	w.touch()
	reached, goOn := hold(w.atZendesk, http.MethodGet, 1)
	defer close(goOn)
	p := start(t, w.program("sync", "--full", "--json"))
	<-reached
	w.call("stop").says(t, exitInSync)
	o := p.end()
	if r := o.report(t); o.code != exitWaiting || r.Result != "waiting" || r.Error == nil || r.Error.Kind != stoppedKind {
		t.Errorf("%s", o)
	}
	agent.end()
}

// TestASyncWhoseAgentIsKilledSaysSo, and is no defect.
func TestASyncWhoseAgentIsKilledSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	w.watch(upToDate)
	following := start(t, w.program("status", "--watch", "--json"))
	reached, goOn := hold(w.atZendesk, http.MethodGet, 1)
	defer close(goOn)
	p := start(t, w.program("sync", "--full", "--json"))
	<-reached
	agent.signal(syscall.SIGKILL)
	o := p.end()
	if r := o.report(t); o.code != exitWaiting || r.Result != "waiting" || r.Error == nil || r.Error.Kind != stoppedKind {
		t.Errorf("%s", o)
	}
	following.end().says(t, exitWaiting)
	agent.end()
}

// TestADecisionIsCarriedOutUnderNewSettings to its end.
func TestADecisionIsCarriedOutUnderNewSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 8 })
	agent := w.startAgent()
	w.watch(upToDate)
	for _, id := range w.articles()[2:] {
		w.must(w.zendesk.Archive(id))
	}
	w.call("sync", "--full").says(t, exitAttention, "6 waiting for your decision")
	reached, goOn := hold(w.atZendesk, http.MethodGet, 3)
	p := start(t, w.program("deletions", "--delete"))
	<-reached
	w.newSettings()
	close(goOn)
	p.end().says(t, exitInSync, "6 answers were removed")
	w.equal()
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// shutStore is a password store nobody has unlocked yet.
type shutStore struct {
	secret.Store
	asked    chan struct{} // has one for every question
	unlocked chan struct{}
}

func (s *shutStore) Get(ctx context.Context, name string) (secret.Secret, error) {
	select {
	case s.asked <- struct{}{}:
	default:
	}
	select {
	case <-s.unlocked:
		return s.Store.Get(ctx, name)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// keeper is an agent of this process whose password store is locked.
func keeper(t *testing.T) (w *world, a *agent, store *shutStore, end func()) {
	t.Helper()
	w = newWorld(t)
	h, err := openHome(w.home, "")
	w.must(err)
	w.must(h.make())
	store = &shutStore{secret.Dir(w.secrets), make(chan struct{}, 1), make(chan struct{})}
	h.store = store
	ctx, stop := context.WithCancel(t.Context())
	a = newAgent(h, slog.New(slog.DiscardHandler), stop)
	ended := make(chan error, 1)
	go func() { ended <- a.keep(ctx, false) }()
	<-store.asked
	return w, a, store, func() {
		t.Helper()
		stop()
		w.must(<-ended)
	}
}

// TestAPauseNeverWaits for the password store, and holds once that is open.
func TestAPauseNeverWaits(t *testing.T) {
	t.Parallel()
	w, a, store, end := keeper(t)
	until := time.Now().Add(time.Hour).Round(0)
	a.Pause(until)
	if p := a.Picture(); !p.Paused || !p.PausedUntil.Equal(until) {
		t.Errorf("%+v", p)
	}
	close(store.unlocked)
	err := a.use(t.Context(), func(ctx context.Context, sys *system) error {
		if s := sys.engine.Status(); !s.Paused || !s.PausedUntil.Equal(until) {
			t.Errorf("%+v", s)
		}
		return nil
	})
	w.must(err)
	end()
	if n := w.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests while paused", n)
	}
	w.call("status").says(t, exitWaiting)
}

// TestQuitWhileThePasswordStoreIsLocked ends at once, shows no failure that is
// none, and leaves nobody waiting.
func TestQuitWhileThePasswordStoreIsLocked(t *testing.T) {
	t.Parallel()
	_, a, _, end := keeper(t)
	waiting := make(chan error, 1)
	go func() {
		_, err := a.Sync(context.Background(), "", engine.Options{}, 0)
		waiting <- err
	}()
	end()
	if err := <-waiting; source.CodeOf(err) != source.CodeStopped {
		t.Error(err)
	}
	a.Pause(time.Time{})
	if err := a.rewire(context.Background()); source.CodeOf(err) != source.CodeStopped {
		t.Error(err)
	}
	if v := view.In("en").Of(a.Picture().Status, time.Now(), view.ClockTimes); v.State == view.Needed {
		t.Errorf("%+v", v)
	}
}

// TestSavedSettingsTakeEffectWithoutTheirWindow: it may close at any moment.
func TestSavedSettingsTakeEffectWithoutTheirWindow(t *testing.T) {
	t.Parallel()
	w, a, store, end := keeper(t)
	close(store.unlocked)
	w.must(a.use(t.Context(), func(context.Context, *system) error { return nil }))
	w.change(`locales = [`, "interval = \"2h\"\nlocales = [")
	gone, close := context.WithCancel(t.Context())
	close()
	_ = a.rewire(gone) // it may have been waited for or not
	for p := range a.Watch(t.Context(), 0) {
		if len(p.Accounts) > 0 && p.Accounts[0].Interval == 2*time.Hour {
			break
		}
	}
	end()
}

// TestNothingIsToldTwiceWhileThePasswordStoreIsLocked, as it often is at login.
func TestNothingIsToldTwiceWhileThePasswordStoreIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	h, err := openHome(w.home, "")
	w.must(err)
	h.store = refusingStore{}
	ctx, stop := context.WithCancel(t.Context())
	a := newAgent(h, slog.New(slog.DiscardHandler), stop)
	ended := make(chan error, 1)
	go func() { ended <- a.keep(ctx, false) }()
	needed := view.Told{Accounts: map[string]view.ToldAccount{"help-center": {Need: "held many"}}, Open: true}
	a.keepTold(ctx, needed)
	again := newAgent(h, slog.New(slog.DiscardHandler), stop)
	go func() { ended <- again.keep(ctx, false) }()
	if got := again.told(ctx); !got.Open || got.Accounts["help-center"] != needed.Accounts["help-center"] {
		t.Errorf("%+v", got)
	}
	stop()
	w.must(<-ended)
	w.must(<-ended)
	if r := w.sync(); r.Unchanged != 3 {
		t.Errorf("%+v", r)
	}
}

// refusingStore is a password store whose question the person has dismissed.
type refusingStore struct{ secret.Store }

func (refusingStore) Get(context.Context, string) (secret.Secret, error) {
	return "", &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: "read a secret"}
}

// TestALockedPasswordStoreIsAskedOnce: every wiring uses the same one, so that
// there is one question on the screen however often is tried.
func TestALockedPasswordStoreIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, err := openHome(w.home, "keyring")
	w.must(err)
	conf, err := h.prepare()
	w.must(err)
	one, err := h.openSecrets(conf)
	w.must(err)
	two, err := h.openSecrets(conf)
	w.must(err)
	if one != two {
		t.Error("two stores, each with a question of its own")
	}
}

func TestADismissedQuestionIsNotAskedEveryHalfMinute(t *testing.T) {
	t.Parallel()
	locked := &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Err: context.Canceled}
	slow := &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Err: secret.ErrSlow}
	wait := wireAgain
	for range 10 {
		wait = nextTry(wait, locked)
	}
	if wait != askAgain {
		t.Errorf("%v after ten dismissed questions", wait)
	}
	for _, err := range []error{slow, &source.Error{Code: source.CodeSettings}, nil} {
		if got := nextTry(wait, err); got != wireAgain {
			t.Errorf("%v after %v", got, err)
		}
	}
}
