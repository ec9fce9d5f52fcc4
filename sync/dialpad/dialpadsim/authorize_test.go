package dialpadsim

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	redirect = "http://127.0.0.1:47111/callback"
	verifier = "a-verifier-that-is-long-enough-for-the-rules-of-pkce"
)

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func authorizeQuery(change map[string]string) string {
	q := url.Values{
		"client_id": {"sim-app"}, "redirect_uri": {redirect}, "response_type": {"code"}, "state": {"s1"},
		"scope": {"offline_access"}, "code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	for name, value := range change {
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
	}
	return "/oauth2/authorize?" + q.Encode()
}

// callback returns the query that the app's listener would get.
func (c *client) callback(a answer) url.Values {
	c.t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != 302 || !strings.HasPrefix(u.String(), "http://127.0.0.1:47111/callback") {
		c.t.Fatalf("no redirect to the app: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	return u.Query()
}

// code signs in without a page.
func (c *client) code(change map[string]string) string {
	c.t.Helper()
	c.switches(func(s *Switches) { s.Consent = "approve" })
	return c.callback(c.do("GET", authorizeQuery(change), "", "")).Get("code")
}

func (c *client) exchange(fields map[string]string, change ...func(*http.Request)) answer {
	c.t.Helper()
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return c.do("POST", "/oauth2/token", formType, form.Encode(), change...)
}

func codeGrant(code string) map[string]string {
	return map[string]string{
		"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect,
		"client_id": "sim-app", "client_secret": "sim-app-secret",
	}
}

func TestConsentPage(t *testing.T) {
	c := newClient(t, nil)
	ticket := func() string {
		page := c.do("GET", authorizeQuery(nil), "", "")
		for _, id := range []string{`id="approve"`, `id="deny"`, "offline_access"} {
			if page.status != 200 || !strings.Contains(page.body, id) {
				t.Fatalf("the page lacks %s: %d %s", id, page.status, page.body)
			}
		}
		return regexp.MustCompile(`name="ticket" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	}
	first := ticket()
	got := c.callback(c.do("POST", "/oauth2/authorize", formType, "answer=approve&ticket="+first))
	if got.Get("code") == "" || got.Get("state") != "s1" {
		t.Errorf("approved: %v", got)
	}
	if a := c.do("POST", "/oauth2/authorize", formType, "answer=approve&ticket="+first); a.status != 400 {
		t.Errorf("the page can be answered twice: %d", a.status)
	}
	got = c.callback(c.do("POST", "/oauth2/authorize", formType, "answer=deny&ticket="+ticket()))
	if got.Get("error") != "access_denied" || got.Get("state") != "s1" || got.Has("code") {
		t.Errorf("denied: %v", got)
	}
	c.switches(func(s *Switches) { s.Consent = "deny" })
	if got := c.callback(c.do("GET", authorizeQuery(nil), "", "")); got.Get("error") != "access_denied" {
		t.Errorf("consent=deny: %v", got)
	}
}

func TestAuthorizeChecksWhoAsks(t *testing.T) {
	c := newClient(t, func(config *Config) {
		config.Redirects = []string{"http://127.0.0.1:*/callback", "http://localhost:47112/cb"}
	})
	c.switches(func(s *Switches) { s.Consent = "approve" })
	for _, change := range []map[string]string{
		{"client_id": "other"}, {"redirect_uri": ""}, {"redirect_uri": "https://evil.example/callback"},
		{"redirect_uri": redirect + "/"}, {"redirect_uri": redirect + "#x"}, {"redirect_uri": "http://127.0.0.1:x/callback"},
		{"redirect_uri": "http://127.0.0.1:1@evil.example/callback"}, {"redirect_uri": "http://localhost:47113/cb"},
	} {
		if a := c.do("GET", authorizeQuery(change), "", ""); a.status != 400 || a.header.Get("Location") != "" {
			t.Errorf("%v: %d to %q", change, a.status, a.header.Get("Location"))
		}
	}
	if a := c.do("GET", authorizeQuery(map[string]string{"redirect_uri": "http://localhost:47112/cb"}), "", ""); a.status != 302 {
		t.Errorf("an exact redirect URI: %d", a.status)
	}
	kept := c.callback(c.do("GET", authorizeQuery(map[string]string{"redirect_uri": redirect + "?tab=2"}), "", ""))
	if kept.Get("tab") != "2" || kept.Get("code") == "" {
		t.Errorf("query parameters of the redirect URI: %v", kept)
	}
	for want, change := range map[string]map[string]string{
		"unsupported_response_type": {"response_type": "token"},
		"invalid_request":           {"code_challenge_method": "S512"},
	} {
		if got := c.callback(c.do("GET", authorizeQuery(change), "", "")); got.Get("error") != want {
			t.Errorf("%v: %v", change, got)
		}
	}
	if got := c.callback(c.do("GET", authorizeQuery(map[string]string{"code_challenge": "short"}), "", "")); got.Get("error") != "invalid_request" {
		t.Errorf("short challenge: %v", got)
	}
}

func TestCodeGrant(t *testing.T) {
	c := newClient(t, nil)
	for _, broken := range []map[string]string{
		{"code": "code_99"}, {"code_verifier": ""}, {"code_verifier": verifier + "x"}, {"redirect_uri": "http://127.0.0.1:1/callback"},
	} {
		grant := codeGrant(c.code(nil))
		for name, value := range broken {
			grant[name] = value
		}
		if a := c.exchange(grant); a.status != 400 || a.field("error") != "invalid_grant" {
			t.Errorf("%v: %d %s", broken, a.status, a.body)
		}
	}
	grant := codeGrant(c.code(nil))
	grant["client_secret"] = "wrong"
	if a := c.exchange(grant); a.status != 401 || a.field("error") != "invalid_client" {
		t.Errorf("wrong secret: %d %s", a.status, a.body)
	}
	if a := c.exchange(map[string]string{"grant_type": "password"}); a.field("error") != "unsupported_grant_type" {
		t.Errorf("other grant: %s", a.body)
	}
	late := codeGrant(c.code(nil))
	c.sim.Clock().Advance(60 * time.Second)
	if a := c.exchange(late); a.field("error") != "invalid_grant" {
		t.Errorf("after 60 s: %d %s", a.status, a.body)
	}
}

func TestWaysToSendTheClient(t *testing.T) {
	c := newClient(t, nil)
	anonymous := codeGrant(c.code(nil))
	delete(anonymous, "client_id")
	delete(anonymous, "client_secret")
	if a := c.exchange(anonymous); a.status != 200 {
		t.Errorf("PKCE alone: %d %s", a.status, a.body)
	}
	basic := codeGrant(c.code(nil))
	delete(basic, "client_id")
	delete(basic, "client_secret")
	if a := c.exchange(basic, func(r *http.Request) { r.SetBasicAuth("sim-app", "sim-app-secret") }); a.status != 200 {
		t.Errorf("basic: %d %s", a.status, a.body)
	}
	body := `{"grant_type":"authorization_code","code":"` + c.code(nil) + `","code_verifier":"` + verifier + `","client_id":"sim-app"}`
	if a := c.do("POST", "/oauth2/token", "application/json", body); a.status != 200 {
		t.Errorf("JSON: %d %s", a.status, a.body)
	}
	plain := codeGrant(c.code(map[string]string{"code_challenge": verifier, "code_challenge_method": "plain"}))
	if a := c.exchange(plain); a.status != 200 {
		t.Errorf("plain: %d %s", a.status, a.body)
	}
	without := codeGrant(c.code(map[string]string{"code_challenge": "", "code_challenge_method": ""}))
	delete(without, "code_verifier")
	secret := without["client_secret"]
	delete(without, "client_secret")
	if a := c.exchange(without); a.field("error") != "invalid_client" {
		t.Errorf("neither PKCE nor secret: %d %s", a.status, a.body)
	}
	without["client_secret"] = secret
	if a := c.exchange(without); a.status != 200 {
		t.Errorf("secret without PKCE: %d %s", a.status, a.body)
	}
}

func TestUsedCodeWithdrawsItsTokens(t *testing.T) {
	c := newClient(t, nil)
	grant := codeGrant(c.code(nil))
	first := c.exchange(grant)
	c.token = first.field("access_token")
	c.want(c.do("GET", "/api/v2/company", "", ""), 200, "")
	if a := c.exchange(grant); a.status != 400 || a.field("error") != "invalid_grant" {
		t.Errorf("second use: %d %s", a.status, a.body)
	}
	c.want(c.do("GET", "/api/v2/company", "", ""), 401, "")
	if a := c.exchange(map[string]string{"grant_type": "refresh_token", "refresh_token": first.field("refresh_token")}); a.field("error") != "invalid_grant" {
		t.Errorf("refresh after it: %d %s", a.status, a.body)
	}
}

func TestRefreshTokens(t *testing.T) {
	c := newClient(t, nil)
	if a := c.exchange(codeGrant(c.code(map[string]string{"scope": ""}))); a.field("refresh_token") != "" {
		t.Errorf("a refresh token without offline_access: %s", a.body)
	}
	first := c.exchange(codeGrant(c.code(nil))).field("refresh_token")
	refresh := func(token string) answer {
		return c.exchange(map[string]string{"grant_type": "refresh_token", "refresh_token": token})
	}
	second := refresh(first)
	if second.status != 200 || second.field("refresh_token") == first || second.field("access_token") == "" {
		t.Fatalf("rotation: %d %s", second.status, second.body)
	}
	if a := refresh(first); a.status != 400 || a.field("error") != "invalid_grant" {
		t.Errorf("the old one again: %d %s", a.status, a.body)
	}
	latest := second.field("refresh_token")
	c.switches(func(s *Switches) { s.Refresh = "same" })
	if a := refresh(latest); a.field("refresh_token") != latest {
		t.Errorf("refresh=same: %s", a.body)
	}
	c.switches(func(s *Switches) { s.Refresh = "absent" })
	if a := refresh(latest); a.status != 200 || a.field("refresh_token") != "" {
		t.Errorf("refresh=absent: %s", a.body)
	}
	if a := refresh(latest); a.status != 200 {
		t.Errorf("the old one stays valid: %d %s", a.status, a.body)
	}
	c.sim.RevokeAll()
	if a := refresh(latest); a.field("error") != "invalid_grant" {
		t.Errorf("after RevokeAll: %d %s", a.status, a.body)
	}
}

func TestDialpadFace(t *testing.T) {
	c := newClient(t, nil)
	knowledge := c.token
	if a := c.do("GET", "/api/v2/company", "", ""); a.status != 401 || a.field("error.code") != "401" {
		t.Errorf("a knowledge token on dialpad.com: %d %s", a.status, a.body)
	}
	pair := c.exchange(codeGrant(c.code(nil)))
	if pair.field("token_type") != "bearer" || pair.field("expires_in") != "3600" {
		t.Errorf("token answer: %s", pair.body)
	}
	c.token = pair.field("access_token")
	if a := c.do("GET", "/api/v2/company", "", ""); a.field("name") != "Meadow Teas" || a.field("domain") == "" || a.field("id") == "" {
		t.Errorf("company: %d %s", a.status, a.body)
	}
	if a := c.do("GET", "/api/v2/users/me", "", ""); a.field("display_name") == "" || a.field("company_id") == "" {
		t.Errorf("me: %d %s", a.status, a.body)
	}
	c.want(c.get("/kbm/nodes"), 401, "unauthorized")
	c.switches(func(s *Switches) { s.DialpadTokens = "on" })
	c.want(c.get("/kbm/nodes?limit=1"), 200, "")
	if a := c.do("POST", "/oauth2/deauthorize", "", ""); a.status != 204 || a.body != "" {
		t.Errorf("deauthorize: %d %s", a.status, a.body)
	}
	c.want(c.do("GET", "/api/v2/company", "", ""), 401, "")
	c.want(c.do("POST", "/oauth2/deauthorize", "", ""), 401, "")
	c.token = knowledge
	c.want(c.do("POST", "/oauth2/deauthorize", "", ""), 401, "")
	c.want(c.get("/kbm/nodes?limit=1"), 200, "")
}
