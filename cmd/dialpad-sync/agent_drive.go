package main

import (
	"context"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// What follows gives whoever asks the engine that is wired now.

// Sync implements local.Driver.
func (a *agent) Sync(ctx context.Context, account string, opts engine.Options, wait time.Duration) (outs []engine.Outcome, err error) {
	err = a.finish(ctx, func(ctx context.Context, sys *system) error {
		more, err := sys.pausing().Sync(ctx, account, opts, wait)
		outs = joined(outs, more)
		return err
	})
	return outs, err
}

// joined is the outcome of work that was begun again: its end, and what was
// done before.
func joined(before, after []engine.Outcome) []engine.Outcome {
	all := make([]engine.Outcome, 0, len(after))
	for _, end := range after {
		for _, out := range before {
			if out.Status.ID == end.Status.ID {
				end.Run = end.Run.After(out.Run)
			}
		}
		all = append(all, end)
	}
	return all
}

// Pause implements local.Driver.
func (a *agent) Pause(until time.Time) { a.obey(pause{Paused: true, Until: until}) }

// Resume implements local.Driver.
func (a *agent) Resume() { a.obey(pause{}) }

// obey pauses or resumes at once, also while nothing is wired: what is wired
// next will obey then.
func (a *agent) obey(wish pause) {
	a.wired.Lock()
	w := a.now
	if w != nil {
		w.calls.Add(1)
	} else {
		a.asked = &wish
	}
	a.wired.Unlock()
	if w != nil {
		defer w.calls.Done()
		w.pausing().obey(wish)
		return
	}
	a.change(func(p *local.Picture) { p.Status = a.asPaused(p.Status) })
}

// asPaused is a status of nothing wired with what was asked for meanwhile.
func (a *agent) asPaused(s engine.Status) engine.Status {
	a.wired.Lock()
	defer a.wired.Unlock()
	if a.asked != nil {
		s.Paused, s.PausedUntil = a.asked.Paused, a.asked.Until
	}
	return s
}

// Failures implements local.Judge.
func (a *agent) Failures(ctx context.Context, account string, titles int) (failures []engine.Failure, err error) {
	err = a.finish(ctx, func(ctx context.Context, sys *system) (err error) {
		failures, err = sys.engine.Failures(ctx, account, titles)
		return err
	})
	return failures, err
}

// Held implements local.Judge.
func (a *agent) Held(ctx context.Context, account string, titles int) (held []engine.HeldRemoval, err error) {
	err = a.finish(ctx, func(ctx context.Context, sys *system) (err error) {
		held, err = sys.engine.Held(ctx, account, titles)
		return err
	})
	return held, err
}

// Decide implements local.Judge.
func (a *agent) Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (out engine.Outcome, err error) {
	var outs []engine.Outcome
	err = a.finish(ctx, func(ctx context.Context, sys *system) error {
		out, err := sys.engine.Decide(ctx, account, d, seen)
		outs = joined(outs, []engine.Outcome{out})
		return err
	})
	if len(outs) > 0 {
		out = outs[0]
	}
	return out, err
}

// Retry implements local.Judge.
func (a *agent) Retry(ctx context.Context, ask local.DocumentRequest) error {
	return a.use(ctx, func(_ context.Context, sys *system) error { return sys.engine.Retry(ask.Account, ask.Key) })
}

// page is the public address of a document, read from its source now.
func (a *agent) page(ctx context.Context, ask local.DocumentRequest) (url string, err error) {
	err = a.finish(ctx, func(ctx context.Context, sys *system) error {
		c, err := sys.engine.Read(ctx, ask.Account, ask.Key)
		if err != nil {
			return err
		}
		if c.Document == nil || c.Document.URL == "" {
			return &source.Error{Kind: source.BadDocument, Code: source.CodeNoPage, Side: "source", Op: "find the page of an answer"}
		}
		url = c.Document.URL
		return nil
	})
	return url, err
}
