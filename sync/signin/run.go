package signin

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/source"
	"golang.org/x/oauth2"
)

// DefaultTimeout is how long a person may take in the browser.
const DefaultTimeout = 5 * time.Minute

// What can end a sign-in in the browser without a token. They are the cause
// inside the *source.Error that Run returns.
var (
	// ErrRefused: the person, or the vendor for them, said no.
	ErrRefused = errors.New("the sign-in was declined")
	// ErrTimedOut: nobody answered in time; the tab was closed.
	ErrTimedOut = errors.New("nobody signed in in time")
	// ErrPorts: every registered port is in use by another program.
	ErrPorts = errors.New("the ports registered for signing in are in use by other programs")
)

// Step is how far a sign-in has come.
type Step int

const (
	// Waiting: the browser was asked to open the page; the person has the word.
	Waiting Step = iota
	// Finishing: the answer came and is exchanged for a token.
	Finishing
)

// Progress is what a person can be shown while Run waits.
type Progress struct {
	Step Step
	// URL opens the sign-in page again, or in another browser. It is for the
	// person, not for logs.
	URL string
	// Until is when Run gives up.
	Until time.Time
	// OpenErr says that no browser could be opened; the person can still use
	// URL.
	OpenErr error
}

// Config is one sign-in.
type Config struct {
	Provider Provider
	// OpenURL shows a page in the person's browser (Browser), and returns soon.
	OpenURL func(url string) error
	// Progress is told of every step, from one goroutine; nil is allowed.
	Progress func(Progress)
	// Accept is called with the token before the person reads that all is well,
	// to check and save it; its error makes the sign-in fail. nil accepts.
	Accept func(ctx context.Context, t Token) error
	// Words are what the page in the browser says; nil is English.
	Words func(Outcome) Words
	// Timeout is DefaultTimeout where it is 0.
	Timeout time.Duration
	HTTP    HTTP
}

// Run signs a person in and returns the token, which it has not stored:
//
//  1. listen on loopback, on the first free port of the provider's
//  2. open the vendor's page with state and PKCE challenge (S256)
//  3. wait for the browser to come back with a code, a refusal, or not at all
//  4. exchange the code for a token, once
//  5. tell the person in the browser how it went
//  6. stop listening
//
// Failures are *source.Error: SignIn wrapping ErrRefused (CodeDeclined) or
// ErrTimedOut (CodeTimedOut), Transient wrapping ErrPorts (CodePortsTaken), what
// Accept returned, or what the exchange met.
// When ctx ends first, the error is ctx's own, wrapped.
func Run(ctx context.Context, cfg Config) (Token, error) {
	p := cfg.Provider
	fail := func(kind source.Kind, err error) (Token, error) {
		return Token{}, &source.Error{Kind: kind, Op: "sign in", Side: p.Side, Err: err}
	}
	if err := p.check(); err != nil {
		return fail(source.Fatal, err)
	}
	listener, err := listen(ctx, p.Ports)
	if err != nil {
		return Token{}, &source.Error{Kind: source.Transient, Code: source.CodePortsTaken, Op: "sign in", Side: p.Side, Err: err}
	}
	port := listener.Addr().(*net.TCPAddr).Port
	f := flow{
		Config:   cfg,
		redirect: p.redirectURI(port),
		state:    newState(),
		verifier: oauth2.GenerateVerifier(),
	}
	if f.Timeout == 0 {
		f.Timeout = DefaultTimeout
	}
	callback := newCallback(port, p, f.state, cfg.Words)
	server := serve(listener, callback)
	defer server.stop(ctx)
	return f.run(ctx, callback)
}

// newState is the value that ties the answer to this sign-in (RFC 6749 §10.12).
func newState() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// listen takes the first free port, or any where none is prescribed.
func listen(ctx context.Context, ports []int) (net.Listener, error) {
	if len(ports) == 0 {
		ports = []int{0}
	}
	var lc net.ListenConfig
	var last error
	for _, port := range ports {
		l, err := lc.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return l, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w (%w)", ErrPorts, last)
}

// flow is one sign-in under way.
type flow struct {
	Config
	redirect, state, verifier string
}

func (f flow) run(ctx context.Context, callback *callback) (Token, error) {
	page, err := f.authorizeURL()
	if err != nil {
		return Token{}, &source.Error{Kind: source.Fatal, Op: "sign in", Side: f.Provider.Side, Err: err}
	}
	progress := Progress{URL: page, Until: time.Now().Add(f.Timeout)}
	late := time.NewTimer(f.Timeout)
	defer late.Stop()
	opened := make(chan error, 1)
	var opening sync.WaitGroup
	opening.Go(func() { opened <- f.OpenURL(page) })
	defer opening.Wait()
	defer callback.close() // lets a page that is still loading end
	f.report(progress)
	for {
		select {
		case progress.OpenErr = <-opened:
			if progress.OpenErr != nil {
				f.report(progress)
			}
		case a := <-callback.answers:
			progress.Step = Finishing
			f.report(progress)
			t, outcome, err := f.finish(ctx, a)
			a.outcome <- outcome
			return t, err
		case <-late.C:
			return Token{}, &source.Error{Kind: source.SignIn, Code: source.CodeTimedOut, Op: "sign in", Side: f.Provider.Side, Err: ErrTimedOut}
		case <-ctx.Done():
			return Token{}, fmt.Errorf("sign in: %w", ctx.Err())
		}
	}
}

func (f flow) report(p Progress) {
	if f.Progress != nil {
		f.Progress(p)
	}
}

// authorizeURL is the vendor's page for this sign-in.
func (f flow) authorizeURL() (string, error) {
	u, err := url.Parse(f.Provider.AuthorizeURL)
	if err != nil {
		return "", errors.New("the authorize URL is not an address")
	}
	q := u.Query()
	q.Set("response_type", "code")
	q.Set("client_id", f.Provider.ClientID)
	q.Set("redirect_uri", f.redirect)
	q.Set("state", f.state)
	q.Set("code_challenge", oauth2.S256ChallengeFromVerifier(f.verifier))
	q.Set("code_challenge_method", "S256")
	if len(f.Provider.Scopes) > 0 {
		q.Set("scope", strings.Join(f.Provider.Scopes, " "))
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// finish turns the browser's answer into a token.
func (f flow) finish(ctx context.Context, a answer) (Token, Outcome, error) {
	const op = "sign in"
	if a.refusal != "" {
		return Token{}, refusedOutcome(a.refusal), refused(f.Provider.Side, a.refusal)
	}
	t, err := f.HTTP.ask(ctx, f.Provider.grant(op, map[string]any{
		"grant_type":    "authorization_code",
		"code":          a.code,
		"redirect_uri":  f.redirect,
		"code_verifier": f.verifier,
	}))
	if err != nil {
		return Token{}, Failed, err
	}
	if f.Accept != nil {
		if err := f.Accept(ctx, t); err != nil {
			return Token{}, Failed, fmt.Errorf("%s: %w", op, err)
		}
	}
	return t, SignedIn, nil
}

// refused classes an error answer of the authorize page (RFC 6749 §4.1.2.1).
func refused(side, code string) error {
	e := &source.Error{Kind: source.SignIn, Op: "sign in", Side: side}
	if clean := cleanCode(code); clean != "" {
		e.Err = fmt.Errorf("the sign-in page answered %s", clean)
	} else {
		e.Err = errors.New("the sign-in page answered with an error")
	}
	switch code {
	case "access_denied":
		e.Code, e.Err = source.CodeDeclined, ErrRefused
	case "unauthorized_client", "invalid_client":
		e.Code = source.CodeIdentifier
	case "invalid_scope":
		e.Code = source.CodeScope
	case "server_error", "temporarily_unavailable":
		e.Kind, e.Code = source.Transient, source.CodeDown
	}
	return e
}

func refusedOutcome(code string) Outcome {
	if code == "access_denied" {
		return Refused
	}
	return Failed
}
