package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/signin"
)

const (
	// accessLife and refreshLife are the longest lifetimes that may be asked
	// for, in seconds: the reference says "less than" 172,800 and 7,776,000
	// (developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens).
	accessLife  = 172799
	refreshLife = 7775999

	// readScope allows everything the account may read; minimalScope is enough
	// for a help center, but not for listing brands.
	readScope    = "read"
	minimalScope = "hc:read users:read"
)

// Whether Zendesk accepts any loopback port is not documented, so three fixed
// ones are registered and the first free one is used.
const (
	firstPort = 47111
	lastPort  = 47113
)

// SignIn describes how a person signs in to the account at base: authorization
// code with PKCE for a public client (support.zendesk.com article
// 4408845965210). minimal asks for less than plain reading; brands cannot be
// listed then. Its Revoke withdraws the token.
func SignIn(base *url.URL, clientID string, minimal bool) signin.Provider {
	scope := readScope
	if minimal {
		scope = minimalScope
	}
	p := signin.Provider{
		Name:         "Zendesk",
		Side:         "source",
		AuthorizeURL: base.JoinPath("/oauth/authorizations/new").String(),
		TokenURL:     base.JoinPath("/oauth/tokens").String(),
		ClientID:     clientID,
		Scopes:       strings.Fields(scope),
		JSON:         true,
		Fields: map[string]any{
			"scope": scope, "expires_in": accessLife, "refresh_token_expires_in": refreshLife,
		},
		RefreshLife: refreshLife * time.Second,
		Revoke:      func(ctx context.Context, c *http.Client, t signin.Token) error { return revoke(ctx, c, base, t) },
	}
	for port := firstPort; port <= lastPort; port++ {
		p.Ports = append(p.Ports, port)
	}
	return p
}

// revoke withdraws a token by its number, which the token itself can ask for.
// An account that no longer knows the token has withdrawn it already.
func revoke(ctx context.Context, c *http.Client, base *url.URL, t signin.Token) error {
	var answer struct {
		Token oauthToken `json:"token"`
	}
	status, err := call(ctx, c, http.MethodGet, base.JoinPath(tokensPath, "current"), t, &answer)
	if err != nil {
		return fmt.Errorf("ask for the token's number: %w", err)
	}
	if status == http.StatusUnauthorized {
		return nil
	}
	if status != http.StatusOK || answer.Token.ID == 0 {
		return fmt.Errorf("ask for the token's number: HTTP %d", status)
	}
	status, err = call(ctx, c, http.MethodDelete, base.JoinPath(tokensPath, strconv.FormatInt(answer.Token.ID, 10)), t, nil)
	if err != nil {
		return fmt.Errorf("withdraw the token: %w", err)
	}
	if status/100 != 2 {
		return fmt.Errorf("withdraw the token: HTTP %d", status)
	}
	return nil
}

const maxTokenAnswer = 64 << 10

func call(ctx context.Context, c *http.Client, method string, address *url.URL, t signin.Token, into any) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, method, address.String(), http.NoBody)
	if err != nil {
		return 0, errors.New("the request cannot be made")
	}
	r.Header.Set("Authorization", "Bearer "+t.Access.Reveal())
	r.Header.Set("Accept", "application/json")
	resp, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	if into == nil || resp.StatusCode != http.StatusOK {
		return resp.StatusCode, nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxTokenAnswer)).Decode(into); err != nil {
		return resp.StatusCode, errors.New("the answer is not about a token")
	}
	return resp.StatusCode, nil
}

// Registration is what an admin does once so that an account knows this
// program: the clicks, and the texts to copy.
type Registration struct {
	// Page is where it begins.
	Page string
	// Steps are the clicks, in order.
	Steps []string
	// Name, Identifier and Redirects are what to fill in.
	Name, Identifier string
	Redirects        []string
}

// SetUp says how an admin of the account at base makes the OAuth client
// (support.zendesk.com article 4408845965210). The identifier is what New
// signs in with afterwards.
func SetUp(base *url.URL) Registration {
	const name, identifier = "Dialpad Sync", "dialpad_sync"
	return Registration{
		Page: base.JoinPath("/admin").String(),
		Steps: []string{
			"Open Admin Center as an admin.",
			"Go to Apps and integrations › APIs › OAuth clients.",
			"Click Add OAuth client.",
			"Client name: " + name + ". Leave company and logo as they are.",
			"Identifier: " + identifier + ". If it is taken, choose another one and enter it here afterwards.",
			"Client kind: Public.",
			"Redirect URLs: paste the three addresses, one on each line.",
			"Click Save. No secret is needed.",
		},
		Name: name, Identifier: identifier,
		Redirects: SignIn(base, identifier, false).RedirectURIs(),
	}
}
