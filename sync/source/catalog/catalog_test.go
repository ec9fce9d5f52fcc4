package catalog

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestEveryEntryIsComplete(t *testing.T) {
	names := map[string]bool{}
	for _, e := range All() {
		if e.Name == "" || e.Title == "" || e.AccountID == "" || e.New == nil || e.SignIn == nil || e.ParseAddress == nil || e.SetUp == nil || e.SourceValue == nil {
			t.Errorf("%q lacks something", e.Name)
		}
		if e.Rate.Start <= 0 || e.Rate.Ceiling < e.Rate.Start {
			t.Errorf("%s starts at %v requests a second, with a ceiling of %v", e.Name, e.Rate.Start, e.Rate.Ceiling)
		}
		if names[e.Name] {
			t.Errorf("%s is listed twice", e.Name)
		}
		names[e.Name] = true
		if found, ok := Find(e.Name); !ok || found.Title != e.Title {
			t.Errorf("%s is not found by its name", e.Name)
		}
	}
	if _, ok := Find("nobody"); ok {
		t.Error("found a source that is not there")
	}
}

// From what a person types to a document, without naming the vendor.
func TestEntryReadsAnAccount(t *testing.T) {
	account, err := zendesksim.New(zendesksim.Config{Articles: 5, Locales: []string{"en-us", "fr"}, Restricted: 1, Drafts: 1})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(account)
	defer server.Close()
	e, ok := Find("zendesk")
	if !ok {
		t.Fatal("no such source")
	}
	base, note, err := e.ParseAddress(server.URL + "/hc/en-us")
	if err != nil || note == "" {
		t.Fatal(note, err)
	}
	wire := &http.Transport{}
	defer wire.CloseIdleConnections()
	cfg := Account{
		Base: base, Locales: []string{"fr"}, HTTP: rest.Config{Limiter: rest.NewLimiter(e.Rate), Transport: wire},
	}
	s, err := e.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Fetch(t.Context(), "")
	if err != nil || len(page.Changes) != 3 || !page.Import {
		t.Errorf("%d changes, %v", len(page.Changes), err)
	}
	for _, c := range page.Changes {
		if c.Document == nil || c.Document.Locale != "fr" {
			t.Errorf("%+v", c)
		}
	}
	if _, ok := s.(source.Checker); !ok {
		t.Error("the source cannot say who is signed in")
	}
	if _, ok := s.(source.Chooser); !ok {
		t.Error("the source has nothing to tick")
	}
	cfg.Collections = []string{"nonsense"}
	if s, err := e.New(cfg); err == nil || s != nil {
		t.Errorf("a wrong selection gives %v, %v", s, err)
	}
}

func TestEntryOfAnAddress(t *testing.T) {
	e, _ := Find("zendesk")
	base := &url.URL{Scheme: "https", Host: "acme.zendesk.com"}
	if got := e.SourceValue(base); got != "dialpad-sync:zendesk:acme" {
		t.Errorf("source value %q", got)
	}
	todo := e.SetUp(base)
	p := e.SignIn(base, todo.Identifier, true)
	if len(todo.Steps) == 0 || len(todo.Redirects) != len(p.Ports) || p.ClientID != todo.Identifier {
		t.Errorf("%+v for %v", todo, p.Ports)
	}
}

// The plan named in the answers bounds the pace: half of 60 requests a minute.
func TestPaceFollowsThePlan(t *testing.T) {
	account, err := zendesksim.New(zendesksim.Config{Articles: 5, PerMinute: 60})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(account)
	defer server.Close()
	wire := &http.Transport{}
	defer wire.CloseIdleConnections()
	e, _ := Find("zendesk")
	base, _, err := e.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	limiter := rest.NewLimiter(e.Rate)
	s, err := e.New(Account{Base: base, HTTP: rest.Config{Limiter: limiter, Transport: wire}})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := s.Fetch(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := limiter.Status().PerSecond; got > 0.5 {
		t.Errorf("%v requests a second after %v, half of the plan is 0.5", got, time.Since(began))
	}
}
