package zendesksim_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

const notFound = `{"error":"RecordNotFound","description":"Not found"}`

func one(locale string, id int64) string {
	if locale != "" {
		locale += "/"
	}
	return "/api/v2/help_center/" + locale + "articles/" + itoa(id)
}

func (a *account) article(locale string, id int64) article {
	a.t.Helper()
	var out struct{ Article article }
	a.get(one(locale, id), &out)
	return out.Article
}

func TestArticleFields(t *testing.T) {
	a := open(t, zendesksim.Config{})
	id := a.add(zendesksim.NewArticle{Title: `Reset a "password"`, Body: "<p>Open <b>Settings</b> & wait</p>", Labels: []string{"account"}})
	got := a.article("en-us", id)
	want := article{
		ID: id, HTMLURL: a.http.URL + "/hc/en-us/articles/" + itoa(id) + "-Reset-a-password", Title: `Reset a "password"`,
		Body: ptr("<p>Open <b>Settings</b> & wait</p>"), Locale: "en-us", SourceLocale: "en-us", SectionID: a.Sections()[0],
		Created: start, Updated: start, Edited: start, Labels: []string{"account"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if list := a.list(articles); !cmp.Equal(list.Articles, []article{got}) {
		t.Errorf("the listing shows it differently: %s", cmp.Diff(list.Articles, []article{got}))
	}
	if got := a.do("GET", one("en-us", id)+".json", "", "").body; !strings.Contains(got, `"user_segment_id":null`) || !strings.Contains(got, `"outdated":false`) {
		t.Errorf("raw: %s", got)
	}
	empty := a.add(zendesksim.NewArticle{Title: "Nothing yet"})
	if got := a.article("en-us", empty); got.Body != nil {
		t.Errorf("an empty body is %q, want null", *got.Body)
	}
}

func ptr[T any](v T) *T { return &v }

func TestEdit(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 3, Articles: 5, Locales: []string{"en-us", "fr"}})
	id := a.Articles()[2].ID
	before := a.article("fr", id)
	a.must(a.Edit(id, "fr", "Titre", "<p>corps</p>"))
	after := a.article("fr", id)
	if after.Title != "Titre" || *after.Body != "<p>corps</p>" || !after.Edited.Equal(start) || !after.Updated.Equal(start) || !after.Created.Equal(before.Created) {
		t.Errorf("after the edit: %+v", after)
	}
	if english := a.article("en-us", id); english.Title == "Titre" || english.Edited.Equal(start) || !english.Updated.Equal(start) {
		t.Errorf("the other locale: %+v", english)
	}
	for _, err := range []error{a.Edit(1, "fr", "", ""), a.Edit(id, "de", "", ""), a.Unpublish(1, "fr"), a.Archive(1), a.Move(id, 1), a.Move(1, 1)} {
		if err == nil {
			t.Error("a change of nothing succeeded")
		}
	}
}

// TestTranslationWithoutBump: the edit shows, but neither updated_at nor the
// feed moves.
func TestTranslationWithoutBump(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 3, Locales: []string{"en-us", "fr"}, Quirks: zendesksim.Quirks{TranslationsKeepUpdatedAt: true}})
	id := a.Articles()[1].ID
	before := a.article("fr", id)
	a.must(a.EditTranslation(id, "fr", "Titre", "<p>x</p>", false))
	a.must(a.Unpublish(id, "fr"))
	a.must(a.Publish(id, "fr"))
	if after := a.article("fr", id); after.Title != "Titre" || !after.Updated.Equal(before.Updated) || !after.Edited.Equal(start) {
		t.Errorf("quiet edit: %+v", after)
	}
	if feed := a.feed(start.Unix()); len(feed.Articles) != 0 {
		t.Errorf("the feed has %d articles", len(feed.Articles))
	}
	a.must(a.Edit(id, "en-us", "Title", "<p>x</p>"))
	if feed := a.feed(start.Unix()); len(feed.Articles) != 1 {
		t.Errorf("the source locale's edit is not in the feed")
	}
	a.must(a.EditTranslation(id, "fr", "Encore", "<p>y</p>", true))
	if after := a.article("fr", id); !after.Updated.Equal(start) {
		t.Errorf("an edit that bumps did not: %v", after.Updated)
	}
}

// TestVisibility lists who sees what by which way.
func TestVisibility(t *testing.T) {
	a := open(t, zendesksim.Config{Locales: []string{"en-us", "fr"}})
	public := a.add(zendesksim.NewArticle{Title: "Public", Body: "<p>1</p>"})
	draft := a.add(zendesksim.NewArticle{Title: "Draft", Body: "<p>2</p>", Draft: true})
	restricted := a.add(zendesksim.NewArticle{Title: "Restricted", Body: "<p>3</p>", Restricted: true})
	archived := a.add(zendesksim.NewArticle{Title: "Archived", Body: "<p>4</p>"})
	a.must(a.Archive(archived))
	endUser, anonymous := a.as(zendesksim.EndUser), a.anonymous()
	for _, test := range []struct {
		name string
		who  *account
		want []int64
	}{
		{"admin", a, []int64{public, draft, restricted}},
		{"agent", a.as(zendesksim.Agent), []int64{public, draft, restricted}},
		{"end user", endUser, []int64{public, restricted}},
		{"anonymous", anonymous, []int64{public}},
	} {
		if got := ids(test.who.all(articles + query("sort_by", "created_at", "page[size]", "10"))); !cmp.Equal(got, test.want) {
			t.Errorf("%s sees %v, want %v", test.name, got, test.want)
		}
		for _, id := range []int64{public, draft, restricted, archived} {
			status := http.StatusNotFound
			for _, visible := range test.want {
				if visible == id {
					status = http.StatusOK
				}
			}
			if got := test.who.do("GET", one("en-us", id), "", "").status; got != status {
				t.Errorf("%s reads %d: %d, want %d", test.name, id, got, status)
			}
		}
	}
	// Without a locale in the path end users find nothing.
	for _, who := range []*account{endUser, anonymous} {
		for _, path := range []string{one("", public), "/api/v2/help_center/articles", "/api/v2/help_center/sections", "/api/v2/help_center/categories"} {
			who.refused(path, 404, notFound)
		}
	}
	if got := a.article("", public); got.Locale != "en-us" {
		t.Errorf("without a locale an admin reads %q", got.Locale)
	}
	a.refused(one("fr", public), 404, notFound)
	a.refused(one("de", public), 404, notFound)
	a.refused("/api/v2/help_center/en-us/articles/abc", 404, notFound)
	if got := a.Visible(); !cmp.Equal(got, map[zendesksim.Ref]zendesksim.Text{{ID: public, Locale: "en-us"}: {Title: "Public", Body: "<p>1</p>"}}) {
		t.Errorf("Visible is %v", got)
	}
}

func TestAnonymous(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1}).anonymous()
	if got := a.do("GET", "/api/v2/users/me.json", "", ""); got.status != 200 || !strings.Contains(got.body, `"id":null`) {
		t.Errorf("anonymous is %d %s", got.status, got.body)
	}
	closed := open(t, zendesksim.Config{Articles: 1, Quirks: zendesksim.Quirks{SignInRequired: true}}).anonymous()
	closed.refused(articles, 401, invalidToken)
}

// TestLifeOfAnArticle: every change shows in the listing, by id and in Visible.
func TestLifeOfAnArticle(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 4, Locales: []string{"en-us", "fr"}})
	reader := a.anonymous()
	id := a.Articles()[0].ID
	wants := func(step string, english, french bool) {
		t.Helper()
		seen := a.Visible()
		for locale, want := range map[string]bool{"en-us": english, "fr": french} {
			_, visible := seen[zendesksim.Ref{ID: id, Locale: locale}]
			status := map[bool]int{true: 200, false: 404}[want]
			if got := reader.do("GET", one(locale, id), "", "").status; got != status || visible != want {
				t.Errorf("%s, %s: %d and visible %v, want %v", step, locale, got, visible, want)
			}
			listed := strings.Contains(fmt.Sprint(ids(reader.all("/api/v2/help_center/"+locale+"/articles"+query("page[size]", "10")))), itoa(id))
			if listed != want {
				t.Errorf("%s, %s: listed %v, want %v", step, locale, listed, want)
			}
		}
		if n := len(seen); n != a.CountVisible() {
			t.Errorf("%s: %d visible, counted %d", step, n, a.CountVisible())
		}
	}
	wants("at first", true, true)
	a.must(a.Unpublish(id, "fr"))
	wants("unpublished in fr", true, false)
	a.must(a.Publish(id, "fr"))
	wants("published again", true, true)
	a.must(a.Restrict(id))
	wants("restricted", false, false)
	a.must(a.Unrestrict(id))
	wants("for everybody", true, true)
	a.must(a.RemoveTranslation(id, "fr"))
	wants("without fr", true, false)
	a.must(a.AddTranslation(id, "fr", "Titre", "<p>x</p>"))
	wants("with fr", true, true)
	a.must(a.Archive(id))
	wants("archived", false, false)
	a.must(a.Restore(id))
	wants("restored", true, true)
	if a.Restore(id) == nil || a.AddTranslation(id, "fr", "", "") == nil || a.AddTranslation(id, "de", "", "") == nil || a.RemoveTranslation(id, "en-us") == nil {
		t.Error("a change of nothing succeeded")
	}
}

func TestRestrictedShowsItsSegment(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 2})
	id := a.Articles()[0].ID
	a.must(a.Restrict(id))
	if got := a.article("en-us", id); got.Segment == nil || *got.Segment != zendesksim.SegmentSignedIn {
		t.Errorf("segment is %v", got.Segment)
	}
}

func TestSectionsAndMove(t *testing.T) {
	a := open(t, zendesksim.Config{})
	category, err := a.AddCategory(0, "Billing")
	a.must(err)
	section, err := a.AddSection(category, 0, "Invoices")
	a.must(err)
	nested, err := a.AddSection(category, section, "Old invoices")
	a.must(err)
	id := a.add(zendesksim.NewArticle{Section: section, Title: "One", Body: "x"})
	in := func(path string) []int64 { return ids(a.list("/api/v2/help_center/en-us" + path).Articles) }
	if got := in("/sections/" + itoa(section) + "/articles"); !cmp.Equal(got, []int64{id}) {
		t.Errorf("the section has %v", got)
	}
	a.Clock().Advance(time.Minute)
	a.must(a.Move(id, nested))
	if got := in("/sections/" + itoa(section) + "/articles.json"); len(got) != 0 {
		t.Errorf("after the move the section has %v", got)
	}
	if got := in("/categories/" + itoa(category) + "/articles"); !cmp.Equal(got, []int64{id}) {
		t.Errorf("the category has %v", got)
	}
	if got := a.article("en-us", id); got.SectionID != nested || !got.Updated.Equal(start.Add(time.Minute)) || !got.Edited.Equal(start) {
		t.Errorf("moved: %+v", got)
	}
	var sections struct {
		Sections []struct {
			ID       int64
			Name     string
			Category int64  `json:"category_id"`
			Parent   *int64 `json:"parent_section_id"`
		}
		Meta struct {
			HasMore bool `json:"has_more"`
		}
	}
	a.get("/api/v2/help_center/en-us/categories/"+itoa(category)+"/sections"+query("page[size]", "100"), &sections)
	if s := sections.Sections; len(s) != 2 || s[0].Parent != nil || *s[1].Parent != section || s[1].Category != category || s[1].Name != "Old invoices" {
		t.Errorf("sections: %+v", s)
	}
	for _, path := range []string{"/sections/1", "/sections/1/articles", "/categories/1", "/categories/1/articles", "/categories/1/sections"} {
		a.refused("/api/v2/help_center/en-us"+path, 404, notFound)
	}
	for _, path := range []string{"/sections/" + itoa(section), "/categories/" + itoa(category)} {
		if got := a.do("GET", "/api/v2/help_center"+path+".json", "", ""); got.status != 200 || !strings.Contains(got.body, `"id":`+path[strings.LastIndex(path, "/")+1:]) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestTreePages(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1000})
	seen := make(map[int64]bool)
	next := "/api/v2/help_center/en-us/sections" + query("page[size]", "7")
	for next != "" {
		var page struct {
			Sections []struct{ ID int64 }
			Links    struct{ Next *string }
		}
		a.get(next, &page)
		for _, s := range page.Sections {
			seen[s.ID] = true
		}
		if next = ""; page.Links.Next != nil {
			next = *page.Links.Next
		}
	}
	if len(seen) != len(a.Sections()) || len(seen) != 40 {
		t.Errorf("%d sections seen of %d", len(seen), len(a.Sections()))
	}
}

func TestCategories(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1000, Locales: []string{"en-us", "fr"}})
	type categories struct {
		Categories []struct {
			ID      int64
			Name    string
			Locale  string
			HTMLURL string `json:"html_url"`
		}
		Links struct{ Next *string }
	}
	var names []string
	next := "/api/v2/help_center/fr/categories" + query("page[size]", "4")
	for next != "" {
		var page categories
		a.as(zendesksim.EndUser).get(next, &page)
		for _, c := range page.Categories {
			names = append(names, c.Name)
			if c.Locale != "fr" || c.HTMLURL != a.http.URL+"/hc/fr/categories/"+itoa(c.ID) {
				t.Errorf("category: %+v", c)
			}
		}
		if next = ""; page.Links.Next != nil {
			next = *page.Links.Next
		}
	}
	if len(names) != 10 || names[0] != "Account" || names[1] != "Billing" {
		t.Errorf("categories: %q", names)
	}
	var all categories
	if a.get("/api/v2/help_center/categories.json", &all); len(all.Categories) != 10 || all.Categories[0].Locale != "en-us" {
		t.Errorf("without a locale: %+v", all)
	}
}

func TestLabelsAndIncludes(t *testing.T) {
	a := open(t, zendesksim.Config{Locales: []string{"en-us", "fr"}})
	both := a.add(zendesksim.NewArticle{Title: "A", Body: "x", Labels: []string{"faq", "phone"}, Translations: map[string]zendesksim.Text{"fr": {Title: "Un", Body: "y"}}})
	first := a.add(zendesksim.NewArticle{Title: "B", Body: "x", Labels: []string{"faq"}})
	for labels, want := range map[string][]int64{"faq": {both, first}, "phone,faq": {both}, "faq,none": nil} {
		if got := ids(a.list(articles + "?sort_by=title&label_names=" + labels).Articles); !cmp.Equal(got, want) {
			t.Errorf("labels %s: %v, want %v", labels, got, want)
		}
	}
	a.must(a.SetLabels(first, "phone", "faq"))
	if got := len(a.list(articles + "?label_names=phone,faq").Articles); got != 2 {
		t.Errorf("after labelling: %d", got)
	}
	page := a.list(articles + "?include=users,sections,categories,translations&sort_by=title")
	if len(page.Users) != 1 || len(page.Sections) != 1 || len(page.Categories) != 1 || len(page.Articles[0].Translations) != 2 {
		t.Errorf("sideloads: %d users, %d sections, %d categories, translations %v", len(page.Users), len(page.Sections), len(page.Categories), page.Articles[0].Translations)
	}
	if plain := a.list(articles); plain.Users != nil || plain.Articles[0].Translations != nil {
		t.Errorf("sideloads without include")
	}
}

func TestTranslations(t *testing.T) {
	a := open(t, zendesksim.Config{Locales: []string{"en-us", "fr", "de"}})
	id := a.add(zendesksim.NewArticle{Title: "One", Body: "<p>1</p>", Translations: map[string]zendesksim.Text{"fr": {Title: "Un", Body: "<p>un</p>"}}})
	a.must(a.Unpublish(id, "fr"))
	var list struct{ Translations []translation }
	path := one("", id) + "/translations"
	a.get(path, &list)
	want := []translation{
		{ID: id * 100, Locale: "en-us", Title: "One", Body: ptr("<p>1</p>")},
		{ID: id*100 + 1, Locale: "fr", Title: "Un", Body: ptr("<p>un</p>"), Draft: true},
	}
	if diff := cmp.Diff(want, list.Translations); diff != "" {
		t.Error(diff)
	}
	var missing struct{ Locales []string }
	if a.get(path+"/missing.json", &missing); !cmp.Equal(missing.Locales, []string{"de"}) {
		t.Errorf("missing: %v", missing.Locales)
	}
	var single struct{ Translation translation }
	if a.get(path+"/fr.json", &single); !cmp.Equal(single.Translation, want[1]) {
		t.Errorf("fr: %+v", single.Translation)
	}
	for filter, want := range map[string][]translation{
		"locales=fr": want[1:], "locales=EN-us,fr": want, "locales=de": {}, "draft=true": want[1:], "draft=false": want[:1], "outdated=true": {}, "locales=en-us&draft=true": {},
	} {
		var list struct{ Translations []translation }
		if a.get(path+"?"+filter, &list); !cmp.Equal(want, list.Translations) {
			t.Errorf("%s: %+v", filter, list.Translations)
		}
	}
	a.refused(path+"/de", 404, notFound)
	reader := a.as(zendesksim.EndUser)
	reader.refused(path+"/fr", 404, notFound)
	reader.refused(path+"/missing", 404, notFound)
	if reader.get(path, &list); len(list.Translations) != 1 {
		t.Errorf("an end user sees %d translations", len(list.Translations))
	}
	a.must(a.Archive(id))
	for _, end := range []string{"", "/fr", "/missing"} {
		a.refused(path+end, 404, notFound)
	}
}

// TestLocaleListings: by default a listing has only what exists in the locale.
func TestLocaleListings(t *testing.T) {
	config := zendesksim.Config{Articles: 6, Untranslated: 2, Locales: []string{"en-us", "fr"}}
	a := open(t, config)
	if got := len(a.list("/api/v2/help_center/fr/articles").Articles); got != 4 {
		t.Errorf("fr lists %d articles, want 4", got)
	}
	config.Quirks.LocaleFallback = true
	a = open(t, config)
	locales := make(map[string]int)
	for _, got := range a.list("/api/v2/help_center/fr/articles").Articles {
		locales[got.Locale]++
	}
	if !cmp.Equal(locales, map[string]int{"fr": 4, "en-us": 2}) {
		t.Errorf("with fallback fr lists %v", locales)
	}
	var out struct {
		Locales []string
		Default string `json:"default_locale"`
	}
	if a.get("/api/v2/help_center/locales.json", &out); out.Default != "en-us" || !cmp.Equal(out.Locales, []string{"en-us", "fr"}) {
		t.Errorf("locales: %+v", out)
	}
	if got := a.do("GET", "/api/v2/help_center/EN-US/articles", "", "").status; got != 200 {
		t.Errorf("a locale in capitals: %d", got)
	}
}

func TestUnknownEndpoints(t *testing.T) {
	a := open(t, zendesksim.Config{})
	for _, path := range []string{"/api/v2/tickets", "/api/v2/help_center/articles/1/comments", "/api/v2/help_center/en-us/locales", "/api/v2/help_center/nonsense", "/api/v2/help_center/fr/incremental/articles"} {
		a.refused(path, 404, `{"error":"InvalidEndpoint","description":"Not found"}`)
	}
	if got := a.do("POST", articles, "application/json", "{}"); got.status != 404 {
		t.Errorf("a write: %d", got.status)
	}
}
