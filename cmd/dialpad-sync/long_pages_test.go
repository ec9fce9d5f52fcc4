//go:build long

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// realPages is where Debian's package git-doc keeps its pages.
const realPages = "/usr/share/doc/git/html"

// pageKey opens the control of the doubles of this test.
const pageKey = "pages"

// TestRealPages copies git's manual, pages that nobody wrote for this program,
// from a help center into Dialpad with nothing but built programs: both
// doubles, both sign-ins, every sync. What Dialpad then holds is compared with
// the files by a walk of its own.
func TestRealPages(t *testing.T) {
	m := newManual(t)
	m.connect()
	began := time.Now()
	first := m.mustSync()
	t.Logf("first copy: %d pages in %s, %d requests to the help center, %d to Dialpad",
		first.Created, time.Since(began).Round(100*time.Millisecond), first.SourceRequests, first.DialpadRequests)
	if n := len(m.pages()); first.Created != n || first.DialpadDocuments != n {
		t.Errorf("%d created, %d held, want %d: %+v", first.Created, first.DialpadDocuments, n, first)
	}
	m.compare()
	for _, args := range [][]string{nil, {"--full"}} {
		before := m.writes()
		again := m.mustSync(args...)
		if n := m.writes() - before; n != 0 {
			t.Errorf("sync %v with nothing new wrote %d times: %+v", args, n, again)
		}
		t.Logf("nothing new, sync %v: 0 writes, %d requests to the help center, %d to Dialpad", args, again.SourceRequests, again.DialpadRequests)
	}
	m.edit(10)
	m.remove(5)
	changed := m.mustSync("--full")
	if changed.Updated != 10 || changed.Deleted != 5 || changed.Created != 0 {
		t.Errorf("ten pages were changed and five removed, but %+v", changed)
	}
	t.Logf("10 pages changed, 5 removed: %d updated, %d deleted, %d unchanged", changed.Updated, changed.Deleted, changed.Unchanged)
	m.compare()
}

// manual is the folder of pages, both doubles as programs, and a home.
type manual struct {
	t                *testing.T
	dir, home        string
	zendesk, dialpad string // addresses
	token            string // for Dialpad's API
}

func newManual(t *testing.T) *manual {
	t.Helper()
	m := &manual{t: t, dir: filepath.Join(t.TempDir(), "manual"), home: t.TempDir()}
	pages, err := filepath.EvalSymlinks(realPages)
	if err == nil {
		err = copyPages(pages, m.dir)
	}
	if err != nil {
		t.Fatalf("%v\nThe pages come with Debian's package git-doc; “make deps” installs it.", err)
	}
	if n := len(m.pages()); n < 150 {
		t.Fatalf("%s has only %d pages", realPages, n)
	}
	m.zendesk, _ = m.simulate("zendesk", "--from", m.dir, "--switch", "consent=approve")
	var greeting string
	m.dialpad, greeting = m.simulate("dialpad", "--foreign", "9", "--key", pageKey)
	if err := os.Mkdir(m.secrets(), 0o700); err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`client id +(\S+)`).FindStringSubmatch(greeting)
	secret := regexp.MustCompile(`client secret +(\S+)`).FindStringSubmatch(greeting)
	if id == nil || secret == nil {
		t.Fatalf("the double does not say how to sign in:\n%s", greeting)
	}
	var pair struct {
		Access string `json:"access_token"`
	}
	m.ask(&pair, "POST", m.dialpad+"/oauth/token", fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q}`, id[1], secret[1]))
	m.token = pair.Access
	m.connectDialpad(id[1], secret[1])
	return m
}

// copyPages copies the HTML files below from, following links to files.
func copyPages(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		name = filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		return os.WriteFile(name, text, 0o600)
	})
}

func (m *manual) secrets() string { return filepath.Join(m.home, "secrets") }

// simulate starts a double as a program and returns its address and greeting.
func (m *manual) simulate(args ...string) (base, greeting string) {
	m.t.Helper()
	// It outlives the test's own context, so that it can be told to end.
	like := program(m.t, append(append([]string{"simulate"}, args...), "--addr", "127.0.0.1:0")...)
	cmd := exec.Command(like.Path, like.Args[1:]...)
	cmd.Dir, cmd.Env = like.Dir, like.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C") {
		greeting += lines.Text() + "\n"
	}
	m.t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			m.t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			m.t.Errorf("simulate %v: %v", args, err)
		}
	})
	found := firstLine.FindStringSubmatch(greeting)
	if found == nil {
		m.t.Fatalf("simulate %v does not say where it is:\n%s", args, greeting)
	}
	return found[1], greeting
}

// call is a call of the program on this home. It finds no browser.
func (m *manual) call(args ...string) *exec.Cmd {
	cmd := program(m.t, append([]string{"--home", m.home, "--secrets", "dir:" + m.secrets()}, args...)...)
	cmd.Env = append(cmd.Env, "PATH=")
	return cmd
}

func (m *manual) mustSync(args ...string) report {
	m.t.Helper()
	o := finish(m.t, m.call(append([]string{"sync", "--json"}, args...)...))
	if o.code != exitInSync {
		m.t.Fatalf("sync %v: %s", args, o)
	}
	return o.report(m.t)
}

func (m *manual) connectDialpad(id, secret string) {
	m.t.Helper()
	cmd := m.call("connect", "dialpad", "--region", "custom", "--api-url", m.dialpad, "--client-id", id)
	cmd.Stdin = strings.NewReader(secret + "\n")
	if o := finish(m.t, cmd); o.code != exitInSync {
		m.t.Fatalf("%s", o)
	}
	// The double takes what the law of a whole company allows.
	name := filepath.Join(m.home, "settings.toml")
	text, err := os.ReadFile(name)
	if err != nil {
		m.t.Fatal(err)
	}
	faster := strings.Replace(string(text), "[dialpad]\n", "[dialpad]\nmax_requests_per_second = 20\n", 1)
	if err := os.WriteFile(name, []byte(faster), 0o600); err != nil || faster == string(text) {
		m.t.Fatalf("%v in\n%s", err, text)
	}
}

var signInPage = regexp.MustCompile(`http://\S+/oauth/authorizations/new\?\S+`)

// connect signs in to the help center: the program prints the page's address,
// and this test is the browser that opens it.
func (m *manual) connect() {
	m.t.Helper()
	cmd := m.call("connect", "zendesk", "--url", m.zendesk, "--client-id", "dialpad_sync", "--locales", "en-us")
	screen, err := cmd.StderrPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	var seen strings.Builder
	opened := false
	for lines := bufio.NewScanner(screen); lines.Scan(); {
		seen.WriteString(lines.Text() + "\n")
		if page := signInPage.FindString(lines.Text()); page != "" && !opened {
			opened = true
			m.get(page)
		}
	}
	if err := cmd.Wait(); err != nil {
		m.t.Fatalf("connect zendesk: %v\n%s", err, &seen)
	}
}

// get is one request that must succeed.
func (m *manual) get(address string, headers ...string) string {
	m.t.Helper()
	return m.send(http.MethodGet, address, "", headers...)
}

func (m *manual) send(method, address, body string, headers ...string) string {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		m.t.Fatalf("%s %s: %s %v %.300s", method, address, resp.Status, err, text)
	}
	return string(text)
}

func (m *manual) ask(into any, method, address, body string, headers ...string) {
	m.t.Helper()
	text := m.send(method, address, body, headers...)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		m.t.Fatalf("%s: %v in %.300s", address, err, text)
	}
}

// writes is how often Dialpad was asked to create, upload, update or delete.
func (m *manual) writes() (n int64) {
	m.t.Helper()
	var journal struct {
		Counts map[string]struct {
			Requests int64 `json:"requests"`
		} `json:"counts"`
	}
	m.ask(&journal, "GET", m.dialpad+"/__sim/journal", "", "X-Sim-Key: "+pageKey)
	for what, tally := range journal.Counts {
		if strings.Contains(what, "/kbm/nodes") && !strings.HasPrefix(what, "GET ") {
			n += tally.Requests
		}
	}
	return n
}

// held is a document as Dialpad's API shows it.
type held struct {
	Title   string `json:"title"`
	Content struct {
		Source     string `json:"source"`
		ExternalID string `json:"external_id"`
		URL        string `json:"url"`
	} `json:"content"`
	ID   string `json:"id"`
	html string
}

// holds reads everything of ours through Dialpad's API, by key.
func (m *manual) holds() map[string]held {
	m.t.Helper()
	all := map[string]held{}
	auth, locale := "Authorization: Bearer "+m.token, "Kare-Content-Locale: en-US"
	foreign := 0
	for cursor := ""; ; {
		var page struct {
			Entries []held `json:"entries"`
			Next    string `json:"next_cursor"`
		}
		m.ask(&page, "GET", m.dialpad+"/v2.2/kbm/nodes?limit=100"+cursor, "", auth, locale)
		for _, n := range page.Entries {
			if !strings.HasPrefix(n.Content.Source, "dialpad-sync:") {
				foreign++
				continue
			}
			if _, twice := all[n.Content.ExternalID]; twice {
				m.t.Errorf("Dialpad holds %s twice", n.Content.ExternalID)
			}
			n.html = m.get(m.dialpad+"/v2.2/kbm/nodes/"+n.ID+"/content/raw", auth, locale)
			all[n.Content.ExternalID] = n
		}
		if page.Next == "" {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
	if foreign != 9 {
		m.t.Errorf("%d documents of others are left, want 9", foreign)
	}
	return all
}

// articles lists the help center through Zendesk's API: key by title. Pages
// with the same title have the same text.
func (m *manual) articles() map[string][]string {
	m.t.Helper()
	keys := map[string][]string{}
	next := m.zendesk + "/api/v2/help_center/en-us/articles?page[size]=100"
	for next != "" {
		var page struct {
			Articles []listedArticle `json:"articles"`
			Links    struct {
				Next string `json:"next"`
			} `json:"links"`
		}
		m.ask(&page, "GET", next, "")
		for _, a := range page.Articles {
			keys[a.Title] = append(keys[a.Title], fmt.Sprintf("%d:en-us", a.ID))
		}
		next = page.Links.Next
	}
	return keys
}

// pages are the files in the order of their names.
func (m *manual) pages() []string {
	m.t.Helper()
	var names []string
	err := filepath.WalkDir(m.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return names
}

// edit changes n pages on disk, spread over the manual: a sentence more, and
// another one less.
func (m *manual) edit(n int) {
	m.t.Helper()
	names := m.single()
	for i := range n {
		name := names[(i*len(names)/n+3)%len(names)]
		text, err := os.ReadFile(name)
		if err != nil {
			m.t.Fatal(err)
		}
		more := fmt.Sprintf("<p>Rewritten on day %d: see <a href=\"git.html\">the overview</a> &amp; <code>git help -a</code>.</p></body>", i)
		changed := strings.Replace(string(text), "</body>", more, 1)
		changed = strings.Replace(changed, "Last updated", "Revised", 1)
		if changed == string(text) {
			m.t.Fatalf("%s was not changed", name)
		}
		if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
			m.t.Fatal(err)
		}
	}
}

// remove takes n pages away that edit has not touched.
func (m *manual) remove(n int) {
	m.t.Helper()
	names := m.single()
	names = slices.DeleteFunc(names, func(name string) bool {
		text, err := os.ReadFile(name)
		return err != nil || strings.Contains(string(text), "Rewritten on day")
	})
	for i := range n {
		if err := os.Remove(names[i*len(names)/n]); err != nil {
			m.t.Fatal(err)
		}
	}
}

// single are the pages whose title no other page has.
func (m *manual) single() []string {
	byTitle := map[string][]string{}
	for _, name := range m.pages() {
		title := m.parse(name).title
		byTitle[title] = append(byTitle[title], name)
	}
	var names []string
	for _, title := range slices.Sorted(maps.Keys(byTitle)) {
		if len(byTitle[title]) == 1 {
			names = append(names, byTitle[title]...)
		}
	}
	return names
}
