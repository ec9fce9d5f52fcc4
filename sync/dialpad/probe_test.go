package dialpad

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
)

func TestProbe(t *testing.T) {
	resolutions := []string{
		"DELETE /resolutions/{}", "GET /kbm/nodes/{}/content/public", "GET /resolutions", "GET /resolutions/{}",
		"POST /resolutions", "PUT /resolutions/{}",
	}
	tests := []struct {
		name     string
		switches dialpadsim.Switches
		pinned   string
		version  string
		report   Report
	}{
		{
			name: "newest described", version: "v3.1",
			report: Report{Version: "v3.1", Described: true, New: resolutions},
		},
		{
			name: "only the oldest", switches: dialpadsim.Switches{Versions: []string{"v2.2"}}, version: "v2.2",
			report: Report{Version: "v2.2", Described: true, New: resolutions},
		},
		{
			name: "newest retired", switches: dialpadsim.Switches{Retired: []string{"v3.1"}}, version: "v2.2",
			report: Report{Version: "v2.2", Described: true, New: resolutions},
		},
		{
			name: "no description", switches: dialpadsim.Switches{Swagger: "off", Versions: []string{"v3.0"}}, version: "v3.0",
			report: Report{Version: "v3.0"},
		},
		{
			name: "pinned", pinned: "v2.2", version: "v2.2",
			report: Report{Version: "v2.2", Described: true, New: resolutions},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { s.switches = tt.switches })
			version, report, err := Probe(t.Context(), w.client, tt.pinned)
			if err != nil || version != tt.version {
				t.Errorf("Probe = %q, %v; want %q", version, err, tt.version)
			}
			if diff := cmp.Diff(tt.report, report); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			w.Destination = New(Config{Client: w.client, Version: version, SourceValue: ours})
			everyday(t, w)
		})
	}
}

func TestProbeThatFails(t *testing.T) {
	t.Run("no version", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.Versions = []string{"v9"} })
		_, _, err := Probe(t.Context(), w.client, "")
		wantError(t, err, source.Fatal, source.CodeNoKnowledgeAPI)
	})
	t.Run("pinned version gone", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.Retired = []string{"v2.2"} })
		_, _, err := Probe(t.Context(), w.client, "v2.2")
		wantError(t, err, source.Fatal, source.CodeNoKnowledgeAPI)
	})
	t.Run("a login page everywhere", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.fault("GET html")
			_, _, err := Probe(t.Context(), w.client, "")
			wantError(t, err, source.Transient, source.CodeNotData)
		})
	})
	t.Run("no right to read", func(t *testing.T) {
		w := newWorld(t)
		w.fault("GET /kbm/nodes status=403", "GET /swagger.json status=404")
		_, _, err := Probe(t.Context(), w.client, "")
		wantError(t, err, source.Forbidden, "")
		if got := w.asked("GET", "/kbm/nodes"); got != 1 {
			t.Errorf("%d versions asked after a refusal", got)
		}
	})
	t.Run("wrong secret", func(t *testing.T) {
		w := newWorld(t, func(s *setting) {
			s.pair = func(c dialpadsim.Credentials) dialpadsim.Credential {
				c.Knowledge.ClientSecret = "wrong"
				return c.Knowledge
			}
		})
		_, _, err := Probe(t.Context(), w.client, "")
		wantError(t, err, source.SignIn, source.CodeWrongSecret)
	})
	t.Run("down", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.fault("status=503")
			_, _, err := Probe(t.Context(), w.client, "")
			wantError(t, err, source.Transient, source.CodeDown)
		})
	})
}

func TestProbeReportsWhatIsMissing(t *testing.T) {
	described := map[string]string{
		"Swagger 2, its base path in every path": `{"paths":{"/v3.1/kbm/nodes":{"get":{},"post":{}},"/v3.1/kbm/nodes/{node_id}/":{"get":{},"patch":{}}}}`,
		"Swagger 2":                              `{"basePath":"/v3.1/","paths":{"/kbm/nodes":{"get":{},"post":{},"parameters":[]},"/kbm/nodes/{node_id}":{"get":{},"patch":{}}}}`,
		"OpenAPI 3":                              `{"servers":[{"url":"https://api.example.com/v3.1"}],"paths":{"/kbm/nodes":{"get":{},"post":{}},"/kbm/nodes/{node_id}":{"get":{},"patch":{}}}}`,
	}
	want := Report{
		Version: "v3.1", Described: true, New: []string{"PATCH /kbm/nodes/{}"},
		Missing: []string{"DELETE /kbm/nodes/{}", "GET /kbm/nodes/{}/content/raw", "POST /kbm/nodes/{}/content", "PUT /kbm/nodes/{}"},
	}
	for name, text := range described {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fault("GET /swagger.json status=200 body=" + quoted(text))
			version, report, err := Probe(t.Context(), w.client, "")
			if err != nil || version != "v3.1" {
				t.Errorf("Probe = %q, %v", version, err)
			}
			if diff := cmp.Diff(want, report); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// A version that describes nodes without serving them is not the one.
func TestProbeAsksBesideAPoorDescription(t *testing.T) {
	w := newWorld(t)
	w.fault(`GET /v3.1/swagger.json status=200 body={"paths":{"/v3.1/kbm/nodes":{"get":{}}}}`, "GET /v3.1/kbm/nodes status=404")
	version, report, err := Probe(t.Context(), w.client, "")
	if version != "v2.2" || report.Version != "v2.2" || len(report.Missing) != 0 || err != nil {
		t.Errorf("Probe = %q, %+v, %v", version, report, err)
	}
}

func TestTest(t *testing.T) {
	for _, shape := range []string{"full", "sparse"} {
		for _, c := range []struct {
			values          []string // of further accounts
			ours, elsewhere int
		}{{nil, 5, 4}, {[]string{"dialpad-sync:zendesk:none", "wiki.example.com"}, 7, 2}} {
			w := newWorld(t, func(s *setting) { s.switches.ListShape, s.switches.PageCap = shape, 4 })
			w.seed(5)
			w.sim.Seed(dialpadsim.Foreign(2, 2, 2)...)
			before := w.sim.Nodes()
			got, err := w.Test(t.Context(), c.values...)
			if want := (Tested{Version: "v2.2", Ours: c.ours, Elsewhere: c.elsewhere, Writing: WritingUnknown}); err != nil || got != want {
				t.Errorf("%s: %+v, %v; want %+v", shape, got, err, want)
			}
			if diff := cmp.Diff(before, w.sim.Nodes()); diff != "" {
				t.Errorf("the test changed something:\n%s", diff)
			}
		}
	}
	t.Run("read only", func(t *testing.T) {
		w := newWorld(t, func(s *setting) {
			s.pair = func(c dialpadsim.Credentials) dialpadsim.Credential { return c.ReadOnly }
		})
		if got, err := w.Test(t.Context()); err != nil || got.Writing != WritingForbidden {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("listing fails", func(t *testing.T) {
		w := newWorld(t)
		w.fault("GET status=403")
		_, err := w.Test(t.Context())
		wantError(t, err, source.Forbidden, "")
	})
}

// consent is a person who says yes at once: it follows the double's redirect
// back to the listener.
func consent(ctx context.Context) func(string) error {
	return func(page string) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
		if err != nil {
			return err
		}
		transport := rest.NewTransport()
		defer transport.CloseIdleConnections()
		resp, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}

func TestSignIn(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.Consent, s.switches.DialpadTokens = "approve", "on" })
	pair := w.sim.Credentials().SignIn
	host, transport := loopback(t)(w.sim)
	provider := SignIn(host+"/", pair.ClientID, secret.Secret(pair.ClientSecret), 0)
	ctx := soon(t)
	token, err := signin.Run(ctx, signin.Config{Provider: provider, OpenURL: consent(ctx), HTTP: signin.HTTP{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	if scopes := token.Scopes(); !slices.Equal(scopes, []string{"offline_access"}) && scopes != nil {
		t.Errorf("scopes %q", scopes)
	}
	if token.Refresh == "" {
		t.Error("there is no refresh token: the person would have to sign in every hour")
	}

	store := secret.Memory()
	cfg := signin.RefreshConfig{Provider: provider, Store: store, Name: "token", HTTP: signin.HTTP{Transport: transport}}
	if err := signin.Save(ctx, store, "token", token); err != nil {
		t.Fatal(err)
	}
	client, err := rest.New(rest.Config{
		Base: mustURL(t, host), Side: side, Transport: transport, Tokens: signin.NewRefreshing(cfg),
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: 1000, Ceiling: 1000}),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Destination = New(Config{Client: client, SourceValue: ours})
	everyday(t, w)

	if err := signin.SignOut(ctx, cfg); err != nil {
		t.Errorf("sign out: %v", err)
	}
	if _, err := w.owned(); source.KindOf(err) != source.SignIn {
		t.Errorf("after signing out: %v", err)
	}
	if got := w.sim.Journal().Count("POST", "/oauth2/deauthorize"); got != 1 {
		t.Errorf("%d withdrawals", got)
	}
	t.Run("withdrawal that fails", func(t *testing.T) {
		w.fault("POST /oauth2/deauthorize status=500")
		if err := provider.Revoke(ctx, &http.Client{Transport: transport}, token); err == nil {
			t.Error("no error")
		}
	})
}

func TestSignInDefaults(t *testing.T) {
	p := SignIn("", "id", "secret")
	if p.AuthorizeURL != "https://dialpad.com/oauth2/authorize" || p.TokenURL != "https://dialpad.com/oauth2/token" {
		t.Errorf("addresses %s, %s", p.AuthorizeURL, p.TokenURL)
	}
	want := []string{"http://127.0.0.1:47321/callback", "http://127.0.0.1:47322/callback", "http://127.0.0.1:47323/callback"}
	if got := p.RedirectURIs(); !slices.Equal(got, want) {
		t.Errorf("redirect addresses %v", got)
	}
}
