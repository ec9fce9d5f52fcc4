package zendesk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// Between any two pages articles are added, edited and archived.
func TestImportWhileTheHelpCenterChanges(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 60, PageClamp: 10})
	s, m := d.open(Config{}), d.mirror()
	ids := d.ids()
	d.BetweenPages(func(page int) {
		d.clock.Advance(time.Second)
		d.must(d.Archive(ids[page]))
		d.must(d.Edit(ids[page+10], "en-us", fmt.Sprint("Edited on page ", page), ""))
		if page < 5 {
			_, err := d.AddArticle(zendesksim.NewArticle{Title: fmt.Sprint("Added on page ", page)})
			d.must(err)
		}
	})
	m.follow(s)
	d.BetweenPages(nil)
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.compare(s)
	m.equals("en-us")
}

// The position for the changes afterwards is taken before the first listing, by
// the server's clock.
func TestImportTakesThePositionFirst(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 30, PageClamp: 10})
	s, m := d.open(Config{}), d.mirror()
	d.BetweenPages(func(int) { d.clock.Advance(time.Hour) })
	m.follow(s)
	if got, want := m.where(s).Start, noon.Unix()-margin; got != want {
		t.Errorf("start = %d, want %d", got, want)
	}
	if strings.ContainsAny(string(m.cursor), "?") || strings.Contains(string(m.cursor), "http") {
		t.Errorf("the cursor holds an address: %s", m.cursor)
	}
}

func TestImportWithoutDateHeaderFails(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 3})
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		account.ServeHTTP(dateless{w}, r)
	})
	_, err := d.open(Config{}).Fetch(t.Context(), "")
	wantError(t, err, source.Transient, source.CodeNotData)
}

// dateless sends no Date header.
type dateless struct{ http.ResponseWriter }

func (w dateless) WriteHeader(status int) {
	w.Header()["Date"] = nil
	w.ResponseWriter.WriteHeader(status)
}

func (w dateless) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestImportLeavesOutDraftsAndRestricted(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want int
	}{
		{Config{}, 20},
		{Config{IncludeDrafts: true}, 23},
		{Config{IncludeRestricted: true}, 24},
		{Config{IncludeDrafts: true, IncludeRestricted: true}, 27},
	} {
		d := start(t, zendesksim.Config{Articles: 27, Drafts: 3, Restricted: 4})
		s, m := d.open(c.cfg), d.mirror()
		m.follow(s)
		if len(m.docs) != c.want || m.reads != 0 {
			t.Errorf("%+v: %d documents after %d reads, want %d", c.cfg, len(m.docs), m.reads, c.want)
		}
		if n := len(d.list(s)); n != c.want {
			t.Errorf("%+v: %d keys, want %d", c.cfg, n, c.want)
		}
	}
}

func TestImportStartsOverWhenAPageTokenIsRefused(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50, PageClamp: 10})
	s, m := d.open(Config{}), d.mirror()
	m.step(s)
	m.step(s)
	d.ExpireCursors()
	if page := m.step(s); !page.Import || m.where(s).Restarts != 1 {
		t.Errorf("import: %v, restarts: %d", page.Import, m.where(s).Restarts)
	}
	m.follow(s)
	m.equals("en-us")
}

func TestImportGivesUpWhenEveryPageTokenIsRefused(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50, PageClamp: 10})
	s, m := d.open(Config{}), d.mirror()
	d.fault("GET /articles query=page[after] status=400")
	for range 20 {
		page, err := s.Fetch(t.Context(), m.cursor)
		if err != nil {
			if hasStatus(err, http.StatusBadRequest) {
				return
			}
			t.Fatal(err)
		}
		m.cursor = page.Next
	}
	t.Error("the import starts over for ever")
}

func TestImportWithoutEndIsNoticed(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 60, PageClamp: 30})
	s, m := d.open(Config{}), d.mirror()
	var round any // the token that every second page names again
	d.rewrite("/articles", func(r *http.Request, body map[string]any) {
		if r.URL.Query().Has("per_page") {
			return // the number of articles
		}
		meta, links := body["meta"].(map[string]any), body["links"].(map[string]any)
		switch r.URL.Query().Get("page[after]") {
		case "":
			round = meta["after_cursor"]
		case round:
			meta["after_cursor"] = meta["before_cursor"]
		default:
			meta["after_cursor"] = round
		}
		meta["has_more"], links["next"] = true, "/x"
	})
	for range 200 {
		page, err := s.Fetch(t.Context(), m.cursor)
		if err != nil {
			wantError(t, err, source.Transient, source.CodeCutShort)
			return
		}
		m.cursor = page.Next
	}
	t.Error("the import goes on for ever")
}

func TestImportPageThatNamesItselfAsTheNext(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 30, PageClamp: 10})
	s, m := d.open(Config{}), d.mirror()
	m.step(s)
	d.rewrite("/articles", func(r *http.Request, body map[string]any) {
		body["meta"].(map[string]any)["after_cursor"] = r.URL.Query().Get("page[after]")
	})
	_, err := s.Fetch(t.Context(), m.cursor)
	wantError(t, err, source.Transient, source.CodeCutShort)
}

func TestAnotherSelectionStartsOver(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 30, Locales: []string{"en-us", "fr"}})
	m := d.mirror()
	m.follow(d.open(Config{}))
	for name, cfg := range map[string]Config{
		"section":    {Collections: []string{sectionID(d.Sections()[0])}},
		"language":   {Locales: []string{"fr"}},
		"drafts":     {IncludeDrafts: true},
		"restricted": {IncludeRestricted: true},
	} {
		page, err := d.open(cfg).Fetch(t.Context(), m.cursor)
		d.must(err)
		if !page.Import {
			t.Errorf("another %s goes on from the old cursor", name)
		}
	}
	page, err := d.open(Config{}).Fetch(t.Context(), m.cursor)
	d.must(err)
	if page.Import {
		t.Error("the same selection starts over")
	}
}

func TestFingerprintDoesNotDependOnOrderOrCase(t *testing.T) {
	a := fingerprint(Config{Collections: []string{"section:1", "brand:2"}, Locales: []string{"fr", "en-US"}})
	b := fingerprint(Config{Collections: []string{"brand:2", "section:1"}, Locales: []string{"en-us", "FR"}})
	if a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestTotalIsTheNumberOfArticles(t *testing.T) {
	for _, c := range []struct {
		articles, requests int
		locales            []string
	}{
		{5, 0, []string{"en-us"}},
		{250, 1, []string{"en-us"}},
		{250, 2, []string{"en-us", "fr"}},
	} {
		d := start(t, zendesksim.Config{Articles: c.articles, Locales: c.locales})
		counted := 0
		d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
			if r.URL.Query().Has("per_page") {
				counted++
			}
			account.ServeHTTP(w, r)
		})
		s, m := d.open(Config{Locales: c.locales}), d.mirror()
		want := c.articles * len(c.locales)
		for page := m.step(s); page.Import; page = m.step(s) {
			if page.Total != want {
				t.Fatalf("Total = %d, want %d", page.Total, want)
			}
			if !page.More {
				break
			}
		}
		if counted != c.requests {
			t.Errorf("%d requests to count %d articles in %v, want %d", counted, c.articles, c.locales, c.requests)
		}
	}
}

func TestTotalIsNotNeeded(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 250})
	d.fault("GET /articles query=per_page status=404")
	s, m := d.open(Config{}), d.mirror()
	if page := m.step(s); page.Total != 0 {
		t.Errorf("Total = %d", page.Total)
	}
	m.follow(s)
	m.equals("en-us")
}

// One body past what a page may hold, and a page whose bodies are many.
func TestLargePagesBecomeNotices(t *testing.T) {
	d := start(t, zendesksim.Config{})
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if !strings.HasSuffix(r.URL.Path, "/articles") {
			account.ServeHTTP(w, r)
			return
		}
		fmt.Fprint(w, `{"articles":[`)
		for i := 1; i <= 12; i++ {
			size := 1 << 20
			if i == 1 {
				size = bodyLimit + 1000
			}
			fmt.Fprintf(w, `{"id":%d,"title":"T","locale":"en-us","updated_at":"2026-11-01T00:00:00Z","body":"%s"},`, i, strings.Repeat("word ", size/5))
		}
		fmt.Fprint(w, `{"id":99,"title":"Last","locale":"en-us"}],"meta":{"has_more":false},"links":{}}`)
	})
	page, err := d.open(Config{}).Fetch(t.Context(), "")
	d.must(err)
	documents, notices, weight := 0, 0, 0
	for _, c := range page.Changes {
		if c.Removed != "" || c.Key == "" || c.Version == "" {
			t.Errorf("%+v", c)
		}
		if c.Document == nil {
			notices++
			continue
		}
		documents++
		weight += len(c.Document.HTML)
	}
	if documents != 9 || notices != 4 || weight > pageWeight+1<<20 || page.Changes[0].Document != nil {
		t.Errorf("%d documents of %d bytes and %d notices", documents, weight, notices)
	}
}

func TestPageWithoutPaginationIsNotTheLast(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"no meta":              func(b map[string]any) { delete(b, "meta") },
		"more without a token": func(b map[string]any) { b["meta"].(map[string]any)["after_cursor"] = nil },
		"more without a link":  func(b map[string]any) { b["links"].(map[string]any)["next"] = nil },
	} {
		d := start(t, zendesksim.Config{Articles: 30, PageClamp: 10})
		s := d.open(Config{})
		d.rewrite("/articles", func(_ *http.Request, body map[string]any) { spoil(body) })
		_, err := s.Fetch(t.Context(), "")
		if source.CodeOf(err) != source.CodeCutShort {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// links.next is set on the last page too in some accounts.
func TestNextLinkOnTheLastPageMeansNothing(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 25, PageClamp: 10, Quirks: zendesksim.Quirks{NextPastEnd: true}})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	m.compare(s)
	m.equals("en-us")
}

// The token goes to no host that an answer names.
func TestLinkToAnotherHostIsRefused(t *testing.T) {
	stranger := start(t, zendesksim.Config{Articles: 1})
	for _, path := range []string{"/articles", feedPath} {
		d := start(t, zendesksim.Config{Articles: 30, PageClamp: 10})
		s, m := d.open(Config{}), d.mirror()
		if path == feedPath {
			m.follow(s)
			d.clock.Advance(time.Hour)
			d.must(d.BulkTouch(2))
		}
		d.rewrite(path, func(_ *http.Request, body map[string]any) {
			body["next_page"] = stranger.base.String() + "/api/v2/help_center/articles"
			if links, ok := body["links"].(map[string]any); ok {
				links["next"] = body["next_page"]
			}
		})
		_, err := s.Fetch(t.Context(), m.cursor)
		wantError(t, err, source.Transient, source.CodeRedirect)
		if n := stranger.Journal().Total(); n != 0 {
			t.Errorf("%d requests went to the other host", n)
		}
	}
}

// A help center answers with the source locale where a translation is missing.
func TestFallbackToAnotherLanguageIsNotATranslation(t *testing.T) {
	d := start(t, zendesksim.Config{
		Articles: 10, Untranslated: 4, Locales: []string{"en-us", "fr"}, Quirks: zendesksim.Quirks{LocaleFallback: true},
	})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	m.compare(s)
	m.equals("en-us", "fr")
	if len(m.docs) != 16 {
		t.Errorf("%d documents", len(m.docs))
	}
	change, err := s.Read(t.Context(), keyOf(d.ids()[9], "fr"))
	d.must(err)
	if change.Removed != source.Deleted {
		t.Errorf("Read says %+v about a translation that does not exist", change)
	}
}
