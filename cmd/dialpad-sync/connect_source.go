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
	"dialpadsync.app/ui/view"
)

type connectSource struct {
	URL          string   `name:"url" help:"help.url" placeholder:"ADDRESS"`
	Account      string   `help:"help.account_name" default:"help-center"`
	ClientID     string   `name:"client-id" help:"help.client_id" placeholder:"ID"`
	Locales      []string `help:"help.locales" placeholder:"en-us,de"`
	MinimalScope bool     `help:"help.minimal_scope"`
	AnyRole      bool     `help:"help.any_role"`
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
		return nil, &usageError{says: "connect.which_help_center", fix: "connect.add_url"}
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
	id, err := question(ctx, t, t.text("connect.ask_identifier"), false)
	if err != nil {
		return err
	}
	if id == "" {
		return &usageError{says: "connect.no_identifier", fix: "connect.add_client_id", args: view.Args{"source": entry.Title}}
	}
	account.ClientID = id
	return nil
}

// registration tells an admin the clicks that make the client.
func registration(t terminal, title string, r catalog.Registration) {
	fmt.Fprintf(t.Err, "%s\n  %s\n", t.text("connect.registration", view.Args{"source": title}), r.Page)
	for i, step := range r.Steps {
		fmt.Fprintf(t.Err, "  %d. %s\n", i+1, step)
	}
	for _, line := range []string{
		t.text("connect.name", view.Args{"name": r.Name}), t.text("connect.identifier", view.Args{"identifier": r.Identifier}),
		t.text("connect.redirects"),
	} {
		fmt.Fprintf(t.Err, "  %s\n", line)
	}
	fmt.Fprintf(t.Err, "    %s\n", strings.Join(r.Redirects, "\n    "))
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
	fmt.Fprintln(t.Out, t.text("connect.connected", view.Args{"source": entry.Title, "person": who.Name, "role": who.Role}))
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
	spoken := &spokenError{args: view.Args{"side": title, "person": who.Name, "role": who.Role}, err: err}
	switch {
	case errors.Is(err, signin.ErrRefused):
		spoken.says = "failure.declined"
	case errors.Is(err, signin.ErrTimedOut):
		spoken.says = "failure.timed_out"
	case errors.Is(err, signin.ErrPorts):
		spoken.says = "failure.ports"
	case source.CodeOf(err) == source.CodeRole && who.Name != "":
		spoken.says = "failure.role_named"
	default:
		return err
	}
	return spoken
}

// spokenError is a failure that has words of its own; its class stays.
type spokenError struct {
	says string // the key of the words
	args view.Args
	err  error
}

func (e *spokenError) Error() string { return e.err.Error() }
func (e *spokenError) Unwrap() error { return e.err }
