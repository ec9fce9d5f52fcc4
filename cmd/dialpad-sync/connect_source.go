package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

type connectSource struct {
	URL          string   `name:"url" help:"The address of the help center, in any form." placeholder:"ADDRESS"`
	Account      string   `help:"A name of yours for it." default:"help-center"`
	ClientID     string   `name:"client-id" help:"The identifier of the OAuth client an admin made." placeholder:"ID"`
	Locales      []string `help:"Languages to copy; without it, the help center's own." placeholder:"en-us,de"`
	MinimalScope bool     `help:"Ask for the least rights that still work."`
	AnyRole      bool     `help:"Go on although the person sees only a part of the answers."`
}

// sourceOfConnect is the catalog's name of what `connect zendesk` connects.
const sourceOfConnect = "zendesk"

// Run signs a person in to the source and writes the account to settings.toml.
func (c *connectSource) Run(ctx context.Context, t terminal, h *home) error {
	entry, _ := catalog.Find(sourceOfConnect)
	return about(entry.Title, c.connect(ctx, t, h, entry))
}

func (c *connectSource) connect(ctx context.Context, t terminal, h *home, entry catalog.Entry) error {
	if err := h.withoutAgent(ctx); err != nil {
		return err
	}
	conf, err := h.loadOrNew()
	if err != nil {
		return err
	}
	account := accountOf(conf, c.Account, entry.Name)
	base, err := c.address(entry, account)
	if err != nil {
		return err
	}
	if err := c.identifier(ctx, t, entry, &account, base); err != nil {
		return err
	}
	account.URL = base.String()
	if len(c.Locales) > 0 {
		account.Locales = c.Locales
	}
	account.MinimalScope = account.MinimalScope || c.MinimalScope
	if account.SourceValue == "" {
		account.SourceValue = entry.SourceValue(base)
	}
	putAccount(conf, account)
	if err := conf.Check(h.Settings); err != nil {
		return err
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return err
	}
	return c.signIn(ctx, t, h, conf, entry, account, base, secrets)
}

// accountOf is the account as it is, or a new one.
func accountOf(conf *settings.Settings, id, name string) settings.Account {
	for _, a := range conf.Accounts {
		if a.ID == id {
			return a
		}
	}
	return settings.NewAccount(id, name)
}

func (c *connectSource) address(entry catalog.Entry, account settings.Account) (*url.URL, error) {
	text := c.URL
	if text == "" {
		text = account.URL
	}
	if text == "" {
		return nil, &usageError{message: "Which help center?", help: "Add --url with its address, such as acme or acme.zendesk.com."}
	}
	base, _, err := entry.ParseAddress(text)
	if err != nil {
		return nil, &usageError{message: err.Error()}
	}
	return base, nil
}

// identifier makes sure that there is a client id: it tells the clicks an
// admin makes once and asks for the result.
func (c *connectSource) identifier(ctx context.Context, t terminal, entry catalog.Entry, account *settings.Account, base *url.URL) error {
	if c.ClientID != "" {
		account.ClientID = c.ClientID
	}
	if account.ClientID != "" {
		return nil
	}
	registration(t, entry.Title, entry.SetUp(base))
	id, err := question(ctx, t, "Identifier: ", false)
	if err != nil {
		return err
	}
	if id == "" {
		return &usageError{message: "Without an identifier " + entry.Title + " does not know this program.", help: "Add --client-id once an admin has made the client."}
	}
	account.ClientID = id
	return nil
}

// registration tells an admin the clicks that make the client.
func registration(t terminal, title string, r catalog.Registration) {
	fmt.Fprintf(t.Err, "%s has to know this program once. An admin does it in about 4 minutes:\n  %s\n", title, r.Page)
	for i, step := range r.Steps {
		fmt.Fprintf(t.Err, "  %d. %s\n", i+1, step)
	}
	fmt.Fprintf(t.Err, "  Name: %s\n  Identifier: %s\n  Redirect addresses:\n    %s\n", r.Name, r.Identifier, strings.Join(r.Redirects, "\n    "))
}

func (c *connectSource) signIn(ctx context.Context, t terminal, h *home, conf *settings.Settings, entry catalog.Entry,
	account settings.Account, base *url.URL, secrets secret.Store,
) error {
	if err := h.ready(); err != nil {
		return err
	}
	unlock, err := h.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := secret.WritableBeside(ctx, secrets, account.ID+"/token"); err != nil {
		return err
	}
	provider := entry.SignIn(base, account.ClientID, account.MinimalScope)
	var who source.Who
	_, err = signin.Run(ctx, signin.Config{
		Provider: provider, OpenURL: h.browser(), Progress: signInWords(t, base.Host),
		HTTP: signin.HTTP{UserAgent: userAgent()},
		Accept: func(ctx context.Context, token signin.Token) (err error) {
			who, err = c.accept(ctx, entry, account, base, provider, secrets, token)
			return err
		},
	})
	if err != nil {
		return signInFailure(err, entry.Title, who)
	}
	if err := conf.Save(h.Settings); err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%s is connected as %s (%s). Nothing is copied yet.\n", entry.Title, who.Name, who.Role)
	return nil
}

// accept checks who signed in before the sign-in is kept.
func (c *connectSource) accept(ctx context.Context, entry catalog.Entry, account settings.Account, base *url.URL,
	provider signin.Provider, secrets secret.Store, token signin.Token,
) (source.Who, error) {
	trial := secret.Memory()
	if err := signin.Save(ctx, trial, "trial", token); err != nil {
		return source.Who{}, err
	}
	src, err := entry.New(catalog.Account{Base: base, Locales: account.Locales, HTTP: rest.Config{
		Tokens:    signin.NewRefreshing(signin.RefreshConfig{Provider: provider, Store: trial, Name: "trial"}),
		Limiter:   rest.NewLimiter(entry.Rate),
		UserAgent: userAgent(), Requests: new(atomic.Int64),
	}})
	if err != nil {
		return source.Who{}, err
	}
	who := source.Who{ReadsAll: true}
	if checker, ok := src.(source.Checker); ok {
		if who, err = checker.Check(ctx); err != nil {
			return who, err
		}
	}
	if !who.ReadsAll && !c.AnyRole {
		return who, &source.Error{Kind: source.Forbidden, Code: source.CodeRole, Side: "source", Op: "check the role"}
	}
	return who, signin.Save(ctx, secrets, account.ID+"/token", token)
}

func putAccount(conf *settings.Settings, account settings.Account) {
	for i, a := range conf.Accounts {
		if a.ID == account.ID {
			conf.Accounts[i] = account
			return
		}
	}
	conf.Accounts = append(conf.Accounts, account)
}

// signInFailure says in words why a sign-in came to nothing.
func signInFailure(err error, title string, who source.Who) error {
	words := ""
	switch {
	case errors.Is(err, signin.ErrRefused):
		words = title + " said no: the sign-in was declined. Nothing was changed."
	case errors.Is(err, signin.ErrTimedOut):
		words = "Nobody signed in within the time. Nothing was changed."
	case errors.Is(err, signin.ErrPorts):
		words = "Another program uses the addresses the browser has to come back to."
	case source.CodeOf(err) == source.CodeRole && who.Name != "":
		words = fmt.Sprintf("%s is an %s in this help center. Copying all answers needs an agent or admin.", who.Name, who.Role)
	default:
		return err
	}
	return &spokenError{words: words, err: err}
}

// spokenError is a failure that has words of its own; its class stays.
type spokenError struct {
	words string
	err   error
}

func (e *spokenError) Error() string { return e.words }
func (e *spokenError) Unwrap() error { return e.err }
