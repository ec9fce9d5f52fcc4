//go:build conformance

package zendesksim_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// generated is an account of several pages in two languages with everything
// that the generator makes.
func generated(t *testing.T) *account {
	t.Helper()
	return open(t, zendesksim.Config{
		Seed: 11, Articles: 130, BodySize: 300, Locales: []string{"en-us", "fr"}, Drafts: 3, Restricted: 4, Untranslated: 5,
	})
}

// untranslated returns an article of one translation.
func (a *account) untranslated() int64 {
	a.t.Helper()
	for _, w := range a.Articles() {
		if len(w.Translations) == 1 {
			return w.ID
		}
	}
	a.t.Fatal("every article is translated")
	return 0
}

// filter says what is to be in a listing.
type filter func(zendesksim.Article, zendesksim.Translation) bool

func everything(zendesksim.Article, zendesksim.Translation) bool { return true }

// world returns the articles that a listing for a locale is to have, by id.
// Without a locale each is in its source locale.
func (a *account) world(locale string, keep filter) []article {
	a.t.Helper()
	var out []article
	for _, w := range a.Articles() {
		shown := locale
		if shown == "" {
			shown = w.SourceLocale
		}
		i := slices.IndexFunc(w.Translations, func(t zendesksim.Translation) bool { return t.Locale == shown })
		if w.Archived || i < 0 || !keep(w, w.Translations[i]) {
			continue
		}
		t := w.Translations[i]
		text, _ := a.Text(w.ID, shown)
		j := article{
			ID: w.ID, Title: text.Title, Body: &text.Body, Locale: shown, SourceLocale: w.SourceLocale, SectionID: w.Section, Draft: t.Draft,
			Created: time.Unix(w.CreatedAt, 0), Updated: time.Unix(w.UpdatedAt, 0), Edited: time.Unix(t.EditedAt, 0), Labels: w.Labels,
		}
		if w.Segment != 0 {
			j.Segment = &w.Segment
		}
		out = append(out, j)
	}
	slices.SortFunc(out, func(x, y article) int { return int(x.ID - y.ID) })
	return out
}

// worldBy returns the articles in the order of a time, and then of their ids.
func (a *account) worldBy(moment func(article) time.Time, locale string) []article {
	a.t.Helper()
	out := a.world(locale, everything)
	slices.SortStableFunc(out, func(x, y article) int { return moment(x).Compare(moment(y)) })
	return out
}

func created(x article) time.Time { return x.Created }
func updated(x article) time.Time { return x.Updated }

// worldTranslations returns an article's translations in the order of the
// locales.
func (a *account) worldTranslations(id int64) []translation {
	a.t.Helper()
	var out []translation
	for _, w := range a.Articles() {
		if w.ID != id {
			continue
		}
		for _, t := range w.Translations {
			text, _ := a.Text(id, t.Locale)
			out = append(out, translation{Locale: t.Locale, Title: t.Title, Body: &text.Body, Draft: t.Draft})
		}
	}
	return out
}

// sameArticles compares all that the double's world tells of articles, in any
// order; sameTranslations does so for translations, in their order.
var (
	sameArticles = cmp.Options{
		cmpopts.IgnoreFields(article{}, "HTMLURL", "Translations"), cmpopts.SortSlices(func(x, y article) bool { return x.ID < y.ID }), cmpopts.EquateEmpty(),
	}
	sameTranslations = cmp.Options{cmpopts.IgnoreFields(translation{}, "ID"), cmpopts.EquateEmpty()}
)

func (n *nodeZendesk) checkArticles(t *testing.T) {
	a := generated(t)
	labelled := func(w zendesksim.Article, _ zendesksim.Translation) bool { return slices.Contains(w.Labels, "faq") }
	lists := []list[article]{
		{call("helpcenter.articles.list"), hc + "articles", a.world("", everything)},
		{call("helpcenter.articles.listByLocale", "en-us"), localised + "articles", a.world("en-us", everything)},
		{call("helpcenter.articles.listByLocale", "fr"), localised + "articles", a.world("fr", everything)},
		{call("helpcenter.articles.listByLabelNames", []string{"faq"}), hc + "articles", a.world("", labelled)},
	}
	if len(lists[1].want) != 130 || len(lists[2].want) != 125 || len(lists[3].want) != 44 {
		t.Fatalf("the world has %d, %d and %d articles", len(lists[1].want), len(lists[2].want), len(lists[3].want))
	}
	categoryOf := a.categoryOf()
	for _, id := range a.Sections() {
		inside := func(w zendesksim.Article, _ zendesksim.Translation) bool { return w.Section == id }
		lists = append(lists,
			list[article]{call("helpcenter.articles.listBySection", id), hc + "sections/{id}/articles", a.world("", inside)},
			list[article]{call("helpcenter.articles.listBySectionByLocale", "fr", id), localised + "sections/{id}/articles", a.world("fr", inside)})
	}
	for _, id := range slices.Compact(slices.Sorted(maps.Values(categoryOf))) {
		inside := func(w zendesksim.Article, _ zendesksim.Translation) bool { return categoryOf[w.Section] == id }
		lists = append(lists,
			list[article]{call("helpcenter.articles.listByCategory", id), hc + "categories/{id}/articles", a.world("", inside)},
			list[article]{call("helpcenter.articles.listByCategoryByLocale", "fr", id), localised + "categories/{id}/articles", a.world("fr", inside)})
	}
	for _, p := range pagings(8) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, lists, sameArticles) })
	}
}

// categoryOf returns the category of each section.
func (a *account) categoryOf() map[int64]int64 {
	a.t.Helper()
	var out struct{ Sections []place }
	a.get(hc+"sections?per_page=100", &out)
	categories := make(map[int64]int64)
	for _, p := range out.Sections {
		categories[p.ID] = p.Category
	}
	return categories
}

// checkOrders: the listings the product reads, asked for as it does, where the
// pages are smaller than that.
func (n *nodeZendesk) checkOrders(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 12, Articles: 100, BodySize: 100, PageClamp: 30, Quirks: zendesksim.Quirks{NextPastEnd: true}})
	newestFirst := a.worldBy(updated, "en-us")
	slices.Reverse(newestFirst)
	for _, order := range []struct {
		by, direction string
		want          []article
	}{{"created_at", "asc", a.worldBy(created, "en-us")}, {"updated_at", "desc", newestFirst}} {
		query := map[string]any{"sort_by": order.by, "sort_order": order.direction, "page": map[string]any{"size": 100}}
		replies, entries := n.run(a, call("helpcenter.articles.listByLocale", "en-us").with(query))
		var got []article
		replies[0].decode(t, &got)
		if diff := cmp.Diff(ids(order.want), ids(got)); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", order.by, diff)
		}
		// node-zendesk goes by links.next alone: after four pages it asks once
		// more.
		if diff := cmp.Diff(map[string]int{"GET " + localised + "articles 200": 5}, tally(entries)); diff != "" {
			t.Errorf("by %s, requests (-want +got):\n%s", order.by, diff)
		}
	}
}

// checkSideloads: node-zendesk finds an article's author and section by their
// ids in what came beside the articles, on every page.
func (n *nodeZendesk) checkSideloads(t *testing.T) {
	a := generated(t)
	q := call("helpcenter.articles.listByLocale", "fr")
	q.Include = []string{"users", "sections", "translations"}
	var got []struct {
		article
		User, Section *struct{ ID int64 }
	}
	if n.read(a, &got, q); len(got) != 125 {
		t.Fatalf("%d articles", len(got))
	}
	for _, g := range got {
		if g.User == nil || g.User.ID != 7 || g.Section == nil || g.Section.ID != g.SectionID {
			t.Errorf("article %d comes with %+v and %+v", g.ID, g.User, g.Section)
		}
		if diff := cmp.Diff(a.worldTranslations(g.ID), g.Translations, sameTranslations); diff != "" {
			t.Errorf("article %d, translations (-want +got):\n%s", g.ID, diff)
		}
	}
}

func (n *nodeZendesk) checkOneByOne(t *testing.T) {
	a := generated(t)
	var asks []ask
	var want []article
	for _, w := range a.world("fr", everything) {
		asks, want = append(asks, call("helpcenter.articles.showWithLocale", "fr", w.ID)), append(want, w)
	}
	for _, w := range a.world("", everything) {
		asks, want = append(asks, call("helpcenter.articles.show", w.ID)), append(want, w)
	}
	replies, entries := n.run(a, asks...)
	for i, r := range replies {
		var got article
		r.decode(t, &got)
		if diff := cmp.Diff(want[i], got, sameArticles); diff != "" {
			t.Errorf("%s%v (-want +got):\n%s", asks[i].Method, asks[i].Args, diff)
		}
		if prefix := a.http.URL + "/hc/" + want[i].Locale + "/articles/" + itoa(got.ID) + "-"; !strings.HasPrefix(got.HTMLURL, prefix) {
			t.Errorf("article %d is at %s", got.ID, got.HTMLURL)
		}
	}
	requests := map[string]int{"GET " + localised + "articles/{id} 200": 125, "GET " + hc + "articles/{id} 200": 130}
	if diff := cmp.Diff(requests, tally(entries)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func (n *nodeZendesk) checkTranslations(t *testing.T) {
	a := generated(t)
	whole, part := a.Articles()[0].ID, a.untranslated()
	a.must(a.Unpublish(whole, "fr"))
	both := a.worldTranslations(whole)
	english, french := both[:1], both[1:]
	lists := []list[translation]{
		{call("helpcenter.translations.listByArticle", whole), hc + "articles/{id}/translations", both},
		{call("helpcenter.translations.listByArticle", part), hc + "articles/{id}/translations", a.worldTranslations(part)},
	}
	for _, p := range pagings(1)[1:] {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, lists, sameTranslations) })
	}
	var asks []ask
	var want [][]translation
	for parameters, these := range map[string][]translation{
		`{}`: both, `{"locales":"fr"}`: french, `{"locales":"en-us,fr"}`: both, `{"locales":"de"}`: nil,
		`{"draft":true}`: french, `{"draft":false}`: english, `{"outdated":true}`: nil, `{"locales":"en-us","outdated":false}`: english,
	} {
		asks = append(asks, call("helpcenter.translations.listByArticle", whole, json.RawMessage(parameters)))
		want = append(want, these)
	}
	replies, _ := n.run(a, asks...)
	for i, r := range replies {
		var got []translation
		r.decode(t, &got)
		if diff := cmp.Diff(want[i], got, sameTranslations); diff != "" {
			t.Errorf("with %s (-want +got):\n%s", asks[i].Args[1], diff)
		}
	}
	var got translation
	n.read(a, &got, call("helpcenter.translations.show", whole, "fr"))
	if diff := cmp.Diff(french[0], got, sameTranslations); diff != "" {
		t.Errorf("in French (-want +got):\n%s", diff)
	}
	for id, want := range map[int64][]string{whole: {}, part: {"fr"}} {
		var missing struct{ Locales []string }
		n.read(a, &missing, call("helpcenter.translations.listMissingLocalesByArticle", id))
		if !slices.Equal(missing.Locales, want) {
			t.Errorf("article %d lacks %v, want %v", id, missing.Locales, want)
		}
	}
}

func (n *nodeZendesk) checkAttachments(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1})
	id := a.Articles()[0].ID
	notes, err := a.AddAttachment(id, "notes.txt", "text/plain", []byte("hello"), false)
	a.must(err)
	type file struct {
		ID         int64
		Article    int64 `json:"article_id"`
		Inline     bool
		Size       int
		Name       string `json:"file_name"`
		Type       string `json:"content_type"`
		ContentURL string `json:"content_url"`
	}
	names, shows := make(map[string][]string), make(map[file]ask)
	for _, method := range []string{"list", "listInline", "listBlock"} {
		var got struct {
			Files []file `json:"article_attachments"`
		}
		n.read(a, &got, call("helpcenter.articleattachments."+method, id))
		for _, f := range got.Files {
			names[method] = append(names[method], f.Name)
			shows[f] = call("helpcenter.articleattachments.show", f.ID)
			if f.Article != id || f.Inline != (f.Name == "diagram.png") || (f.Name == "notes.txt" && f.ContentURL != a.http.URL+notes) {
				t.Errorf("%s: %+v", method, f)
			}
			content := a.anonymous().do("GET", f.ContentURL, "", "")
			if content.status != http.StatusOK || len(content.body) != f.Size || content.header.Get("Content-Type") != f.Type {
				t.Errorf("%s: %d with %d bytes of %s", f.Name, content.status, len(content.body), content.header.Get("Content-Type"))
			}
		}
	}
	want := map[string][]string{
		"list": {"diagram.png", "guide.pdf", "notes.txt"}, "listInline": {"diagram.png"}, "listBlock": {"guide.pdf", "notes.txt"},
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	for listed, q := range shows {
		var got struct {
			File file `json:"article_attachment"`
		}
		if n.read(a, &got, q); got.File != listed {
			t.Errorf("attachment %d is %+v, listed as %+v", listed.ID, got.File, listed)
		}
	}
}

// checkFeed: node-zendesk reads one page of the incremental feed at a time, so
// each is asked for by the last change of the one before.
func (n *nodeZendesk) checkFeed(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 13, Articles: 2300, BodySize: 1, Locales: []string{"en-us", "fr"}}).as(zendesksim.Agent)
	changes := a.worldBy(updated, "")
	var asks []ask
	var pages [][]article
	for at := time.Unix(0, 0); len(pages) == 0 || len(pages[len(pages)-1]) == 1000; {
		first, _ := slices.BinarySearchFunc(changes, at, func(x article, at time.Time) int { return x.Updated.Compare(at) })
		page := changes[first:min(first+1000, len(changes))]
		asks, pages = append(asks, call("helpcenter.articles.listSinceStartTime", at.Unix())), append(pages, page)
		at = page[len(page)-1].Updated
	}
	if len(pages) != 3 {
		t.Fatalf("the feed is to have %d pages", len(pages))
	}
	n.compareFeed(a, asks, pages)

	a.Clock().Advance(time.Minute)
	now := a.Clock().Now().Unix()
	sinceNow := call("helpcenter.articles.listSinceStartTime", now)
	n.compareFeed(a, []ask{sinceNow}, [][]article{nil})
	a.must(a.Edit(changes[0].ID, "en-us", "Other", "<p>words</p>"))
	a.must(a.Unpublish(changes[1].ID, "en-us"))
	a.must(a.Archive(changes[2].ID))
	changed := a.world("", func(w zendesksim.Article, _ zendesksim.Translation) bool { return w.UpdatedAt >= now })
	if len(changed) != 2 || changed[0].Title != "Other" && changed[1].Title != "Other" {
		t.Fatalf("%d articles changed", len(changed))
	}
	n.compareFeed(a, []ask{sinceNow}, [][]article{changed})
}

// compareFeed demands these articles in this order, with one request for each
// page.
func (n *nodeZendesk) compareFeed(a *account, asks []ask, pages [][]article) {
	a.t.Helper()
	replies, entries := n.run(a, asks...)
	for i, r := range replies {
		var got []article
		r.decode(a.t, &got)
		if diff := cmp.Diff(ids(pages[i]), ids(got)); diff != "" {
			a.t.Errorf("since %v, order (-want +got):\n%s", asks[i].Args, diff)
		}
		if diff := cmp.Diff(pages[i], got, sameArticles); diff != "" {
			a.t.Errorf("since %v (-want +got):\n%s", asks[i].Args, diff)
		}
	}
	if diff := cmp.Diff(map[string]int{"GET " + hc + "incremental/articles 200": len(asks)}, tally(entries)); diff != "" {
		a.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// checkEndUser: whoever is no staff reads with a locale, and no drafts.
func (n *nodeZendesk) checkEndUser(t *testing.T) {
	a := generated(t).as(zendesksim.EndUser)
	published := func(_ zendesksim.Article, t zendesksim.Translation) bool { return !t.Draft }
	lists := []list[article]{
		{call("helpcenter.articles.listByLocale", "en-us"), localised + "articles", a.world("en-us", published)},
		{call("helpcenter.articles.listByLocale", "fr"), localised + "articles", a.world("fr", published)},
	}
	if len(lists[0].want) != 127 || len(lists[1].want) != 122 {
		t.Fatalf("the world has %d and %d published articles", len(lists[0].want), len(lists[1].want))
	}
	for _, p := range pagings(50) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, lists, sameArticles) })
	}
}
