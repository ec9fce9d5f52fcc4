package dialpad

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ours = "dialpad-sync:zendesk:acme"

// world is a Destination and the double it talks to.
type world struct {
	*Destination
	t   *testing.T
	sim *dialpadsim.Server
}

// setting is what a test chooses before its world starts.
type setting struct {
	switches  dialpadsim.Switches
	config    Config
	pair      func(dialpadsim.Credentials) dialpadsim.Credential
	transport func(http.Handler) (address string, transport http.RoundTripper)
	limit     rest.LimitConfig
}

// newWorld starts a double behind a real loopback server and signs in to it.
func newWorld(t *testing.T, change ...func(*setting)) *world {
	t.Helper()
	s := setting{
		config:    Config{SourceValue: ours, Locale: "en-us"},
		pair:      func(c dialpadsim.Credentials) dialpadsim.Credential { return c.Knowledge },
		transport: loopback(t),
		limit:     rest.LimitConfig{Start: 10_000, Ceiling: 10_000},
	}
	for _, f := range change {
		f(&s)
	}
	double, err := dialpadsim.New(dialpadsim.Config{Seed: 1, Switches: s.switches})
	if err != nil {
		t.Fatal(err)
	}
	address, transport := s.transport(double)
	s.config.Client = connect(t, double, s, address, transport)
	return &world{Destination: New(s.config), t: t, sim: double}
}

func loopback(t *testing.T) func(http.Handler) (string, http.RoundTripper) {
	return func(h http.Handler) (string, http.RoundTripper) {
		server := httptest.NewServer(h)
		transport := rest.NewTransport()
		t.Cleanup(func() {
			transport.CloseIdleConnections()
			server.Close()
		})
		return server.URL, transport
	}
}

// bubble is for tests with fake time, where a loopback server hangs.
func bubble(s *setting) {
	s.transport = func(h http.Handler) (string, http.RoundTripper) {
		return "http://127.0.0.1:7400", sim.Transport(h)
	}
}

func connect(t *testing.T, double *dialpadsim.Server, s setting, address string, transport http.RoundTripper) *rest.Client {
	t.Helper()
	pair := s.pair(double.Credentials())
	store := secret.Memory()
	if err := store.Set(t.Context(), "client_secret", secret.Secret(pair.ClientSecret)); err != nil {
		t.Fatal(err)
	}
	client, err := rest.New(rest.Config{
		Base: mustURL(t, address), Side: side, Name: "Dialpad", Transport: transport, Limiter: rest.NewLimiter(s.limit),
		Tokens: signin.NewCredentials(signin.CredentialsConfig{
			API: address, ClientID: pair.ClientID, Store: store, Name: "client_secret",
			HTTP: signin.HTTP{Transport: transport},
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func mustURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (w *world) fault(texts ...string) {
	w.t.Helper()
	if err := w.sim.Faults().AddText(texts...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) switches(change func(*dialpadsim.Switches)) {
	w.t.Helper()
	if err := w.sim.SetSwitches(change); err != nil {
		w.t.Fatal(err)
	}
}

// answer is a document with a key in the locale en-us.
func answer(id, text string) source.Document {
	return source.Document{
		Key: source.Key(id + ":en-us"), Kind: source.Article, Title: "How to " + id, HTML: "<p>" + text + "</p>",
		URL: "https://help.example.com/" + id, Locale: "en-us",
	}
}

// put puts a document that must be accepted.
func (w *world) put(doc source.Document, known engine.Node) engine.Node {
	w.t.Helper()
	node, err := w.Put(w.t.Context(), doc, known)
	if err != nil {
		w.t.Fatalf("Put(%s): %v", doc.Key, err)
	}
	if node.ID == "" || node.Key != doc.Key || node.Status != engine.Published || node.Kind != source.Article || node.Locale != doc.Locale {
		w.t.Fatalf("Put(%s) = %+v", doc.Key, node)
	}
	return node
}

// holds fails unless Dialpad has exactly these documents of ours, each once.
func (w *world) holds(docs ...source.Document) {
	w.t.Helper()
	type held struct{ key, title, url, html string }
	var got, want []held
	for _, n := range w.sim.Nodes() {
		if n.Source == ours && n.Status == published {
			got = append(got, held{n.ExternalID, n.Title, n.URL, n.Content})
		}
	}
	for _, d := range docs {
		want = append(want, held{string(d.Key), d.Title, d.URL, content.Wrap(d.HTML)})
	}
	order := func(a, b held) int { return strings.Compare(a.key, b.key) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		w.t.Errorf("Dialpad holds %+v\nwant %+v", got, want)
	}
}

// owned lists until the end or the first error.
func (w *world) owned() (nodes []engine.Node, err error) {
	for n, err := range w.Owned(w.t.Context()) {
		if err != nil {
			return nodes, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func (w *world) ownedIDs() []string {
	w.t.Helper()
	nodes, err := w.owned()
	if err != nil {
		w.t.Fatalf("Owned: %v", err)
	}
	ids := make([]string, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	return ids
}

// seed puts n nodes of ours into the double, with content, and returns their ids.
func (w *world) seed(n int) []string {
	nodes := make([]dialpadsim.Node, n)
	for i := range nodes {
		doc := answer(string(rune('a'+i%26))+strings.Repeat("x", i/26), "text")
		nodes[i] = dialpadsim.Node{
			Source: ours, ExternalID: string(doc.Key), Title: doc.Title, URL: doc.URL, Locale: "en-US",
			Content: content.Wrap(doc.HTML),
		}
	}
	return w.sim.Seed(nodes...)
}

// wantError checks what an error says happens next.
func wantError(t *testing.T, err error, kind source.Kind, code source.Code) {
	t.Helper()
	if source.KindOf(err) != kind || source.CodeOf(err) != code {
		t.Errorf("got %v (%v, %q), want %v, %q", err, source.KindOf(err), source.CodeOf(err), kind, code)
	}
}

func isUnsure(err error) bool {
	var e *source.Error
	return errors.As(err, &e) && e.Unsure
}

// soon bounds what must not hang.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// written counts the requests that wrote to a node.
func (w *world) written(id string) int {
	n := 0
	for _, e := range w.sim.Journal().Entries() {
		if e.Subject == id && e.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// quoted spells a value with spaces or quotation marks in a fault.
func quoted(value string) string { return strconv.Quote(value) }

// asked counts requests of a method to the path template below the version.
func (w *world) asked(method, template string) int64 {
	return w.sim.Journal().Count(method, "/{v}"+template)
}
