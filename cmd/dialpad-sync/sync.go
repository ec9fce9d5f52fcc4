package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/ui/view"
)

type syncCommand struct {
	Account string        `arg:"" optional:"" help:"help.sync_account"`
	Full    bool          `help:"help.full"`
	JSON    bool          `name:"json" help:"help.sync_json"`
	Wait    time.Duration `help:"help.wait" default:"2m"`
}

// Run makes one pass: through the agent when one runs, else by itself.
func (c *syncCommand) Run(ctx context.Context, t terminal, h *home) error {
	conf, err := h.load()
	if err != nil {
		return err
	}
	h.sayLeftovers(ctx, t)
	return c.told(t, conf, named(c.Account, c.pass(ctx, t, h)))
}

// told prints the lines of JSON of a call that ended before there was an
// outcome. A wrong call or settings have one line of their own.
func (c *syncCommand) told(t terminal, conf *settings.Settings, err error) error {
	var told exitError
	if err == nil || !c.JSON || errors.As(err, &told) {
		return err
	}
	code, failure := explain(t.Words, err)
	if code == exitUsage {
		return err
	}
	for _, a := range conf.Accounts {
		if c.Account == "" || c.Account == a.ID {
			_ = json.NewEncoder(t.Out).Encode(report{Account: a.ID, Result: resultOf(code), Error: &failure})
		}
	}
	say(t, failure)
	return exitError(code)
}

func (c *syncCommand) pass(ctx context.Context, t terminal, h *home) error {
	agent, err := h.Agent(ctx)
	switch {
	case err == nil:
		defer agent.Close()
		return c.through(ctx, t, agent)
	case !errors.Is(err, local.ErrNoAgent):
		return err
	}
	return c.alone(ctx, t, h)
}

func (c *syncCommand) through(ctx context.Context, t terminal, agent *local.Client) error {
	var outs []engine.Outcome
	err := following(ctx, t, watchingAgent(agent), func(ctx context.Context) (err error) {
		outs, err = agent.Sync(ctx, local.SyncRequest{Account: c.Account, Full: c.Full, Wait: c.Wait})
		return err
	})
	return c.finish(ctx, t, outs, agent, err)
}

func (c *syncCommand) alone(ctx context.Context, t terminal, h *home) error {
	sys, err := h.open(ctx, nil)
	if err != nil {
		return err
	}
	defer sys.close()
	return c.with(ctx, t, sys)
}

// with makes the pass on what has been opened already.
func (c *syncCommand) with(ctx context.Context, t terminal, sys *system) error {
	var outs []engine.Outcome
	err := following(ctx, t, watching(sys.engine), func(ctx context.Context) (err error) {
		outs, err = sys.engine.Sync(ctx, c.Account, engine.Options{Full: c.Full, Retry: c.Account != ""}, c.Wait)
		return err
	})
	if sys.store.Rebuilt() {
		fmt.Fprintln(t.Err, t.text("cli.rebuilt"))
	}
	return c.finish(ctx, t, outs, ownJudge{sys.engine}, err)
}

// troubled names the documents that could not be copied.
type troubled interface {
	Failures(ctx context.Context, account string) ([]engine.Failure, error)
}

func (c *syncCommand) finish(ctx context.Context, t terminal, outs []engine.Outcome, by troubled, err error) error {
	if err != nil {
		return err
	}
	code := printOutcomes(t, outs, c.JSON)
	to := t.Out
	if c.JSON {
		to = t.Err
	}
	for _, out := range outs {
		if out.Status.Failed > 0 && (!c.JSON || t.Interactive) { // a script's errors end up in logs
			printFailures(ctx, t.Words, to, by, out.Status.ID)
		}
	}
	if ctx.Err() != nil {
		say(t, stopped(t.Words))
		code = max(code, exitWaiting)
	}
	return codeError(code)
}

// printFailures names what could not be copied, and where it can be read.
func printFailures(ctx context.Context, w *view.Words, to io.Writer, by troubled, account string) {
	failures, err := by.Failures(ctx, account)
	if err != nil {
		return // the count has been told already
	}
	for i, f := range failures {
		if i == titlesShown {
			fmt.Fprintf(to, "  %s\n", w.Text("cli.more", view.Args{"count": len(failures) - i}))
			return
		}
		fmt.Fprintf(to, "  %s %s\n", w.Failed(f), f.URL)
	}
}

// watchingAgent follows the engine of a running agent.
func watchingAgent(agent *local.Client) func(context.Context, func(engine.Status)) error {
	return func(ctx context.Context, f func(engine.Status)) error {
		return agent.Watch(ctx, func(p local.Picture) { f(p.Status) })
	}
}

// watching follows an engine of this process.
func watching(e *engine.Engine) func(context.Context, func(engine.Status)) error {
	return func(ctx context.Context, f func(engine.Status)) error {
		for s := range e.Watch(ctx) {
			f(s)
		}
		return nil
	}
}

// following shows the progress that watch tells of while work runs.
func following(ctx context.Context, t terminal, watch func(context.Context, func(engine.Status)) error, work func(context.Context) error) error {
	watchCtx, stop := context.WithCancel(ctx)
	bar := &progress{t: t}
	var watcher sync.WaitGroup
	watcher.Go(func() { _ = watch(watchCtx, bar.show) }) // the work itself says what fails
	err := work(ctx)
	stop()
	watcher.Wait()
	bar.clear()
	return err
}
