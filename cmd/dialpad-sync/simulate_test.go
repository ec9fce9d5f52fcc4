package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"dialpadsync.app/assets/demo"
	"dialpadsync.app/sync/settings"
)

// screen is where a running command writes; the first write closes written.
type screen struct {
	mu      sync.Mutex
	text    bytes.Buffer
	once    sync.Once
	written chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	defer s.once.Do(func() { close(s.written) })
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// simulation is a double that runs in this process.
type simulation struct {
	t        *testing.T
	base     string
	greeting string
	http     *http.Client
	end      func() // stops it, once, and checks how it leaves
}

var firstLine = regexp.MustCompile(`^[A-Za-z]+ double at (http://[^\s/]+)\n`)

// simulate carries out the command on a free port and waits until it listens.
func simulate(t *testing.T, args ...string) *simulation {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, errs := &screen{written: make(chan struct{})}, &screen{written: make(chan struct{})}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	left := make(chan int, 1) // with the exit code
	s := &simulation{t: t, http: &http.Client{Transport: &http.Transport{}, CheckRedirect: stay}}
	args = append(append([]string{"simulate"}, args...), "--addr", "127.0.0.1:0")
	go func() { left <- run(ctx, args, terminal{In: strings.NewReader(""), Out: out, Err: errs}) }()
	select {
	case <-out.written:
	case code := <-left:
		stop()
		t.Fatalf("exit %d: %s", code, errs)
	}
	s.end = sync.OnceFunc(func() {
		s.http.CloseIdleConnections()
		began := time.Now()
		stop()
		code := <-left
		if took := time.Since(began); code != exitInSync || took > time.Second {
			t.Errorf("exit %d after %v: %s", code, took, errs)
		}
	})
	t.Cleanup(s.end)
	s.greeting = out.String()
	found := firstLine.FindStringSubmatch(s.greeting)
	if found == nil {
		t.Fatalf("no address in the first line of:\n%s", s.greeting)
	}
	s.base = found[1]
	return s
}

// do sends a request with headers of the form "Name: value".
func (s *simulation) do(method, path, body string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, string(text)
}

// read decodes the answer to a request that must succeed.
func (s *simulation) read(into any, method, path, body string, headers ...string) {
	s.t.Helper()
	resp, text := s.do(method, path, body, headers...)
	if resp.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		s.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}

type listedArticle struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	Body  string `json:"body"`
}

// articles lists one page as everybody sees it.
func (s *simulation) articles(locale string) []listedArticle {
	s.t.Helper()
	var page struct {
		Articles []listedArticle `json:"articles"`
	}
	s.read(&page, "GET", "/api/v2/help_center/"+locale+"/articles?page[size]=100", "")
	return page.Articles
}

func writePage(t *testing.T, dir, name, title string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "<!doctype html><title>" + title + "</title><body><p>About " + title + ".</p></body>"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSimulateZendeskServesAFolder(t *testing.T) {
	dir := t.TempDir()
	writePage(t, dir, "billing/invoices/tax.html", "Tax on invoices")
	writePage(t, dir, "billing/invoices/old/paper.htm", "Paper invoices")
	writePage(t, dir, "welcome.html", "Welcome")
	s := simulate(t, "zendesk", "--from", dir)
	if !strings.Contains(s.greeting, "3 in en-us") {
		t.Errorf("the greeting does not count the articles:\n%s", s.greeting)
	}
	// The folder is looked at again: a page written after the start is served.
	writePage(t, dir, "shipping/abroad/customs.html", "Customs")
	got := s.articles("en-us")
	var titles []string
	for _, a := range got {
		titles = append(titles, a.Title)
		if !strings.Contains(a.Body, "<p>About "+a.Title+".</p>") {
			t.Errorf("%s has the body %q", a.Title, a.Body)
		}
	}
	slices.Sort(titles)
	if diff := cmp.Diff([]string{"Customs", "Paper invoices", "Tax on invoices", "Welcome"}, titles); diff != "" {
		t.Error(diff)
	}
	_, tree := s.do("GET", "/api/v2/help_center/en-us/categories", "")
	for _, name := range []string{`"Billing"`, `"General"`, `"Shipping"`} {
		if !strings.Contains(tree, name) {
			t.Errorf("the category %s is missing in %s", name, tree)
		}
	}
}

func TestSimulateZendeskServesTheDemo(t *testing.T) {
	s := simulate(t, "zendesk", "--demo")
	english, german := s.articles("en-us"), s.articles("de")
	if _, page := s.do("GET", "/", ""); len(english) != 100 || len(german) < 40 || !strings.Contains(page, demo.Name) {
		t.Errorf("%d English and %d German articles on a page of 100 of\n%s", len(english), len(german), page)
	}
	if !strings.Contains(s.greeting, `locales = ["en-us", "de"]`) {
		t.Errorf("the fragment does not name both languages:\n%s", s.greeting)
	}
	image := regexp.MustCompile(`/hc/files/[^"]+\.svg`)
	i := slices.IndexFunc(english, func(a listedArticle) bool { return image.MatchString(a.Body) })
	if i < 0 {
		t.Fatal("no listed article has an image")
	}
	if resp, text := s.do("GET", image.FindString(english[i].Body), ""); resp.StatusCode != http.StatusOK || !strings.Contains(text, "<svg") {
		t.Errorf("the image is %s %.40q", resp.Status, text)
	}
}

func TestSimulateZendeskMakesArticlesUp(t *testing.T) {
	s := simulate(t, "zendesk", "--articles", "60", "--locales", "EN-us,de", "--seed", "7", "--page-size", "30", "--switch", "drafts=10")
	if !strings.Contains(s.greeting, "50 in en-us, 50 in de") {
		t.Errorf("the greeting does not count the articles:\n%s", s.greeting)
	}
	got := s.articles("en-us")
	if len(got) != 30 {
		t.Errorf("a page has %d articles, want 30", len(got))
	}
	again := simulate(t, "zendesk", "--articles", "60", "--locales", "en-us,de", "--seed", "7", "--page-size", "30", "--switch", "drafts=10")
	other := simulate(t, "zendesk", "--articles", "60", "--locales", "en-us,de", "--seed", "8", "--page-size", "30", "--switch", "drafts=10")
	if diff := cmp.Diff(got, again.articles("en-us")); diff != "" {
		t.Errorf("the same seed gives others: %s", diff)
	}
	if cmp.Equal(got, other.articles("en-us")) {
		t.Error("another seed gives the same articles")
	}
}

// Everything the greeting says about signing in is enough to sign in.
func TestSimulateZendeskSignsIn(t *testing.T) {
	s := simulate(t, "zendesk", "--articles", "3", "--role", "agent", "--access-life", "10m", "--switch", "consent=approve")
	redirects := regexp.MustCompile(`http://127\.0\.0\.1:4711[123]/callback`).FindAllString(s.greeting, -1)
	if len(redirects) != 3 || !strings.Contains(s.greeting, "client id  dialpad_sync (public, PKCE)") {
		t.Fatalf("the greeting does not say how to sign in:\n%s", s.greeting)
	}
	for _, redirect := range redirects {
		const verifier = "a-verifier-of-at-least-forty-three-characters"
		sum := sha256.Sum256([]byte(verifier))
		resp, _ := s.do("GET", "/oauth/authorizations/new?"+url.Values{
			"response_type": {"code"}, "client_id": {"dialpad_sync"}, "redirect_uri": {redirect}, "scope": {"read"}, "state": {"s"},
			"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
		}.Encode(), "")
		back, err := resp.Location()
		if err != nil || !strings.HasPrefix(back.String(), redirect+"?") {
			t.Fatalf("%s leads to %v, %v", resp.Status, back, err)
		}
		var pair struct {
			Access  string `json:"access_token"`
			Expires int    `json:"expires_in"`
		}
		s.read(&pair, "POST", "/oauth/tokens", fmt.Sprintf(
			`{"grant_type":"authorization_code","code":%q,"client_id":"dialpad_sync","redirect_uri":%q,"code_verifier":%q}`,
			back.Query().Get("code"), redirect, verifier))
		if pair.Expires != 600 {
			t.Errorf("the token lives %d s, want 600", pair.Expires)
		}
		var me struct {
			User struct {
				Role string `json:"role"`
			} `json:"user"`
		}
		s.read(&me, "GET", "/api/v2/users/me", "", "Authorization: Bearer "+pair.Access)
		if me.User.Role != "agent" {
			t.Errorf("signed in as %q, want agent", me.User.Role)
		}
	}
}

func TestSimulateSpoilsAnswers(t *testing.T) {
	// A comma and blanks in a fault are its own, not a list's.
	s := simulate(t, "zendesk", "--articles", "3", "--fault", "GET,HEAD /articles nth=2 status=503 retry-after=7", "--fault", `/categories status=418 body="a, b"`)
	var statuses []int
	for range 3 {
		resp, _ := s.do("GET", "/api/v2/help_center/en-us/articles", "")
		statuses = append(statuses, resp.StatusCode)
		if wait := resp.Header.Get("Retry-After"); (resp.StatusCode == 503) != (wait == "7") {
			t.Errorf("%s with Retry-After %q", resp.Status, wait)
		}
	}
	if diff := cmp.Diff([]int{200, 503, 200}, statuses); diff != "" {
		t.Error(diff)
	}
	if resp, text := s.do("GET", "/api/v2/help_center/en-us/categories", ""); resp.StatusCode != 418 || text != "a, b" {
		t.Errorf("the second fault gives %s %q", resp.Status, text)
	}
}

func TestSimulateDialpad(t *testing.T) {
	s := simulate(t, "dialpad", "--foreign", "7", "--switch", "dup=upsert", "--switch", "create_code=200", "--key", "k",
		"--fault", "GET /kbm/nodes page=short times=1")
	var pair struct {
		Access string `json:"access_token"`
	}
	told := regexp.MustCompile(`client id +(\S+)\n +client secret +(\S+)`).FindStringSubmatch(s.greeting)
	if told == nil {
		t.Fatalf("the greeting does not say how to sign in:\n%s", s.greeting)
	}
	s.read(&pair, "POST", "/oauth/token", fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q}`, told[1], told[2]))
	auth := "Authorization: Bearer " + pair.Access
	count := func() int {
		var list struct {
			Entries []json.RawMessage `json:"entries"`
		}
		s.read(&list, "GET", "/v2.2/kbm/nodes", "", auth)
		return len(list.Entries)
	}
	if short, all := count(), count(); short >= all || all != 7 {
		t.Errorf("the listings have %d and %d documents, want fewer and 7", short, all)
	}
	for range 2 {
		node := `{"type":"content","title":"T","status":"published","content":{"source":"s","external_id":"1","mime_type":"text/html"}}`
		if resp, text := s.do("POST", "/v2.2/kbm/nodes", node, auth); resp.StatusCode != 200 {
			t.Errorf("a create gives %s %s", resp.Status, text)
		}
	}
	if n := count(); n != 8 {
		t.Errorf("upsert twice makes %d documents, want 8", n)
	}
	for key, want := range map[string]int{"": 403, "x": 403, "k": 200} {
		if resp, _ := s.do("GET", "/__sim/state", "", "X-Sim-Key: "+key); resp.StatusCode != want {
			t.Errorf("control with the key %q: %s", key, resp.Status)
		}
	}
	if resp, text := s.do("GET", "/", ""); resp.StatusCode != http.StatusOK || !strings.Contains(text, "Wiki page") {
		t.Errorf("the page is %s and does not show the documents", resp.Status)
	}
}

// pasted is what a greeting says to paste.
var pasted = regexp.MustCompile(`(?s)^.*For settings.toml:\n(.*)Ctrl-C.*$`)

func TestSimulateTellsWhatToPaste(t *testing.T) {
	zendesk, dialpad := simulate(t, "zendesk", "--locales", "de,en-us", "--key", "k"), simulate(t, "dialpad")
	if resp, _ := zendesk.do("GET", "/__sim/state", ""); resp.StatusCode != 403 {
		t.Errorf("control of a help center with a key, but without it: %s", resp.Status)
	}
	path := filepath.Join(t.TempDir(), "settings.toml")
	text := pasted.ReplaceAllString(dialpad.greeting, "$1") + pasted.ReplaceAllString(zendesk.greeting, "$1")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := settings.Load(path, []string{"zendesk"})
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Default()
	want.Dialpad.Region, want.Dialpad.CustomURL, want.Dialpad.ClientID = settings.RegionCustom, dialpad.base, "sim-client"
	account := settings.NewAccount("help-center", "zendesk")
	account.URL, account.ClientID, account.Locales = zendesk.base, "dialpad_sync", []string{"de", "en-us"}
	want.Accounts = []settings.Account{account}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestSimulateRefuses(t *testing.T) {
	empty, file := t.TempDir(), filepath.Join(t.TempDir(), "page.html")
	writePage(t, empty, ".hidden/page.html", "Hidden")
	writePage(t, filepath.Dir(file), filepath.Base(file), "A file")
	taken := simulate(t, "dialpad")
	for name, row := range map[string]struct {
		args string // separated by |
		says []string
	}{
		"every address":     {"zendesk|--addr|0.0.0.0:7401", []string{"0.0.0.0:7401 is not an address of this computer alone", "127.0.0.1:PORT"}},
		"no host":           {"dialpad|--addr|:7400", []string{"is not an address of this computer alone"}},
		"a name":            {"dialpad|--addr|example.com:7400", []string{"is not an address of this computer alone", "port 0"}},
		"no port":           {"dialpad|--addr|127.0.0.1", []string{"not an address with a port"}},
		"a taken port":      {"zendesk|--addr|" + strings.TrimPrefix(taken.base, "http://"), []string{"cannot be used", "another port"}},
		"no such word":      {"zendesk|--fault|GET /articles explode", []string{`"explode"`, "status=N", "reset=before|after|mid|idle"}},
		"no such key":       {"dialpad|--fault|GET /kbm/nodes boom=1", []string{`unknown key "boom"`, "token=expired|revoked"}},
		"an idle fault":     {"dialpad|--fault|GET /kbm/nodes", []string{"nothing that should happen"}},
		"one of two faults": {"dialpad|--fault|status=503|--fault|status=99", []string{"status from 200 to 599"}},
		"no such switch":    {"zendesk|--switch|colour=red", []string{`no switch "colour"`, "consent=page|approve|deny", "locale_fallback=off|on"}},
		"no such Dialpad":   {"dialpad|--switch|colour=red", []string{`no switch "colour"`, "dup=conflict", "versions=v2.2,v3.1"}},
		"no such choice":    {"zendesk|--switch|consent=maybe", []string{`"maybe" is none of page, approve, deny`}},
		"no such dup":       {"dialpad|--switch|dup=maybe", []string{"conflict, upsert, duplicate"}},
		"no number":         {"zendesk|--switch|drafts=few", []string{"whole number"}},
		"no address":        {"zendesk|--switch|attachment_host=here", []string{"scheme and host"}},
		"a bare switch":     {"zendesk|--switch|consent", []string{"NAME=VALUE", "consent=page|approve|deny"}},
		"no folder":         {"zendesk|--from|" + filepath.Join(empty, "nowhere"), []string{"no such folder", ".html"}},
		"a file":            {"zendesk|--from|" + file, []string{"no such folder"}},
		"no pages":          {"zendesk|--from|" + empty, []string{"no HTML file", ".htm"}},
		"demo and folder":   {"zendesk|--demo|--from|" + empty, []string{"--from", "--demo"}},
		"too many drafts":   {"zendesk|--articles|2|--switch|drafts=3", []string{"2 articles cannot have 3 drafts"}},
		"fewer than none":   {"zendesk|--articles|-1", []string{"--articles"}},
		"no language":       {"zendesk|--locales|english text", []string{`"english text" is not a locale`}},
		"a large page":      {"zendesk|--page-size|101", []string{"101", "100"}},
		"an empty page":     {"zendesk|--page-size|0", []string{"from 1 to 100"}},
		"no life":           {"zendesk|--access-life|0s", []string{"too short"}},
		"no role":           {"zendesk|--role|owner", []string{"admin", "agent", "end-user"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			code := run(ctx, append([]string{"simulate"}, strings.Split(row.args, "|")...), terminal{Out: &out, Err: &errs})
			if code != exitUsage {
				t.Errorf("exit %d, want %d", code, exitUsage)
			}
			for _, want := range row.says {
				if !strings.Contains(errs.String(), want) {
					t.Errorf("%q is missing in:\n%s", want, &errs)
				}
			}
			if out.Len() > 0 {
				t.Errorf("it greeted all the same:\n%s", &out)
			}
		})
	}
}

func TestListenLoopbackTakesTheNameOfThisComputer(t *testing.T) {
	listener, err := listenLoopback(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if addr := listener.Addr().String(); !strings.HasPrefix(addr, "127.0.0.1:") || strings.HasSuffix(addr, ":0") {
		t.Errorf("it listens on %s", addr)
	}
}

// Every switch takes everything it may say, and each means something else.
func TestSimulateZendeskTakesItsSwitches(t *testing.T) {
	seen := make(map[string]string)
	for _, s := range zendeskSwitches() {
		values := s.words
		if values == nil {
			values = []string{"", map[string]string{"NUMBER": "1", "URL": "http://127.0.0.1:7500"}[s.form]}
		}
		for i, value := range values {
			c := simulateZendesk{AccessLife: time.Minute, PageSize: 1, doubleFlags: doubleFlags{Switch: []string{s.name + "=" + value}}}
			config, err := c.config()
			if (err != nil) != (value == "") {
				t.Errorf("%s=%s: %v", s.name, value, err)
			}
			picture := fmt.Sprintf("%+v", config)
			if other := seen[picture]; other != "" && i > 0 {
				t.Errorf("%s=%s means the same as %s", s.name, value, other)
			}
			seen[picture] = s.name + "=" + value
		}
	}
}

func TestSimulateEndsSoon(t *testing.T) {
	for name, row := range map[string]struct{ args, path string }{
		"idle":            {"zendesk", ""},
		"a held answer":   {"zendesk|--fault|GET /articles hold=1h", "/api/v2/help_center/en-us/articles"},
		"a late start":    {"zendesk|--fault|GET /articles delay=1h", "/api/v2/help_center/en-us/articles"},
		"a drip of bytes": {"dialpad|--fault|GET /swagger.json drip=1", "/v2.2/swagger.json"},
	} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			s := simulate(t, append(strings.Split(row.args, "|"), "--key", "k")...)
			var client sync.WaitGroup
			if row.path != "" {
				client.Go(func() { s.abandoned(row.path) })
				s.waitForFault()
			}
			s.end()
			client.Wait()
		})
	}
}

// abandoned sends a request that the double will not answer in full.
func (s *simulation) abandoned(path string) {
	req, err := http.NewRequestWithContext(s.t.Context(), "GET", s.base+path, nil)
	if err != nil {
		s.t.Error(err)
		return
	}
	resp, err := s.http.Do(req)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		s.t.Errorf("%s was answered in full", path)
	}
}

// waitForFault returns when a request has met the only fault.
func (s *simulation) waitForFault() {
	for {
		var rules []struct {
			Fired int `json:"fired"`
		}
		s.read(&rules, "GET", "/__sim/faults", "", "X-Sim-Key: k")
		if len(rules) != 1 || rules[0].Fired > 0 {
			return
		}
	}
}
