package main

import (
	"context"
	"fmt"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

type connectDialpad struct {
	Region   string `help:"help.region" enum:"eu,us,custom," default:""`
	APIURL   string `name:"api-url" help:"help.api_url" placeholder:"URL"`
	ClientID string `name:"client-id" help:"help.dialpad_client_id" placeholder:"ID"`
	Browser  bool   `help:"help.dialpad_browser"`
}

// dialpadConnecting is what it takes to connect Dialpad.
type dialpadConnecting interface {
	Setup(ctx context.Context) (local.Setup, error)
	Connect(ctx context.Context, ask local.ConnectRequest, f func(local.ConnectStep)) error
	Dialpad(ctx context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error)
}

// Run tests the credentials and keeps them only if Dialpad takes them.
func (c *connectDialpad) Run(ctx context.Context, t terminal, h *home) error {
	at, leave, err := h.atDesk(ctx)
	if err != nil {
		return err
	}
	defer leave()
	ask := local.DialpadRequest{Region: c.Region, URL: c.APIURL, ClientID: c.ClientID, Keep: true}
	if err := c.complete(ctx, t, at, &ask); err != nil {
		return err
	}
	answer, err := c.connect(ctx, t, at, ask)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.Out, t.text("connect.answered", view.Args{"version": answer.Version}), t.text("connect.elsewhere", t.counted(source.HelpCenter, answer.Elsewhere)))
	if answer.Ours > 0 {
		fmt.Fprintln(t.Out, t.text("connect.earlier", t.counted(source.HelpCenter, answer.Ours)))
	}
	return nil
}

// complete asks for what is neither given nor kept.
func (c *connectDialpad) complete(ctx context.Context, t terminal, at dialpadConnecting, ask *local.DialpadRequest) error {
	known, err := at.Setup(ctx)
	if err != nil {
		return err
	}
	kept := local.DialpadRequest{}
	if known.Dialpad != nil {
		kept = *known.Dialpad
	}
	switch {
	case ask.Region == "" && kept.Region == "":
		return &usageError{says: "connect.where_is_dialpad", fix: "connect.add_region"}
	case ask.Region == settings.RegionCustom && ask.URL == "":
		return &usageError{says: "connect.no_address", fix: "connect.add_api_url"}
	}
	if ask.ClientID == "" && kept.ClientID == "" {
		if ask.ClientID, err = question(ctx, t, t.text("connect.ask_client_id"), false); err != nil {
			return err
		}
		if ask.ClientID == "" {
			return &usageError{says: "connect.no_client_id", fix: "fix.credentials"}
		}
	}
	ask.ClientSecret, err = question(ctx, t, t.text("connect.ask_secret"), true)
	return err
}

// connect tests id and secret, or signs in through the browser.
func (c *connectDialpad) connect(ctx context.Context, t terminal, at dialpadConnecting, ask local.DialpadRequest) (local.DialpadAnswer, error) {
	if !c.Browser {
		answer, err := at.Dialpad(ctx, ask)
		if source.CodeOf(err) == source.CodeSecretMissing {
			err = &usageError{says: "connect.no_secret", fix: "connect.who_has_it"}
		}
		return answer, err
	}
	var last local.ConnectStep
	err := at.Connect(ctx, local.ConnectRequest{Source: "dialpad", Dialpad: &ask}, signInSteps(t, "Dialpad", &last))
	if err == nil {
		err = failureOfStep(last.Problem, "Dialpad", nil)
	}
	if err != nil || last.Dialpad == nil {
		return local.DialpadAnswer{}, err
	}
	return *last.Dialpad, nil
}
