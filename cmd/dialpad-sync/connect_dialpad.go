package main

import (
	"context"
	"fmt"
	"regexp"
	"sync/atomic"

	"dialpadsync.app/sync/dialpad"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

type connectDialpad struct {
	Region   string `help:"help.region" enum:"eu,us,custom," default:""`
	APIURL   string `name:"api-url" help:"help.api_url" placeholder:"URL"`
	ClientID string `name:"client-id" help:"help.dialpad_client_id" placeholder:"ID"`
	Browser  bool   `help:"help.dialpad_browser"`
}

// Run tests the credentials and keeps them only if Dialpad takes them.
func (c *connectDialpad) Run(ctx context.Context, t terminal, h *home) error {
	if err := h.withoutAgent(ctx); err != nil {
		return err
	}
	conf, err := h.loadOrNew()
	if err != nil {
		return err
	}
	if err := c.fill(ctx, t, &conf.Dialpad); err != nil {
		return err
	}
	if err := conf.Check(h.Settings); err != nil {
		return err
	}
	secrets, err := h.openSecrets(conf)
	if err != nil {
		return err
	}
	if err := h.ready(); err != nil {
		return err
	}
	unlock, err := h.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := secret.WritableBeside(ctx, secrets, dialpadSecretName); err != nil {
		return err
	}
	trial := secret.Memory()
	if err := c.credentials(ctx, t, h, conf.Dialpad, trial); err != nil {
		return err
	}
	tested, err := c.test(ctx, conf, trial)
	if err != nil {
		return err
	}
	if err := keep(ctx, trial, secrets); err != nil {
		return err
	}
	if err := conf.Save(h.Settings); err != nil {
		return err
	}
	fmt.Fprintln(t.Out, t.text("connect.answered", view.Args{"version": tested.Version}), t.text("connect.elsewhere", t.counted(source.HelpCenter, tested.Elsewhere)))
	if tested.Ours > 0 {
		fmt.Fprintln(t.Out, t.text("connect.earlier", t.counted(source.HelpCenter, tested.Ours)))
	}
	return nil
}

var lonelyUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// fill writes the choices into the settings and asks for what is missing.
func (c *connectDialpad) fill(ctx context.Context, t terminal, d *settings.Dialpad) error {
	if c.Region != "" {
		d.Region = c.Region
		d.CustomURL = c.APIURL
	}
	if d.Region == "" {
		return &usageError{says: "connect.where_is_dialpad", fix: "connect.add_region"}
	}
	if d.Region == settings.RegionCustom && d.CustomURL == "" {
		return &usageError{says: "connect.no_address", fix: "connect.add_api_url"}
	}
	d.SignIn = settings.SignInCredentials
	if c.Browser {
		d.SignIn = settings.SignInBrowser
	}
	if c.ClientID != "" {
		d.ClientID = c.ClientID
	}
	for d.ClientID == "" {
		id, err := question(ctx, t, t.text("connect.ask_client_id"), false)
		if err != nil {
			return err
		}
		if id == "" {
			return &usageError{says: "connect.no_client_id", fix: "fix.credentials"}
		}
		d.ClientID = id
	}
	return nil
}

// credentials asks for the secret, or signs in through the browser.
func (c *connectDialpad) credentials(ctx context.Context, t terminal, h *home, d settings.Dialpad, trial secret.Store) error {
	typed, err := question(ctx, t, t.text("connect.ask_secret"), true)
	if err != nil {
		return err
	}
	if typed == "" && !c.Browser {
		if lonelyUUID.MatchString(d.ClientID) {
			return &source.Error{Kind: source.SignIn, Code: source.CodeWidgetID, Side: "dialpad", Op: "check the client id"}
		}
		return &usageError{says: "connect.no_secret", fix: "connect.who_has_it"}
	}
	if typed != "" {
		if err := trial.Set(ctx, dialpadSecretName, secret.Secret(typed)); err != nil {
			return err
		}
	}
	if !c.Browser {
		return nil
	}
	provider, err := dialpadProvider(ctx, d, trial)
	if err != nil {
		return err
	}
	token, err := signin.Run(ctx, signin.Config{
		Provider: provider, OpenURL: h.browser(), Progress: signInWords(t, "Dialpad"), HTTP: signin.HTTP{UserAgent: userAgent()},
	})
	if err != nil {
		return signInFailure(err, "Dialpad", source.Who{})
	}
	return signin.Save(ctx, trial, dialpadTokenName, token)
}

// test asks Dialpad what version it speaks and what it holds.
func (c *connectDialpad) test(ctx context.Context, conf *settings.Settings, trial secret.Store) (dialpad.Tested, error) {
	ctx = rest.WithPatience(ctx, lastChance)
	client, err := dialpadClient(ctx, conf.Dialpad, trial, new(atomic.Int64), rest.Config{
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: dialpadStart, Ceiling: dialpadStart}),
	})
	if err != nil {
		return dialpad.Tested{}, err
	}
	value := "dialpad-sync"
	if len(conf.Accounts) > 0 {
		value = conf.Accounts[0].SourceValue
	}
	tested, err := dialpad.Discover(dialpad.Config{Client: client, SourceValue: value}, conf.Dialpad.APIVersion, nil).Test(ctx)
	if err == nil && tested.Writing == dialpad.WritingForbidden {
		err = &source.Error{Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad", Op: "check the rights"}
	}
	return tested, err
}

// keep copies what a trial has proved good.
func keep(ctx context.Context, trial, secrets secret.Store) error {
	for _, name := range []string{dialpadSecretName, dialpadTokenName} {
		value, err := trial.Get(ctx, name)
		if err != nil {
			continue // not part of this way to sign in
		}
		if err := secrets.Set(ctx, name, value); err != nil {
			return err
		}
	}
	return nil
}
