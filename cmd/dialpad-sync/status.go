package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

type statusCommand struct {
	JSON  bool `name:"json" help:"help.status_json"`
	Watch bool `help:"help.watch"`
}

// Run shows the status: the agent's, or what the checkpoint knows when nothing
// runs.
func (c *statusCommand) Run(ctx context.Context, t terminal, h *home) error {
	h.sayLeftovers(ctx, t)
	agent, err := h.Agent(ctx)
	if errors.Is(err, local.ErrNoAgent) {
		return c.fromCheckpoint(ctx, t, h)
	}
	if err != nil {
		return err
	}
	defer agent.Close()
	if c.Watch {
		err := agent.Watch(ctx, func(p local.Picture) { _ = c.print(t, p.Status, true) })
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	now, err := agent.Status(ctx)
	if err != nil {
		return err
	}
	return c.print(t, now.Status, true)
}

func (c *statusCommand) fromCheckpoint(ctx context.Context, t terminal, h *home) error {
	if _, err := h.load(); err != nil {
		return err
	}
	s, err := h.lastStatus(ctx)
	if err != nil {
		return err
	}
	if unlock, err := h.lock(); err == nil {
		unlock()
	} else if source.CodeOf(err) == source.CodeBusy {
		fmt.Fprintln(t.Err, t.text("cli.sync_running"))
		return c.print(t, s, true)
	}
	return c.print(t, s, false)
}

// print shows the status and turns it into the exit code.
func (c *statusCommand) print(t terminal, s engine.Status, running bool) error {
	now := time.Now()
	v := t.Words.Of(s, now, view.ClockTimes)
	if c.JSON {
		if err := json.NewEncoder(t.Out).Encode(struct {
			Running bool      `json:"running"`
			Icon    view.Icon `json:"icon"`
			Line    string    `json:"line"`
			engine.Status
		}{running, v.Icon, v.Line, s}); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(t.Out, v.Line)
		for _, a := range v.Accounts {
			fmt.Fprintf(t.Out, "  %s (%s): %s\n", a.Source, a.ID, a.Line)
		}
		if !running {
			fmt.Fprintln(t.Out, t.text("cli.nothing_runs"))
		}
	}
	return codeError(exitOfVerdict(s.Verdict(now)))
}

// exitOfVerdict is the exit code a status alone gives.
func exitOfVerdict(v engine.Verdict) int {
	switch v {
	case engine.UpToDate:
		return exitInSync
	case engine.SomeFailed, engine.RemovalsHeld:
		return exitAttention
	case engine.NeedsPerson, engine.NotSetUp:
		return exitSignIn
	}
	return exitWaiting
}

func codeError(code int) error {
	if code == exitInSync {
		return nil
	}
	return exitError(code)
}

type versionCommand struct{}

// Run prints the version.
func (c *versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.Out, "dialpad-sync %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
