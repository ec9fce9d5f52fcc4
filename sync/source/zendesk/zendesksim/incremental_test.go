package zendesksim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

const feedPath = "/api/v2/help_center/incremental/articles.json?start_time="

func (a *account) feed(since int64) listing {
	a.t.Helper()
	return a.list(feedPath + itoa(since))
}

// TestEmptyFeed: the trap of the empty answer, to the letter.
func TestEmptyFeed(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 3})
	got := a.do("GET", feedPath+itoa(start.Unix()), "", "")
	if got.status != 200 || got.body != `{"articles":[],"count":0,"next_page":null,"end_time":1}` {
		t.Errorf("empty feed: %d %s", got.status, got.body)
	}
}

func TestFeedIsInclusiveAndInOrder(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 4, Articles: 50})
	everything := a.feed(0)
	if len(everything.Articles) != 50 || everything.NextPage != nil || *everything.Count != 50 {
		t.Fatalf("%d articles, next %v", len(everything.Articles), everything.NextPage)
	}
	if !slices.IsSortedFunc(everything.Articles, func(x, y article) int { return x.Updated.Compare(y.Updated) }) {
		t.Error("the feed is not in the order of changes")
	}
	last := everything.Articles[49]
	if everything.EndTime != last.Updated.Unix() {
		t.Errorf("end_time is %d, want that of the last item, %d", everything.EndTime, last.Updated.Unix())
	}
	if again := a.feed(everything.EndTime); !slices.Contains(ids(again.Articles), last.ID) {
		t.Error("the item at the boundary does not come back")
	}
	if beyond := a.feed(everything.EndTime + 1); len(beyond.Articles) != 0 || beyond.EndTime != 1 {
		t.Errorf("beyond the end: %+v", beyond)
	}
}

func TestFeedPages(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 2300, BodySize: 1})
	pages, seen := 0, make(map[int64]bool)
	for next := feedPath + "0"; next != ""; pages++ {
		page := a.list(next)
		if len(page.Articles) > 1000 {
			t.Fatalf("a page of %d", len(page.Articles))
		}
		for _, id := range ids(page.Articles) {
			seen[id] = true
		}
		next = ""
		if page.NextPage != nil {
			if next = *page.NextPage; next != fmt.Sprintf("%s%s%d", a.http.URL, feedPath, page.EndTime) {
				t.Fatalf("next_page is %s", next)
			}
		}
	}
	if pages != 3 || len(seen) != 2300 {
		t.Errorf("%d articles on %d pages", len(seen), pages)
	}
}

// TestStuckPage: more than a page of changes in one second make next_page the
// same page for ever.
func TestStuckPage(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1200, BodySize: 1})
	a.must(a.BulkTouch(1001))
	page := a.feed(start.Unix())
	if len(page.Articles) != 1000 || page.EndTime != start.Unix() || page.NextPage == nil {
		t.Fatalf("%d articles up to %d", len(page.Articles), page.EndTime)
	}
	if again := a.list(*page.NextPage); !cmp.Equal(ids(again.Articles), ids(page.Articles)) || *again.NextPage != *page.NextPage {
		t.Error("the next page is another one")
	}
	text, _ := a.Text(page.Articles[0].ID, "en-us")
	if *page.Articles[0].Body != text.Body || a.BulkTouch(1201) == nil {
		t.Error("touching changes texts, or touches more than there are")
	}
}

func TestFeedHasDraftsButNothingArchived(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 5})
	all := a.Articles()
	a.must(a.Unpublish(all[0].ID, "en-us"))
	a.must(a.Archive(all[1].ID))
	a.must(a.Restrict(all[2].ID))
	got := a.feed(start.Unix())
	if want := []int64{all[0].ID, all[2].ID}; !cmp.Equal(ids(got.Articles), want) || !got.Articles[0].Draft || got.Articles[1].Segment == nil {
		t.Errorf("the feed has %v, want %v", ids(got.Articles), want)
	}
	leaving := open(t, zendesksim.Config{Articles: 5, Quirks: zendesksim.Quirks{DraftsLeaveFeed: true}})
	leaving.must(leaving.Unpublish(leaving.Articles()[0].ID, "en-us"))
	if got := leaving.feed(start.Unix()); len(got.Articles) != 0 {
		t.Errorf("drafts stay in the feed")
	}
}

func TestFeedIsForStaff(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 5})
	if got := a.as(zendesksim.Agent).feed(0); len(got.Articles) != 5 {
		t.Errorf("an agent sees %d", len(got.Articles))
	}
	a.as(zendesksim.EndUser).refused(feedPath+"0", 404, notFound)
	a.anonymous().refused(feedPath+"0", 404, notFound)
	for _, bad := range []string{"", "x", "-1"} {
		a.refused(feedPath+bad, 422, "")
	}
}

func TestFreshStartRefused(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 5, Quirks: zendesksim.Quirks{FreshStartRefused: true}})
	got := a.do("GET", feedPath+itoa(start.Unix()-59), "", "")
	if got.status != 422 || !strings.Contains(got.body, `"details":{"start_time":[`) || !strings.Contains(got.body, `"error":"RecordInvalid"`) {
		t.Errorf("fresh start: %d %s", got.status, got.body)
	}
	a.feed(start.Unix() - 60)
}

// TestEditBetweenFeedPages: an article edited while the feed is read moves to
// its end and is not lost.
func TestEditBetweenFeedPages(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1100, BodySize: 1})
	last := a.list(articles + query("sort_by", "updated_at", "sort_order", "desc", "page[size]", "1")).Articles[0].ID
	a.BetweenPages(func(page int) {
		a.Clock().Advance(time.Second)
		a.must(a.Edit(last, "en-us", "Moved", "<p>now</p>"))
	})
	first := a.feed(0)
	second := a.list(*first.NextPage)
	if end := second.Articles[len(second.Articles)-1]; end.ID != last || end.Title != "Moved" || second.EndTime != start.Unix()+1 {
		t.Errorf("the feed ends with %+v at %d", end, second.EndTime)
	}
}
