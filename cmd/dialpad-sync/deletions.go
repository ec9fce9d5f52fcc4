package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

type deletionsCommand struct {
	Account string `arg:"" optional:"" help:"help.deletions_account"`
	Keep    bool   `help:"help.keep" xor:"decision"`
	Delete  bool   `help:"help.delete" xor:"decision"`
	Release bool   `name:"remove-kept" help:"help.remove_kept" xor:"decision"`
}

// judge is the agent's or this process's engine.
type judge interface {
	Held(ctx context.Context, account string) ([]engine.HeldRemoval, error)
	Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error)
}

// ownJudge gives an engine of this process the agent's calls.
type ownJudge struct{ *engine.Engine }

const titlesShown = 100

func (o ownJudge) Failures(ctx context.Context, account string) ([]engine.Failure, error) {
	return o.Engine.Failures(ctx, account, titlesShown)
}

func (o ownJudge) Held(ctx context.Context, account string) ([]engine.HeldRemoval, error) {
	return o.Engine.Held(ctx, account, titlesShown)
}

// Run shows the removals that wait and carries out the decision.
func (c *deletionsCommand) Run(ctx context.Context, t terminal, h *home) error {
	conf, err := h.load()
	if err != nil {
		return err
	}
	if c.Account == "" {
		if len(conf.Accounts) != 1 {
			return &usageError{says: "cli.which_account", fix: "cli.name_one", args: view.Args{"accounts": accountNames(conf)}}
		}
		c.Account = conf.Accounts[0].ID
	}
	place := placeOf(conf, c.Account)
	agent, err := h.Agent(ctx)
	switch {
	case err == nil:
		defer agent.Close()
		return named(c.Account, c.decide(ctx, t, agent, place))
	case !errors.Is(err, local.ErrNoAgent):
		return err
	}
	sys, err := h.open(ctx, nil)
	if err != nil {
		return err
	}
	defer sys.close()
	return named(c.Account, c.decide(ctx, t, ownJudge{sys.engine}, place))
}

func (c *deletionsCommand) decide(ctx context.Context, t terminal, j judge, place source.Place) error {
	if c.Release {
		return c.release(ctx, t, j, place)
	}
	seen := time.Now()
	held, err := j.Held(ctx, c.Account)
	if err != nil {
		return err
	}
	if len(held) == 0 {
		fmt.Fprintln(t.Out, t.text("cli.no_removals"))
		return nil
	}
	if !c.Keep && !c.Delete {
		return c.list(t, held, place)
	}
	decision := engine.Delete
	if c.Keep {
		decision = engine.Keep
	}
	out, err := j.Decide(ctx, c.Account, decision, seen)
	if err != nil {
		return err
	}
	if out.Status.Problem != nil {
		return codeError(printOutcomes(t, []engine.Outcome{out}, false))
	}
	if c.Keep {
		fmt.Fprintln(t.Out, t.text("cli.kept", t.counted(place, len(held))))
	} else {
		fmt.Fprintln(t.Out, t.text("cli.were_removed", t.counted(place, out.Run.Deleted)))
	}
	return nil
}

// release removes what was kept before.
func (c *deletionsCommand) release(ctx context.Context, t terminal, j judge, place source.Place) error {
	out, err := j.Decide(ctx, c.Account, engine.Release, time.Now())
	if err != nil {
		return err
	}
	if out.Status.Problem != nil {
		return codeError(printOutcomes(t, []engine.Outcome{out}, false))
	}
	fmt.Fprintln(t.Out, t.text("cli.were_removed", t.counted(place, out.Run.Deleted)))
	return nil
}

func (c *deletionsCommand) list(t terminal, held []engine.HeldRemoval, place source.Place) error {
	fmt.Fprintln(t.Out, t.text("cli.gone", t.counted(place, len(held))))
	for i, h := range held {
		if i == titlesShown {
			fmt.Fprintf(t.Out, "  %s\n", t.text("cli.more", view.Args{"count": len(held) - i}))
			break
		}
		title := h.Title
		if title == "" {
			title = string(h.Key)
		}
		fmt.Fprintf(t.Out, "  %s (%s)\n", title, t.text(reasons[h.Reason]))
	}
	fmt.Fprintln(t.Out, t.text("cli.decide", view.Args{"account": c.Account}))
	return exitError(exitAttention)
}

// reasons are the words for why an answer is gone.
var reasons = map[source.Removal]string{
	source.Deleted: "cli.deleted", source.Unpublished: "cli.unpublished",
	source.Restricted: "cli.restricted", source.Deselected: "cli.deselected",
}

// placeOf is what kind of place an account of settings.toml reads from.
func placeOf(conf *settings.Settings, account string) source.Place {
	for _, a := range conf.Accounts {
		if entry, ok := catalog.Find(a.Source); ok && a.ID == account {
			return entry.Place
		}
	}
	return source.HelpCenter
}

// accountNames lists the accounts of settings.toml.
func accountNames(conf *settings.Settings) string {
	names := make([]string, len(conf.Accounts))
	for i, a := range conf.Accounts {
		names[i] = a.ID
	}
	return strings.Join(names, ", ")
}
