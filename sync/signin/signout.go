package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"dialpadsync.app/sync/secret"
)

// ErrNotConfirmed says that a sign-in is gone from this computer while the
// vendor did not confirm that it withdrew it.
var ErrNotConfirmed = errors.New("the vendor did not confirm that the sign-in was withdrawn")

// SignOut removes the token from the store and then has the vendor withdraw it.
// An access token that has ended is renewed for that, because the refresh token
// would otherwise live on at the vendor. An error that is ErrNotConfirmed came
// after the removal, which is not undone; any other error means that nothing
// was changed. A token that is not there is success.
func SignOut(ctx context.Context, cfg RefreshConfig) error {
	t, err := Load(ctx, cfg.Store, cfg.Name)
	if err != nil && !errors.Is(err, errNoToken) {
		if errors.Is(err, secret.ErrNotFound) {
			return nil
		}
		return fmt.Errorf("sign out: %w", err)
	}
	if err := cfg.Store.Delete(ctx, cfg.Name); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	if err := withdraw(ctx, cfg, t); err != nil {
		return fmt.Errorf("sign out: %w: %w", ErrNotConfirmed, err)
	}
	return nil
}

func withdraw(ctx context.Context, cfg RefreshConfig, t Token) error {
	switch {
	case cfg.Provider.Revoke == nil:
		return errors.New("the vendor has no way to withdraw a sign-in")
	case t.Access == "" && t.Refresh == "":
		return errNoToken
	}
	if (t.Access == "" || t.expired()) && t.Refresh != "" {
		renewed, err := cfg.HTTP.ask(ctx, cfg.Provider.grant("renew the sign-in", map[string]any{
			"grant_type":    "refresh_token",
			"refresh_token": t.Refresh.Reveal(),
		}))
		if errors.Is(err, errGrant) {
			return nil // the vendor has withdrawn it already
		}
		if err != nil {
			return err
		}
		t = t.next(renewed)
	}
	return cfg.Provider.Revoke(ctx, cfg.HTTP.client(), t)
}

// RevokeWithBearer returns a Provider.Revoke that calls one address with the
// access token as bearer and takes any 2xx for a confirmation (Dialpad: POST
// https://dialpad.com/oauth2/deauthorize).
func RevokeWithBearer(method, address string) func(context.Context, *http.Client, Token) error {
	return func(ctx context.Context, c *http.Client, t Token) error {
		if err := secure("revoke URL", address); err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
		if err != nil {
			return errors.New("the revoke URL is not an address")
		}
		r.Header.Set("Authorization", "Bearer "+t.Access.Reveal())
		resp, err := c.Do(r)
		if err != nil {
			return withoutURL(err)
		}
		_ = resp.Body.Close() // its content says nothing
		if resp.StatusCode/100 != 2 {
			return fmt.Errorf("the vendor answered HTTP %d", resp.StatusCode)
		}
		return nil
	}
}
