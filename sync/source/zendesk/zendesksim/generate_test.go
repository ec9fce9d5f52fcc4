package zendesksim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestTheSeedDecides(t *testing.T) {
	config := zendesksim.Config{Seed: 7, Articles: 40, Locales: []string{"en-us", "de", "fr", "es"}}
	one, same := open(t, config), open(t, config)
	if diff := cmp.Diff(one.Visible(), same.Visible()); diff != "" {
		t.Errorf("one seed, two worlds: %s", diff)
	}
	if diff := cmp.Diff(one.Articles(), same.Articles()); diff != "" {
		t.Errorf("one seed, two worlds: %s", diff)
	}
	config.Seed = 8
	if other := open(t, config); cmp.Equal(one.Visible(), other.Visible()) {
		t.Error("two seeds, one world")
	}
}

func TestGeneratedTexts(t *testing.T) {
	for size, n := range map[int]int{2000: 300, 100_000: 20} {
		a := open(t, zendesksim.Config{Articles: n, BodySize: size, Locales: []string{"en-us", "de"}})
		titles := make(map[string]bool)
		for ref, text := range a.Visible() {
			titles[ref.Locale+text.Title] = true
			if len(text.Body) < size || len(text.Body) > size+2000 {
				t.Fatalf("a body of %d bytes, want about %d", len(text.Body), size)
			}
			if ref.Locale == "de" && !strings.HasPrefix(text.Title, "So ") {
				t.Errorf("german title %q", text.Title)
			}
		}
		if len(titles) != 2*n {
			t.Errorf("%d different titles, want %d", len(titles), 2*n)
		}
	}
}

func TestGeneratedKinds(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 100, Drafts: 10, Restricted: 5, Untranslated: 20, Locales: []string{"en-us", "fr"}})
	if english, french := a.CountVisible("en-us"), a.CountVisible("fr"); english != 85 || french != 65 {
		t.Errorf("%d in English, %d in French", english, french)
	}
	for _, article := range a.Articles() {
		if article.CreatedAt > article.UpdatedAt || article.UpdatedAt > start.Unix() {
			t.Errorf("article %d was made %d and changed %d", article.ID, article.CreatedAt, article.UpdatedAt)
		}
	}
}

// TestLargeAccount: a page of 100,000 articles costs no more than one of 1,000
// in any order, also when every page follows an edit.
func TestLargeAccount(t *testing.T) {
	perPage := func(n int) time.Duration {
		a := open(t, zendesksim.Config{Articles: n})
		last := a.Articles()[n-1].ID
		a.BetweenPages(func(int) { a.must(a.Edit(last, "en-us", "Edited", "<p>x</p>")) })
		next := articles + query("page[size]", "100", "sort_by", "updated_at")
		a.list(next) // builds the order
		a.feed(start.Unix() + 1)
		best := time.Hour
		for range 9 {
			begin := time.Now()
			next = *a.list(next).Links.Next
			best = min(best, time.Since(begin))
		}
		return best
	}
	small, large := perPage(1001), perPage(100_000)
	t.Logf("a page: %v of 1,001 articles, %v of 100,000", small, large)
	if large > 4*small+10*time.Millisecond {
		t.Errorf("a page takes %v of 1,001 articles and %v of 100,000", small, large)
	}
}
