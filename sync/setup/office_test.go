package setup_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/catalog"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a Desk between a help center and a Dialpad.
type office struct {
	*setup.Desk
	t       *testing.T
	config  setup.Config
	zendesk *zendesksim.Server
	dialpad *dialpadsim.Server
	// HelpCenter and Knowledge are the addresses of the doubles.
	HelpCenter, Knowledge string
	secrets               secret.Store
	store                 *checkpoint.Store
	browser               browser
	isAlone               bool

	mu      sync.Mutex
	changes int // how often Changed was called
}

// plan is what a test changes about its office before it opens.
type plan struct {
	zendesk zendesksim.Config
	dialpad dialpadsim.Config
	desk    setup.Config
	secrets secret.Store
}

// newOffice opens an office in which nothing is set up.
func newOffice(t *testing.T, change ...func(*plan)) *office {
	t.Helper()
	p := plan{
		zendesk: zendesksim.Config{
			Seed: 1, Articles: 6, BodySize: 200, Role: zendesksim.Admin, AutoConsent: zendesksim.Approve, PerMinute: 600_000,
			Clients: []zendesksim.Client{{ID: "dialpad_sync", Public: true, RedirectURIs: redirects()}},
		},
		dialpad: dialpadsim.Config{Seed: 1, Switches: dialpadsim.Switches{Consent: "approve", DialpadTokens: "on"}},
		secrets: secret.Memory(),
	}
	for _, f := range change {
		f(&p)
	}
	o := &office{t: t, secrets: p.secrets}
	var err error
	if o.zendesk, err = zendesksim.New(p.zendesk); err != nil {
		t.Fatal(err)
	}
	if o.dialpad, err = dialpadsim.New(p.dialpad); err != nil {
		t.Fatal(err)
	}
	o.HelpCenter, o.Knowledge = serve(t, o.zendesk), serve(t, o.dialpad)
	dir := t.TempDir()
	if o.store, err = checkpoint.Open(t.Context(), filepath.Join(dir, "checkpoint.db"), []byte("key")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.must(o.store.Close()) })
	o.browser.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	t.Cleanup(o.browser.walks.Wait)
	o.config = p.desk
	o.config.File, o.config.UserAgent = filepath.Join(dir, "home", "settings.toml"), "test"
	if o.config.Secrets == nil {
		o.config.Secrets = func(string) (secret.Store, error) { return o.secrets, nil }
	}
	if o.config.Records == nil {
		o.config.Records = o.store
	}
	if o.config.OpenURL == nil {
		o.config.OpenURL = o.browser.open
	}
	if o.config.Changed == nil {
		o.config.Changed = func(context.Context) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.changes++
			return nil
		}
	}
	o.Desk = setup.New(o.config)
	return o
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// redirects are the addresses an admin registers.
func redirects() []string {
	entry, _ := catalog.Find("zendesk")
	return entry.SetUp(&url.URL{Scheme: "https", Host: "acme.zendesk.com"}).Redirects
}

// browser follows the pages of a sign-in to their end, as one whose person is
// signed in and agrees.
type browser struct {
	client *http.Client
	walks  sync.WaitGroup
}

func (b *browser) open(page string) error {
	b.walks.Go(func() {
		if resp, err := b.client.Get(page); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // whatever the page says
			_ = resp.Body.Close()
		}
	})
	return nil
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// alone keeps the test of another package that takes all the ports a browser
// comes back to, which are fixed, from running at the same time.
func (o *office) alone() {
	o.t.Helper()
	for !o.isAlone {
		lock, err := (&net.ListenConfig{}).Listen(o.t.Context(), "tcp4", "127.0.0.1:47119")
		if err == nil {
			o.t.Cleanup(func() { _ = lock.Close() })
			o.isAlone = true
			return
		}
		time.Sleep(5 * time.Millisecond) // until the other one ends
	}
}

// connect signs in and returns every step.
func (o *office) connect(ask local.ConnectRequest) []local.ConnectStep {
	o.t.Helper()
	return o.connectWith(o.t.Context(), ask, nil)
}

func (o *office) connectWith(ctx context.Context, ask local.ConnectRequest, hear func(local.ConnectStep)) []local.ConnectStep {
	o.t.Helper()
	o.alone()
	var steps []local.ConnectStep
	o.Connect(ctx, ask, func(s local.ConnectStep) {
		steps = append(steps, s)
		if hear != nil {
			hear(s)
		}
	})
	return steps
}

// helpCenter asks for the double as a person does who has the identifier.
func (o *office) helpCenter() local.ConnectRequest {
	return local.ConnectRequest{Source: "zendesk", Address: o.HelpCenter, ClientID: "dialpad_sync"}
}

// last is how a sign-in ended.
func last(t *testing.T, steps []local.ConnectStep) local.ConnectStep {
	t.Helper()
	if len(steps) == 0 {
		t.Fatal("nothing was told")
	}
	return steps[len(steps)-1]
}

// failed demands that a sign-in came to nothing for this reason.
func failed(t *testing.T, steps []local.ConnectStep, kind source.Kind, code source.Code) local.ConnectStep {
	t.Helper()
	s := last(t, steps)
	if s.Stage != local.ConnectFailed || s.Problem == nil || s.Problem.Kind != kind || s.Problem.Code != code {
		t.Fatalf("ended with %+v, problem %+v; want %v %q", s, s.Problem, kind, code)
	}
	return s
}

// place is the double of Dialpad, with its id and secret.
func (o *office) place() local.DialpadRequest {
	pair := o.dialpad.Credentials().Knowledge
	return local.DialpadRequest{Region: "custom", URL: o.Knowledge, ClientID: pair.ClientID, ClientSecret: pair.ClientSecret, Keep: true}
}

// settings reads the file as it is.
func (o *office) settings() *settings.Settings {
	o.t.Helper()
	conf, err := setup.Load(o.config.File)
	o.must(err)
	return conf
}

func (o *office) text() string {
	o.t.Helper()
	text, err := os.ReadFile(o.config.File)
	o.must(err)
	return string(text)
}

// write makes a file a person wrote by hand.
func (o *office) write(text string) {
	o.t.Helper()
	o.must(os.MkdirAll(filepath.Dir(o.config.File), 0o700))
	o.must(os.WriteFile(o.config.File, []byte(text), 0o600))
}

// holdsNothing demands that neither settings nor a sign-in were kept, and that
// nothing was said to have changed.
func (o *office) holdsNothing() {
	o.t.Helper()
	if _, err := os.Stat(o.config.File); err == nil {
		o.t.Errorf("settings were written:\n%s", o.text())
	}
	for _, name := range []string{"help-center/token", setup.DialpadSecret, setup.DialpadToken} {
		if _, err := o.secrets.Get(context.WithoutCancel(o.t.Context()), name); !errors.Is(err, secret.ErrNotFound) {
			o.t.Errorf("%s: %v", name, err)
		}
	}
	if o.changes != 0 {
		o.t.Errorf("%d changes were told", o.changes)
	}
}

// ready is an office whose help center and Dialpad are connected: everything in
// the language of the help center is copied, unless change says otherwise.
func ready(t *testing.T, change ...func(*plan)) *office {
	t.Helper()
	o := newOffice(t, change...)
	o.write(fmt.Sprintf(`home_id = "h"
[dialpad]
region = "custom"
api_url = %q
client_id = %q
max_requests_per_second = 20
list_lag = "0s"

[[account]]
id = "help-center"
source = "zendesk"
url = %q
client_id = "dialpad_sync"
source_value = "dialpad-sync:zendesk:acme"
`, o.Knowledge, o.dialpad.Credentials().Knowledge.ClientID, o.HelpCenter))
	o.token(o.zendesk.Token(zendesksim.Admin))
	o.must(o.secrets.Set(t.Context(), setup.DialpadSecret, secret.Secret(o.dialpad.Credentials().Knowledge.ClientSecret)))
	return o
}

// token keeps a sign-in to the help center.
func (o *office) token(access, refresh string) {
	o.t.Helper()
	token := signin.Token{Access: secret.Secret(access), Refresh: secret.Secret(refresh), Expiry: time.Now().Add(time.Hour)}
	o.must(signin.Save(o.t.Context(), o.secrets, setup.TokenName("help-center"), token))
}

// access is the sign-in that is kept, or empty.
func (o *office) access(account string) string {
	o.t.Helper()
	token, err := signin.Load(o.t.Context(), o.secrets, setup.TokenName(account))
	if source.CodeOf(err) == source.CodeSecretMissing {
		return ""
	}
	o.must(err)
	return token.Access.Reveal()
}

// takes says whether the help center still takes a token.
func (o *office) takes(access string) bool {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.HelpCenter+"/api/v2/users/me", http.NoBody)
	o.must(err)
	r.Header.Set("Authorization", "Bearer "+access)
	resp, err := o.browser.client.Do(r)
	o.must(err)
	o.must(resp.Body.Close())
	return resp.StatusCode == http.StatusOK
}

// withdrawn is how many sign-ins the help center was asked to withdraw.
func (o *office) withdrawn() int {
	n := 0
	for _, e := range o.zendesk.Journal().Entries() {
		if e.Method == http.MethodDelete && strings.Contains(e.Template, "/oauth/tokens/") && e.Status < 300 {
			n++
		}
	}
	return n
}

// ours are the keys of the account's documents in Dialpad.
func (o *office) ours() map[string]bool {
	keys := map[string]bool{}
	for _, n := range o.dialpad.Nodes() {
		if n.Source == "dialpad-sync:zendesk:acme" {
			keys[n.ExternalID] = true
		}
	}
	return keys
}

// forget disconnects and returns every step.
func (o *office) forget(ask local.ForgetRequest) []local.ForgetStep {
	o.t.Helper()
	var steps []local.ForgetStep
	o.Forget(o.t.Context(), ask, func(s local.ForgetStep) { steps = append(steps, s) })
	if len(steps) == 0 {
		o.t.Fatal("nothing was told")
	}
	return steps
}

// problemOf is the class of an error.
func problemOf(err error) string {
	p := engine.ProblemOf(err)
	return fmt.Sprintf("%s %s %s", p.Kind, p.Code, p.Side)
}
