package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/wake"
	"dialpadsync.app/ui/view"
)

// agent is the background program of one home: it keeps an engine wired as
// settings.toml says, and shows one picture of it all.
type agent struct {
	pictures
	home     *home
	log      *slog.Logger
	activity activity
	desk     desk
	// file is held by whoever opens the checkpoint.
	file     sync.Mutex
	launcher *launcher
	// notices are notifications beside those that pictures are worth.
	notices chan view.Notice
	showing sync.Mutex                 // held while the window is brought forward
	words   atomic.Pointer[view.Words] // of icon and notifications
	// anew asks keep to wire anew; what is sent is closed when that is done.
	anew chan chan struct{}
	// over is closed when nothing will be wired any more.
	over chan struct{}
	// stop ends the agent; it does not block.
	stop context.CancelFunc

	wired sync.Mutex // guards what follows
	now   *wiring
	why   error             // why nothing is wired
	busy  chan struct{}     // open while something is being wired; nil at other times
	asked *pause            // what was asked for while nothing was wired
	going []<-chan struct{} // calls that begin again on the next wiring

	// drive runs an engine until ctx ends, and at most by failing before.
	drive func(context.Context, *engine.Engine) error
	// owed is what an engine was asked for and had no time to do.
	owed map[string][]source.Key
}

// wiring is one life of a system: until settings or sign-ins change.
type wiring struct {
	*system
	ended <-chan struct{} // closed when it is to be let go
	calls sync.WaitGroup
}

func newAgent(h *home, log *slog.Logger, stop context.CancelFunc) *agent {
	a := &agent{
		home: h, log: log, anew: make(chan chan struct{}), over: make(chan struct{}), stop: stop, busy: make(chan struct{}),
		notices:  make(chan view.Notice, 4),
		launcher: &launcher{args: h.args(), log: log, start: make(chan startWindow)},
		drive:    func(ctx context.Context, e *engine.Engine) error { return e.Run(ctx) },
	}
	a.desk = desk{a.newDesk(), a}
	h.fill = a.desk.Fill
	return a
}

const (
	// wireAgain is how long a wiring that failed waits for the next try: a password
	// store may be unlocked, a settings file mended.
	wireAgain = 30 * time.Second
	// askAgain is how long it waits at most where each try asks the person for the
	// password store's password.
	askAgain = 8 * time.Minute
	// goOnFor is how long a new engine's own passes wait at most for calls that
	// the new wiring had cut short.
	goOnFor = 30 * time.Second
)

// keep wires the engine and runs it, anew whenever it is asked to, until ctx
// ends. A strict one ends with the error of a first wiring that fails. An engine
// that fails by itself counts as a wiring that fails.
func (a *agent) keep(ctx context.Context, strict bool) error {
	defer a.end()
	var asked chan struct{}
	var failed error // how the engine before ended by itself
	wait, rest := wireAgain, wireAgain
	for {
		var sys *system
		err := failed
		if failed == nil {
			sys, err = a.wire(ctx)
		}
		if strict && err != nil {
			return err
		}
		strict = false
		if err != nil && ctx.Err() != nil {
			err = errStopped // whoever waits hears of the end, not of how it came
		}
		life, stop := context.WithCancel(ctx)
		if sys != nil {
			sys.pauseAgain(ctx)
			a.pay(sys.engine)
		}
		w := a.set(sys, life.Done(), err)
		a.speak()
		a.show(ctx, sys, err)
		if asked != nil {
			close(asked)
		}
		began := time.Now()
		pause := wait
		if failed != nil {
			pause, rest = rest, min(2*rest, askAgain)
		}
		asked, failed = a.live(life, stop, w, pause)
		if w != nil {
			w.calls.Wait()
			a.owed = w.engine.Owed()
			w.close()
			if time.Since(began) > askAgain {
				rest = wireAgain
			}
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // why nothing was wired has been shown
		}
		wait = nextTry(wait, err)
	}
}

// pay asks an engine for what the one before it owes.
func (a *agent) pay(e *engine.Engine) {
	for account, keys := range a.owed {
		for _, key := range keys {
			_ = e.Retry(account, key) // an account that has gone wants nothing
		}
	}
	a.owed = nil
}

// nextTry is how long the next wiring waits that fails like this one. A
// password store that has not answered yet goes on asking by itself.
func nextTry(wait time.Duration, err error) time.Duration {
	if source.CodeOf(err) != source.CodeKeyringLocked || errors.Is(err, secret.ErrSlow) {
		return wireAgain
	}
	return min(2*wait, askAgain)
}

// speak takes the language that settings.toml says now. Icon and notifications
// use it with the next picture.
func (a *agent) speak() {
	language := view.Language(settings.Language(a.home.Settings), os.Getenv)
	if now := a.words.Load(); now == nil || now.Language() != language {
		a.words.Store(view.In(language))
	}
}

func (a *agent) wire(ctx context.Context) (*system, error) {
	a.file.Lock()
	defer a.file.Unlock()
	return a.home.wire(ctx, a.log, a.hear)
}

// set lets callers use what is wired, with what was asked for meanwhile.
func (a *agent) set(sys *system, ended <-chan struct{}, why error) *wiring {
	a.wired.Lock()
	defer a.wired.Unlock()
	a.now, a.why = nil, why
	if sys != nil {
		a.now = &wiring{system: sys, ended: ended}
		if a.asked != nil {
			sys.pausing().obey(*a.asked)
			a.asked = nil
		}
	}
	close(a.busy)
	a.busy = nil
	return a.now
}

// unset lets nobody begin to use what is wired.
func (a *agent) unset() {
	a.wired.Lock()
	defer a.wired.Unlock()
	a.now, a.why, a.busy = nil, nil, make(chan struct{})
}

// end tells whoever waits for a wiring that there will be none.
func (a *agent) end() {
	a.wired.Lock()
	defer a.wired.Unlock()
	a.now, a.why = nil, errStopped
	close(a.busy)
	a.busy = nil
	close(a.over)
}

// errStopped is the answer to calls that the end of the agent cut short.
var errStopped = &source.Error{Kind: source.Transient, Code: source.CodeStopped, Op: "use the agent"}

// live runs what is wired until it is to be wired anew, fails, or ctx ends;
// where nothing is, it waits for the next try. It returns who asked for that.
func (a *agent) live(ctx context.Context, stop context.CancelFunc, w *wiring, wait time.Duration) (asked chan struct{}, failed error) {
	defer stop()
	if w == nil {
		select {
		case asked = <-a.anew:
		case <-ctx.Done():
		case <-time.After(wait):
		}
		a.unset()
		return asked, nil
	}
	w.restIfCostly(ctx, wake.PowerNow)
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error {
		a.letGoOn(running)
		return a.drive(running, w.engine)
	})
	group.Go(func() error { a.relay(running, w.engine); return nil })
	select {
	case asked = <-a.anew:
	case <-running.Done():
	}
	byItself := asked == nil && ctx.Err() == nil
	a.unset()
	stop()
	err := group.Wait()
	if err != nil && !errors.Is(err, context.Canceled) {
		a.log.Error("the engine ended", slog.Any("error", err))
	}
	if byItself {
		failed = fmt.Errorf("run the engine: %w", err)
	}
	return asked, failed
}

// wireSoon makes keep try a wiring that failed again now. It does not block.
func (a *agent) wireSoon() {
	select {
	case a.anew <- make(chan struct{}):
	default:
	}
}

// rewire makes settings and sign-ins that have changed take effect, and returns
// when they have. They do so whatever becomes of ctx.
func (a *agent) rewire(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case a.anew <- done:
	case <-a.over:
		return errStopped
	}
	select {
	case <-done:
		return nil
	case <-a.over:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// use does something with what is wired, after the wiring under way. It ends
// early when that is wired anew; nothing wired is an error that says why.
func (a *agent) use(ctx context.Context, f func(context.Context, *system) error) error {
	w, err := a.take(ctx)
	if err != nil {
		return err
	}
	defer w.calls.Done()
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	defer func() { <-over }()
	defer cancel()
	go func() {
		defer close(over)
		select {
		case <-w.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	return f(ctx, w.system)
}

// finish is use for what somebody waits for: work that a new wiring cut short
// begins again on that one. What ctx or the agent's end cut short is errStopped.
func (a *agent) finish(ctx context.Context, f func(context.Context, *system) error) error {
	ended := make(chan struct{})
	defer close(ended)
	for {
		cut := false
		err := a.use(ctx, func(inner context.Context, sys *system) error {
			err := f(inner, sys)
			if cut = inner.Err() != nil; cut {
				a.goesOn(ended)
			}
			return err
		})
		switch {
		case ctx.Err() != nil && (cut || errors.Is(err, context.Canceled)):
			return errStopped
		case !cut:
			return err
		}
	}
}

// goesOn says that a call begins again on the next wiring, until ended is closed.
func (a *agent) goesOn(ended <-chan struct{}) {
	a.wired.Lock()
	defer a.wired.Unlock()
	a.going = append(a.going, ended)
}

// letGoOn waits for the calls that began again, for a while: what somebody waits
// for is done in their pass and told to them, not in one of the engine's own.
func (a *agent) letGoOn(ctx context.Context) {
	a.wired.Lock()
	going := a.going
	a.going = nil
	a.wired.Unlock()
	ctx, cancel := context.WithTimeout(ctx, goOnFor)
	defer cancel()
	for _, ended := range going {
		select {
		case <-ended:
		case <-ctx.Done():
		}
	}
}

// take is what is wired, until its calls.Done.
func (a *agent) take(ctx context.Context) (*wiring, error) {
	for {
		a.wired.Lock()
		w, why, busy := a.now, a.why, a.busy
		if w != nil {
			w.calls.Add(1)
		}
		a.wired.Unlock()
		if busy == nil {
			return w, why
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// show begins the picture of a wiring. Where nothing could be wired it is how
// the last run left things, and why.
func (a *agent) show(ctx context.Context, sys *system, err error) {
	if sys != nil {
		a.change(func(p *local.Picture) { p.Status = sys.engine.Status() })
		return
	}
	if ctx.Err() != nil {
		return // the agent ends: nothing is wrong
	}
	last, lastErr := a.home.lastStatus(ctx)
	if lastErr != nil {
		last = engine.Status{}
	}
	if source.CodeOf(err) == source.CodeNotSetUp {
		a.change(func(p *local.Picture) { p.Status = a.asPaused(engine.Status{}) })
		return
	}
	a.log.Warn("nothing can be synced for now", slog.Any("error", err))
	problem := engine.ProblemOf(err)
	if len(last.Accounts) == 0 {
		last.Accounts = []engine.AccountStatus{{}}
	}
	for i := range last.Accounts {
		if before := a.problemOf(last.Accounts[i].ID); before != nil && before.Code == problem.Code {
			problem.Since = before.Since
		}
		last.Accounts[i].Phase, last.Accounts[i].Problem = engine.Idle, &problem
	}
	a.change(func(p *local.Picture) { p.Status = a.asPaused(last) })
}

func (a *agent) problemOf(account string) *engine.Problem {
	for _, s := range a.Picture().Accounts {
		if s.ID == account {
			return s.Problem
		}
	}
	return nil
}

// classed gives settings that cannot be used the class they have in a picture.
func classed(err error) error {
	var mistake *settings.Error
	var usage *usageError
	switch {
	case errors.As(err, &mistake) && source.KindOf(err) == source.Unclassified:
		return &source.Error{Kind: source.Fatal, Code: source.CodeSettings, Op: "read settings.toml", Err: err}
	case errors.As(err, &usage) && usage.notSetUp:
		return &source.Error{Kind: source.Fatal, Code: source.CodeNotSetUp, Op: "read settings.toml", Err: err}
	}
	return err
}
