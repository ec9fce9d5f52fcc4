package dialpadsim

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

const formType = "application/x-www-form-urlencoded"

func TestClientCredentials(t *testing.T) {
	c := newClient(t, nil)
	c.token = ""
	pair := c.sim.Credentials().Knowledge
	good := url.Values{"grant_type": {"client_credentials"}, "client_id": {pair.ClientID}, "client_secret": {pair.ClientSecret}}
	a := c.do("POST", "/oauth/token", formType, good.Encode())
	if a.status != 200 || a.field("access_token") != "sim_2" || a.field("token_type") != "Bearer" || a.field("expires_in") != "3600" {
		t.Errorf("form: %d %s", a.status, a.body)
	}
	basic := func(r *http.Request) {
		r.SetBasicAuth(url.QueryEscape(pair.ClientID), url.QueryEscape(pair.ClientSecret))
	}
	if a := c.do("POST", "/oauth/token", formType, "grant_type=client_credentials", basic); a.field("access_token") == "" {
		t.Errorf("basic: %d %s", a.status, a.body)
	}
	for _, tt := range []struct {
		contentType, body, code string
		status                  int
	}{
		{"application/json", `{"client_id":"sim-client","client_secret":"wrong","grant_type":"client_credentials"}`, "invalid_client", 401},
		{"application/json", `{"grant_type":"client_credentials"}`, "invalid_client", 401},
		{"application/json", `{"client_id":"sim-client","client_secret":"sim-client-secret","grant_type":"password"}`, "unsupported_grant_type", 400},
		{"application/json", `[`, "invalid_request", 400},
		{formType, `%zz`, "invalid_request", 400},
		{"text/plain", `x`, "invalid_request", 400},
	} {
		a := c.do("POST", "/oauth/token", tt.contentType, tt.body)
		if a.status != tt.status || a.field("error") != tt.code || a.field("error_description") == "" {
			t.Errorf("%s: %d %s", tt.body, a.status, a.body)
		}
	}
}

func TestBearerIsRequired(t *testing.T) {
	c := newClient(t, nil)
	good := c.token
	for _, authorization := range []string{"", "Bearer ", "Bearer sim_99", "Basic " + good, good} {
		a := c.do("GET", "/v2.2/kbm/nodes", "", "", header("Authorization", authorization))
		if a.status != 401 || a.field("code") != "unauthorized" || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q: %d %s", authorization, a.status, a.body)
		}
	}
	c.want(c.do("GET", "/v2.2/kbm/nodes", "", "", header("Authorization", "bearer "+good)), 200, "")
}

func TestTokenExpiry(t *testing.T) {
	c := newClient(t, nil)
	c.sim.Clock().Advance(3600*time.Second - time.Millisecond)
	c.want(c.get("/kbm/nodes"), 200, "")
	c.sim.Clock().Advance(time.Millisecond)
	a := c.get("/kbm/nodes")
	if a.status != 401 || a.field("code") != "token_expired" || a.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	c.switches(func(s *Switches) { s.TokenSeconds = 5 })
	c.token = c.signIn(c.sim.Credentials().Knowledge)
	c.sim.Clock().Advance(4 * time.Second)
	c.want(c.get("/kbm/nodes"), 200, "")
	c.sim.ExpireTokens()
	c.want(c.get("/kbm/nodes"), 401, "token_expired")
}

func TestOldTokensAreForgotten(t *testing.T) {
	c := newClient(t, nil)
	a := c.sim.auth
	a.mu.Lock()
	for range 10_000 {
		a.issue(faceKarehq, time.Second, false, nil)
	}
	c.sim.Clock().Advance(25 * time.Hour)
	a.issue(faceKarehq, time.Hour, false, nil)
	held := len(a.access)
	a.mu.Unlock()
	if held > 10 {
		t.Errorf("%d tokens are held", held)
	}
}
