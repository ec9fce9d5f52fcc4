package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const (
	clientID = "dialpad_sync"
	// plenty is a rate that nothing reaches, in requests a second.
	plenty = 10_000
	// bodySize is about how long an article is.
	bodySize = 2_000
)

// world is both doubles and the home of one installation.
type world struct {
	account  string // its id in the settings
	articles int
	locales  []string
	home     string
	helps    *zendesksim.Server
	knows    *dialpadsim.Server
	left     *served
	right    *served
	imported result // of the first import, once there was one
}

// newWorld starts the doubles and makes a home that is signed in to both. The
// caller closes it.
func (b *bench) newWorld(ctx context.Context, articles int, locales []string, certificate *tls.Certificate) (*world, error) {
	home, err := os.MkdirTemp(b.dir, "home-")
	if err != nil {
		return nil, err
	}
	w := &world{account: account, articles: articles, locales: locales, home: home}
	if w.knows, err = dialpadsim.New(dialpadsim.Config{Seed: 1}); err != nil {
		return nil, fmt.Errorf("make the Dialpad double: %w", err)
	}
	if err := w.openHelpCenter(certificate); err != nil {
		return nil, err
	}
	if w.right, err = serve(w.knows, certificate); err != nil {
		w.left.close()
		return nil, err
	}
	if err := w.signIn(ctx); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// second is a further account of the same home, with a help center of its own
// and the same Dialpad. The caller closes its left side.
func (w *world) second(ctx context.Context, certificate *tls.Certificate) (*world, error) {
	other := &world{account: account + "-2", articles: w.articles, locales: w.locales, home: w.home, knows: w.knows, right: w.right}
	if err := other.openHelpCenter(certificate); err != nil {
		return nil, err
	}
	if err := other.signInToHelpCenter(ctx); err != nil {
		other.left.close()
		return nil, err
	}
	return other, nil
}

func (w *world) openHelpCenter(certificate *tls.Certificate) (err error) {
	w.helps, err = zendesksim.New(zendesksim.Config{
		Seed: 1, Articles: w.articles, BodySize: bodySize, Locales: w.locales, PerMinute: 2 * 60 * plenty,
		Clients: []zendesksim.Client{{ID: clientID, Public: true}},
	})
	if err != nil {
		return fmt.Errorf("make the help center: %w", err)
	}
	w.left, err = serve(w.helps, certificate)
	return err
}

func (w *world) close() {
	w.left.close()
	w.right.close()
}

// Entries of the secret store.
const (
	account     = "help-center"
	secretName  = "dialpad/client_secret"
	hashKeyName = "checkpoint/hash_key"
)

func tokenOf(account string) string { return account + "/token" }

func (w *world) secrets() string { return filepath.Join(w.home, "secrets") }

// signIn puts both sign-ins into the home's secrets.
func (w *world) signIn(ctx context.Context) error {
	if err := os.Mkdir(w.secrets(), 0o700); err != nil {
		return err
	}
	if err := w.signInToHelpCenter(ctx); err != nil {
		return err
	}
	store := secret.Dir(w.secrets())
	if err := store.Set(ctx, secretName, secret.Secret(w.knows.Credentials().Knowledge.ClientSecret)); err != nil {
		return err
	}
	return store.Set(ctx, hashKeyName, secret.Secret(rand.Text()))
}

func (w *world) signInToHelpCenter(ctx context.Context) error {
	access, refresh := w.helps.Token(zendesksim.Admin)
	token := signin.Token{Access: secret.Secret(access), Refresh: secret.Secret(refresh), Expiry: time.Now().Add(30 * time.Minute)}
	return signin.Save(ctx, secret.Dir(w.secrets()), tokenOf(w.account), token)
}

// sourceValue is what the account's nodes carry.
func (w *world) sourceValue() string { return "dialpad-sync:zendesk:" + w.account }

// job is what an engine needs to sync the world as fast as it can.
func (w *world) job() job {
	return job{
		Home: w.home, Account: w.account, SourceValue: w.sourceValue(), HelpCenter: w.left.address, Knowledge: w.right.address,
		ClientID: w.knows.Credentials().Knowledge.ClientID, Locales: w.locales,
		Start: plenty, Ceiling: plenty,
	}
}

// documents is how many there are.
func (w *world) documents() int { return w.articles * len(w.locales) }

// importAll makes the first import and proof in a process of its own.
func (w *world) importAll(ctx context.Context, env ...string) error {
	var err error
	if w.imported, err = child[result](ctx, "sync", w.job(), env...); err != nil {
		return fmt.Errorf("first import: %w", err)
	}
	return w.imported.proved(w.documents())
}

// synced returns a world of this size whose first import is done; it is shared
// by all measurements that leave its documents as they are.
func (b *bench) synced(ctx context.Context, articles int, locales ...string) (*world, error) {
	if len(locales) == 0 {
		locales = []string{"en-us"}
	}
	for _, w := range b.worlds {
		if w.articles == articles && slices.Equal(w.locales, locales) {
			return w, nil
		}
	}
	w, err := b.newWorld(ctx, articles, locales, nil)
	if err != nil {
		return nil, err
	}
	if err := w.importAll(ctx); err != nil {
		w.close()
		return nil, err
	}
	b.worlds = append(b.worlds, w)
	return w, nil
}
