package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// noon is when the doubles' clocks stand still at first.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// double is a Zendesk account behind a real server, and what asks it.
type double struct {
	*zendesksim.Server
	t     *testing.T
	clock *sim.Clock
	base  *url.URL
	wire  http.RoundTripper
	token string
	// between stands before every answer; nil lets the account answer.
	between atomic.Pointer[intercept]
}

// intercept may answer in the account's place, or change what it answers.
type intercept func(w http.ResponseWriter, r *http.Request, account http.Handler)

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if do := d.between.Load(); do != nil {
		(*do)(w, r, d.Server)
		return
	}
	d.Server.ServeHTTP(w, r)
}

// intercept puts something before every answer; nil takes it away.
func (d *double) intercept(do intercept) {
	if do == nil {
		d.between.Store(nil)
		return
	}
	d.between.Store(&do)
}

// rewrite changes the JSON of the answers to requests whose path ends like this.
func (d *double) rewrite(path string, change func(r *http.Request, body map[string]any)) {
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if !strings.HasSuffix(r.URL.Path, path) {
			account.ServeHTTP(w, r)
			return
		}
		whole := httptest.NewRecorder()
		account.ServeHTTP(whole, r)
		maps.Copy(w.Header(), whole.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(whole.Code)
		var body map[string]any
		dec := json.NewDecoder(whole.Body)
		dec.UseNumber()
		if err := dec.Decode(&body); err != nil {
			d.t.Error(err)
			return
		}
		change(r, body)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			d.t.Error(err)
		}
	})
}

// start serves an account whose clock stands still. Further brands get servers
// of their own.
func start(t *testing.T, cfg zendesksim.Config) *double {
	t.Helper()
	if len(cfg.Brands) == 0 {
		cfg.Brands = []zendesksim.Brand{{ID: 1, Name: "Acme", Subdomain: "acme"}}
	}
	cfg.Clock = sim.NewFrozenClock(noon)
	cfg.AccessLife = 10000 * time.Hour
	cfg.PerMinute = 1_000_000
	servers := make([]*httptest.Server, len(cfg.Brands))
	cfg.Brands = slices.Clone(cfg.Brands)
	for i := range cfg.Brands {
		servers[i] = httptest.NewUnstartedServer(nil)
		cfg.Brands[i].Base = "http://" + servers[i].Listener.Addr().String()
	}
	account, err := zendesksim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	wire := &http.Transport{}
	d := &double{Server: account, t: t, clock: cfg.Clock, wire: wire}
	for _, server := range servers {
		server.Config.Handler = d
		server.Start()
		t.Cleanup(server.Close)
	}
	t.Cleanup(wire.CloseIdleConnections)
	role := cfg.Role
	if role == "" {
		role = zendesksim.Admin
	}
	d.base, _ = url.Parse(servers[0].URL)
	d.token, _ = account.Token(role)
	return d
}

// signedIn is a token source that cannot renew.
type signedIn string

func (s signedIn) Token(context.Context) (string, error) { return string(s), nil }

func (s signedIn) Renew(context.Context, string) (string, error) {
	return "", &source.Error{Kind: source.SignIn, Op: "renew the sign-in", Err: errors.New("the test's token is final")}
}

// over sends requests through wire, fast enough for tests.
func over(wire http.RoundTripper, token string) rest.Config {
	return rest.Config{
		Tokens: signedIn(token), Limiter: rest.NewLimiter(rest.LimitConfig{Start: 5000, Ceiling: 10000}), UserAgent: "test", Transport: wire,
	}
}

// open returns a source that remembers nothing; cfg says what is chosen.
func (d *double) open(cfg Config) *Source {
	d.t.Helper()
	cfg.Base, cfg.HTTP = d.base, over(d.wire, d.token)
	s, err := New(cfg)
	if err != nil {
		d.t.Fatal(err)
	}
	s.now = d.clock.Now
	return s
}

// later moves the account's clock, and makes what the source knows as old.
func (d *double) later(s *Source, by time.Duration) {
	d.clock.Advance(by)
	if s.held != nil && !s.held.read.IsZero() {
		s.held.read = s.held.read.Add(-by)
	}
	for host, t := range s.trees {
		t.read = t.read.Add(-by)
		s.trees[host] = t
	}
}

// asked counts the requests whose template ends like this.
func (d *double) asked(template string) int {
	n := 0
	for _, e := range d.Journal().Entries() {
		if strings.HasSuffix(e.Template, template) {
			n++
		}
	}
	return n
}

func (d *double) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// fault spoils answers; heal ends that.
func (d *double) fault(rules ...string) {
	d.t.Helper()
	d.must(d.Faults().AddText(rules...))
}

// mirror holds what Dialpad would hold.
type mirror struct {
	d      *double
	cursor source.Cursor
	docs   map[source.Key]source.Document
	// removed are the reasons given so far, reads counts calls of Read, pages
	// those of Fetch.
	removed map[source.Key]source.Removal
	reads   int
	pages   int
}

func (d *double) mirror() *mirror {
	return &mirror{d: d, docs: map[source.Key]source.Document{}, removed: map[source.Key]source.Removal{}}
}

// step applies one page.
func (m *mirror) step(s *Source) source.Page {
	m.d.t.Helper()
	page, err := s.Fetch(m.d.t.Context(), m.cursor)
	m.d.must(err)
	m.pages++
	for _, c := range page.Changes {
		m.apply(s, c)
	}
	m.cursor = page.Next
	return page
}

// follow catches up.
func (m *mirror) follow(s *Source) {
	m.d.t.Helper()
	for range 500 {
		if !m.step(s).More {
			return
		}
	}
	m.d.t.Fatal("there is no end to the pages")
}

func (m *mirror) apply(s *Source, c source.Change) {
	m.d.t.Helper()
	if c.Document == nil && c.Removed == "" {
		if held, ok := m.docs[c.Key]; ok && held.Version == c.Version {
			return
		}
		m.reads++
		var err error
		c, err = s.Read(m.d.t.Context(), c.Key)
		m.d.must(err)
	}
	if c.Removed != "" {
		delete(m.docs, c.Key)
		m.removed[c.Key] = c.Removed
		return
	}
	m.docs[c.Key] = *c.Document
}

// compare lists all keys and reads what differs.
func (m *mirror) compare(s *Source) {
	m.d.t.Helper()
	listed := m.d.list(s)
	for key, version := range listed {
		m.apply(s, source.Change{Key: key, Version: version})
	}
	for key := range m.docs {
		if _, ok := listed[key]; !ok {
			m.apply(s, source.Change{Key: key})
		}
	}
}

func (d *double) list(s *Source) map[source.Key]string {
	d.t.Helper()
	listed := map[source.Key]string{}
	for item, err := range s.Keys(d.t.Context()) {
		d.must(err)
		listed[item.Key] = item.Version
	}
	return listed
}

// equals fails unless the mirror holds what everybody may read in the locales.
func (m *mirror) equals(locales ...string) {
	m.d.t.Helper()
	m.holds(refs(m.d.Visible(locales...)))
}

func (m *mirror) holds(want map[source.Key]string) {
	m.d.t.Helper()
	got := map[source.Key]string{}
	for key, doc := range m.docs {
		got[key] = doc.Title
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.d.t.Fatalf("titles by key (-want +got):\n%s", diff)
	}
}

func refs(visible map[zendesksim.Ref]zendesksim.Text) map[source.Key]string {
	out := map[source.Key]string{}
	for ref, text := range visible {
		out[keyOf(ref.ID, ref.Locale)] = text.Title
	}
	return out
}

// ids are the articles in the order they were made.
func (d *double) ids() []int64 {
	var ids []int64
	for _, a := range d.Articles() {
		ids = append(ids, a.ID)
	}
	return ids
}

func sortedKeys[V any](m map[source.Key]V) []source.Key { return slices.Sorted(maps.Keys(m)) }

func sectionID(id int64) string { return collectionID("section", id) }

// where decodes a cursor.
func (m *mirror) where(s *Source) cursor {
	m.d.t.Helper()
	at, ok := decodeCursor(m.cursor, s.print)
	if !ok {
		m.d.t.Fatalf("cursor %q is not the source's own", m.cursor)
	}
	return at
}

// wantError fails unless err has this kind and code.
func wantError(t *testing.T, err error, kind source.Kind, code source.Code) {
	t.Helper()
	if err == nil || source.KindOf(err) != kind || source.CodeOf(err) != code {
		t.Fatalf("error %v (kind %v, code %q), want kind %v, code %q", err, source.KindOf(err), source.CodeOf(err), kind, code)
	}
}
