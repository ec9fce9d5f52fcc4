package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

const (
	// credentialsEarly is how long before its end a token is renewed, or a tenth
	// of its life where that is shorter.
	credentialsEarly = time.Minute
	// credentialsLife is a token's life where the answer does not tell.
	credentialsLife = time.Hour
)

// CredentialsConfig is a client id and its secret at one Dialpad region.
type CredentialsConfig struct {
	// API is the base of the knowledge API, to which "/oauth/token" is added.
	API      string
	ClientID string
	// Store holds the client secret under Name ("dialpad/client_secret"). It is
	// read for each new token and not kept.
	Store secret.Store
	Name  string
	HTTP  HTTP
}

// Credentials gives access tokens for Dialpad's client credentials (RFC 6749
// §4.4, sent as JSON). Of all callers one asks, the others wait for it.
type Credentials struct {
	cfg  CredentialsConfig
	turn turn

	// What follows belongs to whoever has the turn.
	held     Token
	rejected secret.Secret // an access token answered 401
	asking   pause         // after a request that failed
	asked    secret.Secret // the client secret of that request
}

// NewCredentials returns a token source that asks for its first token when it
// is first needed.
func NewCredentials(cfg CredentialsConfig) *Credentials {
	return &Credentials{cfg: cfg, turn: newTurn()}
}

// Format keeps tokens out of dumps.
func (*Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[client credentials]") }

// Token returns an access token that is expected to work. Failures are
// *source.Error:
//
//   - SignIn, CodeWrongSecret: the region does not know this id and secret
//   - SignIn, CodeWidgetID: the client id is a widget's app id, which Dialpad
//     does not accept for documents
//   - SignIn, CodeSecretMissing, and the store's other errors
//   - Fatal, CodeNoKnowledgeAPI: nothing there gives tokens
//   - Forbidden, Transient, Throttled (with RetryAt)
//
// or ctx's error. A failed renewal is no failure while the old token works.
func (c *Credentials) Token(ctx context.Context) (string, error) {
	if err := c.turn.take(ctx); err != nil {
		return "", fmt.Errorf("get a Dialpad token: %w", err)
	}
	defer c.turn.give()
	if c.works() && !c.held.runsOut(credentialsEarly) {
		return c.held.Access.Reveal(), nil
	}
	return c.orOld(c.renew(ctx))
}

// Renew returns an access token newer than the rejected one, which Dialpad
// answered 401. Failures are like Token's.
func (c *Credentials) Renew(ctx context.Context, rejected string) (string, error) {
	if err := c.turn.take(ctx); err != nil {
		return "", fmt.Errorf("renew the Dialpad token: %w", err)
	}
	defer c.turn.give()
	c.rejected = secret.Secret(rejected)
	if c.works() {
		return c.held.Access.Reveal(), nil
	}
	return c.orOld(c.renew(ctx))
}

// works says whether the token at hand can be tried.
func (c *Credentials) works() bool {
	return c.held.Access != "" && c.held.Access != c.rejected && !c.held.expired()
}

// orOld gives the token at hand, or why there is none that works.
func (c *Credentials) orOld(err error) (string, error) {
	if c.works() {
		return c.held.Access.Reveal(), nil
	}
	return "", err
}

// renew asks for a new token, unless asking with the same secret has just
// failed.
func (c *Credentials) renew(ctx context.Context) error {
	paused := c.asking.active()
	if paused != nil && c.works() {
		return paused
	}
	clientSecret, err := c.cfg.Store.Get(ctx, c.cfg.Name)
	if err != nil {
		return c.noSecret(err)
	}
	if paused != nil && clientSecret == c.asked {
		return paused
	}
	c.asked = clientSecret
	t, err := c.ask(ctx, clientSecret)
	switch {
	case err == nil:
		c.held, c.rejected = t, ""
		c.asking.clear()
		return nil
	case source.KindOf(err) == source.Unclassified:
		return err // ctx ended
	}
	return c.asking.start(err)
}

func (c *Credentials) ask(ctx context.Context, clientSecret secret.Secret) (Token, error) {
	t, err := c.cfg.HTTP.ask(ctx, request{
		op: "sign in to Dialpad", side: "dialpad", url: strings.TrimRight(c.cfg.API, "/") + "/oauth/token", json: true,
		fields: map[string]any{
			"grant_type":    "client_credentials",
			"client_id":     c.cfg.ClientID,
			"client_secret": clientSecret.Reveal(),
		},
	})
	if err != nil {
		return Token{}, c.explain(err)
	}
	if t.Expiry.IsZero() {
		t.Expiry, t.Life = time.Now().Add(credentialsLife).Round(0), credentialsLife
	}
	return t, nil
}

// explain makes Dialpad's answer one about the id and secret.
func (c *Credentials) explain(err error) error {
	var e *source.Error
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Kind == source.SignIn && isWidgetID(c.cfg.ClientID):
		e.Code = source.CodeWidgetID
	case e.Kind == source.SignIn:
		e.Code = source.CodeWrongSecret
	case e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusGone:
		e.Kind, e.Code = source.Fatal, source.CodeNoKnowledgeAPI
	}
	return err
}

// noSecret tells somebody who gave a widget's id and nothing else what it is
// they gave.
func (c *Credentials) noSecret(err error) error {
	if errors.Is(err, secret.ErrNotFound) && isWidgetID(c.cfg.ClientID) {
		return &source.Error{Kind: source.SignIn, Code: source.CodeWidgetID, Op: "sign in to Dialpad", Side: "dialpad", Err: err}
	}
	return fmt.Errorf("read the client secret: %w", err)
}

var uuidForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
})

// isWidgetID says whether a client id looks like the app id in a widget's
// snippet, which is a UUID and may only chat.
func isWidgetID(clientID string) bool { return uuidForm().MatchString(strings.TrimSpace(clientID)) }
