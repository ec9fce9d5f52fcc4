package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

const userAgent = "dialpad-sync/bench"

// job is what one engine works on.
type job struct {
	// Home holds checkpoint.db and the folder of secrets.
	Home string
	// Account is the account's id, SourceValue what its nodes carry.
	Account, SourceValue string
	// HelpCenter and Knowledge are the addresses of the two sides, ClientID is
	// Dialpad's.
	HelpCenter, Knowledge, ClientID string
	Locales                         []string
	// Start and Ceiling are the rate towards both sides, in requests a second.
	Start, Ceiling float64
	// Workers is how many documents are written at a time; 0 leaves it to the
	// engine.
	Workers int
}

// system is an engine as cmd/dialpad-sync wires it, but for the rates.
type system struct {
	engine *engine.Engine
	store  *checkpoint.Store
}

func (s *system) close() { _ = s.store.Close() }

// open wires the engine of a home.
func open(ctx context.Context, j job) (*system, error) {
	secrets := secret.Dir(filepath.Join(j.Home, "secrets"))
	store, err := openStore(ctx, j.Home)
	if err != nil {
		return nil, err
	}
	s := &system{store: store}
	account, err := j.account(ctx, store, secrets)
	if err == nil {
		s.engine, err = engine.New(ctx, engine.Config{
			Accounts: []engine.Account{account}, Checkpoint: s.store,
			Sum: func(doc source.Document) [16]byte { return content.Sum(s.store.SumKey(), doc) },
		})
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// openStore opens a home's checkpoint.
func openStore(ctx context.Context, home string) (*checkpoint.Store, error) {
	key, err := secret.Dir(filepath.Join(home, "secrets")).Get(ctx, hashKeyName)
	if err != nil {
		return nil, err
	}
	return checkpoint.Open(ctx, filepath.Join(home, "checkpoint.db"), []byte(key.Reveal()))
}

// account wires both sides.
func (j job) account(ctx context.Context, store *checkpoint.Store, secrets secret.Store) (engine.Account, error) {
	var left, right atomic.Int64
	from, err := j.source(secrets, &left)
	if err != nil {
		return engine.Account{}, err
	}
	to, err := j.destination(ctx, store, secrets, &right)
	if err != nil {
		return engine.Account{}, err
	}
	return engine.Account{
		ID: j.Account, Title: "Zendesk", Source: from, Destination: to, Fingerprint: j.fingerprint(),
		Interval: settings.DefaultInterval, Lag: settings.DefaultListLag,
		Requests: func() (int64, int64) { return left.Load(), right.Load() },
		Workers:  j.Workers, MaxWorkers: j.Workers,
	}, nil
}

// fingerprint is the one that the agent makes of the same settings, so that it
// takes over a home that was filled here.
func (j job) fingerprint() string {
	return fmt.Sprintf("%s %s %s %s %s", settings.RegionCustom, j.Knowledge, j.ClientID, "zendesk", j.HelpCenter)
}

func (j job) limiter() *rest.Limiter {
	return rest.NewLimiter(rest.LimitConfig{Start: j.Start, Ceiling: j.Ceiling})
}

func (j job) source(secrets secret.Store, requests *atomic.Int64) (source.Source, error) {
	base, err := url.Parse(j.HelpCenter)
	if err != nil {
		return nil, err
	}
	entry, _ := catalog.Find("zendesk")
	tokens := signin.NewRefreshing(signin.RefreshConfig{
		Provider: entry.SignIn(base, clientID, false), Store: secrets, Name: tokenOf(j.Account),
		HTTP: signin.HTTP{UserAgent: userAgent, Requests: requests},
	})
	return entry.New(catalog.Account{
		Base: base, Locales: j.Locales,
		HTTP: rest.Config{Tokens: tokens, Limiter: j.limiter(), UserAgent: userAgent, Requests: requests},
	})
}

// destination knows the API version that an earlier process found, and keeps
// the one it finds itself.
func (j job) destination(ctx context.Context, store *checkpoint.Store, secrets secret.Store, requests *atomic.Int64) (engine.Destination, error) {
	base, err := url.Parse(j.Knowledge)
	if err != nil {
		return nil, err
	}
	client, err := rest.New(rest.Config{
		Base: base, Side: "dialpad", Name: "Dialpad", Limiter: j.limiter(), UserAgent: userAgent, Requests: requests,
		Tokens: signin.NewCredentials(signin.CredentialsConfig{
			API: j.Knowledge, ClientID: j.ClientID, Store: secrets, Name: secretName,
			HTTP: signin.HTTP{UserAgent: userAgent, Requests: requests},
		}),
	})
	if err != nil {
		return nil, err
	}
	name := "dialpad_version " + j.Knowledge // the agent's, so that it takes over
	known, err := store.Value(ctx, name)
	if err != nil {
		return nil, err
	}
	config := dialpad.Config{Client: client, Version: string(known), SourceValue: j.SourceValue, Locale: j.Locales[0]}
	return dialpad.Discover(config, "", func(found dialpad.Found) {
		_ = store.SetValue(ctx, name, []byte(found.Version)) // else the next process looks again, and is counted so
	}), nil
}

// pass makes one pass; it is an error if the pass ended early.
func (s *system) pass(ctx context.Context) (engine.Outcome, error) {
	outs, err := s.engine.Sync(ctx, "", engine.Options{}, 0)
	if err != nil {
		return engine.Outcome{}, err
	}
	return outs[0], outs[0].Err
}

// syncTask makes one pass in a child.
func syncTask(ctx context.Context, in io.Reader, out io.Writer) error {
	var j job
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return err
	}
	s, err := open(ctx, j)
	if err != nil {
		return err
	}
	defer s.close()
	o, err := s.pass(ctx)
	if err != nil {
		return err
	}
	return report(out, o)
}

// refreshSoon makes the sign-in to the help center end, so that the next
// request renews it first.
func (w *world) refreshSoon(ctx context.Context) error {
	store := secret.Dir(w.secrets())
	token, err := signin.Load(ctx, store, tokenOf(w.account))
	if err != nil {
		return err
	}
	token.Expiry = time.Now()
	return signin.Save(ctx, store, tokenOf(w.account), token)
}
