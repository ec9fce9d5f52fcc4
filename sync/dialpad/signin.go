package dialpad

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
)

// SignInHost is where people sign in to Dialpad; it is the same in every
// region.
const SignInHost = "https://dialpad.com"

// signInPorts are the loopback ports to register with Dialpad, which compares
// redirect addresses as a whole.
var signInPorts = []int{47321, 47322, 47323}

// SignIn is the sign-in with a Dialpad account (developers.dialpad.com/docs/oauth).
// It is experimental: whether the knowledge API takes its tokens is not known,
// so Probe has to pass before it is kept. An empty host means SignInHost; no
// ports mean 47321 to 47323. Only offline_access is asked for, the right to
// stay signed in; no scope concerns knowledge.
func SignIn(host, clientID string, clientSecret secret.Secret, ports ...int) signin.Provider {
	if host == "" {
		host = SignInHost
	}
	if len(ports) == 0 {
		ports = signInPorts
	}
	host = strings.TrimSuffix(host, "/")
	return signin.Provider{
		Name:         "Dialpad",
		Side:         side,
		AuthorizeURL: host + authorizePath,
		TokenURL:     host + grantPath,
		ClientID:     clientID,
		ClientSecret: clientSecret,
		Scopes:       []string{"offline_access"},
		Ports:        ports,
		Revoke: func(ctx context.Context, c *http.Client, t signin.Token) error {
			return revoke(ctx, c, host+deauthorizePath, t)
		},
	}
}

// revoke withdraws the sign-in that an access token belongs to.
func revoke(ctx context.Context, c *http.Client, address string, t signin.Token) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return fmt.Errorf("withdraw the sign-in: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+t.Access.Reveal())
	resp, err := c.Do(r)
	if err != nil {
		return fmt.Errorf("withdraw the sign-in: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // nothing in it is of interest
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("withdraw the sign-in: HTTP %d", resp.StatusCode)
	}
	return nil
}
