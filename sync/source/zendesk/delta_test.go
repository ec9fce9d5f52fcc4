package zendesk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// starts records the start_time of every incremental page.
type starts struct {
	mu    sync.Mutex
	times []int64
}

func (s *starts) see(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, _ := strconv.ParseInt(r.URL.Query().Get("start_time"), 10, 64)
	s.times = append(s.times, n)
}

func (s *starts) last() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times[len(s.times)-1]
}

func TestEmptyPageEndTimeOneIsNoPosition(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5})
	s, m := d.open(Config{}), d.mirror()
	var seen starts
	d.rewrite(feedPath, func(r *http.Request, body map[string]any) {
		seen.see(r)
		if n := fmt.Sprint(body["end_time"]); n != "1" {
			t.Errorf("end_time = %s on a page that ought to be empty", n)
		}
	})
	m.follow(s)
	d.clock.Advance(time.Hour)
	m.follow(s)
	if got, want := seen.last(), noon.Unix()-margin-overlap; got != want {
		t.Errorf("start_time = %d after empty pages, want %d", got, want)
	}
	d.intercept(nil)
	d.must(d.Edit(d.ids()[0], "en-us", "Edited", "<p>x</p>"))
	m.follow(s)
	m.equals("en-us")
	if m.reads != 1 {
		t.Errorf("%d reads for one edit", m.reads)
	}
}

func TestInclusiveStartCostsNoRead(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.Edit(d.ids()[1], "en-us", "Edited", ""))
	d.clock.Advance(10 * time.Second)
	m.follow(s)
	again := 0
	for range 3 {
		page := m.step(s)
		again += len(page.Changes)
	}
	if again != 3 || m.reads != 1 {
		t.Errorf("the newest article came back %d times in 3 polls and was read %d times", again, m.reads)
	}
	m.equals("en-us")
}

func TestDrainedBurstDoesNotComeBack(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 60})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(50))
	d.clock.Advance(10 * time.Minute)
	m.follow(s)
	d.clock.Advance(10 * time.Minute)
	before := d.Journal().Total()
	if page := m.step(s); len(page.Changes) != 0 || page.More {
		t.Errorf("%d changes come back, more: %v", len(page.Changes), page.More)
	}
	if n := d.Journal().Total() - before; n != 1 {
		t.Errorf("a round without changes took %d requests", n)
	}
	m.equals("en-us")
}

func TestPositionOnlyMovesForward(t *testing.T) {
	for _, c := range []struct {
		name string
		end  int64
		next any
	}{
		{"far back, last page", 1000, nil},
		{"far back, more pages", 1000, "/next"},
		{"far ahead, last page", noon.Add(1000 * time.Hour).Unix(), nil},
		{"far ahead, more pages", noon.Add(1000 * time.Hour).Unix(), "/next"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 5})
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			d.clock.Advance(time.Hour)
			d.must(d.Edit(d.ids()[0], "en-us", "Edited", ""))
			d.clock.Advance(time.Hour)
			before := m.where(s).Places[0].Mark
			d.rewrite(feedPath, func(_ *http.Request, body map[string]any) { body["end_time"], body["next_page"] = c.end, c.next })
			m.step(s)
			after, now := m.where(s).Places[0].Mark, d.clock.Now().Unix()
			if after < before || after > now {
				t.Errorf("the position moved from %d to %d; now is %d", before, after, now)
			}
			d.intercept(nil)
			d.clock.Advance(time.Minute)
			d.must(d.Edit(d.ids()[1], "en-us", "Edited later", ""))
			d.clock.Advance(time.Minute)
			m.follow(s)
			m.equals("en-us")
		})
	}
}

// More than a page holds changed in one second: the feed gives the same page
// for ever.
func TestStuckPageIsSweptOnce(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 1300, BodySize: 50})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(1100))
	d.must(d.Edit(d.ids()[1090], "en-us", "At the end of the bulk", ""))
	d.clock.Advance(10 * time.Second)
	m.follow(s)
	m.equals("en-us")
	if m.reads > 1100 {
		t.Errorf("%d reads for 1,100 changes", m.reads)
	}
	for range 3 {
		d.clock.Advance(15 * time.Minute)
		reads, before := m.reads, d.Journal().Total()
		m.follow(s)
		if n := d.Journal().Total() - before; n != 1 || m.reads != reads {
			t.Errorf("a round after the bulk took %d requests and %d reads", n, m.reads-reads)
		}
	}
	d.must(d.Edit(d.ids()[7], "en-us", "Afterwards", ""))
	m.follow(s)
	m.equals("en-us")
}

func TestRefusedTokenInASweep(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 1100, BodySize: 50})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(1100))
	for m.where(s).Sweep == 0 || m.where(s).Token == "" {
		page, err := s.Fetch(t.Context(), m.cursor)
		d.must(err)
		m.cursor = page.Next
	}
	d.ExpireCursors()
	named := map[source.Key]bool{}
	for m.where(s).Sweep != 0 {
		page, err := s.Fetch(t.Context(), m.cursor)
		d.must(err)
		for _, c := range page.Changes {
			named[c.Key] = true
		}
		m.cursor = page.Next
	}
	if len(named) != 1100 {
		t.Errorf("%d of 1,100 articles were named after the listing began again", len(named))
	}
}

func TestManyPagesOfChangesAreAllRead(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 2500, BodySize: 50})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	for _, id := range d.ids() {
		d.must(d.SetLabels(id, "moved"))
		if id%5 == 0 {
			d.clock.Advance(time.Second)
		}
	}
	d.clock.Advance(time.Hour)
	seen, listings := map[source.Key]bool{}, d.asked("}/articles")
	for more := true; more; {
		page, err := s.Fetch(t.Context(), m.cursor)
		d.must(err)
		for _, c := range page.Changes {
			seen[c.Key] = true
		}
		m.cursor, more = page.Next, page.More
	}
	if len(seen) != 2500 || d.asked("}/articles") != listings {
		t.Errorf("%d of 2,500 changed articles were named, with %d listings", len(seen), d.asked("}/articles")-listings)
	}
}

// A start younger than a minute may be refused; the rest waits for the next
// round and nothing is lost.
func TestTooRecentStartWaits(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 2100, BodySize: 50, Quirks: zendesksim.Quirks{FreshStartRefused: true}})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(900))
	d.clock.Advance(5 * time.Second)
	for _, id := range d.ids()[900:1500] {
		d.must(d.SetLabels(id, "x"))
	}
	d.must(d.Edit(d.ids()[1490], "en-us", "The last of them", ""))
	d.clock.Advance(5 * time.Second)
	m.follow(s)
	d.clock.Advance(15 * time.Minute)
	m.follow(s)
	m.equals("en-us")
}

func TestDraftsOutOfTheFeedAreFoundByKeys(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5, Quirks: zendesksim.Quirks{DraftsLeaveFeed: true}})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	id := d.ids()[2]
	d.clock.Advance(time.Hour)
	d.must(d.Unpublish(id, "en-us"))
	m.follow(s)
	m.compare(s)
	m.equals("en-us")
	if got := m.removed[keyOf(id, "en-us")]; got != source.Unpublished {
		t.Errorf("removed as %q", got)
	}
}

func TestTranslationEditThatBumpsUpdatedAt(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 6, Untranslated: 2, Locales: []string{"en-us", "fr"}})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	m.equals("en-us", "fr")
	id := d.ids()[0]
	d.clock.Advance(time.Hour)
	d.must(d.EditTranslation(id, "fr", "Autre titre", "<p>x</p>", true))
	d.must(d.AddTranslation(d.ids()[5], "fr", "Nouveau", "<p>y</p>"))
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.equals("en-us", "fr")
	if got := m.docs[keyOf(id, "fr")].Title; got != "Autre titre" {
		t.Errorf("title = %q", got)
	}
}

// The feed does not tell of such an edit, edited_at in the listing does.
func TestTranslationEditThatDoesNotBumpUpdatedAt(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 6, Locales: []string{"en-us", "fr"}, Quirks: zendesksim.Quirks{TranslationsKeepUpdatedAt: true}})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	id := d.ids()[0]
	d.clock.Advance(time.Hour)
	d.must(d.Edit(id, "fr", "Autre titre", "<p>x</p>"))
	d.clock.Advance(time.Minute)
	m.follow(s)
	if m.reads != 0 {
		t.Fatalf("the feed told of it; the double is not as the test needs it")
	}
	m.compare(s)
	m.equals("en-us", "fr")
	if m.reads != 1 {
		t.Errorf("%d reads for one edit", m.reads)
	}
}

// edited_at is about the language that the answer shows, and no other.
func TestVersionsOfNotices(t *testing.T) {
	a := article{ID: 1, Locale: "en-US", UpdatedAt: noon, EditedAt: noon.Add(time.Hour)}
	var got []string
	for _, c := range notices([]string{"en-us", "fr"}, &a, clocks{noon.Add(24 * time.Hour), noon.Add(24 * time.Hour)}) {
		got = append(got, string(c.Key)+" "+c.Version)
	}
	want := []string{"1:en-us 2026-11-20T13:00:00Z", "1:fr 2026-11-20T12:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEndUserFollowsTheListing(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 95, PageClamp: 30})
			d.fault(fmt.Sprintf("GET /incremental/articles status=%d", status))
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			d.clock.Advance(time.Hour)
			m.follow(s)
			d.clock.Advance(time.Hour)
			before, feed := d.Journal().Total(), d.asked(feedPath)
			m.follow(s)
			if n := d.Journal().Total() - before; n != 1 || d.asked(feedPath) != feed {
				t.Errorf("a round without changes took %d requests, %d of the feed", n, d.asked(feedPath)-feed)
			}
			ids := d.ids()
			d.must(d.Edit(ids[3], "en-us", "One", ""))
			d.must(d.Unpublish(ids[4], "en-us"))
			d.must(d.Restrict(ids[5]))
			m.follow(s)
			m.equals("en-us")
			if m.reads != 0 {
				t.Errorf("%d reads; the listing has the documents", m.reads)
			}
			d.clock.Advance(time.Hour)
			d.must(d.BulkTouch(80))
			m.follow(s)
			d.clock.Advance(time.Hour)
			d.must(d.SetLabels(ids[9], "x"))
			m.follow(s)
			before = d.Journal().Total()
			m.follow(s)
			if n := d.Journal().Total() - before; n != 1 {
				t.Errorf("after a bulk edit a round took %d requests", n)
			}
			if m.removed[keyOf(ids[4], "en-us")] != source.Unpublished || m.removed[keyOf(ids[5], "en-us")] != source.Restricted {
				t.Errorf("removed: %v", m.removed)
			}
		})
	}
}

// A bulk edit of several pages, and further edits in its very second after the
// first page was read.
func TestListingByChangeWithEqualInstants(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 100, PageClamp: 10, Role: zendesksim.EndUser})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	m.follow(s)
	d.must(d.BulkTouch(45))
	m.step(s)
	d.must(d.Edit(d.ids()[60], "en-us", "Behind the reader", ""))
	d.must(d.Edit(d.ids()[2], "en-us", "Edited after the bulk", ""))
	m.follow(s)
	d.clock.Advance(3 * time.Second)
	m.follow(s)
	m.equals("en-us")
}

func TestListingByChangePerLanguage(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 40, Locales: []string{"en-us", "fr"}, Role: zendesksim.EndUser, Untranslated: 10})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	m.follow(s)
	before := d.Journal().Total()
	d.clock.Advance(time.Hour)
	m.follow(s)
	if n := d.Journal().Total() - before; n != 2 {
		t.Errorf("a round without changes in two languages took %d requests", n)
	}
	d.must(d.Edit(d.ids()[1], "fr", "Autre", ""))
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.equals("en-us", "fr")
}

func TestRefusedTokenInTheListingByChange(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 60, PageClamp: 10, Role: zendesksim.EndUser})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(45))
	m.step(s)
	m.step(s)
	d.ExpireCursors()
	m.follow(s)
	m.equals("en-us")
}

// What is said about one page must not depend on how often it is asked for.
func TestPageOfChangesCanBeRepeated(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	d.must(d.BulkTouch(3))
	first, err := s.Fetch(t.Context(), m.cursor)
	d.must(err)
	again, err := d.open(Config{}).Fetch(t.Context(), m.cursor)
	d.must(err)
	if a, b := text(t, first), text(t, again); a != b {
		t.Errorf("first %s\nagain %s", a, b)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
