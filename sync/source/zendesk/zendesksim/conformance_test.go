//go:build conformance

package zendesksim_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// TestConformance checks the double with node-zendesk, the client for this API
// that others wrote (github.com/blakmatrix/node-zendesk). What it makes of the
// answers has to be the double's world, and it has to get there with as many
// requests as there are pages.
func TestConformance(t *testing.T) {
	n := installNodeZendesk(t)
	t.Run("Account", n.checkAccount)
	t.Run("SignOut", n.checkSignOut)
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
	t.Run("Faults", n.checkFaults)
	t.Run("Coverage", n.checkCoverage)
}

// How the journal names the endpoints.
const (
	api       = "/api/v2/"
	hc        = api + "help_center/"
	localised = hc + "{locale}/"
)

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
	if diff := cmp.Diff([]brand{{1, "Acme", "acme", true}, {2, "Bolt", "bolt", false}}, brands); diff != "" {
		t.Errorf("brands (-want +got):\n%s", diff)
	}
}

// checkSignOut: a token is described, withdrawn by its number or as the current
// one, and good for nothing afterwards.
func (n *nodeZendesk) checkSignOut(t *testing.T) {
	a := open(t, zendesksim.Config{})
	for _, person := range []*account{a, a.as(zendesksim.Agent)} {
		var token struct {
			ID     int64
			User   int64 `json:"user_id"`
			Token  string
			Scopes []string
		}
		n.read(person, &token, call("oauthtokens.current"))
		if token.User == 0 || token.Token != person.token[:10] || !slices.Equal(token.Scopes, []string{"read"}) {
			t.Errorf("the token in use: %+v", token)
		}
		var which any = token.ID
		if token.User == 8 {
			which = "current"
		}
		replies, _ := n.run(person, call("oauthtokens.revoke", which), call("users.me"))
		// An answer without a body is an error to node-zendesk that it gives back.
		if got := replies[0].Error; got == nil || got.Status != 204 || got.Thrown {
			t.Errorf("revoke %v: %+v", which, got)
		}
		if got := replies[1].Error; got == nil || got.Status != 401 {
			t.Errorf("the token %v is still good: %+v", which, got)
		}
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

// inLocale returns the places of a category, 0 for all, as a locale shows them.
func inLocale(locale string, places []place, category int64) []place {
	var out []place
	for _, p := range places {
		if p.Locale = locale; category == 0 || p.Category == category {
			out = append(out, p)
		}
	}
	return out
}

func (n *nodeZendesk) checkTree(t *testing.T) {
	a := open(t, zendesksim.Config{Locales: []string{"en-us", "fr"}})
	var categories, sections []place
	for _, name := range []string{"Billing", "Phones", "Teams", "Numbers", "Reports"} {
		category, err := a.AddCategory(0, name)
		a.must(err)
		categories = append(categories, place{ID: category, Name: name})
		for _, part := range []string{"A", "B", "C", "D", "E", "F", "G"} {
			top, err := a.AddSection(category, 0, name+part)
			a.must(err)
			below, err := a.AddSection(category, top, part)
			a.must(err)
			sections = append(sections, place{ID: top, Name: name + part, Category: category}, place{ID: below, Name: part, Category: category, Parent: &top})
		}
	}
	chosen, child := categories[3].ID, sections[1].ID
	lists := []list[place]{
		{call("helpcenter.categories.list"), hc + "categories", inLocale("en-us", categories, 0)},
		{call("helpcenter.categories.listWithLocale", "fr"), localised + "categories", inLocale("fr", categories, 0)},
		{call("helpcenter.sections.list"), hc + "sections", inLocale("en-us", sections, 0)},
		{call("helpcenter.sections.listWithLocale", "fr"), localised + "sections", inLocale("fr", sections, 0)},
		{call("helpcenter.sections.listByCategory", chosen), hc + "categories/{id}/sections", inLocale("en-us", sections, chosen)},
		{call("helpcenter.sections.listByCategoryByLocale", "fr", chosen), localised + "categories/{id}/sections", inLocale("fr", sections, chosen)},
	}
	for _, p := range pagings(2) {
		t.Run(p.name, func(t *testing.T) { checkLists(n, a.in(t), p, lists) })
	}
	asks := []ask{
		call("helpcenter.categories.show", chosen), call("helpcenter.sections.show", child), call("helpcenter.sections.showWithLocale", "fr", child),
	}
	want := []place{inLocale("en-us", categories, 0)[3], inLocale("en-us", sections, 0)[1], inLocale("fr", sections, 0)[1]}
	replies, _ := n.run(a, asks...)
	for i, r := range replies {
		var got place
		r.decode(t, &got)
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", asks[i].Method, diff)
		}
	}
}

func (n *nodeZendesk) checkRefusals(t *testing.T) {
	a := generated(t)
	wrong, reader, narrow := a.in(t), a.as(zendesksim.EndUser), a.in(t)
	wrong.token = "at-wrong"
	narrow.token, _ = a.TokenFor(zendesksim.Admin, "users:read")
	untranslated := a.untranslated()
	const scope = `{"error":"Forbidden","description":"You are missing the following required scopes: read"}`
	type refusal struct {
		ask    ask
		status int
		body   string
	}
	for who, refusals := range map[*account][]refusal{
		wrong: {
			{call("users.me"), 401, invalidToken},
			{call("helpcenter.articles.listByLocale", "fr"), 401, invalidToken},
			{call("helpcenter.articles.listSinceStartTime", 0), 401, invalidToken},
		},
		narrow: {{call("helpcenter.articles.list"), 403, scope}},
		reader: {
			{call("helpcenter.articles.listSinceStartTime", 0), 404, notFound},
			{call("helpcenter.articles.list"), 404, notFound},
			{call("helpcenter.sections.list"), 404, notFound},
			{call("brand.list"), 403, noAccess},
		},
		a: {
			{call("helpcenter.articles.show", 1), 404, notFound},
			{call("helpcenter.articles.showWithLocale", "fr", untranslated), 404, notFound},
			{call("helpcenter.translations.show", untranslated, "fr"), 404, notFound},
			{call("helpcenter.articles.listByLocale", "de"), 404, notFound},
		},
	} {
		var asks []ask
		for _, r := range refusals {
			asks = append(asks, r.ask)
		}
		replies, entries := n.run(who, asks...)
		if len(entries) != len(asks) {
			t.Fatalf("the double saw %v", tally(entries))
		}
		for i, r := range refusals {
			var body any
			a.must(json.Unmarshal([]byte(r.body), &body))
			got := replies[i].Error
			if got == nil || got.Status != r.status || entries[i].Status != r.status || !got.Thrown || !cmp.Equal(got.Body, body) {
				t.Errorf("%s%v: %+v, want %d %s", r.ask.Method, r.ask.Args, got, r.status, r.body)
			}
		}
	}
	// Unless it is told otherwise, node-zendesk makes a sentence of an error that
	// is an object.
	q := call("brand.list")
	q.Options = map[string]any{"throwOriginalException": false}
	replies, _ := n.run(reader, q)
	const want = "Request processing failed: Zendesk Error (403): Forbidden - Forbidden: You do not have access to this page."
	if got := replies[0].Error; got == nil || !strings.HasPrefix(got.Message, want) {
		t.Errorf("%+v, want %q", got, want)
	}
}

// checkFaults: listings that cannot go on, and answers that are no API's.
func (n *nodeZendesk) checkFaults(t *testing.T) {
	a := generated(t)
	a.must(a.Faults().AddText("/users/me status=429 retry-after=7", "/brands status=503"))
	for _, f := range []struct {
		ask      ask
		status   int
		thrown   bool
		code     string
		requests int
	}{
		// Offset pages end at the hundredth, although a next one is named.
		{call("helpcenter.articles.list").with(map[string]any{"per_page": 1}), 400, true, "InvalidPaginationDepth", 101},
		{call("helpcenter.articles.list").with(map[string]any{"page": map[string]any{"size": 10, "after": "nonsense"}}), 400, true, "InvalidCursor", 1},
		{call("helpcenter.articles.listSinceStartTime", "today"), 422, true, "RecordInvalid", 1},
		{call("users.me"), 429, false, "APIRateLimitExceeded", 1}, // given back, not thrown
		{call("brand.list"), 503, true, "", 1},                    // HTML
	} {
		replies, entries := n.run(a, f.ask)
		got := replies[0].Error
		if got == nil || got.Status != f.status || got.Thrown != f.thrown || errorCode(got.Body) != f.code {
			t.Errorf("%s%v: %+v, want %d %s", f.ask.Method, f.ask.Args, got, f.status, f.code)
		}
		if len(entries) != f.requests || entries[len(entries)-1].Status != f.status {
			t.Errorf("%s%v: the double saw %v", f.ask.Method, f.ask.Args, tally(entries))
		}
	}
}

// errorCode finds the word for an error in either of the shapes that have one.
func errorCode(body any) string {
	object, _ := body.(map[string]any)
	if list, ok := object["errors"].([]any); ok && len(list) == 1 {
		object, _ = list[0].(map[string]any)
		code, _ := object["code"].(string)
		return code
	}
	code, _ := object["error"].(string)
	return code
}

// checkCoverage: everything that the product reads, and everything else that
// both the double and node-zendesk know, was read by the checks before.
func (n *nodeZendesk) checkCoverage(t *testing.T) {
	product := []string{
		"GET " + api + "users/me", "GET " + api + "oauth/tokens/current", "DELETE " + api + "oauth/tokens/{id}", "GET " + api + "brands",
		"GET " + hc + "locales", "GET " + localised + "categories", "GET " + localised + "sections", "GET " + localised + "sections/{id}",
		"GET " + localised + "articles", "GET " + localised + "articles/{id}", "GET " + hc + "incremental/articles",
	}
	others := []string{
		"DELETE " + api + "oauth/tokens/current",
		"GET " + hc + "categories", "GET " + hc + "categories/{id}", "GET " + hc + "categories/{id}/sections", "GET " + hc + "categories/{id}/articles",
		"GET " + localised + "categories/{id}/sections", "GET " + localised + "categories/{id}/articles",
		"GET " + hc + "sections", "GET " + hc + "sections/{id}", "GET " + hc + "sections/{id}/articles", "GET " + localised + "sections/{id}/articles",
		"GET " + hc + "articles", "GET " + hc + "articles/{id}",
		"GET " + hc + "articles/{id}/translations", "GET " + hc + "articles/{id}/translations/{translation}", "GET " + hc + "articles/{id}/translations/missing",
		"GET " + hc + "articles/{id}/attachments", "GET " + hc + "articles/{id}/attachments/{kind}", "GET " + hc + "articles/{attachments}/{id}",
	}
	want := slices.Sorted(slices.Values(slices.Concat(product, others)))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(n.seen))); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
}
