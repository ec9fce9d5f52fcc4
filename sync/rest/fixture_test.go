package rest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is a limiter that stands in nobody's way.
func quick() *rest.Limiter {
	return rest.NewLimiter(rest.LimitConfig{Start: 10_000, Ceiling: 10_000})
}

// serve starts a server and a client for it; the client is closed first.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*rest.Config)) (*rest.Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connect(t, server.URL, change...), server
}

func connect(t *testing.T, address string, change ...func(*rest.Config)) *rest.Client {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	cfg := rest.Config{Base: base, Side: "dialpad", Name: "Dialpad", Limiter: quick(), UserAgent: "dialpad-sync/test"}
	for _, c := range change {
		c(&cfg)
	}
	client, err := rest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// inProcess is a client whose requests go straight to a handler, for tests on
// fake time.
func inProcess(t *testing.T, handler http.HandlerFunc, change ...func(*rest.Config)) *rest.Client {
	t.Helper()
	change = append(change, func(cfg *rest.Config) { cfg.Transport = direct(handler) })
	return connect(t, "http://localhost", change...)
}

// errNoAnswer is what direct returns for a handler that panics with
// http.ErrAbortHandler.
var errNoAnswer = errors.New("no answer")

type direct http.HandlerFunc

func (d direct) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			resp, err = nil, errNoAnswer
		}
	}()
	w := httptest.NewRecorder()
	d(w, req)
	resp = w.Result()
	resp.Request = req
	return resp, nil
}

// impatient fails a call instead of letting it pause.
func impatient(t *testing.T) context.Context { return rest.WithPatience(t.Context(), 0) }

// want checks the kind and code of an error and returns it.
func want(t *testing.T, err error, kind source.Kind, code source.Code) *source.Error {
	t.Helper()
	var e *source.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a source.Error of kind %v", err, kind)
	}
	if e.Kind != kind || e.Code != code {
		t.Fatalf("error %q is %v %q, want %v %q", e, e.Kind, e.Code, kind, code)
	}
	return e
}

// tokens gives "one", then whatever it is renewed to.
type tokens struct {
	mu       sync.Mutex
	current  string
	renewals []string // rejected tokens
	next     []string
	err      error
	tokenErr error
}

func (s *tokens) Token(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, s.tokenErr
}

func (s *tokens) Renew(_ context.Context, rejected string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewals = append(s.renewals, rejected)
	if s.err != nil {
		return "", s.err
	}
	s.current, s.next = s.next[0], s.next[1:]
	return s.current, nil
}

// seen collects what arrived at a server.
type seen struct {
	mu       sync.Mutex
	requests []*http.Request
	times    []time.Time
}

func (s *seen) note(req *http.Request) (number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, req)
	s.times = append(s.times, time.Now())
	return len(s.requests)
}

func (s *seen) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// when returns when each request came, counted from start.
func (s *seen) when(start time.Time) (offsets []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range s.times {
		offsets = append(offsets, at.Sub(start))
	}
	return offsets
}
