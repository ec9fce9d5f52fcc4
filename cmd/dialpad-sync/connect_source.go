package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/ui/view"
)

// connectZendesk is `connect zendesk`: a sign-in in the browser.
type connectZendesk struct {
	URL          string   `name:"url" help:"help.url" placeholder:"ADDRESS"`
	Account      string   `help:"help.account_name" placeholder:"NAME"`
	ClientID     string   `name:"client-id" help:"help.client_id" placeholder:"ID"`
	Locales      []string `help:"help.locales" placeholder:"en-us,de"`
	MinimalScope bool     `help:"help.minimal_scope"`
	AnyRole      bool     `help:"help.any_role"`
}

// Run signs a person in to the help center.
func (c *connectZendesk) Run(ctx context.Context, t terminal, h *home) error {
	ask := local.ConnectRequest{
		Source: "zendesk", Account: c.Account, Address: c.URL, ClientID: c.ClientID, Locales: c.Locales,
		AnyRole: c.AnyRole, MinimalScope: c.MinimalScope,
	}
	return (&connectSource{ask: ask}).run(ctx, t, h)
}

// connectMagento is `connect magento`: keys that are copied from the shop.
type connectMagento struct {
	URL     string `name:"url" help:"help.shop_url" placeholder:"ADDRESS"`
	Account string `help:"help.account_name" placeholder:"NAME"`
}

// Run takes the shop's keys.
func (c *connectMagento) Run(ctx context.Context, t terminal, h *home) error {
	return (&connectSource{ask: local.ConnectRequest{Source: "magento", Account: c.Account, Address: c.URL}}).run(ctx, t, h)
}

// connectSource connects a source of the catalog.
type connectSource struct{ ask local.ConnectRequest }

// connecting is what it takes to connect a source.
type connecting interface {
	Setup(ctx context.Context) (local.Setup, error)
	Address(ctx context.Context, ask local.AddressRequest) (local.Address, error)
	Connect(ctx context.Context, ask local.ConnectRequest, f func(local.ConnectStep)) error
	Choose(ctx context.Context, ask local.ChooseRequest) error
}

// run connects the source. A new account copies everything that is
// public in its languages, as soon as Dialpad is connected too.
func (c *connectSource) run(ctx context.Context, t terminal, h *home) error {
	entry, _ := catalog.Find(c.ask.Source)
	at, leave, err := h.atDesk(ctx)
	if err != nil {
		return about(entry.Title, err)
	}
	defer leave()
	return about(entry.Title, c.connect(ctx, t, at, entry))
}

func (c *connectSource) connect(ctx context.Context, t terminal, at connecting, entry catalog.Entry) error {
	before, err := at.Setup(ctx)
	if err != nil {
		return err
	}
	ask := c.ask
	where, err := c.where(ctx, at, before, &ask)
	if err != nil {
		return err
	}
	if entry.Keys == nil {
		err = identifier(ctx, t, entry.Title, where, &ask)
	} else {
		err = copiedKeys(ctx, t, entry, where, &ask)
	}
	if err != nil {
		return err
	}
	var last local.ConnectStep
	if err := at.Connect(ctx, ask, signInSteps(t, where.Host, &last)); err != nil {
		return err
	}
	if err := failureOfStep(last.Problem, entry.Title, last.Who); err != nil {
		return err
	}
	if err := c.choose(ctx, at, before, last.Account); err != nil {
		return err
	}
	who := local.Person{}
	if last.Who != nil {
		who = *last.Who
	}
	says := "connect.connected"
	_, agent := at.(*local.Client)
	if accountIn(before, last.Account) >= 0 || agent && before.Dialpad != nil {
		says = "connect.signed_in_as" // what is to be copied is being copied
	}
	if who.Name == "" {
		says = nameless[says]
	}
	fmt.Fprintln(t.Out, t.text(says, view.Args{"source": entry.Title, "person": who.Name, "role": who.Role}))
	return nil
}

// nameless is the same of a source that names nobody.
var nameless = map[string]string{
	"connect.connected": "connect.connected_nameless", "connect.signed_in_as": "connect.signed_in_as_nameless",
}

// copiedKeys tells the clicks that make the keys and asks for each of them.
func copiedKeys(ctx context.Context, t terminal, entry catalog.Entry, where local.Address, ask *local.ConnectRequest) error {
	registration(t, entry.Title, where.Registration)
	for _, name := range entry.Keys {
		text, err := question(ctx, t, name+": ", true)
		if err != nil {
			return err
		}
		ask.Keys = append(ask.Keys, text)
	}
	return nil
}

// where finds out which account is meant: by its address, by its name, or the
// only one there is.
func (c *connectSource) where(ctx context.Context, at connecting, known local.Setup, ask *local.ConnectRequest) (local.Address, error) {
	if ask.Address == "" && ask.Account == "" {
		ask.Account = onlyAccount(known, ask.Source)
	}
	if ask.Address != "" {
		where, err := at.Address(ctx, local.AddressRequest{Source: ask.Source, Text: ask.Address})
		if err != nil {
			return where, typedWrong(err)
		}
		if i := accountIn(known, ask.Account); i >= 0 && where.ClientID == "" {
			where.ClientID = known.Accounts[i].ClientID
		}
		return where, nil
	}
	i := accountIn(known, ask.Account)
	if i < 0 {
		return local.Address{}, &usageError{says: whichPlace[ask.Source], fix: addAddress[ask.Source]}
	}
	a := known.Accounts[i]
	where, err := at.Address(ctx, local.AddressRequest{Source: a.Source, Text: a.URL})
	where.ClientID = a.ClientID
	return where, err
}

// whichPlace and addAddress ask for the address of a source.
var (
	whichPlace = map[string]string{"zendesk": "connect.which_help_center", "magento": "connect.which_shop"}
	addAddress = map[string]string{"zendesk": "connect.add_url", "magento": "connect.add_shop_url"}
)

func accountIn(known local.Setup, id string) int {
	return slices.IndexFunc(known.Accounts, func(a local.Account) bool { return a.ID == id })
}

// onlyAccount is the one account of the source, or empty.
func onlyAccount(known local.Setup, name string) string {
	id := ""
	for _, a := range known.Accounts {
		if a.Source != name {
			continue
		}
		if id != "" {
			return ""
		}
		id = a.ID
	}
	return id
}

// choose makes a new account copy everything, and a known one the languages
// that were named.
func (c *connectSource) choose(ctx context.Context, at connecting, before local.Setup, id string) error {
	now, err := at.Setup(ctx)
	if err != nil {
		return err
	}
	i := accountIn(now, id)
	if i < 0 || accountIn(before, id) >= 0 && len(c.ask.Locales) == 0 {
		return nil
	}
	selection := now.Accounts[i].Selection
	if len(c.ask.Locales) > 0 {
		if slices.Equal(selection.Locales, c.ask.Locales) && now.Accounts[i].Selected {
			return nil
		}
		selection.Locales = c.ask.Locales
	}
	return at.Choose(ctx, local.ChooseRequest{Account: id, Selection: selection})
}

// identifier makes sure that there is a client id: it tells the clicks an
// admin makes once and asks for the result.
func identifier(ctx context.Context, t terminal, title string, where local.Address, ask *local.ConnectRequest) error {
	if ask.ClientID != "" || where.ClientID != "" {
		return nil
	}
	registration(t, title, where.Registration)
	id, err := question(ctx, t, t.text("connect.ask_identifier"), false)
	if err != nil {
		return err
	}
	if id == "" {
		return &usageError{says: "connect.no_identifier", fix: "connect.add_client_id", args: view.Args{"source": title}}
	}
	ask.ClientID = id
	return nil
}

// registration tells an admin the clicks that make the client.
func registration(t terminal, title string, r local.Registration) {
	fmt.Fprintf(t.Err, "%s\n  %s\n", t.text("connect.registration", view.Args{"source": title}), r.Page)
	for i, step := range r.Steps {
		fmt.Fprintf(t.Err, "  %d. %s\n", i+1, step)
	}
	if len(r.Redirects) == 0 {
		return
	}
	for _, line := range []string{
		t.text("connect.name", view.Args{"name": r.Name}), t.text("connect.identifier", view.Args{"identifier": r.Identifier}),
		t.text("connect.redirects"),
	} {
		fmt.Fprintf(t.Err, "  %s\n", line)
	}
	fmt.Fprintf(t.Err, "    %s\n", strings.Join(r.Redirects, "\n    "))
}

// spokenError is a failure that has words of its own; its class stays.
type spokenError struct {
	says string // the key of the words
	args view.Args
	err  error
}

func (e *spokenError) Error() string { return e.err.Error() }
func (e *spokenError) Unwrap() error { return e.err }
