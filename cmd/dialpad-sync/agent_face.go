package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/tray"
)

// wishes carries out what the menu asks for, one wish after the other, so that
// the menu never waits.
type wishes struct {
	agent *agent
	// soon and full hold a token while a pass or a full check is wished.
	soon, full chan struct{}
}

// patience is how long a sync that was clicked goes on trying.
const patience = 2 * time.Minute

// Sync implements tray.Agent. Wishes of the same kind merge.
func (w *wishes) Sync(full bool) {
	wished := w.soon
	if full {
		wished = w.full
	}
	select {
	case wished <- struct{}{}:
	default:
	}
}

// Pause implements tray.Agent.
func (w *wishes) Pause(until time.Time) { w.agent.Pause(until) }

// Resume implements tray.Agent.
func (w *wishes) Resume() { w.agent.Resume() }

// Open implements tray.Agent.
func (w *wishes) Open(account string) {
	want := local.Show{Account: account}
	if account != "" {
		want.Page = local.PageOverview
	}
	if err := w.agent.Show(want); err != nil {
		w.agent.log.Warn("the window could not be shown", slog.Any("error", err))
	}
}

// run makes the passes that were wished until ctx ends. What could not be wired
// is tried again now.
func (w *wishes) run(ctx context.Context) error {
	for {
		select {
		case <-w.soon:
			err := w.agent.use(ctx, func(_ context.Context, sys *system) error {
				sys.engine.Wake("")
				return nil
			})
			if err != nil && ctx.Err() == nil {
				w.agent.wireSoon()
			}
		case <-w.full:
			if _, err := w.agent.Sync(ctx, "", engine.Options{Full: true}, patience); err != nil && ctx.Err() == nil {
				w.agent.log.Warn("a full check could not be made", slog.Any("error", err))
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// face shows the agent in the panel until ctx ends. Without a panel it says
// once where the same can be seen.
func (a *agent) face(ctx context.Context, t terminal, w *wishes) error {
	statuses := make(chan engine.Status, 1)
	following, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(statuses)
		for p := range a.Watch(following, 0) {
			select {
			case <-statuses:
			default:
			}
			statuses <- p.Status
		}
	}()
	defer func() { stop(); <-ended }()
	nowhere := func() {
		a.change(func(p *local.Picture) { p.NoIcon = true })
		fmt.Fprintln(t.Err, t.text("cli.no_panel"))
		a.log.Info("no tray on this desktop; the sync runs on")
	}
	err := tray.Run(ctx, tray.Config{Pictures: statuses, Agent: w, Words: a.words.Load, Quit: a.quit, NoPanel: nowhere, Log: a.log})
	if errors.Is(err, tray.ErrNone) {
		nowhere()
		<-ctx.Done()
		return nil
	}
	return err
}
