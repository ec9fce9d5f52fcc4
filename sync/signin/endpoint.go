package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// Bounds of one call to a vendor's token endpoint.
const (
	callTimeout = 30 * time.Second
	maxAnswer   = 64 << 10
)

// HTTP says how token endpoints are reached. The zero value is fine.
type HTTP struct {
	// Transport sends the requests; nil is a transport of its own that keeps no
	// connection open, because token calls are rare.
	Transport http.RoundTripper
	UserAgent string
	// Requests counts every request sent, or is nil.
	Requests *atomic.Int64
}

// RoundTrip sends one request with our User-Agent and counts it.
func (h HTTP) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.UserAgent != "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", h.UserAgent)
	}
	if h.Requests != nil {
		h.Requests.Add(1)
	}
	return h.transport().RoundTrip(r)
}

func (h HTTP) transport() http.RoundTripper {
	if h.Transport != nil {
		return h.Transport
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	t.MaxResponseHeaderBytes = maxAnswer
	return t
}

// client follows no redirect: a secret goes to the address we were given or
// nowhere.
func (h HTTP) client() *http.Client {
	return &http.Client{
		Transport:     h,
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// request is one call of a token endpoint.
type request struct {
	op     string // "refresh the sign-in"
	side   string
	url    string
	json   bool
	fields map[string]any
	keep   []string
}

// grant is a request of the provider's with its client id, secret and fields.
func (p Provider) grant(op string, fields map[string]any) request {
	all := map[string]any{"client_id": p.ClientID}
	if p.ClientSecret != "" {
		all["client_secret"] = p.ClientSecret.Reveal()
	}
	for _, more := range []map[string]any{p.Fields, fields} {
		for name, value := range more {
			all[name] = value
		}
	}
	return request{op: op, side: p.Side, url: p.TokenURL, json: p.JSON, fields: all, keep: p.Keep}
}

// ask sends the request once and returns the token of the answer. Failures are
// *source.Error; when ctx itself ended, its error.
func (h HTTP) ask(ctx context.Context, q request) (Token, error) {
	e := &source.Error{Op: q.op, Side: q.side}
	r, err := q.build(ctx)
	if err != nil {
		e.Kind, e.Err = source.Fatal, err
		return Token{}, e
	}
	e.Host = r.URL.Host
	start := time.Now()
	resp, err := h.client().Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return Token{}, fmt.Errorf("%s: %w", q.op, ctx.Err())
		}
		e.Kind = source.Transient
		rest.Explain(ctx, e, h.transport(), h.Requests, err)
		return Token{}, e
	}
	defer func() { _ = resp.Body.Close() }() // read to its end or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return Token{}, fmt.Errorf("%s: %w", q.op, ctx.Err())
	case err != nil:
		e.Kind, e.Code, e.Err = source.Transient, source.CodeDown, withoutURL(err)
		return Token{}, e
	case len(body) > maxAnswer:
		e.Kind, e.Code, e.Err = source.Transient, source.CodeNotData, errors.New("the answer is too long")
		return Token{}, e
	}
	if resp.StatusCode < 300 {
		t, err := decodeAnswer(body, start, q.keep)
		if err == nil {
			return t, nil
		}
		if errorCode(body) == "" {
			e.Kind, e.Code, e.Err = source.Transient, source.CodeNotData, err
			return Token{}, e
		}
	}
	e.Status = resp.StatusCode
	classify(e, resp.Header, body)
	return Token{}, e
}

func (q request) build(ctx context.Context) (*http.Request, error) {
	if err := secure("token URL", q.url); err != nil {
		return nil, err
	}
	var body []byte
	kind := "application/x-www-form-urlencoded"
	if q.json {
		kind = "application/json"
		var err error
		if body, err = json.Marshal(q.fields); err != nil {
			return nil, errors.New("a field of the token request cannot be spelled as JSON")
		}
	} else {
		form := make(url.Values, len(q.fields))
		for name, value := range q.fields {
			form.Set(name, fmt.Sprint(value))
		}
		body = []byte(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, q.url, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the token URL is not an address")
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept", "application/json")
	return r, nil
}
