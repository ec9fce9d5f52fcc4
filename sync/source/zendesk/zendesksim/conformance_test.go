//go:build conformance

package zendesksim_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dialpadsync.app/sync/sim"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// TestConformance checks the double with node-zendesk, the client for this API
// that others wrote (github.com/blakmatrix/node-zendesk). What it makes of the
// answers has to be the double's world, and it has to get there with as many
// requests as there are pages.
func TestConformance(t *testing.T) {
	n := installNodeZendesk(t)
	t.Run("Account", n.checkAccount)
	t.Run("Tree", n.checkTree)
	t.Run("Articles", n.checkArticles)
	t.Run("Orders", n.checkOrders)
	t.Run("Sideloads", n.checkSideloads)
	t.Run("OneByOne", n.checkOneByOne)
	t.Run("Translations", n.checkTranslations)
	t.Run("Attachments", n.checkAttachments)
	t.Run("Feed", n.checkFeed)
	t.Run("EndUser", n.checkEndUser)
	t.Run("Refusals", n.checkRefusals)
	t.Run("Coverage", n.checkCoverage)
}

// nodeZendesk is node-zendesk, installed in a folder of its own.
type nodeZendesk struct {
	dir string
	// seen are the endpoints that answered 200 so far.
	seen map[string]bool
}

func installNodeZendesk(t *testing.T) *nodeZendesk {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("node-zendesk cannot run because %s is not installed; `make deps` installs it", program)
		}
	}
	n := &nodeZendesk{dir: t.TempDir(), seen: make(map[string]bool)}
	if err := os.CopyFS(n.dir, os.DirFS("testdata/conformance")); err != nil {
		t.Fatal(err)
	}
	n.start(t, nil, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	return n
}

// start runs a program to its end and returns what it printed.
func (n *nodeZendesk) start(t *testing.T, input []byte, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin = n.dir, bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, &stdout, &stderr)
	}
	return stdout.Bytes()
}

// ask is a call of node-zendesk, reply what came of it; see ask.mjs.
type ask struct {
	Method  string         `json:"method"`
	Args    []any          `json:"args"`
	Options map[string]any `json:"options,omitempty"`
	Include []string       `json:"include,omitempty"`
}

type reply struct {
	Result json.RawMessage
	Error  *failure
}

type failure struct {
	Message string
	Status  int
	Body    json.RawMessage
	Thrown  bool
}

func call(method string, args ...any) ask { return ask{Method: method, Args: append([]any{}, args...)} }

// with sets what node-zendesk adds to the query of every request.
func (q ask) with(query map[string]any) ask {
	if query != nil {
		q.Options = map[string]any{"query": query}
	}
	return q
}

// run lets node-zendesk make the calls as the person who is signed in, and
// returns what the double saw of them.
func (n *nodeZendesk) run(a *account, asks ...ask) ([]reply, []sim.Entry) {
	a.t.Helper()
	input, err := json.Marshal(asks)
	a.must(err)
	a.t.Setenv("ZENDESK_URL", a.http.URL)
	a.t.Setenv("ZENDESK_TOKEN", a.token)
	before := a.Journal().Total()
	var replies []reply
	a.must(json.Unmarshal(n.start(a.t, input, "node", "ask.mjs"), &replies))
	if len(replies) != len(asks) {
		a.t.Fatalf("%d replies to %d calls", len(replies), len(asks))
	}
	entries := slices.DeleteFunc(a.Journal().Entries(), func(e sim.Entry) bool { return e.Seq <= before })
	for _, e := range entries {
		if e.Status == http.StatusOK {
			n.seen[e.Method+" "+e.Template] = true
		}
	}
	return replies, entries
}

// read makes one call and decodes its result.
func (n *nodeZendesk) read(a *account, into any, q ask) {
	a.t.Helper()
	replies, _ := n.run(a, q)
	replies[0].decode(a.t, into)
}

func (r reply) decode(t *testing.T, into any) {
	t.Helper()
	if r.Error != nil {
		t.Fatalf("node-zendesk failed with %+v", *r.Error)
	}
	if err := json.Unmarshal(r.Result, into); err != nil {
		t.Fatalf("%v in %.200s", err, r.Result)
	}
}

// in returns the same account for a subtest.
func (a *account) in(t *testing.T) *account {
	other := *a
	other.t = t
	return &other
}

// paging is one of the ways in which node-zendesk reads a listing.
type paging struct {
	name  string
	query map[string]any
	size  int
	next  string // the query key that turns the page
}

// pagings has node-zendesk's own way, which in the Help Center is that of the
// API, offset pages of 30; and both ways with another size.
func pagings(size int) []paging {
	return []paging{
		{"Own", nil, 30, "page"},
		{"Offset", map[string]any{"per_page": size}, size, "page"},
		{"Cursor", map[string]any{"page": map[string]any{"size": size}}, size, "page[after]"},
	}
}

// lists is a listing, read to its end, and what is to be in it.
type lists[T any] struct {
	method   string
	args     []any
	template string
	want     []T
}

// checkLists compares what node-zendesk finds in listings, and how it gets
// there, with what is to be in them.
func checkLists[T any](n *nodeZendesk, a *account, p paging, all []lists[T], opts ...gocmp.Option) {
	a.t.Helper()
	asks := make([]ask, len(all))
	requests, turns := make(map[string]int), 0
	for i, l := range all {
		asks[i] = call(l.method, l.args...).with(p.query)
		pages := max(1, (len(l.want)+p.size-1)/p.size)
		requests["GET "+l.template+" 200"] += pages
		turns += pages - 1
	}
	replies, entries := n.run(a, asks...)
	for i, l := range all {
		var got []T
		replies[i].decode(a.t, &got)
		if diff := gocmp.Diff(l.want, got, append(opts, cmpopts.EquateEmpty())...); diff != "" {
			a.t.Errorf("%s%v (-want +got):\n%s", l.method, l.args, diff)
		}
	}
	if diff := gocmp.Diff(requests, tally(entries)); diff != "" {
		a.t.Errorf("requests (-want +got):\n%s", diff)
	}
	turned := 0
	for _, e := range entries {
		if slices.Contains(e.QueryKeys, p.next) {
			turned++
		}
	}
	if turned != turns || turns == 0 {
		a.t.Errorf("%q turned the page %d times, want %d", p.next, turned, turns)
	}
}

// tally counts requests by method, template and status.
func tally(entries []sim.Entry) map[string]int {
	out := make(map[string]int)
	for _, e := range entries {
		out[e.Method+" "+e.Template+" "+itoa(int64(e.Status))]++
	}
	return out
}

const (
	apiRoot   = "/api/v2/"
	hc        = apiRoot + "help_center/"
	localised = hc + "{locale}/"
)

// inLocale returns what a listing for a locale is to have, by id: the articles
// that the filter lets through. Without a locale each is in its source locale.
func (a *account) inLocale(locale string, keep func(zendesksim.Article, zendesksim.Translation) bool) []article {
	a.t.Helper()
	var out []article
	for _, w := range a.Articles() {
		shown := cmp.Or(locale, w.SourceLocale)
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
	slices.SortFunc(out, func(x, y article) int { return cmp.Compare(x.ID, y.ID) })
	return out
}

func everything(zendesksim.Article, zendesksim.Translation) bool { return true }

// sameArticles ignores what the double's world does not tell, and the order.
var sameArticles = []gocmp.Option{
	cmpopts.IgnoreFields(article{}, "HTMLURL", "Translations"),
	cmpopts.SortSlices(func(x, y article) bool { return x.ID < y.ID }),
}

// generated is an account of several pages in two languages with everything
// that the generator makes.
func generated(t *testing.T) *account {
	t.Helper()
	return open(t, zendesksim.Config{
		Seed: 11, Articles: 130, BodySize: 300, Locales: []string{"en-us", "fr"}, Drafts: 3, Restricted: 4, Untranslated: 5,
	})
}

func (n *nodeZendesk) checkAccount(t *testing.T) {
	a := open(t, zendesksim.Config{
		Locales: []string{"en-us", "fr"},
		Brands:  []zendesksim.Brand{{ID: 1, Name: "Acme", Subdomain: "acme"}, {ID: 2, Name: "Bolt", Subdomain: "bolt", Base: "http://bolt.example", NoHelpCenter: true}},
	})
	type user struct {
		ID   int64
		Role zendesksim.Role
	}
	for want, person := range map[user]*account{
		{7, zendesksim.Admin}: a, {8, zendesksim.Agent}: a.as(zendesksim.Agent), {9, zendesksim.EndUser}: a.as(zendesksim.EndUser),
	} {
		var got user
		if n.read(person, &got, call("users.me")); got != want {
			t.Errorf("users.me: %+v, want %+v", got, want)
		}
	}
	var locales struct {
		Locales []string
		Default string `json:"default_locale"`
	}
	n.read(a, &locales, call("helpcenter.translations.listLocales"))
	if locales.Default != "en-us" || !slices.Equal(locales.Locales, []string{"en-us", "fr"}) {
		t.Errorf("locales: %+v", locales)
	}
	type brand struct {
		ID        int64
		Name      string
		Subdomain string
		Has       bool `json:"has_help_center"`
	}
	var brands []brand
	n.read(a, &brands, call("brand.list"))
	if diff := gocmp.Diff([]brand{{1, "Acme", "acme", true}, {2, "Bolt", "bolt", false}}, brands); diff != "" {
		t.Errorf("brands (-want +got):\n%s", diff)
	}
	var token struct {
		User   int64 `json:"user_id"`
		Token  string
		Scopes []string
	}
	n.read(a, &token, call("oauthtokens.current"))
	if token.User != 7 || token.Token != a.token[:10] || !slices.Equal(token.Scopes, []string{"read"}) {
		t.Errorf("the token in use: %+v", token)
	}
}

// place is a category or a section.
type place struct {
	ID       int64
	Name     string
	Locale   string
	Category int64  `json:"category_id"`
	Parent   *int64 `json:"parent_section_id"`
}

func (n *nodeZendesk) checkTree(t *testing.T) {
	a := open(t, zendesksim.Config{Locales: []string{"en-us", "fr"}})
	var categories, sections []place
	for _, name := range []string{"Billing", "Phones", "Teams", "Numbers", "Reports"} {
		category, err := a.AddCategory(0, name)
		a.must(err)
		categories = append(categories, place{ID: category, Name: name})
		for _, part := range []string{"A", "B", "C", "D", "E", "F", "G"} {
			id, err := a.AddSection(category, 0, name+" "+part)
			a.must(err)
			child, err := a.AddSection(category, id, "More "+name+" "+part)
			a.must(err)
			sections = append(sections, place{ID: id, Name: name + " " + part, Category: category}, place{ID: child, Name: "More " + name + " " + part, Category: category, Parent: &id})
		}
	}
	in := func(locale string, places []place, category int64) []place {
		var out []place
		for _, p := range places {
			if p.Locale = locale; category == 0 || p.Category == category {
				out = append(out, p)
			}
		}
		return out
	}
	chosen := categories[3].ID
	all := []lists[place]{
		{"helpcenter.categories.list", nil, hc + "categories", in("en-us", categories, 0)},
		{"helpcenter.categories.listWithLocale", []any{"fr"}, localised + "categories", in("fr", categories, 0)},
		{"helpcenter.sections.list", nil, hc + "sections", in("en-us", sections, 0)},
		{"helpcenter.sections.listWithLocale", []any{"fr"}, localised + "sections", in("fr", sections, 0)},
		{"helpcenter.sections.listByCategory", []any{chosen}, hc + "categories/{id}/sections", in("en-us", sections, chosen)},
		{"helpcenter.sections.listByCategoryByLocale", []any{"fr", chosen}, localised + "categories/{id}/sections", in("fr", sections, chosen)},
	}
	for _, p := range pagings(2) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, all) })
	}
	child := sections[1]
	for _, one := range []struct {
		ask  ask
		want place
	}{
		{call("helpcenter.categories.show", chosen), in("en-us", categories, 0)[3]},
		{call("helpcenter.sections.show", child.ID), in("en-us", sections, 0)[1]},
		{call("helpcenter.sections.showWithLocale", "fr", child.ID), in("fr", sections, 0)[1]},
	} {
		var got place
		n.read(a, &got, one.ask)
		if diff := gocmp.Diff(one.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", one.ask.Method, diff)
		}
	}
}

func (n *nodeZendesk) checkArticles(t *testing.T) {
	a := generated(t)
	all := []lists[article]{
		{"helpcenter.articles.list", nil, hc + "articles", a.inLocale("", everything)},
		{"helpcenter.articles.listByLocale", []any{"en-us"}, localised + "articles", a.inLocale("en-us", everything)},
		{"helpcenter.articles.listByLocale", []any{"fr"}, localised + "articles", a.inLocale("fr", everything)},
		{"helpcenter.articles.listByLabelNames", []any{[]string{"faq"}}, hc + "articles", a.inLocale("", func(w zendesksim.Article, _ zendesksim.Translation) bool {
			return slices.Contains(w.Labels, "faq")
		})},
	}
	if len(all[1].want) != 130 || len(all[2].want) != 125 || len(all[3].want) != 44 {
		t.Fatalf("the world has %d, %d and %d articles", len(all[1].want), len(all[2].want), len(all[3].want))
	}
	categoryOf := a.categoryOf()
	for _, section := range a.Sections() {
		inside := func(w zendesksim.Article, _ zendesksim.Translation) bool { return w.Section == section }
		all = append(all,
			lists[article]{"helpcenter.articles.listBySection", []any{section}, hc + "sections/{id}/articles", a.inLocale("", inside)},
			lists[article]{"helpcenter.articles.listBySectionByLocale", []any{"fr", section}, localised + "sections/{id}/articles", a.inLocale("fr", inside)})
	}
	for _, category := range slices.Compact(slices.Sorted(maps.Values(categoryOf))) {
		inside := func(w zendesksim.Article, _ zendesksim.Translation) bool { return categoryOf[w.Section] == category }
		all = append(all,
			lists[article]{"helpcenter.articles.listByCategory", []any{category}, hc + "categories/{id}/articles", a.inLocale("", inside)},
			lists[article]{"helpcenter.articles.listByCategoryByLocale", []any{"fr", category}, localised + "categories/{id}/articles", a.inLocale("fr", inside)})
	}
	for _, p := range pagings(8) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, all, sameArticles...) })
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

// checkOrders: the listings the product reads, asked as it asks, by a double
// that gives smaller pages than it is asked for.
func (n *nodeZendesk) checkOrders(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 12, Articles: 100, BodySize: 100, PageClamp: 30, Quirks: zendesksim.Quirks{NextPastEnd: true}})
	byCreated := a.inLocale("en-us", everything)
	slices.SortStableFunc(byCreated, func(x, y article) int { return x.Created.Compare(y.Created) })
	byUpdated := a.inLocale("en-us", everything)
	slices.SortStableFunc(byUpdated, func(x, y article) int { return x.Updated.Compare(y.Updated) })
	slices.Reverse(byUpdated)
	for _, order := range []struct {
		by, direction string
		want          []article
	}{{"created_at", "asc", byCreated}, {"updated_at", "desc", byUpdated}} {
		query := map[string]any{"sort_by": order.by, "sort_order": order.direction, "page": map[string]any{"size": 100}}
		replies, entries := n.run(a, call("helpcenter.articles.listByLocale", "en-us").with(query))
		var got []article
		replies[0].decode(t, &got)
		if diff := gocmp.Diff(ids(order.want), ids(got)); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", order.by, diff)
		}
		// node-zendesk goes by links.next alone, so it asks once more past the end.
		if diff := gocmp.Diff(map[string]int{"GET " + localised + "articles 200": 5}, tally(entries)); diff != "" {
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
	n.read(a, &got, q)
	if len(got) != 125 {
		t.Fatalf("%d articles", len(got))
	}
	for _, g := range got {
		if g.User == nil || g.User.ID != 7 || g.Section == nil || g.Section.ID != g.SectionID {
			t.Errorf("article %d comes with %+v and %+v", g.ID, g.User, g.Section)
		}
		if diff := gocmp.Diff(a.translations(g.ID), g.Translations, cmpopts.IgnoreFields(translation{}, "ID")); diff != "" {
			t.Errorf("article %d, translations (-want +got):\n%s", g.ID, diff)
		}
	}
}

// translations returns those of an article in the order of the locales.
func (a *account) translations(id int64) []translation {
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

func (n *nodeZendesk) checkOneByOne(t *testing.T) {
	a := generated(t)
	var asks []ask
	var want []article
	for _, w := range a.inLocale("fr", everything) {
		asks, want = append(asks, call("helpcenter.articles.showWithLocale", "fr", w.ID)), append(want, w)
	}
	for _, w := range a.inLocale("", everything) {
		asks, want = append(asks, call("helpcenter.articles.show", w.ID)), append(want, w)
	}
	replies, entries := n.run(a, asks...)
	for i, r := range replies {
		var got article
		r.decode(t, &got)
		if diff := gocmp.Diff(want[i], got, append(sameArticles, cmpopts.EquateEmpty())...); diff != "" {
			t.Errorf("%s%v (-want +got):\n%s", asks[i].Method, asks[i].Args, diff)
		}
		if prefix := a.http.URL + "/hc/" + want[i].Locale + "/articles/" + itoa(got.ID) + "-"; !strings.HasPrefix(got.HTMLURL, prefix) {
			t.Errorf("html_url is %s", got.HTMLURL)
		}
	}
	requests := map[string]int{"GET " + localised + "articles/{id} 200": 125, "GET " + hc + "articles/{id} 200": 130}
	if diff := gocmp.Diff(requests, tally(entries)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func (n *nodeZendesk) checkTranslations(t *testing.T) {
	a := generated(t)
	full, partial := a.Articles()[0].ID, a.Articles()[130-3-4-1].ID
	a.must(a.Unpublish(full, "fr"))
	same := cmpopts.IgnoreFields(translation{}, "ID")
	all := []lists[translation]{
		{"helpcenter.translations.listByArticle", []any{full}, hc + "articles/{id}/translations", a.translations(full)},
		{"helpcenter.translations.listByArticle", []any{partial}, hc + "articles/{id}/translations", a.translations(partial)},
	}
	if len(all[0].want) != 2 || len(all[1].want) != 1 {
		t.Fatalf("%d and %d translations", len(all[0].want), len(all[1].want))
	}
	for _, p := range pagings(1)[1:] {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, all, same) })
	}
	english, french := all[0].want[:1], all[0].want[1:]
	for filter, want := range map[string][]translation{
		`{}`: all[0].want, `{"locales":"fr"}`: french, `{"locales":"en-us,fr"}`: all[0].want, `{"locales":"de"}`: nil,
		`{"draft":true}`: french, `{"draft":false}`: english, `{"outdated":true}`: nil, `{"locales":"en-us","outdated":false}`: english,
	} {
		var got []translation
		n.read(a, &got, call("helpcenter.translations.listByArticle", full, json.RawMessage(filter)))
		if diff := gocmp.Diff(want, got, same, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("with %s (-want +got):\n%s", filter, diff)
		}
	}
	var got translation
	n.read(a, &got, call("helpcenter.translations.show", full, "fr"))
	if diff := gocmp.Diff(french[0], got, same); diff != "" {
		t.Errorf("in French (-want +got):\n%s", diff)
	}
	for id, want := range map[int64][]string{full: {}, partial: {"fr"}} {
		var missing struct{ Locales []string }
		n.read(a, &missing, call("helpcenter.translations.listMissingLocalesByArticle", id))
		if !slices.Equal(missing.Locales, want) {
			t.Errorf("article %d lacks %v, want %v", id, missing.Locales, want)
		}
	}
}

// file is what the test reads of an attachment.
type file struct {
	ID         int64
	Article    int64 `json:"article_id"`
	Inline     bool
	Size       int
	Name       string `json:"file_name"`
	Type       string `json:"content_type"`
	ContentURL string `json:"content_url"`
}

func (n *nodeZendesk) checkAttachments(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 1})
	id := a.Articles()[0].ID
	notes, err := a.AddAttachment(id, "notes.txt", "text/plain", []byte("hello"), false)
	a.must(err)
	names := make(map[string][]string)
	for _, method := range []string{"list", "listInline", "listBlock"} {
		var got struct {
			Files []file `json:"article_attachments"`
		}
		n.read(a, &got, call("helpcenter.articleattachments."+method, id))
		for _, f := range got.Files {
			names[method] = append(names[method], f.Name)
			if f.Article != id || f.Inline != (f.Name == "diagram.png") {
				t.Errorf("%s: %+v", method, f)
			}
			var shown struct {
				File file `json:"article_attachment"`
			}
			if n.read(a, &shown, call("helpcenter.articleattachments.show", f.ID)); shown.File != f {
				t.Errorf("attachment %d is %+v, listed as %+v", f.ID, shown.File, f)
			}
			content := a.anonymous().do("GET", f.ContentURL, "", "")
			if content.status != http.StatusOK || len(content.body) != f.Size || content.header.Get("Content-Type") != f.Type {
				t.Errorf("%s: %d with %d bytes of %s", f.Name, content.status, len(content.body), content.header.Get("Content-Type"))
			}
			if f.Name == "notes.txt" && (f.ContentURL != a.http.URL+notes || content.body != "hello") {
				t.Errorf("%s says %q", f.ContentURL, content.body)
			}
		}
	}
	want := map[string][]string{
		"list": {"diagram.png", "guide.pdf", "notes.txt"}, "listInline": {"diagram.png"}, "listBlock": {"guide.pdf", "notes.txt"},
	}
	if diff := gocmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// checkFeed: node-zendesk reads one page of the incremental feed at a time, so
// each page is asked for by the last change of the one before.
func (n *nodeZendesk) checkFeed(t *testing.T) {
	a := open(t, zendesksim.Config{Seed: 13, Articles: 2300, BodySize: 1, Locales: []string{"en-us", "fr"}}).as(zendesksim.Agent)
	changes := a.inLocale("", everything)
	slices.SortStableFunc(changes, func(x, y article) int { return x.Updated.Compare(y.Updated) })
	since := func(at time.Time) []article {
		first, _ := slices.BinarySearchFunc(changes, at, func(x article, at time.Time) int { return x.Updated.Compare(at) })
		return changes[first:min(first+1000, len(changes))]
	}
	var asks []ask
	var want [][]article
	for at := time.Unix(0, 0); ; {
		page := since(at)
		asks, want = append(asks, call("helpcenter.articles.listSinceStartTime", at.Unix())), append(want, page)
		if len(page) < 1000 {
			break
		}
		at = page[999].Updated
	}
	edited := changes[0].ID
	a.Clock().Advance(time.Minute)
	now := a.Clock().Now()
	asks, want = append(asks, call("helpcenter.articles.listSinceStartTime", now.Unix())), append(want, nil)
	a.compareFeed(n, asks, want)
	if len(want) != 4 {
		t.Errorf("the feed has %d pages", len(want)-1)
	}

	a.must(a.Edit(edited, "en-us", "Other", "<p>words</p>"))
	a.must(a.Unpublish(changes[1].ID, "en-us"))
	a.must(a.Archive(changes[2].ID))
	a.compareFeed(n, asks[3:], [][]article{a.inLocale("", func(w zendesksim.Article, _ zendesksim.Translation) bool { return w.UpdatedAt >= now.Unix() })})
}

func (a *account) compareFeed(n *nodeZendesk, asks []ask, want [][]article) {
	a.t.Helper()
	replies, entries := n.run(a, asks...)
	for i, r := range replies {
		var got []article
		r.decode(a.t, &got)
		if diff := gocmp.Diff(ids(want[i]), ids(got)); diff != "" {
			a.t.Errorf("since %v, order (-want +got):\n%s", asks[i].Args, diff)
		}
		if diff := gocmp.Diff(want[i], got, append(sameArticles, cmpopts.EquateEmpty())...); diff != "" {
			a.t.Errorf("since %v (-want +got):\n%s", asks[i].Args, diff)
		}
	}
	if diff := gocmp.Diff(map[string]int{"GET " + hc + "incremental/articles 200": len(asks)}, tally(entries)); diff != "" {
		a.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// checkEndUser: a person who is no staff reads with a locale, and neither
// drafts nor what is for staff.
func (n *nodeZendesk) checkEndUser(t *testing.T) {
	a := generated(t).as(zendesksim.EndUser)
	published := func(_ zendesksim.Article, t zendesksim.Translation) bool { return !t.Draft }
	all := []lists[article]{
		{"helpcenter.articles.listByLocale", []any{"en-us"}, localised + "articles", a.inLocale("en-us", published)},
		{"helpcenter.articles.listByLocale", []any{"fr"}, localised + "articles", a.inLocale("fr", published)},
	}
	if len(all[0].want) != 127 || len(all[1].want) != 122 {
		t.Fatalf("the world has %d and %d published articles", len(all[0].want), len(all[1].want))
	}
	for _, p := range pagings(50) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, all, sameArticles...) })
	}
}

func (n *nodeZendesk) checkRefusals(t *testing.T) {
	a := generated(t)
	wrong, reader, narrow := a.in(t), a.as(zendesksim.EndUser), a.in(t)
	wrong.token = "at-wrong"
	narrow.token, _ = a.TokenFor(zendesksim.Admin, "users:read")
	untranslated := a.Articles()[130-3-4-1].ID
	a.must(a.Faults().AddText("/users/me status=429 retry-after=7 times=1", "/brands status=503 times=1"))
	const invalid = `{"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed or invalid for other reasons."}`
	tooDeep := call("helpcenter.articles.list").with(map[string]any{"per_page": 1})
	badCursor := call("helpcenter.articles.list").with(map[string]any{"page": map[string]any{"size": 10, "after": "nonsense"}})
	for _, r := range []struct {
		who    *account
		ask    ask
		status int
		thrown bool
		body   string // a part of it
	}{
		{wrong, call("users.me"), 401, true, invalid},
		{wrong, call("helpcenter.articles.listByLocale", "fr"), 401, true, invalid},
		{wrong, call("helpcenter.articles.listSinceStartTime", 0), 401, true, invalid},
		{reader, call("helpcenter.articles.listSinceStartTime", 0), 404, true, notFound},
		{reader, call("helpcenter.articles.list"), 404, true, notFound},
		{reader, call("helpcenter.sections.list"), 404, true, notFound},
		{reader, call("brand.list"), 403, true, noAccess},
		{narrow, call("helpcenter.articles.list"), 403, true, `"description":"You are missing the following required scopes: read"`},
		{a, call("helpcenter.articles.show", 1), 404, true, notFound},
		{a, call("helpcenter.articles.showWithLocale", "fr", untranslated), 404, true, notFound},
		{a, call("helpcenter.translations.show", untranslated, "fr"), 404, true, notFound},
		{a, call("helpcenter.articles.listByLocale", "de"), 404, true, notFound},
		{a, call("helpcenter.articles.listSinceStartTime", "today"), 422, true, `"error":"RecordInvalid"`},
		{a, tooDeep, 400, true, `"code":"InvalidPaginationDepth"`},
		{a, badCursor, 400, true, `"code":"InvalidCursor"`},
		{a, call("brand.list"), 503, true, `{}`}, // a page of HTML is no body to node-zendesk
		// These two node-zendesk gives back instead of throwing them.
		{a, call("users.me"), 429, false, `"error":"APIRateLimitExceeded"`},
		{a, call("oauthtokens.revoke", "current"), 204, false, `null`},
		{a, call("users.me"), 401, true, invalid},
	} {
		replies, entries := n.run(r.who, r.ask)
		got := replies[0].Error
		if got == nil || got.Status != r.status || got.Thrown != r.thrown || !strings.Contains(string(got.Body), r.body) {
			t.Errorf("%s%v: %+v, want %d with %s", r.ask.Method, r.ask.Args, got, r.status, r.body)
		}
		if last := entries[len(entries)-1]; last.Status != r.status {
			t.Errorf("%s%v: the double answered %d", r.ask.Method, r.ask.Args, last.Status)
		}
		if r.status == 400 && r.ask.Options["query"].(map[string]any)["per_page"] != nil && len(entries) != 101 {
			t.Errorf("offset pages end after %d requests", len(entries))
		}
	}
	// By default node-zendesk makes a sentence of an error that is an object.
	said := call("brand.list")
	said.Options = map[string]any{"throwOriginalException": false}
	replies, _ := n.run(reader, said)
	const want = "Request processing failed: Zendesk Error (403): Forbidden - Forbidden: You do not have access to this page. Please contact the account owner of this help desk for further help."
	if got := replies[0].Error; got == nil || got.Message != want {
		t.Errorf("%+v, want %q", got, want)
	}
}

// checkCoverage: nothing that the product reads, and nothing of the Help Center
// that both the double and node-zendesk know, went unread before.
func (n *nodeZendesk) checkCoverage(t *testing.T) {
	product := []string{
		apiRoot + "users/me", apiRoot + "oauth/tokens/current", apiRoot + "brands", hc + "locales", localised + "categories", localised + "sections",
		localised + "sections/{id}", localised + "articles", localised + "articles/{id}", hc + "incremental/articles",
	}
	others := []string{
		hc + "categories", hc + "categories/{id}", hc + "categories/{id}/sections", hc + "categories/{id}/articles",
		localised + "categories/{id}/sections", localised + "categories/{id}/articles",
		hc + "sections", hc + "sections/{id}", hc + "sections/{id}/articles", localised + "sections/{id}/articles",
		hc + "articles", hc + "articles/{id}", hc + "articles/{id}/translations", hc + "articles/{id}/translations/missing",
		hc + "articles/{id}/translations/{translation}", hc + "articles/{id}/attachments", hc + "articles/{id}/attachments/{kind}",
		hc + "articles/{attachments}/{id}",
	}
	var want []string
	for _, template := range slices.Concat(product, others) {
		want = append(want, "GET "+template)
	}
	slices.Sort(want)
	if diff := gocmp.Diff(want, slices.Sorted(maps.Keys(n.seen))); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
}
