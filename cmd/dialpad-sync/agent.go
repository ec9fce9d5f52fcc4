package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

type agentCommand struct {
	NoTray bool `help:"help.no_tray"`
}

// homeFrees is how long an agent that starts waits for the home: another one
// may be about to listen, or a single pass about to end.
const homeFrees = 10 * time.Second

// Run keeps every account in step until told to stop. A second agent on the
// same home hands its wish, a sync now, to the first and ends.
func (c *agentCommand) Run(ctx context.Context, t terminal, h *home) error {
	first, unlock, err := h.takeOver(ctx, homeFrees)
	switch {
	case err != nil:
		return err
	case first != nil:
		defer first.Close()
		fmt.Fprintln(t.Err, t.text("cli.agent_runs_already", view.Args{"pid": strconv.Itoa(first.Agent.PID)}))
		_, err := first.Sync(ctx, local.SyncRequest{})
		return err
	}
	defer unlock()
	log, closeLog := h.openLog()
	defer closeLog()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return newAgent(h, log, stop).run(ctx, t, c.NoTray)
}

// takeOver takes the home, or finds the agent that has it. Who else has it is
// waited for.
func (h *home) takeOver(ctx context.Context, wait time.Duration) (first *local.Client, unlock func(), err error) {
	for until := time.Now().Add(wait); ; {
		first, err := h.Agent(ctx)
		if err == nil || errors.Is(err, local.ErrOtherVersion) {
			return first, nil, err
		}
		unlock, err := h.lock()
		if err == nil || source.CodeOf(err) != source.CodeBusy || time.Now().After(until) {
			return nil, unlock, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// run serves the local API and keeps the engine wired until ctx ends. On a
// server nobody sees a picture of what is wrong at the start: it ends there.
func (a *agent) run(ctx context.Context, t terminal, server bool) error {
	api := &local.Server{Follow: a, Drive: a, Judge: a, Connect: a.desk, Select: a.desk, House: a.desk, Records: a, Prefer: a, Open: a, Program: version, Stop: a.quit}
	listener, err := api.ListenAt(ctx, a.home.Home)
	if err != nil {
		return err
	}
	a.log.Info("agent started", slog.String("version", version))
	fmt.Fprintln(t.Err, t.text("cli.agent_runs"))
	err = a.work(ctx, t, server, func(ctx context.Context) error { return api.Serve(ctx, listener) })
	a.log.Info("agent ended")
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// work runs the parts of the agent until ctx ends or one of them fails. The
// icon goes last: the password store uses its connection to the desktop.
func (a *agent) work(ctx context.Context, t terminal, server bool, serve func(context.Context) error) error {
	a.words.Store(t.Words)
	faceCtx, hide := context.WithCancel(context.WithoutCancel(ctx))
	faces, faceCtx := errgroup.WithContext(faceCtx)
	parts, ctx := errgroup.WithContext(ctx)
	wished := &wishes{agent: a, soon: make(chan struct{}, 1), full: make(chan struct{}, 1)}
	if server {
		a.change(func(p *local.Picture) { p.NoIcon = true })
	} else {
		faces.Go(func() error { return a.face(faceCtx, t, wished) })
		parts.Go(func() error { a.notify(ctx); return nil })
	}
	parts.Go(func() error { return serve(ctx) })
	parts.Go(func() error { return a.keep(ctx, server) })
	parts.Go(func() error { return a.launcher.run(ctx) })
	parts.Go(func() error { return wished.run(ctx) })
	parts.Go(func() error { return a.watchful(ctx) })
	parts.Go(func() error { a.slimming(ctx); return nil })
	err := parts.Wait()
	hide()
	if faceErr := faces.Wait(); faceErr != nil {
		a.log.Warn("the icon could not be shown", slog.Any("error", faceErr))
	}
	return err
}

// quit ends the agent and, through the picture, its window.
func (a *agent) quit() {
	a.change(func(p *local.Picture) { p.Ending = true })
	a.stop()
}

type pauseCommand struct {
	For time.Duration `help:"help.pause_for"`
}

// Run makes the agent wait.
func (c *pauseCommand) Run(ctx context.Context, h *home) error {
	return h.ask(ctx, func(agent *local.Client) error {
		until := time.Time{}
		if c.For > 0 {
			until = time.Now().Add(c.For)
		}
		return agent.Pause(ctx, until)
	})
}

type resumeCommand struct{}

// Run ends a pause.
func (c *resumeCommand) Run(ctx context.Context, h *home) error {
	return h.ask(ctx, func(agent *local.Client) error { return agent.Resume(ctx) })
}

type stopCommand struct{}

// Run ends the agent, of whatever version it is.
func (c *stopCommand) Run(ctx context.Context, h *home) error { return noAgent(h.Stop(ctx)) }

// ask does something with the running agent and says so when none runs.
func (h *home) ask(ctx context.Context, f func(*local.Client) error) error {
	agent, err := h.Agent(ctx)
	if err != nil {
		return noAgent(err)
	}
	defer agent.Close()
	return f(agent)
}

// noAgent says so where err is that none runs.
func noAgent(err error) error {
	if errors.Is(err, local.ErrNoAgent) {
		return &usageError{says: "cli.no_agent", fix: "cli.start_agent"}
	}
	return err
}
