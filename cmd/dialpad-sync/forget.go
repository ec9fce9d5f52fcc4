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
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

type forgetCommand struct {
	Account         string `arg:"" help:"help.forget_account"`
	DeleteDocuments bool   `help:"help.delete_documents"`
	Yes             bool   `help:"help.no_question"`
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
		return named(c.Account, engine.ErrUnknownAccount)
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
		if err := c.deleteDocuments(ctx, t, sys, placeOf(conf, c.Account)); err != nil {
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
	fmt.Fprintln(t.Out, t.text("cli.forgotten", view.Args{"account": account.ID}))
	return nil
}

func (c *forgetCommand) sure(ctx context.Context, t terminal) (bool, error) {
	if c.Yes {
		return true, nil
	}
	what := t.text("cli.keeps_answers")
	if c.DeleteDocuments {
		what = t.text("cli.removes_answers")
	}
	answer, err := question(ctx, t, t.text("cli.forget", view.Args{"account": c.Account, "what": what}), false)
	if err != nil {
		return false, err
	}
	if !slices.Contains(strings.Fields(t.text("cli.yes")), strings.ToLower(answer)) {
		fmt.Fprintln(t.Out, t.text("cli.nothing_changed"))
		return false, nil
	}
	return true, nil
}

func (c *forgetCommand) deleteDocuments(ctx context.Context, t terminal, sys *system, place source.Place) error {
	removed := 0
	err := following(ctx, t, watching(sys.engine), func(ctx context.Context) (err error) {
		removed, err = sys.engine.RemoveAll(rest.WithPatience(ctx, lastChance), c.Account)
		return err
	})
	if err != nil {
		fmt.Fprintln(t.Err, t.text("cli.some_removed", t.counted(place, removed)))
		return err
	}
	fmt.Fprintln(t.Out, t.text("cli.were_removed", t.counted(place, removed)))
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
		fmt.Fprintln(t.Err, t.text("cli.not_withdrawn", view.Args{"source": entry.Title}))
		return nil
	}
	return err
}
