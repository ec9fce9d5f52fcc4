// Package rest is the HTTP client under every connector: it signs requests,
// keeps to the rate a server allows and learns it where nobody tells, waits as
// long as a server says, repeats what may be repeated, bounds sizes and times,
// and turns every failure into a source.Error that says what happens next.
//
// A request goes through Client.Do, JSON or Stream → exchange (one request
// with all its tries) → Limiter.enter (pace, pauses, dead servers) → send (one
// round trip) → rejected, unanswered or unusable, which say what a failure means
// → again, which waits for the next try.
//
// No error and no log line holds a body, a query, a token or more of an
// answer's own message than 200 characters with ids and secrets masked.
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/source"
)

const (
	defaultMaxBytes = 8 << 20
	defaultTimeout  = time.Minute
	maxErrorBytes   = 64 << 10
	maxRedirects    = 3
)

// Tokens gives the bearer tokens of one account.
type Tokens interface {
	// Token returns a valid access token.
	Token(ctx context.Context) (string, error)
	// Renew is called after a 401 to the rejected token and returns a newer
	// one, or a source.Error of Kind SignIn if the person has to sign in.
	Renew(ctx context.Context, rejected string) (string, error)
}

// Config says whom a Client talks to.
type Config struct {
	// Base is what relative paths are appended to: https, or http to a loopback
	// host, without user information, query and fragment.
	Base *url.URL
	// Hosts are further hosts ("help.example.com", "127.0.0.1:7401") that belong
	// to the account: requests and the token may go there too.
	Hosts []string
	// Side goes into source.Error.Side: "source" or "dialpad".
	Side string
	// Name is the server's name in errors ("Zendesk").
	Name string
	// Tokens signs requests; nil sends no Authorization header.
	Tokens Tokens
	// Authorize signs a try with what Tokens gave, where the server wants
	// something else than a bearer token; nil sends that. There is nothing newer
	// to be had for such a server, so that a 401 is a refusal like any other: it
	// renews nothing, and ShouldRetry is asked about it.
	Authorize func(req *http.Request, token string) error
	// Limiter is shared by all who use the account; it is required.
	Limiter *Limiter
	// UserAgent is sent with every request.
	UserAgent string
	// Transport is nil for one of the client's own, made by NewTransport.
	Transport http.RoundTripper
	// ShouldRetry overrides what an answer other than 2xx, or an error of the
	// transport, means; exactly one of resp and err is set. Of the body it can
	// read the first 64 KiB. Throttled and Transient are repeated, other kinds
	// are not; Unclassified leaves the decision to the default table. It is not
	// asked about a first 401, which renews the token, unless Authorize is set.
	ShouldRetry func(resp *http.Response, err error) (source.Kind, source.Code)
	// OnWait is told when requests of this client begin to sit out a pause, and
	// until when; the zero time says that none waits any more. Calls come one
	// at a time. It must return soon and must not use the client.
	OnWait func(until time.Time, why source.Kind)
	// OnResponse sees the header of every answer, for servers that name their
	// limit (Limiter.SetCeiling).
	OnResponse func(http.Header)
	// Log gets one line per request: method, path template, status, duration.
	// Nil discards them.
	Log *slog.Logger
	// Requests counts every HTTP request sent; nil counts nothing.
	Requests *atomic.Int64
}

// Client sends requests to one account on one server. It is safe for
// concurrent use.
type Client struct {
	cfg       Config
	hosts     map[string]bool
	transport http.RoundTripper
	log       *slog.Logger
	waits     announcer
}

// New checks the configuration. It sends nothing.
func New(cfg Config) (*Client, error) {
	switch {
	case cfg.Limiter == nil:
		return nil, errors.New("rest: no limiter")
	case cfg.Base == nil:
		return nil, errors.New("rest: no base address")
	case cfg.Base.RawQuery != "" || cfg.Base.Fragment != "":
		return nil, errors.New("rest: the base address has a query or a fragment")
	}
	c := &Client{
		cfg: cfg, hosts: map[string]bool{canonical(cfg.Base.Host): true},
		transport: cfg.Transport, log: cfg.Log, waits: announcer{tell: cfg.OnWait},
	}
	for _, host := range cfg.Hosts {
		c.hosts[canonical(host)] = true
	}
	if err := c.allowed(cfg.Base); err != nil {
		return nil, fmt.Errorf("rest: base address: %w", err)
	}
	if c.transport == nil {
		c.transport = NewTransport()
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Request is one thing to ask for.
type Request struct {
	// Method defaults to GET.
	Method string
	// Path is appended to the base address and may carry a query; it is given
	// as it stands in a URL, escapes included. An absolute URL is taken as it
	// is, if its host is one of ours.
	Path string
	// Query is added to what Path carries.
	Query  url.Values
	Header http.Header
	// Body gives the body and is called once for each try; nil sends none.
	Body func() (io.Reader, error)
	// ContentType describes the body.
	ContentType string
	// Op is the action in errors ("list articles").
	Op string
	// Template stands for the path in logs ("/kbm/nodes/{id}").
	Template string
	// MaxBytes bounds the answer's body after decompression; 0 means 8 MiB.
	// Past it the call fails with ErrTooLarge.
	MaxBytes int64
	// Timeout bounds one try from the connection to the end of the body, a
	// Stream's consumer included; 0 means a minute.
	Timeout time.Duration
	// NoRetry is for writes that must not take effect twice: the request is
	// repeated only if it certainly did nothing (no connection, 429, 401). Other
	// failures come back with source.Error.Unsure, unless the server refused
	// (4xx).
	NoRetry bool
	// NoPage says that a web page, such as one to sign in on, is no answer to
	// this request even with status 2xx (CodeNotData).
	NoPage bool
}

// Response is an answer.
type Response struct {
	Status int
	Header http.Header
	// Date is the server's clock, or the zero time if it did not say.
	Date time.Time
	// Body is the whole body; beside a status error its first 64 KiB. It may
	// hold document text and belongs in no log.
	Body []byte
}

// ErrTooLarge says that an answer is longer than Request.MaxBytes. It comes
// inside a source.Error of Kind BadDocument: asking again does not help, asking
// for less may.
var ErrTooLarge = errors.New("the answer is larger than we take")

// Do sends a request and reads the whole answer. Every failure is a
// *source.Error; if ctx was ended it wraps ctx's error. An answer other than
// 2xx comes back beside the error, which has its Status; beside other errors
// there is no Response.
func (c *Client) Do(ctx context.Context, req Request) (*Response, error) {
	take := readAll
	if req.NoPage {
		take = readNoPage
	}
	return c.exchange(ctx, req, consumer{take: take})
}

// JSON is Do for answers that must be JSON of into's type; into is a non-nil
// pointer, and what it points to is replaced, not merged into. A cut body
// (CodeCutShort), a web page, nothing, null and JSON of another shape
// (CodeNotData) are Transient failures even with status 200, so that a login
// page never looks like an empty list.
func (c *Client) JSON(ctx context.Context, req Request, into any) (*Response, error) {
	if req.Header.Get("Accept") == "" {
		req.Header = withHeader(req.Header, "Accept", "application/json")
	}
	return c.exchange(ctx, req, consumer{take: func(resp *Response, body io.Reader) error {
		if err := readAll(resp, body); err != nil {
			return err
		}
		return decode(resp, into)
	}})
}

// Stream hands the body of a 2xx answer to consume as it arrives. Only what
// fails before that is repeated: consume is called at most once. A body that
// could not be read to its end is a failure (CodeCutShort, ErrTooLarge) whatever
// consume returns; else an error of consume comes back inside a *source.Error
// of its own kind and code.
func (c *Client) Stream(ctx context.Context, req Request, consume func(*Response, io.Reader) error) error {
	_, err := c.exchange(ctx, req, consumer{take: consume, once: true})
	return err
}

// Close closes idle connections. Calls that are under way go on.
func (c *Client) Close() {
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

func withHeader(h http.Header, name, value string) http.Header {
	h = h.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	return h
}
