package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
	"github.com/google/go-cmp/cmp"
)

func TestSignIn(t *testing.T) {
	for name, asJSON := range map[string]bool{"form": false, "JSON": true} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t)
			b := &fakeBrowser{consent: "approve"}
			var steps []Step
			var requests atomic.Int64
			p := v.provider()
			p.JSON = asJSON
			p.Fields = map[string]any{"expires_in": 86400, "scope": "read"}
			start := time.Now()
			token, err := Run(t.Context(), Config{
				Provider: p, OpenURL: b.open, HTTP: HTTP{UserAgent: "dialpad-sync/1", Requests: &requests},
				Progress: func(p Progress) {
					steps = append(steps, p.Step)
					if left := p.Until.Sub(start); left < 4*time.Minute || left > 6*time.Minute {
						t.Errorf("%v left", left)
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			if !v.accepts(t, token.Access.Reveal()) || token.Refresh == "" {
				t.Error("the token does not work")
			}
			if left := token.Expiry.Sub(start); left < 29*time.Minute || left > 31*time.Minute || token.Life.Round(time.Minute) != 30*time.Minute {
				t.Errorf("expires in %v, life %v", left, token.Life)
			}
			if diff := cmp.Diff([]string{"read"}, token.Scopes()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]Step{Waiting, Finishing}, steps); diff != "" {
				t.Error(diff)
			}
			if requests.Load() != 1 {
				t.Errorf("%d requests counted", requests.Load())
			}
			if b.status != 200 || !strings.Contains(b.page, "You are signed in to Zendesk") || !strings.Contains(b.page, "close this tab") {
				t.Errorf("the person sees %d: %s", b.status, b.page)
			}
			grant := v.grants[0]
			if grant.Get("expires_in") != "86400" || len(grant.Get("code_verifier")) < 43 || grant.Has("client_secret") {
				t.Errorf("fields of the token request: %v", slices.Sorted(keys(grant)))
			}
		})
	}
}

func keys(form url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range form {
			if !yield(name) {
				return
			}
		}
	}
}

func TestAuthorizeURL(t *testing.T) {
	p := Provider{AuthorizeURL: "https://x.example/authorize?brand=a%20b", ClientID: "c", Scopes: []string{"hc:read", "users:read"}}
	f := flow{Config: Config{Provider: p}, redirect: "http://127.0.0.1:1/callback", state: "s", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}
	text, err := f.authorizeURL()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"brand": {"a b"}, "client_id": {"c"}, "redirect_uri": {"http://127.0.0.1:1/callback"}, "response_type": {"code"}, "state": {"s"},
		// RFC 7636, appendix B
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}, "scope": {"hc:read users:read"},
	}
	if diff := cmp.Diff(want, u.Query()); diff != "" || u.Host != "x.example" || u.Path != "/authorize" {
		t.Errorf("%s: %s", text, diff)
	}
	one, two := newState(), newState()
	if len(one) != 43 || one == two {
		t.Errorf("states %q, %q", one, two)
	}
}

func TestDenied(t *testing.T) {
	v := newVendor(t)
	b := &fakeBrowser{consent: "deny"}
	_, err := Run(t.Context(), Config{Provider: v.provider(), OpenURL: b.open})
	if !errors.Is(err, ErrRefused) || source.KindOf(err) != source.SignIn || source.CodeOf(err) != source.CodeDeclined {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(b.page, "Zendesk said no") || len(v.grants) != 0 {
		t.Errorf("%d token requests; the person sees %s", len(v.grants), b.page)
	}
}

// An authorization server of somebody else's refuses an exchange whose
// verifier does not fit, so the challenge we send protects the code.
func TestWrongVerifierIsRefused(t *testing.T) {
	v := newVendor(t)
	v.tamper = func(form url.Values) { form.Set("code_verifier", strings.Repeat("x", 43)) }
	b := &fakeBrowser{consent: "approve"}
	_, err := Run(t.Context(), Config{Provider: v.provider(), OpenURL: b.open})
	if source.KindOf(err) != source.SignIn {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(b.page, "did not work out") {
		t.Errorf("the person sees %s", b.page)
	}
}

// What Accept finds decides what the person reads.
func TestAcceptRefuses(t *testing.T) {
	v := newVendor(t)
	b := &fakeBrowser{consent: "approve"}
	full := &source.Error{Kind: source.Transient, Code: source.CodeDiskFull, Op: "save"}
	_, err := Run(t.Context(), Config{
		Provider: v.provider(), OpenURL: b.open,
		Accept: func(_ context.Context, token Token) error {
			if token.Access == "" {
				t.Error("no token to accept")
			}
			return full
		},
		Words: func(o Outcome) Words { return Words{Lang: "de", Title: fmt.Sprintf("Ergebnis %d", o), Text: "<&>"} },
	})
	if source.CodeOf(err) != source.CodeDiskFull {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(b.page, fmt.Sprintf("Ergebnis %d", Failed)) || !strings.Contains(b.page, "&lt;&amp;&gt;") || !strings.Contains(b.page, `lang="de"`) {
		t.Errorf("the person sees %s", b.page)
	}
}

// waiting starts a sign-in nobody has answered yet and returns its redirect
// address, its state and what Run will return.
func waiting(t *testing.T, cfg Config) (redirect, state string, result <-chan error) {
	t.Helper()
	shown := make(chan string, 1)
	cfg.OpenURL = func(page string) error {
		shown <- page
		return nil
	}
	done := make(chan error, 1)
	go func() {
		_, err := Run(t.Context(), cfg)
		done <- err
	}()
	select {
	case page := <-shown:
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("redirect_uri"), u.Query().Get("state"), done
	case err := <-done:
		t.Fatalf("ended before a page was shown: %v", err)
		return "", "", nil
	}
}

type visit struct {
	status int
	body   string
	header http.Header
}

func get(t *testing.T, method, address, host string) visit {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return visit{resp.StatusCode, string(body), resp.Header}
}

// Nothing but the right answer ends a sign-in, and it ends it once.
func TestCallbackTurnsOthersAway(t *testing.T) {
	v := newVendor(t)
	redirect, state, result := waiting(t, Config{Provider: v.provider()})
	base := strings.TrimSuffix(redirect, "/callback")
	port := strings.TrimPrefix(base, "http://127.0.0.1:")
	cases := []struct {
		name, method, address, host string
		status                      int
	}{
		{"favicon", "GET", base + "/favicon.ico", "", 404},
		{"root", "GET", base + "/", "", 404},
		{"path below", "GET", redirect + "/x?code=c&state=" + state, "", 404},
		{"wrong state", "GET", redirect + "?code=c&state=" + state[1:] + "x", "", 400},
		{"no state", "GET", redirect + "?code=c", "", 400},
		{"no code", "GET", redirect + "?state=" + state, "", 400},
		{"refusal with wrong state", "GET", redirect + "?error=access_denied&state=x", "", 400},
		{"other method", "POST", redirect + "?code=c&state=" + state, "", 405},
		{"other host", "GET", redirect + "?code=c&state=" + state, "evil.example:" + port, 421},
		{"host without port", "GET", redirect + "?code=c&state=" + state, "127.0.0.1", 421},
	}
	for _, c := range cases {
		if got := get(t, c.method, c.address, c.host); got.status != c.status {
			t.Errorf("%s: HTTP %d, want %d", c.name, got.status, c.status)
		}
	}
	select {
	case err := <-result:
		t.Fatalf("the sign-in ended: %v", err)
	default:
	}
	page := get(t, "GET", redirect+"?error=access_denied&state="+state, "localhost:"+port)
	if err := <-result; !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if page.status != 200 || !strings.Contains(page.body, "said no") {
		t.Errorf("the person sees %d %s", page.status, page.body)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
	} {
		if !strings.Contains(page.header.Get(name), want) {
			t.Errorf("%s: %q", name, page.header.Get(name))
		}
	}
	for _, want := range []string{"prefers-color-scheme: dark", "close this tab"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page.body, "http") && strings.Contains(page.body, "src=") {
		t.Error("the page loads something")
	}
	if _, err := net.DialTimeout("tcp4", "127.0.0.1:"+port, time.Second); err == nil {
		t.Error("somebody still listens")
	}
}

// The browser comes back twice at the same time: one code is exchanged.
func TestTwoCallbacks(t *testing.T) {
	arrived, answer := make(chan struct{}, 2), make(chan struct{})
	p := Provider{Name: "Zendesk", AuthorizeURL: "https://x.example/a", TokenURL: "https://x.example/t", ClientID: "c"}
	redirect, state, result := waiting(t, Config{Provider: p, HTTP: HTTP{Transport: transport(func(*http.Request) (*http.Response, error) {
		arrived <- struct{}{}
		<-answer
		return reply(200, `{"access_token":"at"}`), nil
	})}})
	pages := make(chan visit, 2)
	visitCallback := func(code string) { pages <- get(t, "GET", redirect+"?code="+code+"&state="+state, "") }
	go visitCallback("one")
	<-arrived
	visitCallback("two")
	if second := <-pages; second.status != http.StatusConflict {
		t.Errorf("the second callback: HTTP %d", second.status)
	}
	close(answer)
	if first := <-pages; first.status != 200 {
		t.Errorf("the first callback: HTTP %d", first.status)
	}
	if err := <-result; err != nil {
		t.Error(err)
	}
	if len(arrived) != 0 {
		t.Error("a second code was exchanged")
	}
}

// A browser that comes back in the moment the sign-in ends is not left hanging.
func TestLateCallback(t *testing.T) {
	c := newCallback(80, Provider{Name: "Zendesk"}, "s", nil)
	c.close()
	w := httptest.NewRecorder()
	c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1:80/callback?code=c&state=s", http.NoBody))
	if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "another sign-in") {
		t.Errorf("HTTP %d: %s", w.Code, w.Body)
	}
}

func TestClosedTab(t *testing.T) {
	v := newVendor(t)
	_, _, result := waiting(t, Config{Provider: v.provider(), Timeout: 50 * time.Millisecond})
	err := <-result
	if !errors.Is(err, ErrTimedOut) || source.KindOf(err) != source.SignIn || source.CodeOf(err) != source.CodeTimedOut {
		t.Errorf("got %v", err)
	}
}

func TestCancelled(t *testing.T) {
	v := newVendor(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, Config{Provider: v.provider(), OpenURL: func(string) error {
		cancel()
		return nil
	}})
	if !errors.Is(err, context.Canceled) || source.KindOf(err) != source.Unclassified {
		t.Errorf("got %v", err)
	}
}

// Without a browser the person gets the address and can sign in elsewhere.
func TestNoBrowser(t *testing.T) {
	v := newVendor(t)
	b := &fakeBrowser{consent: "approve"}
	none := errors.New("none")
	_, err := Run(t.Context(), Config{
		Provider: v.provider(),
		OpenURL:  func(string) error { return none },
		Progress: func(p Progress) {
			if p.OpenErr != nil && p.Step == Waiting {
				go func() { _ = b.open(p.URL) }()
			}
		},
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPorts(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	takenPort, freePort := taken.Addr().(*net.TCPAddr).Port, free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	v := newVendor(t)
	p := v.provider()
	p.Ports, p.RedirectHost = []int{takenPort, freePort}, "localhost"
	redirect, state, result := waiting(t, Config{Provider: p})
	want := []string{fmt.Sprintf("http://localhost:%d/callback", takenPort), fmt.Sprintf("http://localhost:%d/callback", freePort)}
	if diff := cmp.Diff(want, p.RedirectURIs()); diff != "" {
		t.Error(diff)
	}
	if redirect != want[1] {
		t.Errorf("listens for %s, want %s", redirect, want[1])
	}
	get(t, "GET", fmt.Sprintf("http://127.0.0.1:%d/callback?error=invalid_scope&state=%s", freePort, state), "")
	if err := <-result; source.CodeOf(err) != source.CodeScope {
		t.Errorf("got %v", err)
	}

	p.Ports = []int{takenPort}
	_, err = Run(t.Context(), Config{Provider: p, OpenURL: func(string) error { return nil }})
	if !errors.Is(err, ErrPorts) || source.KindOf(err) != source.Transient || source.CodeOf(err) != source.CodePortsTaken {
		t.Errorf("got %v", err)
	}
}

func TestRefusals(t *testing.T) {
	cases := map[string]struct {
		kind source.Kind
		code source.Code
	}{
		"access_denied":           {source.SignIn, source.CodeDeclined},
		"invalid_scope":           {source.SignIn, source.CodeScope},
		"unauthorized_client":     {source.SignIn, source.CodeIdentifier},
		"server_error":            {source.Transient, source.CodeDown},
		"temporarily_unavailable": {source.Transient, source.CodeDown},
		"<script>":                {source.SignIn, ""},
	}
	for code, want := range cases {
		err := refused("source", code)
		if source.KindOf(err) != want.kind || source.CodeOf(err) != want.code || strings.Contains(err.Error(), "<") {
			t.Errorf("%s: %v (%v, %q)", code, err, source.KindOf(err), source.CodeOf(err))
		}
	}
}

func TestUnsafeProviders(t *testing.T) {
	good := Provider{AuthorizeURL: "https://x.example/a", TokenURL: "http://127.0.0.1:1/t", ClientID: "c"}
	if err := good.check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Provider){
		"http authorize":  func(p *Provider) { p.AuthorizeURL = "http://x.example/a" },
		"http token":      func(p *Provider) { p.TokenURL = "http://x.example/t" },
		"looks local":     func(p *Provider) { p.TokenURL = "http://127.0.0.1.x.example/t" },
		"file":            func(p *Provider) { p.AuthorizeURL = "file:///etc/passwd" },
		"user name":       func(p *Provider) { p.TokenURL = "https://u:hunter2@x.example/t" },
		"no client":       func(p *Provider) { p.ClientID = "" },
		"open redirect":   func(p *Provider) { p.RedirectHost = "0.0.0.0" },
		"path":            func(p *Provider) { p.RedirectPath = "callback" },
		"no address":      func(p *Provider) { p.TokenURL = "" },
		"broken escaping": func(p *Provider) { p.TokenURL = "https://x.example/%zz" },
	} {
		p := good
		spoil(&p)
		_, err := Run(t.Context(), Config{Provider: p, OpenURL: func(string) error {
			t.Errorf("%s: a page was opened", name)
			return nil
		}})
		if source.KindOf(err) != source.Fatal || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingPrintsTokens(t *testing.T) {
	token := Token{Access: "hunter2", Refresh: "hunter2", other: nil}
	r := NewRefreshing(RefreshConfig{Store: secret.Memory()})
	r.held, r.stored = token, "hunter2"
	c := NewCredentials(CredentialsConfig{Store: secret.Memory()})
	c.held, c.asked = token, "hunter2"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{token, &token, r, c, Provider{ClientSecret: "hunter2"}} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "hunter2") {
				t.Errorf("%s of %T shows a secret: %s", verb, value, text)
			}
		}
	}
}
