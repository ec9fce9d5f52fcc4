package zendesksim_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const (
	callback = "http://127.0.0.1:47111/callback"
	verifier = "a-verifier-of-at-least-forty-three-characters-0123"
)

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

var clients = []zendesksim.Client{
	{ID: "fetcher", RedirectURIs: []string{callback, "http://127.0.0.1:47112/callback"}, Public: true},
	{ID: "server", RedirectURIs: []string{"https://example.com/cb?keep=1"}, Secret: "hush"},
}

// request is the authorization request of the public client, changed by pairs;
// an empty value removes a parameter.
func request(pairs ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {"fetcher"}, "redirect_uri": {callback}, "scope": {"read"}, "state": {"st-1"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(pairs); i += 2 {
		if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return "/oauth/authorizations/new?" + q.Encode()
}

// pair is the answer of the token endpoint.
type pair struct {
	Access           string `json:"access_token"`
	Refresh          string `json:"refresh_token"`
	Type             string `json:"token_type"`
	Scope            string `json:"scope"`
	ExpiresIn        int64  `json:"expires_in"`
	RefreshExpiresIn int64  `json:"refresh_token_expires_in"`
}

// exchange posts the fields as JSON.
func (a *account) exchange(fields map[string]any) answer {
	a.t.Helper()
	body, err := json.Marshal(fields)
	a.must(err)
	return a.anonymous().do("POST", "/oauth/tokens", "application/json", string(body))
}

// granted is exchange that must succeed.
func (a *account) granted(fields map[string]any) pair {
	a.t.Helper()
	got := a.exchange(fields)
	if got.status != http.StatusCreated {
		a.t.Fatalf("token endpoint: %d %s", got.status, got.body)
	}
	var out pair
	a.must(json.Unmarshal([]byte(got.body), &out))
	return out
}

// code signs in without a page.
func (a *account) code(pairs ...string) string {
	a.t.Helper()
	got := a.anonymous().do("GET", request(pairs...), "", "")
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusFound || back.Query().Get("code") == "" {
		a.t.Fatalf("authorize: %d %s %s", got.status, got.header.Get("Location"), got.body)
	}
	return back.Query().Get("code")
}

func forCode(code string, more map[string]any) map[string]any {
	fields := map[string]any{
		"grant_type": "authorization_code", "code": code, "client_id": "fetcher", "redirect_uri": callback, "scope": "read", "code_verifier": verifier,
	}
	maps.Copy(fields, more)
	return fields
}

func forRefresh(token string) map[string]any {
	return map[string]any{"grant_type": "refresh_token", "refresh_token": token, "client_id": "fetcher", "scope": "read"}
}

func signIn(t *testing.T, c zendesksim.Config) *account {
	c.Clients, c.AutoConsent = clients, zendesksim.Approve
	return open(t, c)
}

// TestSignInByHand goes through login and consent as a browser does.
func TestSignInByHand(t *testing.T) {
	for decision, want := range map[string]string{"approve": "code", "deny": "error"} {
		t.Run(decision, func(t *testing.T) {
			a := open(t, zendesksim.Config{Clients: clients, Role: zendesksim.Agent}).anonymous()
			a.client.Jar, _ = cookiejar.New(nil)
			page := a.do("GET", request(), "", "")
			if page.status != http.StatusOK || !strings.Contains(page.body, `id="login"`) || !strings.Contains(page.body, "alan@example.com") {
				t.Fatalf("login page: %d %s", page.status, page.body)
			}
			login := url.Values{"email": {"alan@example.com"}, "password": {"x"}, "return_to": {request()}}
			if got := a.form("/access/login", login); got.status != http.StatusSeeOther || got.header.Get("Location") != request() {
				t.Fatalf("login: %d to %s", got.status, got.header.Get("Location"))
			}
			page = a.do("GET", request(), "", "")
			if !strings.Contains(page.body, `id="approve"`) || !strings.Contains(page.body, `id="deny"`) || !strings.Contains(page.body, "fetcher") {
				t.Fatalf("consent page: %d %s", page.status, page.body)
			}
			id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
			got := a.form("/oauth/authorizations", url.Values{"id": {id}, "decision": {decision}})
			back, err := url.Parse(got.header.Get("Location"))
			if err != nil || !strings.HasPrefix(back.String(), callback+"?") || back.Query().Get("state") != "st-1" || back.Query().Get(want) == "" {
				t.Fatalf("consent: %d to %s", got.status, back)
			}
			if decision == "deny" && back.Query().Get("error") != "access_denied" {
				t.Errorf("denied with %s", back.Query().Get("error"))
			}
			if again := a.form("/oauth/authorizations", url.Values{"id": {id}, "decision": {decision}}); again.status != http.StatusBadRequest {
				t.Errorf("the page worked twice: %d", again.status)
			}
			if decision == "approve" {
				a.token = a.granted(forCode(back.Query().Get("code"), nil)).Access
				a.wantRole("agent")
			}
		})
	}
}

func (a *account) form(path string, fields url.Values) answer {
	a.t.Helper()
	return a.do("POST", path, "application/x-www-form-urlencoded", fields.Encode())
}

func (a *account) wantRole(role string) {
	a.t.Helper()
	var me struct{ User struct{ Role string } }
	if a.get("/api/v2/users/me.json", &me); me.User.Role != role {
		a.t.Errorf("signed in as %q, want %q", me.User.Role, role)
	}
}

func TestLoginRefusesStrangers(t *testing.T) {
	a := open(t, zendesksim.Config{Clients: clients}).anonymous()
	bad := url.Values{"email": {"nobody@example.com"}, "password": {"x"}, "return_to": {request()}}
	if got := a.form("/access/login", bad); got.status != http.StatusUnauthorized || !strings.Contains(got.body, `role="alert"`) {
		t.Errorf("unknown address: %d", got.status)
	}
	for _, to := range []string{"https://evil.example/oauth/authorizations/new", "//evil.example/oauth/authorizations/new", "/edit"} {
		fields := url.Values{"email": {"ada@example.com"}, "password": {"x"}, "return_to": {to}}
		if got := a.form("/access/login", fields); got.status != http.StatusBadRequest {
			t.Errorf("return to %s: %d %s", to, got.status, got.header.Get("Location"))
		}
	}
	if got := a.form("/oauth/authorizations", url.Values{"id": {"guess"}, "decision": {"approve"}}); got.status != http.StatusBadRequest {
		t.Errorf("consent without a page: %d", got.status)
	}
}

// TestConsentBelongsToItsBrowser: the id of a consent page is of no use in
// another session.
func TestConsentBelongsToItsBrowser(t *testing.T) {
	a := open(t, zendesksim.Config{Clients: clients}).anonymous()
	a.client.Jar, _ = cookiejar.New(nil)
	a.form("/access/login", url.Values{"email": {"ada@example.com"}, "password": {"x"}, "return_to": {request()}})
	page := a.do("GET", request(), "", "")
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	a.client.Jar, _ = cookiejar.New(nil)
	if got := a.form("/oauth/authorizations", url.Values{"id": {id}, "decision": {"approve"}}); got.status != http.StatusBadRequest {
		t.Errorf("another browser approved: %d %s", got.status, got.header.Get("Location"))
	}
}

func TestAuthorizeRefusesOnAPage(t *testing.T) {
	a := signIn(t, zendesksim.Config{}).anonymous()
	for name, path := range map[string]string{
		"unknown client":  request("client_id", "other"),
		"no redirect":     request("redirect_uri", ""),
		"another port":    request("redirect_uri", "http://127.0.0.1:47119/callback"),
		"trailing slash":  request("redirect_uri", callback+"/"),
		"other host name": request("redirect_uri", "http://localhost:47111/callback"),
		"another client":  request("redirect_uri", "https://example.com/cb?keep=1"),
	} {
		got := a.do("GET", path, "", "")
		if got.status != http.StatusBadRequest || got.header.Get("Location") != "" || !strings.Contains(got.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d to %q", name, got.status, got.header.Get("Location"))
		}
	}
}

func TestAuthorizeRefusesByRedirect(t *testing.T) {
	a := signIn(t, zendesksim.Config{}).anonymous()
	for path, want := range map[string]string{
		request("code_challenge", ""):               "invalid_request",
		request("code_challenge_method", "plain"):   "invalid_request",
		request("code_challenge_method", ""):        "invalid_request",
		request("response_type", "token"):           "unsupported_response_type",
		request("response_type", "", "state", "ab"): "unsupported_response_type",
	} {
		got := a.do("GET", path, "", "")
		back, _ := url.Parse(got.header.Get("Location"))
		if got.status != http.StatusFound || back.Query().Get("error") != want || back.Query().Get("state") == "" || back.Query().Get("code") != "" {
			t.Errorf("%s: %d to %s", path, got.status, back)
		}
	}
	denied := open(t, zendesksim.Config{Clients: clients, AutoConsent: zendesksim.Deny}).anonymous()
	back, _ := url.Parse(denied.do("GET", request(), "", "").header.Get("Location"))
	if back.Query().Get("error") != "access_denied" || back.Query().Get("error_description") == "" {
		t.Errorf("denied: %s", back)
	}
}

func TestExchange(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	got := a.granted(forCode(a.code(), nil))
	if got.Type != "bearer" || got.Scope != "read" || got.ExpiresIn != 1800 || got.RefreshExpiresIn != 30*86400 || got.Access == got.Refresh {
		t.Errorf("answer: %+v", got)
	}
	long := a.granted(forCode(a.code(), map[string]any{"expires_in": 86400, "refresh_token_expires_in": 7775999}))
	if long.ExpiresIn != 86400 || long.RefreshExpiresIn != 7775999 {
		t.Errorf("asked for a day: %+v", long)
	}
}

const invalidGrant = `{"error":"invalid_grant","error_description":"The provided access grant is invalid, expired, or revoked (e.g. invalid assertion, expired authorization token, bad end-user password credentials, or mismatching authorization code and redirection URI)."}`

func TestExchangeRefusals(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	tests := []struct {
		name   string
		fields map[string]any
		status int
		word   string
	}{
		{"unknown code", forCode("nothing", nil), 400, invalidGrant},
		{"wrong verifier", forCode(a.code(), map[string]any{"code_verifier": "guess"}), 400, invalidGrant},
		{"no verifier", forCode(a.code(), map[string]any{"code_verifier": ""}), 400, invalidGrant},
		{"other redirect", forCode(a.code(), map[string]any{"redirect_uri": "http://127.0.0.1:47112/callback"}), 400, invalidGrant},
		{"unknown client", forCode(a.code(), map[string]any{"client_id": "other"}), 401, "invalid_client"},
		{"another client", forCode(a.code(), map[string]any{"client_id": "server", "client_secret": "hush"}), 400, invalidGrant},
		{"public with secret", forCode(a.code(), map[string]any{"client_secret": "x"}), 401, "invalid_client"},
		{"grant type", map[string]any{"grant_type": "password", "client_id": "fetcher"}, 400, "unsupported_grant_type"},
		{"300 s", forCode(a.code(), map[string]any{"expires_in": 300}), 400, "invalid_request"},
		{"two days", forCode(a.code(), map[string]any{"expires_in": 172800}), 400, "invalid_request"},
		{"a week", forCode(a.code(), map[string]any{"refresh_token_expires_in": 604800}), 400, "invalid_request"},
		{"90 days", forCode(a.code(), map[string]any{"refresh_token_expires_in": 7776000}), 400, "invalid_request"},
		{"unknown refresh token", forRefresh("rt-0"), 400, invalidGrant},
		{"no refresh token", forRefresh(""), 400, invalidGrant},
	}
	for _, test := range tests {
		got := a.exchange(test.fields)
		if got.status != test.status || !strings.Contains(got.body, test.word) {
			t.Errorf("%s: %d %s, want %d %s", test.name, got.status, got.body, test.status, test.word)
		}
	}
	form := a.form("/oauth/tokens", url.Values{"grant_type": {"authorization_code"}, "code": {a.code()}, "client_id": {"fetcher"}, "redirect_uri": {callback}, "code_verifier": {verifier}})
	if form.status != http.StatusBadRequest || !strings.Contains(form.body, "invalid_request") {
		t.Errorf("a form was taken: %d %s", form.status, form.body)
	}
}

func TestCodeWorksOnceForTwoMinutes(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	code := a.code()
	a.Clock().Advance(119 * time.Second)
	a.granted(forCode(code, nil))
	if got := a.exchange(forCode(code, nil)); got.status != 400 || got.body != invalidGrant {
		t.Errorf("second use: %d %s", got.status, got.body)
	}
	code = a.code()
	a.Clock().Advance(120 * time.Second)
	if got := a.exchange(forCode(code, nil)); got.body != invalidGrant {
		t.Errorf("after 120 s: %d %s", got.status, got.body)
	}
}

func TestConfidentialClient(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	q := []string{"client_id", "server", "redirect_uri", "https://example.com/cb?keep=1", "code_challenge", "", "code_challenge_method", ""}
	got := a.anonymous().do("GET", request(q...), "", "")
	if back := got.header.Get("Location"); !strings.HasPrefix(back, "https://example.com/cb?") || !strings.Contains(back, "keep=1") {
		t.Fatalf("redirect to %s", back)
	}
	fields := map[string]any{"client_id": "server", "redirect_uri": "https://example.com/cb?keep=1", "code_verifier": ""}
	for secret, status := range map[string]int{"": 401, "wrong": 401, "hush": 201} {
		fields["client_secret"] = secret
		if got := a.exchange(forCode(a.code(q...), fields)); got.status != status {
			t.Errorf("secret %q: %d %s, want %d", secret, got.status, got.body, status)
		}
	}
}

// TestRefreshRotates: the old access and refresh token are useless at once.
func TestRefreshRotates(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	old := a.granted(forCode(a.code(), nil))
	a.token = old.Access
	a.wantRole("admin")
	renewed := a.granted(forRefresh(old.Refresh))
	a.refused("/api/v2/users/me", 401, invalidToken)
	if got := a.exchange(forRefresh(old.Refresh)); got.status != 400 || got.body != invalidGrant {
		t.Errorf("old refresh token: %d %s", got.status, got.body)
	}
	a.token = renewed.Access
	a.wantRole("admin")
}

const invalidToken = `{"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed or invalid for other reasons."}`

func TestTokensExpire(t *testing.T) {
	a := signIn(t, zendesksim.Config{AccessLife: 3 * time.Second, RefreshLife: 10 * time.Second})
	got := a.granted(forCode(a.code(), nil))
	a.token = got.Access
	a.wantRole("admin")
	a.Clock().Advance(3 * time.Second)
	a.refused("/api/v2/users/me", 401, invalidToken)
	got = a.granted(forRefresh(got.Refresh))
	a.Clock().Advance(10 * time.Second)
	if refused := a.exchange(forRefresh(got.Refresh)); refused.body != invalidGrant {
		t.Errorf("expired refresh token: %d %s", refused.status, refused.body)
	}
}

// TestLostAnswer: the connection is cut after the rotation, so the old pair is
// gone and the new one never arrived.
func TestLostAnswer(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	old := a.granted(forCode(a.code(), nil))
	a.must(a.Faults().AddText("POST /oauth/tokens times=1 reset=after"))
	body, _ := json.Marshal(forRefresh(old.Refresh))
	req, _ := http.NewRequest("POST", a.http.URL+"/oauth/tokens", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	if resp, err := a.client.Do(req); err == nil {
		t.Fatalf("an answer arrived: %s", resp.Status)
	}
	a.token = old.Access
	a.refused("/api/v2/users/me", 401, "")
	if got := a.exchange(forRefresh(old.Refresh)); got.body != invalidGrant {
		t.Errorf("old refresh token: %d %s", got.status, got.body)
	}
}

func TestTokenQuirks(t *testing.T) {
	eternal := signIn(t, zendesksim.Config{Quirks: zendesksim.Quirks{TokensWithoutExpiry: true}})
	got := eternal.exchange(forCode(eternal.code(), nil))
	if strings.Contains(got.body, "refresh") || strings.Contains(got.body, "expires") {
		t.Errorf("without expiry: %s", got.body)
	}
	eternal.Clock().Advance(1000 * time.Hour)
	eternal.wantRole("admin")

	strict := signIn(t, zendesksim.Config{Quirks: zendesksim.Quirks{UnknownScopeRefused: true, RefreshNeedsSecret: true, GrantErrorStatus: 401}})
	if got := strict.exchange(forCode("x", map[string]any{"scope": "nonsense"})); got.status != 400 || !strings.Contains(got.body, "invalid_scope") {
		t.Errorf("nonsense scope: %d %s", got.status, got.body)
	}
	if got := strict.exchange(forCode("x", map[string]any{"scope": "hc:read users:read"})); got.status != 401 || got.body != invalidGrant {
		t.Errorf("unknown code: %d %s", got.status, got.body)
	}
	if got := strict.exchange(forRefresh("x")); got.status != 401 || !strings.Contains(got.body, "invalid_client") {
		t.Errorf("public refresh: %d %s", got.status, got.body)
	}
}

// TestNonsenseScope: a token is issued, its calls get 403.
func TestNonsenseScope(t *testing.T) {
	a := signIn(t, zendesksim.Config{})
	got := a.granted(forCode(a.code("scope", "nonsense"), nil))
	if a.token = got.Access; got.Scope != "nonsense" {
		t.Errorf("scope is %q", got.Scope)
	}
	a.refused(articles, 403, `{"error":"Forbidden","description":"You are missing the following required scopes: read"}`)
}

func TestScopes(t *testing.T) {
	a := open(t, zendesksim.Config{})
	tests := []struct {
		scope               string
		hc, users, brands   int
		current, ownSignOut int
	}{
		{"read", 200, 200, 200, 200, 204},
		{"hc:read", 200, 403, 403, 200, 204},
		{"hc:read users:read", 200, 200, 403, 200, 204},
		{"write", 403, 403, 403, 200, 204},
	}
	for _, test := range tests {
		a.token, _ = a.TokenFor(zendesksim.Admin, test.scope)
		for path, want := range map[string]int{
			articles: test.hc, "/api/v2/users/me": test.users, "/api/v2/brands": test.brands, "/api/v2/oauth/tokens/current": test.current,
		} {
			if got := a.do("GET", path, "", "").status; got != want {
				t.Errorf("scope %q, %s: %d, want %d", test.scope, path, got, want)
			}
		}
		if got := a.do("DELETE", "/api/v2/oauth/tokens/current.json", "", "").status; got != test.ownSignOut {
			t.Errorf("scope %q signs out: %d, want %d", test.scope, got, test.ownSignOut)
		}
		a.refused("/api/v2/users/me", 401, invalidToken)
	}
}

func TestCurrentTokenAndSignOut(t *testing.T) {
	a := open(t, zendesksim.Config{AccessLife: time.Hour})
	var current struct {
		Token struct {
			ID        int64
			UserID    int64 `json:"user_id"`
			Token     string
			Scopes    []string
			ExpiresAt time.Time `json:"expires_at"`
		}
	}
	a.get("/api/v2/oauth/tokens/current.json", &current)
	if !strings.HasPrefix(a.token, current.Token.Token) || len(current.Token.Token) != 10 || current.Token.UserID != 7 ||
		current.Token.Scopes[0] != "read" || !current.Token.ExpiresAt.Equal(start.Add(time.Hour)) {
		t.Errorf("current token: %+v", current.Token)
	}
	path := "/api/v2/oauth/tokens/" + itoa(current.Token.ID) + ".json"
	if got := a.as(zendesksim.EndUser).do("DELETE", path, "", ""); got.status != 404 {
		t.Errorf("somebody else signed us out: %d", got.status)
	}
	if got := a.do("DELETE", path, "", ""); got.status != 204 || got.body != "" {
		t.Errorf("sign out: %d %s", got.status, got.body)
	}
	a.refused("/api/v2/users/me", 401, invalidToken)
	a.anonymous().refused("/api/v2/oauth/tokens/current", 401, "")

	stays := open(t, zendesksim.Config{Quirks: zendesksim.Quirks{ReadTokenStays: true}})
	if got := stays.do("DELETE", "/api/v2/oauth/tokens/current", "", ""); got.status != 403 {
		t.Errorf("a read token revoked itself: %d", got.status)
	}
}

func TestRevokeAllAndSetRole(t *testing.T) {
	a := signIn(t, zendesksim.Config{Articles: 3})
	_, refresh := a.Token(zendesksim.Admin)
	a.SetRole(zendesksim.Admin, zendesksim.EndUser)
	a.wantRole("end-user")
	a.refused("/api/v2/help_center/incremental/articles?start_time=0", 404, `{"error":"RecordNotFound","description":"Not found"}`)
	a.RevokeAll()
	a.refused("/api/v2/users/me", 401, invalidToken)
	if got := a.exchange(forRefresh(refresh)); got.body != invalidGrant {
		t.Errorf("refresh after revoking: %d %s", got.status, got.body)
	}
	for _, header := range []string{"Bearer", "Bearer nonsense", "Basic YTpi", "nonsense"} {
		req, _ := http.NewRequest("GET", a.http.URL+"/api/v2/users/me", nil)
		req.Header.Set("Authorization", header)
		if got := a.send(req); got.status != 401 {
			t.Errorf("Authorization %q: %d", header, got.status)
		}
	}
}
