package signin

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// transport answers requests in this process.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	return f(r)
}

func reply(status int, body string, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

func ask(t *testing.T, h HTTP, address string) (Token, error) {
	t.Helper()
	return h.ask(t.Context(), request{op: "renew the sign-in", side: "source", url: address, fields: map[string]any{"refresh_token": "hunter2"}})
}

// Each answer of a token endpoint says what happens next.
func TestFailures(t *testing.T) {
	cases := []struct {
		name   string
		status int
		body   string
		header []string
		kind   source.Kind
		code   source.Code
		wait   time.Duration
	}{
		{"ended", 400, `{"error":"invalid_grant","error_description":"hunter2"}`, nil, source.SignIn, "", 0},
		{"ended, 401", 401, `{"error":"invalid_grant"}`, nil, source.SignIn, "", 0},
		{"client unknown", 401, `{"error":"invalid_client"}`, nil, source.SignIn, source.CodeIdentifier, 0},
		{"401 without a word", 401, ``, nil, source.SignIn, "", 0},
		{"400 in another shape", 400, `{"error":{"title":"x","message":"hunter2"}}`, nil, source.SignIn, "", 0},
		{"scope", 400, `{"error":"invalid_scope"}`, nil, source.SignIn, source.CodeScope, 0},
		{"forbidden", 403, `{}`, nil, source.Forbidden, "", 0},
		{"throttled", 429, ``, []string{"Retry-After", "7"}, source.Throttled, "", 7 * time.Second},
		{"throttled for a day", 429, ``, []string{"Retry-After", "86400"}, source.Throttled, "", 24 * time.Hour},
		{"throttled until", 429, ``, []string{"Retry-After", "Sun, 22 Nov 2026 10:00:30 GMT", "Date", "Sun, 22 Nov 2026 10:00:00 GMT"}, source.Throttled, "", 30 * time.Second},
		{"throttled, no time", 429, ``, nil, source.Throttled, "", 0},
		{"throttled, nonsense", 429, ``, []string{"Retry-After", "soon"}, source.Throttled, "", 0},
		{"throttled, negative", 429, ``, []string{"Retry-After", "-3"}, source.Throttled, "", 0},
		{"throttled, zero", 429, ``, []string{"Retry-After", "0"}, source.Throttled, "", 0},
		{"maintenance", 503, `<html>`, []string{"Retry-After", "60"}, source.Throttled, "", time.Minute},
		{"down", 503, `<html>`, nil, source.Transient, source.CodeDown, 0},
		{"down, says invalid_grant", 500, `{"error":"invalid_grant"}`, nil, source.Transient, source.CodeDown, 0},
		{"busy", 400, `{"error":"temporarily_unavailable"}`, nil, source.Transient, source.CodeDown, 0},
		{"elsewhere", 302, ``, []string{"Location", "https://evil.example/"}, source.Transient, source.CodeRedirect, 0},
		{"moved", 308, ``, []string{"Location", "/elsewhere"}, source.Transient, source.CodeRedirect, 0},
		{"nothing there", 404, `<html>`, nil, source.Transient, source.CodeNotData, 0},
		{"login page", 200, `<html>Sign in to the hotel</html>`, nil, source.Transient, source.CodeNotData, 0},
		{"cut", 200, `{"access_token":"a`, nil, source.Transient, source.CodeNotData, 0},
		{"null", 200, `null`, nil, source.Transient, source.CodeNotData, 0},
		{"no token", 200, `{"token_type":"bearer"}`, nil, source.Transient, source.CodeNotData, 0},
		{"token that breaks a header", 200, `{"access_token":"a\r\nX: y"}`, nil, source.Transient, source.CodeNotData, 0},
		{"error with 200", 200, `{"error":"invalid_grant"}`, nil, source.SignIn, "", 0},
		{"endless", 200, `{"access_token":"` + strings.Repeat("a", maxAnswer) + `"}`, nil, source.Transient, source.CodeNotData, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sent := 0
			h := HTTP{Transport: transport(func(*http.Request) (*http.Response, error) {
				sent++
				return reply(c.status, c.body, c.header...), nil
			})}
			start := time.Now()
			_, err := ask(t, h, "https://x.example/t?key=hunter2")
			var e *source.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			if e.Kind != c.kind || e.Code != c.code || e.Side != "source" || e.Host != "x.example" || sent != 1 {
				t.Errorf("%v, %q, side %q, host %q, %d requests", e.Kind, e.Code, e.Side, e.Host, sent)
			}
			wait := time.Duration(0)
			if !e.RetryAt.IsZero() {
				wait = e.RetryAt.Sub(start).Round(time.Second)
			}
			if wait != c.wait {
				t.Errorf("says to wait %v, want %v", wait, c.wait)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats a secret: %v", err)
			}
		})
	}
}

// brokenBody ends in the middle.
type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
func (brokenBody) Close() error             { return nil }

func TestNetworkFailures(t *testing.T) {
	future := &x509.Certificate{NotBefore: time.Now().Add(time.Hour)}
	past := &x509.Certificate{NotBefore: time.Now().Add(-time.Hour), Issuer: pkix.Name{CommonName: "Proxy Inc"}}
	cases := map[string]struct {
		err  error
		code source.Code
	}{
		"no name":                 {&net.DNSError{Err: "no such host", IsNotFound: true}, source.CodeOffline},
		"no route":                {&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, source.CodeOffline},
		"refused":                 {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, source.CodeDown},
		"unknown authority":       {x509.UnknownAuthorityError{}, source.CodeTLS},
		"other name":              {x509.HostnameError{Certificate: past, Host: "x"}, source.CodeTLS},
		"certificate from future": {x509.CertificateInvalidError{Cert: future, Reason: x509.Expired}, source.CodeClock},
		"certificate ended":       {x509.CertificateInvalidError{Cert: past, Reason: x509.Expired}, source.CodeTLS},
		"reset":                   {io.ErrUnexpectedEOF, source.CodeDown},
	}
	for name, c := range cases {
		_, err := ask(t, HTTP{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, c.err })}, "https://x.example/t?key=hunter2")
		var e *source.Error
		if errors.As(err, &e); (e.ClockOff < 0) != (c.code == source.CodeClock) || (e.Issuer == "Proxy Inc") != (name == "certificate ended" || name == "other name") {
			t.Errorf("%s: issuer %q, clock off by %v", name, e.Issuer, e.ClockOff)
		}
		if source.KindOf(err) != source.Transient || source.CodeOf(err) != c.code || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v (%q)", name, err, source.CodeOf(err))
		}
	}
	_, err := ask(t, HTTP{Transport: transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: brokenBody{}}, nil
	})}, "https://x.example/t")
	if source.CodeOf(err) != source.CodeDown {
		t.Errorf("cut body: %v", err)
	}
}

func TestAskStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h := HTTP{Transport: transport(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}
	_, err := h.ask(ctx, request{op: "renew", url: "https://x.example/t"})
	if !errors.Is(err, context.Canceled) || source.KindOf(err) != source.Unclassified {
		t.Errorf("got %v", err)
	}
}

// A secret goes over TLS or stays on this computer, and never where a redirect
// points.
func TestSecretsGoNowhereElse(t *testing.T) {
	var stolen atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Add(1) }))
	defer thief.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	if _, err := ask(t, HTTP{}, server.URL); source.CodeOf(err) != source.CodeRedirect {
		t.Errorf("got %v", err)
	}
	if stolen.Load() != 0 {
		t.Error("the redirect was followed")
	}
	_, err := ask(t, HTTP{Transport: transport(func(*http.Request) (*http.Response, error) {
		t.Error("a secret was sent unencrypted")
		return nil, io.EOF
	})}, "http://x.example/t")
	if source.KindOf(err) != source.Fatal {
		t.Errorf("got %v", err)
	}
}

func TestUserAgentAndCount(t *testing.T) {
	var requests atomic.Int64
	var agent, accept string
	closes := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent, accept, closes = r.UserAgent(), r.Header.Get("Accept"), r.Close
		_, _ = io.WriteString(w, `{"access_token":"at"}`)
	}))
	defer server.Close()
	token, err := ask(t, HTTP{UserAgent: "dialpad-sync/1", Requests: &requests}, server.URL)
	if err != nil || token.Access != "at" || agent != "dialpad-sync/1" || accept != "application/json" || !closes || requests.Load() != 1 {
		t.Errorf("agent %q, accept %q, closes %v, %d requests, %v", agent, accept, closes, requests.Load(), err)
	}
}

func TestAnswers(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	cases := []struct {
		body   string
		expiry time.Time
		life   time.Duration
	}{
		{`{"access_token":"a"}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":null}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":1800}`, start.Add(30 * time.Minute), 30 * time.Minute},
		{`{"access_token":"a","expires_in":"1800"}`, start.Add(30 * time.Minute), 30 * time.Minute},
		{`{"access_token":"a","expires_in":1800.0}`, start.Add(30 * time.Minute), 30 * time.Minute},
		{`{"access_token":"a","expires_in":10000000}`, start.Add(10_000_000 * time.Second), 10_000_000 * time.Second},
		{`{"access_token":"a","expires_in":1795428000}`, time.Unix(1795428000, 0), 0},
		{`{"access_token":"a","expires_in":0}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":-5}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":"later"}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":1e300}`, time.Time{}, 0},
		{`{"access_token":"a","expires_in":{"x":1}}`, time.Time{}, 0},
	}
	for _, c := range cases {
		token, err := decodeAnswer([]byte(c.body), start, nil)
		if err != nil || !token.Expiry.Equal(c.expiry) || token.Life != c.life {
			t.Errorf("%s: expiry %v, life %v (%v)", c.body, token.Expiry, token.Life, err)
		}
	}
	token, err := decodeAnswer([]byte(`{"access_token":"a","scope":"read hc:read","instance_url":"https://i.example","id_token":"hunter2","n":5,"refresh_token_expires_in":60}`), start, []string{"instance_url", "n"})
	if err != nil || token.Field("instance_url") != "https://i.example" || token.Field("n") != "5" || len(token.Scopes()) != 2 || !token.RefreshExpiry.Equal(start.Add(time.Minute)) {
		t.Errorf("%q %q %v %v %v", token.Field("instance_url"), token.Field("n"), token.Scopes(), token.RefreshExpiry, err)
	}
	if raw := token.encode().Reveal(); strings.Contains(raw, "hunter2") {
		t.Error("a field nobody asked for is kept")
	}
}

func TestStoredToken(t *testing.T) {
	const stored = `{"access_token":"at","refresh_token":"rt","expiry":"2026-11-22T11:42:00+01:00","refresh_expiry":"2026-12-22T10:42:00Z","expires_in":1800,"instance_url":"https://i.example","note":{"kept":[1,2.50]}}`
	token, err := decodeToken(stored)
	if err != nil {
		t.Fatal(err)
	}
	if token.Access != "at" || token.Refresh != "rt" || token.Life != 30*time.Minute || !token.Expiry.Equal(time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)) {
		t.Errorf("%q %q %v %v", token.Access.Reveal(), token.Refresh.Reveal(), token.Life, token.Expiry)
	}
	const want = `{"access_token":"at","expires_in":1800,"expiry":"2026-11-22T10:42:00Z","instance_url":"https://i.example","note":{"kept":[1,2.50]},"refresh_expiry":"2026-12-22T10:42:00Z","refresh_token":"rt"}`
	if got := token.encode().Reveal(); got != want {
		t.Errorf("stored as %s", got)
	}
	next := token.next(Token{Access: "at2", Life: time.Hour, other: map[string]json.RawMessage{"scope": json.RawMessage(`"read"`)}})
	if next.Refresh != "rt" || next.Field("instance_url") != "https://i.example" || next.Field("scope") != "read" || token.Field("scope") != "" || next.Life != time.Hour || !next.Expiry.IsZero() {
		t.Errorf("%+v", next.encode().Reveal())
	}
	for _, minimal := range []secret.Secret{`{"access_token":"at"}`, `{"refresh_token":"rt","expiry":""}`} {
		token, err := decodeToken(minimal)
		if err != nil || !token.Expiry.IsZero() {
			t.Errorf("%s: %v", minimal.Reveal(), err)
		}
	}
	for _, bad := range []secret.Secret{"", "at", "null", "[]", "{}", `{"access_token":5}`, `{"access_token":"a b"}`, `{"access_token":"a","expiry":"tomorrow"}`} {
		store := secret.Memory()
		if bad != "" {
			if err := store.Set(t.Context(), "a/token", bad); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Load(t.Context(), store, "a/token")
		if source.KindOf(err) != source.SignIn || source.CodeOf(err) != source.CodeSecretMissing {
			t.Errorf("%s: %v", bad.Reveal(), err)
		}
	}
}
