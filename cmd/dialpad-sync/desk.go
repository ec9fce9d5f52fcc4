package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// atDesk is the desk of the running agent, or one of this process, which then
// has the home to itself. leave lets go of it.
func (h *home) atDesk(ctx context.Context) (at decisions, leave func(), err error) {
	agent, err := h.Agent(ctx)
	switch {
	case err == nil:
		return agent, agent.Close, nil
	case !errors.Is(err, local.ErrNoAgent):
		return nil, nil, err
	}
	unlock, err := h.lock()
	if err != nil {
		return nil, nil, err
	}
	log, closeLog := h.openLog()
	own := setup.New(setup.Config{
		File: h.Settings, Secrets: h.secretsOf, Records: h.ownRecords(), OpenURL: h.browser(), Words: h.pageWords, UserAgent: userAgent(), Log: log,
	})
	return ownDesk{own}, func() { closeLog(); unlock() }, nil
}

// decisions are what a person decides about accounts.
type decisions interface {
	connecting
	dialpadConnecting
	forgetting
}

// ownDesk gives a desk of this process the agent's calls.
type ownDesk struct{ *setup.Desk }

// Connect is Desk.Connect; its error is that ctx ended.
func (o ownDesk) Connect(ctx context.Context, ask local.ConnectRequest, f func(local.ConnectStep)) error {
	o.Desk.Connect(ctx, ask, f)
	return ctx.Err()
}

// Forget is Desk.Forget; its error is that ctx ended.
func (o ownDesk) Forget(ctx context.Context, ask local.ForgetRequest, f func(local.ForgetStep)) error {
	o.Desk.Forget(ctx, ask, f)
	return ctx.Err()
}

// failureOfStep is what a step says, as the failure of the call.
func failureOfStep(p *engine.Problem, title string, who *local.Person) error {
	if p == nil {
		return nil
	}
	err := p.AsError()
	if p.Code == source.CodeRole && who != nil {
		err = &spokenError{says: "failure.role_named", args: view.Args{"side": title, "person": who.Name, "role": who.Role}, err: err}
	}
	return about(title, err)
}

// typedWrong is the whole sentence of an address that is none, or err itself.
func typedWrong(err error) error {
	var known *source.Error
	if errors.As(err, &known) && known.Code == source.CodeAddress && known.Side == "source" && known.Err != nil {
		return &usageError{message: known.Err.Error()}
	}
	return err
}

// signInSteps tells a person what to do while the browser is open, and keeps the
// last step.
func signInSteps(t terminal, host string, last *local.ConnectStep) func(local.ConnectStep) {
	return func(s local.ConnectStep) {
		*last = s
		switch {
		case s.Stage == local.ConnectFinishing:
			fmt.Fprintln(t.Err, t.text("connect.signed_in"))
		case s.Stage == local.ConnectOpened && s.NotOpened:
			fmt.Fprintf(t.Err, "%s\n%s\n", t.text("connect.no_browser"), s.URL)
		case s.Stage == local.ConnectOpened:
			fmt.Fprintln(t.Err, t.text("connect.browser_open", view.Args{"host": host, "when": t.Words.Clock(s.Until, time.Now())}))
			fmt.Fprintln(t.Err, t.text("connect.no_page", view.Args{"url": s.URL}))
		}
	}
}

// sayLeftovers tells of accounts that were taken out of settings.toml by hand
// and whose answers Dialpad still gives. What cannot be read now is no reason to
// say anything else.
func (h *home) sayLeftovers(ctx context.Context, t terminal) {
	conf, err := h.load()
	if err != nil {
		return
	}
	left, err := setup.Leftovers(ctx, records{read: h.peekRecords}, conf)
	if err != nil {
		return
	}
	for _, l := range left {
		args := t.counted(source.HelpCenter, l.Documents)
		args["account"] = l.Account
		fmt.Fprintln(t.Err, t.text("cli.leftover", args))
	}
}
