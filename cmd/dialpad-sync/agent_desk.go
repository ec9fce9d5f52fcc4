package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings/atomicfile"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
)

// newDesk takes the person's decisions about accounts while the agent runs.
func (a *agent) newDesk() *setup.Desk {
	return setup.New(setup.Config{
		File: a.home.Settings, Secrets: a.home.secretsOf, Records: a.records(), Changed: a.rewire, Tokens: a.tokensOf, Limits: a.limitsOf,
		StartAtLogin: func(context.Context) error { return a.startAtLogin(true) },
		EraseRest:    a.eraseRest, OpenURL: a.home.browser(), Words: a.home.pageWords, UserAgent: userAgent(), Log: a.log,
	})
}

// desk adds to the Desk what only the agent can do.
type desk struct {
	*setup.Desk
	agent *agent
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

// limitsOf are the running engine's limiters of an account, or nil.
func (a *agent) limitsOf(account string) (source, dialpad *rest.Limiter) {
	a.wired.Lock()
	defer a.wired.Unlock()
	if a.now == nil {
		return nil, nil
	}
	l := a.now.limits[account]
	return l.source, l.dialpad
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
		return atomicfile.Failure(a.home.State, "look at the records", err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name == "log" || name == guardFile || strings.HasPrefix(name, "checkpoint.db") {
			if err := os.RemoveAll(filepath.Join(a.home.State, name)); err != nil {
				return atomicfile.Failure(a.home.State, "remove the records", err)
			}
		}
	}
	return nil
}

// records are the checkpoint of the engine that is wired, or the file itself
// while none is: the agent has the home, so nobody else writes to it.
func (a *agent) records() records {
	return records{read: a.readRecords, write: a.writeRecords}
}

func (a *agent) readRecords(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
	if !exists(a.home.checkpoint()) {
		return nil
	}
	return a.writeRecords(ctx, f)
}

func (a *agent) writeRecords(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
	w, err := a.take(ctx)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if w != nil {
		defer w.calls.Done()
		return f(ctx, w.store)
	}
	a.file.Lock()
	defer a.file.Unlock()
	store, err := a.home.openRecords(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, store), store.Close())
}
