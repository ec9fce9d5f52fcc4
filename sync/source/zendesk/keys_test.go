package zendesk

import (
	"net/http"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// listError is what ends a listing.
func listError(t *testing.T, s *Source) (n int, err error) {
	t.Helper()
	for _, err := range s.Keys(t.Context()) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func TestListingThatIsNotComplete(t *testing.T) {
	// The nth page of a listing is spoiled.
	type spoiler func(page int, r *http.Request, body map[string]any)
	meta := func(b map[string]any) map[string]any { return b["meta"].(map[string]any) }
	var firstPage []any
	var firstToken any
	for name, spoil := range map[string]spoiler{
		"a page is repeated": func(page int, _ *http.Request, b map[string]any) {
			if page == 1 {
				firstPage = b["articles"].([]any)
			}
			if page == 2 {
				b["articles"] = firstPage
			}
		},
		"the pages go in a circle": func(page int, _ *http.Request, b map[string]any) {
			switch {
			case page == 1:
				firstToken = meta(b)["after_cursor"]
				return
			case page > 20: // whoever has not noticed by now
				meta(b)["has_more"] = false
				return
			case page%2 == 1:
				meta(b)["after_cursor"] = firstToken
			}
			b["articles"] = []any{}
		},
		"the next page is the same page": func(page int, r *http.Request, b map[string]any) {
			if page == 2 {
				meta(b)["after_cursor"] = r.URL.Query().Get("page[after]")
			}
		},
		"more without a token": func(page int, _ *http.Request, b map[string]any) {
			if page == 2 {
				delete(meta(b), "after_cursor")
			}
		},
		"no word about more": func(page int, _ *http.Request, b map[string]any) {
			if page == 2 {
				delete(b, "meta")
			}
		},
		"nothing after more was promised": func(page int, _ *http.Request, b map[string]any) {
			if page == 2 {
				b["articles"], meta(b)["has_more"] = []any{}, false
			}
		},
		"fewer than its own count": func(page int, _ *http.Request, b map[string]any) {
			b["count"] = 45
			if page == 3 {
				meta(b)["has_more"] = false
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 45, PageClamp: 10})
			s := d.open(Config{})
			page := 0
			d.rewrite("/articles", func(r *http.Request, body map[string]any) {
				page++
				spoil(page, r, body)
			})
			n, err := listError(t, s)
			if source.CodeOf(err) != source.CodeCutShort || source.KindOf(err) != source.Transient {
				t.Errorf("the listing ended after %d keys with %v", n, err)
			}
		})
	}
}

func TestListingOfAnEmptyHelpCenter(t *testing.T) {
	d := start(t, zendesksim.Config{})
	if n, err := listError(t, d.open(Config{})); n != 0 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
	m := d.mirror()
	m.follow(d.open(Config{}))
	if len(m.docs) != 0 {
		t.Errorf("%d documents", len(m.docs))
	}
}

func TestListingWhileArticlesAreArchived(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 60, PageClamp: 10})
	ids := d.ids()
	d.BetweenPages(func(page int) { d.must(d.Archive(ids[page])) })
	s := d.open(Config{})
	listed := d.list(s)
	for key := range refs(d.Visible("en-us")) {
		if _, ok := listed[key]; !ok {
			t.Errorf("%s is missing because another article was archived", key)
		}
	}
}

// The version is the same by every path once the last change is safely past,
// and differs from what was given while it was not.
func TestVersionOfAYoungChange(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 3})
	id := d.ids()[0]
	key := keyOf(id, "en-us")
	s := d.open(Config{})
	d.must(d.Edit(id, "en-us", "Edited", ""))
	young, err := s.Read(t.Context(), key)
	d.must(err)
	if want := "2026-11-20T12:00:00Z~"; young.Version != want || d.list(s)[key] != want {
		t.Errorf("young: Read %q, Keys %q, want %q", young.Version, d.list(s)[key], want)
	}
	d.clock.Advance(soon)
	settled, err := s.Read(t.Context(), key)
	d.must(err)
	if want := "2026-11-20T12:00:00Z"; settled.Version != want || d.list(s)[key] != want {
		t.Errorf("settled: Read %q, Keys %q, want %q", settled.Version, d.list(s)[key], want)
	}
}

func TestListingReadsBrandsLanguagesAndSectionsAnew(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 30})
	s := d.open(Config{Collections: []string{sectionID(d.Sections()[0])}})
	d.list(s)
	before := map[string]int{}
	for _, template := range []string{"/brands", "/locales", "/sections"} {
		before[template] = d.asked(template)
	}
	d.list(s)
	for template, n := range before {
		if d.asked(template) != n {
			t.Errorf("%s asked for again within a minute", template)
		}
	}
	d.later(s, time.Hour)
	d.list(s)
	for template, n := range before {
		if d.asked(template) != n+1 {
			t.Errorf("%s asked for %d times in a second listing", template, d.asked(template)-n)
		}
	}
}

// A page that breaks off is asked for again, so that one bad answer in a
// thousand does not spoil a listing.
func TestBrokenPageIsAskedForAgain(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 45, PageClamp: 10})
	s := d.open(Config{})
	d.fault("GET /{locale}/articles nth=3 truncate")
	if n := len(d.list(s)); n != 45 {
		t.Errorf("%d keys", n)
	}
	d.Faults().Clear()
	d.fault("GET /{locale}/articles truncate")
	_, err := listError(t, s)
	wantError(t, err, source.Transient, source.CodeCutShort)
}
