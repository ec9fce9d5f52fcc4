package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source/catalog"
)

type forgetCommand struct {
	Account         string `arg:"" help:"The account of settings.toml."`
	DeleteDocuments bool   `help:"Remove the copied answers from Dialpad too."`
	Yes             bool   `help:"Do not ask."`
}

// Run withdraws the sign-in at the source and removes what this computer knows
// of the account, and the copied answers where that is wished. The answers go
// first: without the rest they could no longer be found.
func (c *forgetCommand) Run(ctx context.Context, t terminal, h *home) error {
	if err := h.withoutAgent(ctx); err != nil {
		return err
	}
	conf, err := h.prepare()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(conf.Accounts, func(a settings.Account) bool { return a.ID == c.Account })
	if i < 0 {
		return fmt.Errorf("%w: %q", engine.ErrUnknownAccount, c.Account)
	}
	account := conf.Accounts[i]
	if sure, err := c.sure(ctx, t); err != nil || !sure {
		return err
	}
	sys, err := h.open(ctx, nil)
	if err != nil {
		return err
	}
	defer sys.close()
	if c.DeleteDocuments {
		if err := c.deleteDocuments(ctx, t, sys); err != nil {
			return err
		}
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return err
	}
	if err := c.signOut(ctx, t, account, secrets); err != nil {
		return err
	}
	if err := sys.store.Forget(ctx, account.ID); err != nil {
		return err
	}
	conf.Accounts = slices.Delete(conf.Accounts, i, i+1)
	if err := conf.Save(h.Settings); err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%s is forgotten on this computer.\n", account.ID)
	return nil
}

func (c *forgetCommand) sure(ctx context.Context, t terminal) (bool, error) {
	if c.Yes {
		return true, nil
	}
	what := "Dialpad keeps the copied answers."
	if c.DeleteDocuments {
		what = "The copied answers are removed from Dialpad."
	}
	answer, err := question(ctx, t, fmt.Sprintf("Stop copying %s and withdraw its sign-in? %s [y/N] ", c.Account, what), false)
	if err != nil {
		return false, err
	}
	if !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
		fmt.Fprintln(t.Out, "Nothing was changed.")
		return false, nil
	}
	return true, nil
}

func (c *forgetCommand) deleteDocuments(ctx context.Context, t terminal, sys *system) error {
	removed := 0
	err := following(ctx, t, watching(sys.engine), func(ctx context.Context) (err error) {
		removed, err = sys.engine.RemoveAll(rest.WithPatience(ctx, lastChance), c.Account)
		return err
	})
	if err != nil {
		fmt.Fprintf(t.Err, "%d answers were removed; the account stays, so that the others can be.\n", removed)
		return err
	}
	fmt.Fprintf(t.Out, "%d answers were removed from Dialpad.\n", removed)
	return nil
}

// signOut withdraws the sign-in. A withdrawal that the source did not confirm
// is said and undoes nothing.
func (c *forgetCommand) signOut(ctx context.Context, t terminal, account settings.Account, secrets secret.Store) error {
	entry, _ := catalog.Find(account.Source)
	base, err := url.Parse(account.URL)
	if err != nil {
		return err // Load has checked it
	}
	err = signin.SignOut(ctx, signin.RefreshConfig{
		Provider: entry.SignIn(base, account.ClientID, account.MinimalScope), Store: secrets,
		Name: account.ID + "/token", HTTP: signin.HTTP{UserAgent: userAgent()},
	})
	if errors.Is(err, signin.ErrNotConfirmed) {
		fmt.Fprintf(t.Err, "%s did not confirm that the sign-in is withdrawn. An admin can remove it there.\n", entry.Title)
		return nil
	}
	return err
}
