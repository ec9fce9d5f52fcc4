package main

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// newDesk takes the person's decisions about accounts while the agent runs.
func (a *agent) newDesk() *setup.Desk {
	return setup.New(setup.Config{
		File: a.home.Settings, Secrets: a.home.secretsOf, Records: records{a}, Changed: a.rewire, Tokens: a.tokensOf,
		StartAtLogin: func(context.Context) error { return a.startAtLogin(true) },
		EraseRest:    a.eraseRest, OpenURL: a.home.browser(), UserAgent: userAgent(), Log: a.log,
	})
}

// desk adds to the Desk what only the agent can do.
type desk struct {
	*setup.Desk
	agent *agent
}

// Forget implements local.Householder. With everything forgotten the agent has
// nothing left to do.
func (d desk) Forget(ctx context.Context, ask local.ForgetRequest, tell func(local.ForgetStep)) {
	done := false
	d.Desk.Forget(ctx, ask, func(step local.ForgetStep) {
		done = step.Done
		tell(step)
	})
	if done && ask.Everything {
		d.agent.stop()
	}
}

// tokensOf is the token source of the running engine for an entry of the secret
// store, or nil.
func (a *agent) tokensOf(entry string) (tokens *signin.Refreshing) {
	a.wired.Lock()
	defer a.wired.Unlock()
	if a.now == nil {
		return nil
	}
	return a.now.tokens[entry]
}

// eraseRest removes what the agent keeps beside settings and sign-ins. The log
// is still being written to: what comes goes with the last file handle.
func (a *agent) eraseRest(ctx context.Context, secrets secret.Store) error {
	if err := a.startAtLogin(false); err != nil {
		return err
	}
	if err := secrets.Delete(ctx, hashKeyName); err != nil {
		return err
	}
	entries, err := os.ReadDir(a.home.State)
	if err != nil {
		return notWritable(a.home.State, "look at the records", err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name == "log" || strings.HasPrefix(name, "checkpoint.db") {
			if err := os.RemoveAll(filepath.Join(a.home.State, name)); err != nil {
				return notWritable(a.home.State, "remove the records", err)
			}
		}
	}
	return nil
}

// records are the checkpoint of the engine that is wired, or the file itself
// while none is: the agent has the home, so nobody else writes to it.
type records struct{ agent *agent }

var _ setup.Records = records{}

// with does something with the records; a home that has none yet gets them.
func (r records) with(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
	w, err := r.agent.take(ctx)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if w != nil {
		defer w.calls.Done()
		return f(ctx, w.store)
	}
	r.agent.file.Lock()
	defer r.agent.file.Unlock()
	store, err := r.agent.home.openRecords(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // every commit is written already
	return f(ctx, store)
}

// Accounts implements setup.Memory.
func (r records) Accounts(ctx context.Context) (names []string, err error) {
	if !exists(r.agent.home.checkpoint()) {
		return nil, nil
	}
	err = r.with(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		names, err = s.Accounts(ctx)
		return err
	})
	return names, err
}

// Load implements setup.Memory.
func (r records) Load(ctx context.Context, account string) (state engine.State, counts engine.Counts, err error) {
	err = r.with(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		state, counts, err = s.Load(ctx, account)
		return err
	})
	return state, counts, err
}

// Rows implements setup.Memory.
func (r records) Rows(ctx context.Context, account string, keys []source.Key) (rows map[source.Key]engine.Row, err error) {
	err = r.with(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		rows, err = s.Rows(ctx, account, keys)
		return err
	})
	return rows, err
}

// Each implements setup.Memory.
func (r records) Each(ctx context.Context, account string, which engine.Which) iter.Seq2[engine.Row, error] {
	return func(yield func(engine.Row, error) bool) {
		over := false
		err := r.with(ctx, func(ctx context.Context, s *checkpoint.Store) error {
			for row, err := range s.Each(ctx, account, which) {
				if over = !yield(row, err); over || err != nil {
					over = true
					return nil
				}
			}
			return nil
		})
		if err != nil && !over {
			yield(engine.Row{}, err)
		}
	}
}

// Commit implements setup.Records.
func (r records) Commit(ctx context.Context, account string, batch engine.Batch) error {
	return r.with(ctx, func(ctx context.Context, s *checkpoint.Store) error { return s.Commit(ctx, account, batch) })
}

// Forget implements setup.Records.
func (r records) Forget(ctx context.Context, account string) error {
	if !exists(r.agent.home.checkpoint()) {
		return nil
	}
	return r.with(ctx, func(ctx context.Context, s *checkpoint.Store) error { return s.Forget(ctx, account) })
}
