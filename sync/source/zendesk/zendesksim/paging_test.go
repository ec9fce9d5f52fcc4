package zendesksim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const articles = "/api/v2/help_center/en-us/articles"

func TestCursorPagesHoldEveryArticleOnce(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 1, Articles: 237})
	for _, order := range []string{"position", "title", "created_at", "updated_at", "edited_at"} {
		for _, direction := range []string{"asc", "desc"} {
			got := ids(a.all(articles + query("sort_by", order, "sort_order", direction, "page[size]", "50")))
			if slices.Sort(got); len(slices.Compact(got)) != 237 {
				t.Errorf("%s %s: %d different articles, want 237", order, direction, len(slices.Compact(got)))
			}
		}
	}
}

// TestListingWithoutLocale shows each article in its source locale.
func TestListingWithoutLocale(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 5, Locales: []string{"fr", "en-us"}})
	english := a.add(zendesksim.NewArticle{Locale: "en-us", Title: "Only English", Body: "x"})
	got := a.all("/api/v2/help_center/articles" + query("page[size]", "2", "sort_by", "created_at"))
	if len(got) != 6 || got[0].Locale != "fr" || got[5].ID != english || got[5].Locale != "en-us" {
		t.Errorf("listed %v", got)
	}
}

func TestOrdersAreOrders(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 2, Articles: 120})
	orders := map[string]func(x, y article) int{
		"title":      func(x, y article) int { return strings.Compare(strings.ToLower(x.Title), strings.ToLower(y.Title)) },
		"created_at": func(x, y article) int { return x.Created.Compare(y.Created) },
		"updated_at": func(x, y article) int { return x.Updated.Compare(y.Updated) },
		"edited_at":  func(x, y article) int { return x.Edited.Compare(y.Edited) },
	}
	for name, compare := range orders {
		up := a.all(articles + query("sort_by", name, "page[size]", "30"))
		if !slices.IsSortedFunc(up, compare) {
			t.Errorf("%s is not in order", name)
		}
		down := a.all(articles + query("sort_by", name, "sort_order", "desc", "page[size]", "30"))
		slices.Reverse(down)
		if !cmp.Equal(ids(up), ids(down)) {
			t.Errorf("%s desc is not the reverse of asc", name)
		}
	}
	for _, path := range []string{"/api/v2/help_center/articles?sort_by=title", articles + "?sort_by=votes"} {
		a.refused(path, http.StatusBadRequest, "")
	}
}

func TestCursorLinks(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 25})
	first := a.list(articles + query("page[size]", "10", "sort_by", "created_at"))
	if !first.Meta.HasMore || first.Links.Prev != nil || *first.Meta.After == *first.Meta.Before {
		t.Errorf("first page: %+v", first.Meta)
	}
	next, err := url.Parse(*first.Links.Next)
	if err != nil || "http://"+next.Host != a.http.URL || next.Query().Get("sort_by") != "created_at" || next.Query().Get("page[after]") != *first.Meta.After {
		t.Errorf("next is %s", next)
	}
	header := a.do("GET", articles+query("page[size]", "10", "sort_by", "created_at"), "", "").header.Get("Link")
	if header != "<"+*first.Links.Next+`>; rel="next"` {
		t.Errorf("Link header is %q", header)
	}
	second := a.list(*first.Links.Next)
	third := a.list(*second.Links.Next)
	if third.Meta.HasMore || third.Links.Next != nil || len(third.Articles) != 5 {
		t.Errorf("last page: %d articles, %+v", len(third.Articles), third.Meta)
	}
	if back := a.list(*third.Links.Prev); !cmp.Equal(ids(back.Articles), ids(second.Articles)) || !back.Meta.HasMore {
		t.Errorf("prev of the last page is not the second page")
	}
	if again := a.list(*second.Links.Prev); !cmp.Equal(ids(again.Articles), ids(first.Articles)) || again.Meta.HasMore || again.Links.Next == nil {
		t.Errorf("prev of the second page is not the first page")
	}
	if last := a.list(first.Links.Last); !cmp.Equal(ids(last.Articles)[5:], ids(third.Articles)) || last.Links.Next != nil {
		t.Errorf("last has %v, want it to end with %v", ids(last.Articles), ids(third.Articles))
	}
	if home := a.list(third.Links.First); !cmp.Equal(ids(home.Articles), ids(first.Articles)) {
		t.Errorf("first is not the first page")
	}
}

func TestNextPastTheEnd(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 3, Quirks: zendesksim.Quirks{NextPastEnd: true}})
	page := a.list(articles + query("page[size]", "10"))
	if page.Meta.HasMore || page.Links.Next == nil {
		t.Fatalf("has_more %v, next %v", page.Meta.HasMore, page.Links.Next)
	}
	if beyond := a.list(*page.Links.Next); len(beyond.Articles) != 0 || beyond.Meta.HasMore || beyond.Meta.After != nil {
		t.Errorf("beyond the end: %+v", beyond)
	}
}

func TestPageSizeIsClamped(t *testing.T) {
	big := open(t, zendesksim.Config{Articles: 150})
	small := open(t, zendesksim.Config{Articles: 150, PageClamp: 30})
	tests := []struct {
		account *account
		query   string
		want    int
	}{
		{big, query("page[size]", "500"), 100},
		{big, query("page[size]", "7"), 7},
		{big, "", 30},
		{big, "?per_page=100", 100},
		{big, "?per_page=1000", 100},
		{small, query("page[size]", "100"), 30},
	}
	for _, test := range tests {
		if got := len(test.account.list(articles + test.query).Articles); got != test.want {
			t.Errorf("%q: %d articles, want %d", test.query, got, test.want)
		}
	}
	for _, bad := range []string{query("page[size]", "0"), query("page[size]", "x"), "?page=0", "?per_page=-1"} {
		big.refused(articles+bad, http.StatusBadRequest, "")
	}
}

func TestBadCursorsAreRefused(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 40})
	page := a.list(articles + query("page[size]", "10", "sort_by", "created_at"))
	cursor := *page.Meta.After
	for name, path := range map[string]string{
		"garbage":         articles + query("page[after]", "%%%", "sort_by", "created_at"),
		"not ours":        articles + query("page[after]", "eyJ2IjoxfQ==", "sort_by", "created_at"),
		"another order":   articles + query("page[after]", cursor, "sort_by", "updated_at"),
		"other direction": articles + query("page[after]", cursor, "sort_by", "created_at", "sort_order", "desc"),
		"another listing": "/api/v2/help_center/articles" + query("page[after]", cursor, "sort_by", "created_at"),
		"both ways":       articles + query("page[after]", cursor, "page[before]", cursor, "sort_by", "created_at"),
	} {
		if got := a.do("GET", path, "", ""); got.status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", name, got.status)
		}
	}
	a.list(*page.Links.Next)
	a.ExpireCursors()
	a.refused(*page.Links.Next, http.StatusBadRequest, "")
	if got := len(a.all(articles + query("page[size]", "10", "sort_by", "created_at"))); got != 40 {
		t.Errorf("a fresh listing has %d articles, want 40", got)
	}
}

func TestOffsetPages(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 65})
	first := a.list(articles + "?sort_by=created_at")
	if *first.Count != 65 || first.Page != 1 || first.PageCount != 3 || first.PerPage != 30 || first.Previous != nil || first.Meta != nil {
		t.Errorf("first page: %+v", first)
	}
	second := a.list(*first.NextPage)
	third := a.list(*second.NextPage)
	if third.NextPage != nil || len(third.Articles) != 5 || second.Previous == nil {
		t.Errorf("last page has %d articles and next %v", len(third.Articles), third.NextPage)
	}
	seen := slices.Concat(ids(first.Articles), ids(second.Articles), ids(third.Articles))
	if want := ids(a.all(articles + query("sort_by", "created_at", "page[size]", "100"))); !cmp.Equal(seen, want) {
		t.Errorf("offset and cursor paging disagree")
	}
	if beyond := a.list(articles + "?page=9"); len(beyond.Articles) != 0 || *beyond.Count != 65 {
		t.Errorf("beyond the end: %d articles of %d", len(beyond.Articles), *beyond.Count)
	}
}

func TestOffsetEndsAtTenThousand(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 10050, BodySize: 1})
	last := a.list(articles + "?per_page=100&page=100")
	if len(last.Articles) != 100 || last.NextPage == nil {
		t.Fatalf("page 100: %d articles, next %v", len(last.Articles), last.NextPage)
	}
	got := a.do("GET", *last.NextPage, "", "")
	if got.status != http.StatusBadRequest || !strings.Contains(got.body, `{"errors":[{"code":"InvalidPaginationDepth"`) {
		t.Errorf("page 101: %d %s", got.status, got.body)
	}
}

// TestOffsetSkipsWhatCursorsKeep shows why cursors are used: an article that is
// archived between two pages makes offset paging skip another one.
func TestOffsetSkipsWhatCursorsKeep(t *testing.T) {
	for _, paging := range []string{"?per_page=10", query("page[size]", "10")} {
		t.Run(paging, func(t *testing.T) {
			a := open(t, zendesksim.Config{Articles: 30})
			victim := a.Articles()[0].ID
			a.BetweenPages(func(page int) {
				if page == 1 {
					a.must(a.Archive(victim))
				}
			})
			seen := make(map[int64]bool)
			next := articles + paging + "&sort_by=created_at"
			for next != "" {
				page := a.list(next)
				for _, id := range ids(page.Articles) {
					seen[id] = true
				}
				switch {
				case page.NextPage != nil:
					next = *page.NextPage
				case page.Links != nil && page.Links.Next != nil:
					next = *page.Links.Next
				default:
					next = ""
				}
			}
			want := 30
			if strings.Contains(paging, "per_page") {
				want = 29
			}
			if len(seen) != want {
				t.Errorf("%d articles seen, want %d", len(seen), want)
			}
		})
	}
}

// TestMovingOrder shows the two traps of an order that edits move: ascending,
// an edited article comes again; descending, it jumps over the cursor.
func TestMovingOrder(t *testing.T) {
	for direction, want := range map[string]int{"asc": 31, "desc": 29} {
		a := open(t, zendesksim.Config{Articles: 30})
		all := a.all(articles + query("sort_by", "updated_at", "sort_order", direction, "page[size]", "100"))
		victim := all[0]
		if direction == "desc" {
			victim = all[29]
		}
		a.BetweenPages(func(page int) {
			if page == 1 {
				a.must(a.Edit(victim.ID, "en-us", "Edited", "<p>now</p>"))
			}
		})
		if got := len(a.all(articles + query("sort_by", "updated_at", "sort_order", direction, "page[size]", "10"))); got != want {
			t.Errorf("%s: %d rows, want %d", direction, got, want)
		}
	}
}

func TestInsertBetweenPages(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 20})
	calls := 0
	a.BetweenPages(func(page int) {
		if calls++; calls != page {
			t.Errorf("call %d is told page %d", calls, page)
		}
		a.Clock().Advance(time.Second)
		a.add(zendesksim.NewArticle{Title: fmt.Sprintf("New %d", page), Body: "<p>x</p>"})
	})
	// Newest last: every page makes one more, up to the end that the hook keeps moving.
	got := a.list(articles + query("sort_by", "created_at", "page[size]", "19"))
	got = a.list(*got.Links.Next)
	if n := len(got.Articles); n != 2 || got.Articles[1].Title != "New 1" || calls != 1 {
		t.Errorf("the second page has %d articles after %d calls", n, calls)
	}
}
