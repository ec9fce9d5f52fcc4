package setup

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

// testPatience is how long a single pause of a test may be.
const testPatience = 3 * time.Second

// place is a Dialpad as it will be when its sign-in has worked out.
type place struct {
	before  settings.Dialpad
	dialpad settings.Dialpad
	values  []string // of all accounts
	homeID  string
	secrets secret.Store
	trial   secret.Store // the sign-in until it is proved good
}

// Dialpad tests a client id and secret and, where asked to, keeps them. An
// empty region, client id or secret is the one that is kept. Failures are
// source.Errors: CodeAddress and CodeIdentifier for what was typed,
// CodeSecretMissing without a secret, CodeWrongSecret, CodeWidgetID and
// CodeReadOnly by what Dialpad answers, and whatever else it answers.
func (d *Desk) Dialpad(ctx context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error) {
	p, err := d.place(ctx, ask, settings.SignInCredentials)
	if err != nil {
		return local.DialpadAnswer{}, err
	}
	if ask.Keep {
		if err := d.canKeep(ctx, p, DialpadSecret); err != nil {
			return local.DialpadAnswer{}, err
		}
	}
	if err := p.hasSecret(ctx); err != nil {
		return local.DialpadAnswer{}, err
	}
	answer, err := d.test(ctx, p)
	if err != nil || !ask.Keep {
		return answer, err
	}
	if err := d.keepDialpad(ctx, p); err != nil {
		return answer, err
	}
	d.takeUp(ctx)
	return answer, nil
}

// connectDialpad signs a person in at Dialpad itself, and keeps that only where
// the knowledge API takes it.
func (d *Desk) connectDialpad(ctx context.Context, ask local.ConnectRequest, progress func(signin.Progress)) (local.ConnectStep, error) {
	step := local.ConnectStep{Stage: local.ConnectFailed}
	var where local.DialpadRequest
	if ask.Dialpad != nil {
		where = *ask.Dialpad
	}
	p, err := d.place(ctx, where, settings.SignInBrowser)
	if err != nil {
		return step, err
	}
	if err := d.canKeep(ctx, p, DialpadToken); err != nil {
		return step, err
	}
	provider, err := DialpadProvider(ctx, p.dialpad, p.trial)
	if err != nil {
		return step, err
	}
	_, err = signin.Run(ctx, d.signIn(provider, progress, func(ctx context.Context, token signin.Token) error {
		if err := signin.Save(ctx, p.trial, DialpadToken, token); err != nil {
			return err
		}
		answer, err := d.test(ctx, p)
		if err != nil {
			d.withdraw(ctx, signin.RefreshConfig{Provider: provider, Store: p.trial, Name: DialpadToken, HTTP: d.http()})
			return err
		}
		step.Dialpad = &answer
		if err := ctx.Err(); err != nil {
			return err
		}
		return d.keepDialpad(ctx, p)
	}))
	if err != nil {
		step.Dialpad = nil
		return step, wrongPair(err)
	}
	d.takeUp(ctx)
	step.Stage = local.ConnectDone
	return step, nil
}

// wrongPair says that it was id and secret that Dialpad does not know.
func wrongPair(err error) error {
	var e *source.Error
	if errors.As(err, &e) && e.Code == source.CodeIdentifier {
		changed := *e
		changed.Code = source.CodeWrongSecret
		return &changed
	}
	return err
}

// place works out what is asked for. Nothing is asked of Dialpad yet.
func (d *Desk) place(ctx context.Context, ask local.DialpadRequest, way string) (place, error) {
	conf, err := d.load()
	if err != nil {
		return place{}, err
	}
	p := place{before: conf.Dialpad, dialpad: conf.Dialpad, homeID: conf.HomeID, trial: secret.Memory()}
	for _, a := range conf.Accounts {
		p.values = append(p.values, a.SourceValue)
	}
	p.dialpad.SignIn = way
	if ask.Region != "" {
		p.dialpad.Region, p.dialpad.CustomURL = ask.Region, ""
	}
	if p.dialpad.Region == settings.RegionCustom && ask.URL != "" {
		p.dialpad.CustomURL = withScheme(ask.URL)
	}
	if err := p.check(conf, d.cfg.File); err != nil {
		return p, err
	}
	if p.dialpad.ClientID, err = identifier(ask.ClientID, p.dialpad.ClientID); err != nil {
		return p, ofDialpad(err)
	}
	if p.secrets, err = d.secrets(conf); err != nil {
		return p, err
	}
	return p, p.take(ctx, ask.ClientSecret)
}

// withScheme completes an address that was typed without https://.
func withScheme(text string) string {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	if strings.Contains(text, "://") {
		return text
	}
	host := text
	if u, err := url.Parse("http://" + text); err == nil {
		host = u.Hostname()
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return "http://" + text
	}
	return "https://" + text
}

// check refuses a region or an address that settings.toml would not take.
func (p *place) check(conf *settings.Settings, file string) error {
	bad := func(err error) error {
		return &source.Error{Kind: source.Fatal, Code: source.CodeAddress, Side: "dialpad", Err: err}
	}
	if p.dialpad.Region == "" {
		return bad(errors.New("no region is chosen"))
	}
	changed := *conf
	changed.Dialpad = p.dialpad
	if err := changed.Check(file); err != nil {
		return bad(err)
	}
	return nil
}

// ofDialpad is the failure with Dialpad as its side.
func ofDialpad(err error) error {
	var e *source.Error
	if !errors.As(err, &e) {
		return err
	}
	changed := *e
	changed.Side = "dialpad"
	return &changed
}

// take puts the secret on trial: the typed one, or the one that is kept. A kept
// one never goes to another address than it was kept for, Dialpad's own regions
// aside.
func (p *place) take(ctx context.Context, typed string) error {
	value := secret.Secret(strings.TrimSpace(typed))
	if value == "" && p.before.Region != "" {
		custom := p.dialpad.Region == settings.RegionCustom || p.before.Region == settings.RegionCustom
		if custom && p.dialpad.APIURL() != p.before.APIURL() {
			return nil
		}
		kept, err := p.secrets.Get(ctx, DialpadSecret)
		if err != nil && !errors.Is(err, secret.ErrNotFound) {
			return err
		}
		value = kept
	}
	if value == "" {
		return nil
	}
	return p.trial.Set(ctx, DialpadSecret, value)
}

// hasSecret refuses to ask Dialpad without a secret; whoever gave a widget's id
// alone hears what it is.
func (p *place) hasSecret(ctx context.Context) error {
	_, err := p.trial.Get(ctx, DialpadSecret)
	if !errors.Is(err, secret.ErrNotFound) {
		return err
	}
	tokens, err := DialpadTokens(ctx, p.dialpad, p.trial, signin.HTTP{})
	if err != nil {
		return err
	}
	_, err = tokens.Token(ctx) // asks nobody: it looks for the secret first
	return ofDialpad(err)
}

// canKeep proves that settings and sign-in can be kept.
func (d *Desk) canKeep(ctx context.Context, p place, entry string) error {
	if err := d.ready(); err != nil {
		return err
	}
	return secret.WritableBeside(ctx, p.secrets, entry)
}

// test asks Dialpad what version it speaks, what it holds, and whether it may be
// written to.
func (d *Desk) test(ctx context.Context, p place) (local.DialpadAnswer, error) {
	ctx = rest.WithPatience(ctx, testPatience)
	tokens, err := DialpadTokens(ctx, p.dialpad, p.trial, d.http())
	if err != nil {
		return local.DialpadAnswer{}, err
	}
	client, err := d.dialpadClient(p.dialpad, tokens, nil)
	if err != nil {
		return local.DialpadAnswer{}, err
	}
	defer client.Close()
	// The value of no account: what is ours is told by the further ones.
	config := dialpad.Config{Client: client, SourceValue: "dialpad-sync"}
	tested, err := dialpad.Discover(config, p.dialpad.APIVersion, nil).Test(ctx, p.values...)
	if err == nil && tested.Writing == dialpad.WritingForbidden {
		err = &source.Error{Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad", Op: "check the rights"}
	}
	return local.DialpadAnswer{Version: tested.Version, Ours: tested.Ours, Elsewhere: tested.Elsewhere}, err
}

// keepDialpad moves the sign-in from the trial store to the lasting one and
// writes the settings. A sign-in in the browser that is no longer used is
// withdrawn.
func (d *Desk) keepDialpad(ctx context.Context, p place) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changedWithin)
	defer cancel()
	var undo []func(context.Context) error
	back := func(err error) error {
		for _, f := range undo {
			err = errors.Join(err, f(ctx))
		}
		return err
	}
	for _, name := range []string{DialpadSecret, DialpadToken} {
		if _, err := p.trial.Get(ctx, name); err != nil {
			continue // not part of this way to sign in
		}
		f, err := move(ctx, p.trial, name, p.secrets, name)
		if err != nil {
			return back(err)
		}
		undo = append(undo, f)
	}
	err := d.edit(func(conf *settings.Settings) error {
		if conf.HomeID != p.homeID {
			return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "save the account", Err: errors.New("settings.toml was changed meanwhile")}
		}
		to := &conf.Dialpad
		to.Region, to.CustomURL, to.ClientID, to.SignIn = p.dialpad.Region, p.dialpad.CustomURL, p.dialpad.ClientID, p.dialpad.SignIn
		return nil
	})
	if err != nil {
		return back(err)
	}
	if p.before.SignIn == settings.SignInBrowser && p.dialpad.SignIn != settings.SignInBrowser {
		if _, err := d.signOutDialpad(ctx, p.before, p.secrets); err != nil {
			d.cfg.Log.Warn("the former sign-in to Dialpad could not be withdrawn", slog.String("kind", source.KindOf(err).String()))
		}
	}
	return nil
}
