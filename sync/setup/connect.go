package setup

import (
	"context"
	"errors"
	"sync"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// dialpadSource is what a ConnectRequest calls Dialpad's own sign-in.
const dialpadSource = "dialpad"

// signing is the sign-in under way, if there is one.
type signing struct {
	mu  sync.Mutex
	now *attempt
}

// attempt is one sign-in.
type attempt struct {
	cancel context.CancelCauseFunc
	ended  chan struct{}
	page   string // to sign in at, once it is known
}

// errOvertaken ends a sign-in in favour of another one.
var errOvertaken = &source.Error{
	Kind: source.Transient, Code: source.CodeOvertaken, Op: "sign in", Err: errors.New("another sign-in was begun"),
}

// begin ends the sign-in under way and makes place for another one: who clicks
// again has given the first one up.
func (s *signing) begin(ctx context.Context) (context.Context, *attempt, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	mine := &attempt{cancel: cancel, ended: make(chan struct{})}
	s.mu.Lock()
	before := s.now
	s.now = mine
	s.mu.Unlock()
	if before == nil {
		return ctx, mine, nil
	}
	before.cancel(errOvertaken)
	select {
	case <-before.ended:
		return ctx, mine, nil
	case <-ctx.Done():
		return ctx, mine, context.Cause(ctx)
	}
}

func (s *signing) end(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == a {
		s.now = nil
	}
	a.cancel(nil)
	close(a.ended)
}

func (s *signing) show(a *attempt, page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.page = page
}

// page is where the sign-in under way happens, or empty.
func (s *signing) page() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil {
		return ""
	}
	return s.now.page
}

// OpenAgain opens the page of the sign-in under way in the browser once more.
// Without one it is CodeTimedOut.
func (d *Desk) OpenAgain() error {
	page := d.signing.page()
	if page == "" {
		return &source.Error{Kind: source.SignIn, Code: source.CodeTimedOut, Op: "open the sign-in page again", Err: errors.New("no sign-in is under way")}
	}
	return d.cfg.OpenURL(page)
}

// Connect signs a person in through the browser, to a source or to Dialpad, and
// tells of every step; the last one is ConnectDone or ConnectFailed. A sign-in
// that is under way ends with CodeOvertaken. When ctx ends, nothing was changed
// and nothing more is told.
func (d *Desk) Connect(ctx context.Context, ask local.ConnectRequest, tell func(local.ConnectStep)) {
	own, attempt, err := d.signing.begin(ctx)
	defer d.signing.end(attempt)
	step := local.ConnectStep{Stage: local.ConnectFailed}
	if err == nil {
		told := d.steps(attempt, tell)
		if ask.Source == dialpadSource {
			step, err = d.connectDialpad(own, ask, told)
		} else {
			step, err = d.connectSource(own, ask, told)
		}
	}
	switch {
	case ctx.Err() != nil && step.Stage != local.ConnectDone:
		return
	case err != nil && errors.Is(context.Cause(own), errOvertaken):
		err = errOvertaken
	}
	if err != nil {
		problem := engine.ProblemOf(err)
		step.Stage, step.Problem = local.ConnectFailed, &problem
	}
	tell(step)
}

// steps turns the progress in the browser into news.
func (d *Desk) steps(a *attempt, tell func(local.ConnectStep)) func(signin.Progress) {
	return func(p signin.Progress) {
		if p.Step == signin.Finishing {
			tell(local.ConnectStep{Stage: local.ConnectFinishing})
			return
		}
		d.signing.show(a, p.URL)
		tell(local.ConnectStep{Stage: local.ConnectOpened, URL: p.URL, Until: p.Until, NotOpened: p.OpenErr != nil})
	}
}

// signIn is a sign-in in the browser with what the Desk brings along.
func (d *Desk) signIn(provider signin.Provider, progress func(signin.Progress), accept func(context.Context, signin.Token) error) signin.Config {
	return signin.Config{
		Provider: provider, OpenURL: d.cfg.OpenURL, Progress: progress, Accept: accept,
		Words: d.cfg.Words, Timeout: d.cfg.SignInTimeout, HTTP: d.http(),
	}
}
