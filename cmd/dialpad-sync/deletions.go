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
)

type deletionsCommand struct {
	Account string `arg:"" optional:"" help:"The account; needed with several."`
	Keep    bool   `help:"Keep them in Dialpad." xor:"decision"`
	Delete  bool   `help:"Remove them from Dialpad." xor:"decision"`
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
			return &usageError{message: "Which account?", help: "Name one of: " + accountNames(conf)}
		}
		c.Account = conf.Accounts[0].ID
	}
	agent, err := h.agent(ctx)
	switch {
	case err == nil:
		defer agent.Close()
		return c.decide(ctx, t, agent)
	case !errors.Is(err, local.ErrNoAgent):
		return err
	}
	sys, err := h.open(ctx, nil)
	if err != nil {
		return err
	}
	defer sys.close()
	return c.decide(ctx, t, ownJudge{sys.engine})
}

func (c *deletionsCommand) decide(ctx context.Context, t terminal, j judge) error {
	seen := time.Now()
	held, err := j.Held(ctx, c.Account)
	if err != nil {
		return err
	}
	if len(held) == 0 {
		fmt.Fprintln(t.Out, "No removal waits for you.")
		return nil
	}
	if !c.Keep && !c.Delete {
		return c.list(t, held)
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
		fmt.Fprintf(t.Out, "%d answers stay in Dialpad.\n", len(held))
	} else {
		fmt.Fprintf(t.Out, "%d answers were removed from Dialpad.\n", out.Run.Deleted)
	}
	return nil
}

func (c *deletionsCommand) list(t terminal, held []engine.HeldRemoval) error {
	fmt.Fprintf(t.Out, "%d answers are gone from the source. Dialpad still gives them until you decide:\n", len(held))
	for i, h := range held {
		if i == titlesShown {
			fmt.Fprintf(t.Out, "  and %d more\n", len(held)-i)
			break
		}
		title := h.Title
		if title == "" {
			title = string(h.Key)
		}
		fmt.Fprintf(t.Out, "  %s (%s)\n", title, h.Reason)
	}
	fmt.Fprintf(t.Out, "Decide: dialpad-sync deletions %s --keep, or --delete\n", c.Account)
	return exitError(exitAttention)
}

// accountNames lists the accounts of settings.toml.
func accountNames(conf *settings.Settings) string {
	names := make([]string, len(conf.Accounts))
	for i, a := range conf.Accounts {
		names[i] = a.ID
	}
	return strings.Join(names, ", ")
}
