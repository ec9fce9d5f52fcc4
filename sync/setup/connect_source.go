package setup

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
)

// wish is an account as it will be when its sign-in has worked out.
type wish struct {
	entry   catalog.Entry
	base    *url.URL
	account settings.Account
	isNew   bool
	anyRole bool
	homeID  string
	secrets secret.Store
	keys    secret.Secret // of a source that has them instead of a sign-in
}

// connectSource signs in to a source. A new account is kept as not chosen yet;
// of a known one the selection stays as it is.
func (d *Desk) connectSource(ctx context.Context, ask local.ConnectRequest, progress func(signin.Progress)) (local.ConnectStep, error) {
	step := local.ConnectStep{Stage: local.ConnectFailed}
	w, err := d.wish(ctx, ask)
	if err != nil {
		return step, err
	}
	release, err := d.take(w.account.ID)
	if err != nil {
		return step, err
	}
	defer release()
	if err := d.ready(); err != nil {
		return step, err
	}
	if err := secret.WritableBeside(ctx, w.secrets, TokenName(w.account.ID)); err != nil {
		return step, err
	}
	provider := w.entry.SignIn(w.base, w.account.ClientID, w.account.MinimalScope)
	if w.entry.Join != nil {
		progress(signin.Progress{Step: signin.Finishing})
		who, err := d.accept(ctx, w, provider, signin.Token{Access: w.keys})
		step.Who = person(who)
		return d.connected(ctx, step, w, err)
	}
	_, err = signin.Run(ctx, d.signIn(provider, progress, func(ctx context.Context, token signin.Token) error {
		who, err := d.accept(ctx, w, provider, token)
		step.Who = person(who)
		return err
	}))
	return d.connected(ctx, step, w, err)
}

// connected makes a sign-in that was kept take effect.
func (d *Desk) connected(ctx context.Context, step local.ConnectStep, w wish, err error) (local.ConnectStep, error) {
	if err != nil {
		return step, err
	}
	d.forgetSide(w.account.ID)
	d.takeUp(ctx)
	step.Stage, step.Account = local.ConnectDone, w.account.ID
	return step, nil
}

func person(who source.Who) *local.Person {
	if who.Name == "" {
		return nil
	}
	return &local.Person{Name: who.Name, Role: who.Role}
}

// wish works out what is asked for: a known account or a new one, where, and
// under which identifier.
func (d *Desk) wish(ctx context.Context, ask local.ConnectRequest) (wish, error) {
	conf, err := d.load()
	if err != nil {
		return wish{}, err
	}
	w := wish{anyRole: ask.AnyRole, homeID: conf.HomeID}
	if err := w.find(conf, ask); err != nil {
		return w, err
	}
	if w.isNew {
		if w.account.ID, err = d.newID(ctx, conf, w); err != nil {
			return w, err
		}
	}
	w.account.MinimalScope = w.account.MinimalScope || ask.MinimalScope
	if err := w.prove(ask); err != nil {
		return w, err
	}
	put(conf, w.account)
	if err := conf.Check(d.cfg.File); err != nil {
		return w, classed(err)
	}
	w.secrets, err = d.secrets(conf)
	return w, err
}

// prove takes what the source knows this program by: an identifier for the
// browser, or the keys a person has copied.
func (w *wish) prove(ask local.ConnectRequest) (err error) {
	if w.entry.Join == nil {
		w.account.ClientID, err = identifier(ask.ClientID, w.account.ClientID)
		return err
	}
	if w.keys, err = w.entry.Join(ask.Keys); err != nil {
		return &source.Error{Kind: source.Fatal, Code: source.CodeKeys, Op: "read the keys", Side: "source", Host: w.base.Host, Err: err}
	}
	return nil
}

// find finds the account by its id or its address, or begins a new one.
func (w *wish) find(conf *settings.Settings, ask local.ConnectRequest) error {
	i, missing := find(conf, ask.Account)
	var err error
	switch {
	case missing == nil:
		w.account = conf.Accounts[i]
		if w.entry, w.base, err = sideOf(w.account); err != nil || ask.Address == "" {
			return err
		}
		_, typed, err := address(w.account.Source, ask.Address)
		if err == nil && typed.String() != w.base.String() {
			err = w.otherAccount()
		}
		return err
	case ask.Address == "" && ask.Account != "":
		return missing
	}
	if w.entry, w.base, err = address(ask.Source, ask.Address); err != nil {
		return err
	}
	if a, ok := at(conf, w.entry, w.base); ok && ask.Account == "" {
		w.account = a
		return nil
	}
	w.isNew, w.account = true, settings.NewAccount(ask.Account, w.entry.Name)
	w.account.URL, w.account.Locales, w.account.Selected = w.base.String(), ask.Locales, false
	w.account.SourceValue = w.entry.SourceValue(w.base)
	return nil
}

// otherAccount says that what was reached is not the account that was meant.
func (w *wish) otherAccount() error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeOtherAccount, Op: "check the account", Side: "source", Host: w.base.Host,
		Err: errors.New("it lives at another address"),
	}
}

// identifier is the client id a person typed, or the one that is known.
func identifier(typed, known string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		typed = known
	}
	blank := func(r rune) bool { return r <= ' ' || r > '~' }
	if typed == "" || len(typed) > longestTyped || strings.ContainsFunc(typed, blank) {
		return "", &source.Error{Kind: source.Fatal, Code: source.CodeIdentifier, Op: "read the identifier", Side: "source", Err: errors.New("it is missing or malformed")}
	}
	return typed, nil
}

// accept checks who signed in and keeps the sign-in. One that is not good enough
// is withdrawn again, as far as the source answers.
func (d *Desk) accept(ctx context.Context, w wish, provider signin.Provider, token signin.Token) (source.Who, error) {
	const name = "trial"
	trial := secret.Memory()
	if err := signin.Save(ctx, trial, name, token); err != nil {
		return source.Who{}, err
	}
	config := signin.RefreshConfig{Provider: provider, Store: trial, Name: name, HTTP: d.http()}
	who, err := d.check(ctx, w, signin.NewRefreshing(config))
	if err != nil {
		if source.KindOf(err) == source.Forbidden || source.CodeOf(err) == source.CodeOtherAccount {
			d.withdraw(ctx, config)
		}
		return who, err
	}
	if err := ctx.Err(); err != nil {
		return who, err
	}
	return who, d.keep(ctx, w, trial, name)
}

// withdrawWithin bounds the withdrawal of a sign-in, which may take three calls.
const withdrawWithin = 20 * time.Second

// withdraw takes back a sign-in that is not kept. What the vendor says to it
// changes nothing.
func (d *Desk) withdraw(ctx context.Context, config signin.RefreshConfig) {
	if config.Provider.Revoke == nil {
		return // keys are withdrawn where they were made
	}
	ctx, cancel := context.WithTimeout(ctx, withdrawWithin)
	defer cancel()
	if err := signin.SignOut(ctx, config); err != nil {
		d.cfg.Log.Warn("a sign-in that is not kept could not be withdrawn", slog.String("kind", source.KindOf(err).String()))
	}
}

// check asks the source who signed in.
func (d *Desk) check(ctx context.Context, w wish, tokens rest.Tokens) (source.Who, error) {
	ctx = rest.WithPatience(ctx, patience)
	src, done, err := open(w.entry, w.base, w.account, rest.Config{
		Tokens: tokens, Limiter: rest.NewLimiter(w.entry.Rate), UserAgent: d.cfg.UserAgent, Log: d.cfg.Log,
	})
	if err != nil {
		return source.Who{}, err
	}
	defer done()
	checker, ok := src.(source.Checker)
	if !ok {
		return source.Who{}, nil
	}
	who, err := checker.Check(ctx)
	switch {
	case err != nil:
		return who, err
	case who.Host != "" && !strings.EqualFold(who.Host, w.base.Host):
		return who, w.otherAccount()
	case !who.ReadsAll && !w.anyRole:
		return who, &source.Error{Kind: source.Forbidden, Code: source.CodeRole, Op: "check the role", Side: "source", Host: w.base.Host}
	}
	return who, nil
}

// keep moves the sign-in from the trial store to the lasting one and writes the
// account down. A client that goes meanwhile does not leave it half done.
func (d *Desk) keep(ctx context.Context, w wish, trial secret.Store, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changedWithin)
	defer cancel()
	undo, err := move(ctx, trial, name, w.secrets, TokenName(w.account.ID))
	if err != nil {
		return err
	}
	err = d.edit(w.write)
	if err != nil {
		return errors.Join(err, undo(ctx))
	}
	return nil
}

// move copies an entry from one store to another and returns what puts back
// what was there.
func move(ctx context.Context, from secret.Store, name string, to secret.Store, as string) (undo func(context.Context) error, err error) {
	before, err := to.Get(ctx, as)
	if err != nil && !errors.Is(err, secret.ErrNotFound) {
		return nil, err
	}
	value, err := from.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	undo = func(ctx context.Context) error { return to.Set(ctx, as, before) }
	if before == "" {
		undo = func(ctx context.Context) error { return to.Delete(ctx, as) }
	}
	return undo, to.Set(ctx, as, value)
}

// write puts the account into the settings as they are now.
func (w wish) write(conf *settings.Settings) error {
	i, missing := find(conf, w.account.ID)
	switch {
	case conf.HomeID != w.homeID, w.isNew && missing == nil:
		return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "save the account", Err: errors.New("settings.toml was changed meanwhile")}
	case w.isNew:
		conf.Accounts = append(conf.Accounts, w.account)
		return nil
	case missing != nil:
		return missing
	}
	a := &conf.Accounts[i]
	a.ClientID, a.MinimalScope = w.account.ClientID, w.account.MinimalScope
	if a.SourceValue == "" {
		a.SourceValue = w.entry.SourceValue(w.base)
	}
	return nil
}

func put(conf *settings.Settings, account settings.Account) {
	if i, err := find(conf, account.ID); err == nil {
		conf.Accounts[i] = account
		return
	}
	conf.Accounts = append(conf.Accounts, account)
}
