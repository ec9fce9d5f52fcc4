package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

const (
	secretEntry = "dialpad/client_secret"
	widgetID    = "7d0d2f0e-41b5-4c3e-9a53-1f3d6a5d7c11"
)

// tokens counts what a Dialpad region handed out, inside the process.
type tokens struct {
	mu     sync.Mutex
	n      int
	expiry string // ", \"expires_in\":…" or ""
	answer func() *http.Response
}

func (d *tokens) roundTrip(*http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if d.answer != nil {
		return d.answer(), nil
	}
	return reply(200, `{"access_token":"at`+string(rune('0'+d.n))+`"`+d.expiry+`}`), nil
}

func (d *tokens) source(t *testing.T, clientID, clientSecret string) *Credentials {
	t.Helper()
	store := secret.Memory()
	if clientSecret != "" {
		if err := store.Set(t.Context(), secretEntry, secret.Secret(clientSecret)); err != nil {
			t.Fatal(err)
		}
	}
	return NewCredentials(CredentialsConfig{
		API: "https://api.eu.karehq.com/", ClientID: clientID, Store: store, Name: secretEntry,
		HTTP: HTTP{Transport: transport(d.roundTrip)},
	})
}

func expectCredentials(t *testing.T, c *Credentials, want string) {
	t.Helper()
	if got, err := c.Token(t.Context()); err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// The request is the one Dialpad's customers are known to send, and 100 callers
// cost one.
func TestCredentialsRequest(t *testing.T) {
	var requests atomic.Int64
	var got map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Path != "/oauth/token" || r.Header.Get("Content-Type") != "application/json" || r.URL.RawQuery != "" {
			t.Errorf("%s %s, %s", r.Method, r.URL, r.Header.Get("Content-Type"))
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `{"access_token":"at","token_type":"Bearer","expires_in":3600}`)
	}))
	defer server.Close()
	store := secret.Memory()
	if err := store.Set(t.Context(), secretEntry, "cs"); err != nil {
		t.Fatal(err)
	}
	c := NewCredentials(CredentialsConfig{API: server.URL, ClientID: "cid", Store: store, Name: secretEntry, HTTP: HTTP{Requests: &requests}})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if token, err := c.Token(t.Context()); err != nil || token != "at" {
				t.Errorf("%q, %v", token, err)
			}
		})
	}
	wg.Wait()
	if requests.Load() != 1 {
		t.Errorf("%d requests", requests.Load())
	}
	if len(got) != 3 || got["client_id"] != "cid" || got["client_secret"] != "cs" || got["grant_type"] != "client_credentials" {
		t.Error("other fields were sent")
	}
}

func TestCredentialsLife(t *testing.T) {
	cases := []struct {
		name, expiry string
		works, ends  time.Duration // still the first token; a new one
	}{
		{"an hour where nothing is said", "", 59 * time.Minute, 59*time.Minute + 2*time.Second},
		{"an hour", `,"expires_in":3600`, 59 * time.Minute, 59*time.Minute + 2*time.Second},
		{"five minutes", `,"expires_in":300`, 270 * time.Second, 272 * time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &tokens{expiry: c.expiry}
				s := d.source(t, "cid", "cs")
				start := time.Now()
				expectCredentials(t, s, "at1")
				time.Sleep(c.works - time.Second)
				expectCredentials(t, s, "at1")
				time.Sleep(c.ends - time.Since(start))
				expectCredentials(t, s, "at2")
			})
		})
	}
}

func TestCredentialsRejectedToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &tokens{}
		s := d.source(t, "cid", "cs")
		expectCredentials(t, s, "at1")
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if got, err := s.Renew(t.Context(), "at1"); err != nil || got != "at2" {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
		wg.Wait()
		expectCredentials(t, s, "at2")
		if d.n != 2 {
			t.Errorf("%d requests", d.n)
		}
	})
}

func TestCredentialsRefused(t *testing.T) {
	answer := func(status int, body string) func() *http.Response {
		return func() *http.Response { return reply(status, body) }
	}
	cases := []struct {
		name, id, secret string
		answer           func() *http.Response
		kind             source.Kind
		code             source.Code
		requests         int
	}{
		{"wrong pair", "cid", "cs", answer(401, `{"error":"invalid_client"}`), source.SignIn, source.CodeWrongSecret, 1},
		{"wrong pair, bare", "cid", "cs", answer(401, ``), source.SignIn, source.CodeWrongSecret, 1},
		{"wrong pair, 400", "cid", "cs", answer(400, `{"error":"invalid_grant"}`), source.SignIn, source.CodeWrongSecret, 1},
		{"widget's id", widgetID, "cs", answer(401, `{"error":"invalid_client"}`), source.SignIn, source.CodeWidgetID, 1},
		{"widget's id alone", widgetID, "", nil, source.SignIn, source.CodeWidgetID, 0},
		{"no secret", "cid", "", nil, source.SignIn, source.CodeSecretMissing, 0},
		{"no right", "cid", "cs", answer(403, `{}`), source.Forbidden, "", 1},
		{"another server", "cid", "cs", answer(404, `<html>`), source.Fatal, source.CodeNoKnowledgeAPI, 1},
		{"login page", "cid", "cs", answer(200, `<html>`), source.Transient, source.CodeNotData, 1},
		{"down", "cid", "cs", answer(500, ``), source.Transient, source.CodeDown, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &tokens{answer: c.answer}
				s := d.source(t, c.id, c.secret)
				for range 20 {
					_, err := s.Token(t.Context())
					expectError(t, err, c.kind, c.code)
				}
				if d.n != c.requests {
					t.Errorf("%d requests, want %d", d.n, c.requests)
				}
			})
		})
	}
}

// A corrected secret is tried at once; a server that is down is left alone.
func TestCredentialsAskAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &tokens{answer: func() *http.Response { return reply(401, "") }}
		s := d.source(t, "cid", "wrong")
		_, err := s.Token(t.Context())
		expectError(t, err, source.SignIn, source.CodeWrongSecret)
		if err := s.cfg.Store.Set(t.Context(), secretEntry, "right"); err != nil {
			t.Fatal(err)
		}
		d.answer = nil
		expectCredentials(t, s, "at2")

		d.answer = func() *http.Response { return reply(503, "") }
		time.Sleep(59*time.Minute + 30*time.Second)
		expectCredentials(t, s, "at2") // runs out, but works
		before := d.n
		counting := newMoody()
		counting.Store, s.cfg.Store = s.cfg.Store, counting
		for range 600 {
			time.Sleep(time.Second)
			_, _ = s.Token(t.Context())
			if s.works() && counting.gets > d.n-before {
				t.Fatalf("the secret was read %d times for %d requests", counting.gets, d.n-before)
			}
		}
		if asked := d.n - before; asked < 4 || asked > 20 {
			t.Errorf("a dead server was asked %d times in 10 minutes", asked)
		}
	})
}

func TestCredentialsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &tokens{}
	s := d.source(t, "cid", "cs")
	s.cfg.HTTP.Transport = transport(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	if _, err := s.Token(ctx); !errors.Is(err, context.Canceled) || source.KindOf(err) != source.Unclassified {
		t.Errorf("got %v", err)
	}
	if _, err := s.Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWidgetID(t *testing.T) {
	for id, want := range map[string]bool{
		widgetID: true, " " + widgetID: true, "7D0D2F0E-41B5-4C3E-9A53-1F3D6A5D7C11": true,
		"cid": false, widgetID + "0": false, "": false,
	} {
		if isWidgetID(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}
