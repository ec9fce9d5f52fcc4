// Package signin gets access tokens and keeps them fresh: it signs a person in
// through their browser (OAuth 2 authorization code with PKCE and a listener on
// loopback, RFC 6749, RFC 7636, RFC 8252), renews tokens with a refresh token
// that changes at every use, and exchanges Dialpad's client id and secret. A
// new token is saved before it is used. It is the only package that opens the
// browser.
package signin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// Provider describes how one vendor does OAuth 2.
type Provider struct {
	// Name is the vendor in words ("Zendesk").
	Name string
	// Side is "source" or "dialpad", for errors.
	Side string
	// AuthorizeURL is opened in the browser; a query in it is kept. TokenURL
	// takes codes and refresh tokens. Both are https, or http to loopback.
	AuthorizeURL, TokenURL string
	ClientID               string
	// ClientSecret is empty for a public client, which proves itself by PKCE
	// alone.
	ClientSecret secret.Secret
	Scopes       []string
	// JSON says that token requests are JSON objects (Zendesk) instead of forms
	// (RFC 6749).
	JSON bool
	// Fields are further fields of every token request, texts or whole numbers
	// (Zendesk: scope, expires_in, refresh_token_expires_in).
	Fields map[string]any
	// Keep names fields of the vendor's answers that are stored with the token
	// (Salesforce: instance_url). "scope" is always kept.
	Keep []string
	// Ports are the ports of the redirect addresses registered with the vendor;
	// the first free one is used. Empty means any free port (RFC 8252 §7.3).
	Ports []int
	// RedirectHost is "127.0.0.1" (the default) or "localhost", for vendors that
	// allow http for that name only. RedirectPath defaults to "/callback".
	RedirectHost, RedirectPath string
	// RefreshLife is how long the vendor lets an unused refresh token live, as it
	// is asked for; 0 where that is not known or without end.
	RefreshLife time.Duration
	// Revoke withdraws a token at the vendor; nil where the vendor has no way.
	// The client is bounded like every other here and follows no redirects.
	Revoke func(ctx context.Context, c *http.Client, t Token) error
}

const (
	defaultRedirectHost = "127.0.0.1"
	defaultRedirectPath = "/callback"
)

// RedirectURIs are the addresses the person who registers the client has to
// enter: one for each port, or none for a provider without fixed ports.
func (p Provider) RedirectURIs() []string {
	uris := make([]string, len(p.Ports))
	for i, port := range p.Ports {
		uris[i] = p.redirectURI(port)
	}
	return uris
}

func (p Provider) redirectURI(port int) string {
	return fmt.Sprintf("http://%s:%d%s", p.redirectHost(), port, p.redirectPath())
}

func (p Provider) redirectHost() string {
	if p.RedirectHost == "" {
		return defaultRedirectHost
	}
	return p.RedirectHost
}

func (p Provider) redirectPath() string {
	if p.RedirectPath == "" {
		return defaultRedirectPath
	}
	return p.RedirectPath
}

// check finds what makes the description unusable or unsafe.
func (p Provider) check() error {
	if p.ClientID == "" {
		return errors.New("the client id is missing")
	}
	if host := p.redirectHost(); host != defaultRedirectHost && host != "localhost" {
		return errors.New("the redirect host is neither 127.0.0.1 nor localhost")
	}
	if !strings.HasPrefix(p.redirectPath(), "/") {
		return errors.New("the redirect path does not begin with a slash")
	}
	return errors.Join(secure("authorize URL", p.AuthorizeURL), secure("token URL", p.TokenURL))
}

// secure refuses an address that a secret must not be sent to.
func secure(what, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("the %s is not an address", what)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("the %s is neither https nor on this computer", what)
	}
	if u.User != nil {
		return fmt.Errorf("the %s has a user name in it", what)
	}
	return nil
}

// loopback says whether the host is this computer.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// backoff is the pause after the n-th failure in a row when nobody said how
// long to wait: 5 s, doubling to a minute, so that a server that is down is
// asked less than once in 30 seconds.
func backoff(n int) time.Duration {
	steps := []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second}
	if n-1 < len(steps) {
		return steps[max(n-1, 0)]
	}
	return time.Minute
}

// pause remembers a failure so that it is not asked for again too soon.
type pause struct {
	err   error
	until time.Time
	count int
}

// active returns the failure while the pause lasts.
func (p *pause) active() error {
	if p.err != nil && time.Now().Before(p.until) {
		return p.err
	}
	return nil
}

// start begins a pause until the vendor's RetryAt or, where there is none, for
// a backoff, and returns err, which says when the pause ends if waiting helps.
func (p *pause) start(err error) error {
	p.count++
	p.err, p.until = err, time.Now().Add(backoff(p.count))
	var e *source.Error
	if errors.As(err, &e) && (e.Kind == source.Throttled || e.Kind == source.Transient) {
		if e.RetryAt.IsZero() {
			e.RetryAt = p.until
		}
		p.until = e.RetryAt
	}
	return err
}

func (p *pause) clear() { *p = pause{} }

// turn lets one caller at a time ask for a token; the others wait and find the
// answer.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) give() { <-t }

// outliving returns a context that goes on for grace after ctx ends. An answer
// that holds the only copy of new tokens is waited for even when the caller has
// lost interest.
func outliving(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return out, func() { stop(); cancel() }
}
