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
	err = a.use(ctx, func(ctx context.Context, sys *system) (err error) {
		outs, err = pausing{sys.engine, sys.store, sys.log}.Sync(ctx, account, opts, wait)
		return err
	})
	return outs, err
}

// Pause implements local.Driver.
func (a *agent) Pause(until time.Time) {
	_ = a.use(context.Background(), func(_ context.Context, sys *system) error { // nothing wired, nothing to pause
		pausing{sys.engine, sys.store, sys.log}.Pause(until)
		return nil
	})
}

// Resume implements local.Driver.
func (a *agent) Resume() {
	_ = a.use(context.Background(), func(_ context.Context, sys *system) error { // nothing wired, nothing paused
		pausing{sys.engine, sys.store, sys.log}.Resume()
		return nil
	})
}

// Failures implements local.Judge.
func (a *agent) Failures(ctx context.Context, account string, titles int) (failures []engine.Failure, err error) {
	err = a.use(ctx, func(ctx context.Context, sys *system) (err error) {
		failures, err = sys.engine.Failures(ctx, account, titles)
		return err
	})
	return failures, err
}

// Held implements local.Judge.
func (a *agent) Held(ctx context.Context, account string, titles int) (held []engine.HeldRemoval, err error) {
	err = a.use(ctx, func(ctx context.Context, sys *system) (err error) {
		held, err = sys.engine.Held(ctx, account, titles)
		return err
	})
	return held, err
}

// Decide implements local.Judge.
func (a *agent) Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (out engine.Outcome, err error) {
	err = a.use(ctx, func(ctx context.Context, sys *system) (err error) {
		out, err = sys.engine.Decide(ctx, account, d, seen)
		return err
	})
	return out, err
}

// Retry implements local.Judge.
func (a *agent) Retry(ctx context.Context, ask local.DocumentRequest) error {
	return a.use(ctx, func(_ context.Context, sys *system) error { return sys.engine.Retry(ask.Account, ask.Key) })
}

// page is the public address of a document, read from its source now.
func (a *agent) page(ctx context.Context, ask local.DocumentRequest) (url string, err error) {
	err = a.use(ctx, func(ctx context.Context, sys *system) error {
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
