package zendesk

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// twoBrands is an account with a help center for each of two brands.
func twoBrands(t *testing.T, cfg zendesksim.Config) *double {
	t.Helper()
	cfg.Brands = []zendesksim.Brand{
		{ID: 1, Name: "Acme", Subdomain: "acme"},
		{ID: 2, Name: "Acme Pro", Subdomain: "acme-pro", Articles: 30},
	}
	if cfg.Articles == 0 {
		cfg.Articles = 40
	}
	return start(t, cfg)
}

func TestEveryBrandIsRead(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{PageClamp: 10, Locales: []string{"en-us", "fr"}})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	m.equals("en-us", "fr")
	if len(m.docs) != 140 {
		t.Fatalf("%d documents", len(m.docs))
	}
	ids := d.ids()
	for _, s := range []*Source{s, d.open(Config{Locales: []string{"en-us", "fr"}})} {
		d.clock.Advance(time.Hour)
		d.must(d.Edit(ids[0], "en-us", fmt.Sprint("First brand ", d.clock.Now()), ""))
		d.must(d.Edit(ids[60], "fr", fmt.Sprint("Second brand ", d.clock.Now()), ""))
		m.follow(s)
		m.equals("en-us", "fr")
	}
	d.must(d.Archive(ids[1]))
	d.must(d.Archive(ids[61]))
	m.compare(s)
	m.equals("en-us", "fr")
	d.clock.Advance(time.Hour)
	m.follow(d.open(Config{Locales: []string{"en-us", "fr"}}))
	d.clock.Advance(time.Hour)
	before := d.Journal().Total()
	m.follow(d.open(Config{Locales: []string{"en-us", "fr"}}))
	if n := d.Journal().Total() - before; n != 2 {
		t.Errorf("a round without changes over two brands took %d requests after a restart", n)
	}
}

// The feed says which brand an article is in, so only that one is asked for it.
func TestReadAsksTheBrandThatShowedTheArticle(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.clock.Advance(time.Hour)
	for _, id := range []int64{d.ids()[0], d.ids()[50]} {
		d.must(d.Edit(id, "en-us", "Edited", ""))
	}
	before := d.asked("/articles/{id}")
	m.follow(s)
	if n := d.asked("/articles/{id}") - before; n != 2 {
		t.Errorf("2 articles took %d reads", n)
	}
	m.equals("en-us")
}

func TestOneBrandIsTicked(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	all, m := d.open(Config{}), d.mirror()
	m.follow(all)
	s := d.open(Config{Collections: []string{"brand:2"}})
	m.cursor = ""
	m.follow(s)
	m.compare(s)
	m.holds(refs(d.VisibleIn(2, "en-us")))
	for key, why := range m.removed {
		if why != source.Deselected {
			t.Fatalf("%s of the other brand removed as %q", key, why)
		}
	}
	if len(m.removed) != 40 {
		t.Errorf("%d removed", len(m.removed))
	}
}

// A category ticks its brand; nothing is asked of the other.
func TestCategoryOfOneBrandIsTicked(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	all, err := d.open(Config{}).Collections(t.Context())
	d.must(err)
	var ticked source.Collection
	for _, c := range all {
		if strings.HasPrefix(c.ID, "category:") && c.Parent == "brand:2" {
			ticked = c
		}
	}
	s, m := d.open(Config{Collections: []string{ticked.ID}}), d.mirror()
	m.follow(s)
	if len(m.docs) != ticked.Count || ticked.Count == 0 {
		t.Errorf("%d documents, the category says %d", len(m.docs), ticked.Count)
	}
	if places := m.where(s).Places; len(places) != 1 || places[0].Brand != 2 {
		t.Errorf("places %+v", places)
	}
}

// A brand whose help center falls silent is not a brand whose articles are gone.
func TestSilentBrandIsNotADeletion(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	second := m.where(s).Places[1].Host
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if r.Host == second && strings.Contains(r.URL.Path, "/help_center/") {
			http.NotFound(w, r)
			return
		}
		account.ServeHTTP(w, r)
	})
	_, err := s.Read(t.Context(), keyOf(d.ids()[50], "en-us"))
	wantError(t, err, source.Transient, source.CodeNoHelpCenter)
	d.later(s, time.Hour)
	_, err = listError(t, s)
	wantError(t, err, source.Transient, source.CodeNoHelpCenter)
	// Somebody who never knew the brand does not call its articles gone either.
	_, err = d.open(Config{}).Read(t.Context(), keyOf(d.ids()[50], "en-us"))
	wantError(t, err, source.Transient, source.CodeNoHelpCenter)
	d.intercept(nil)
	m.compare(s)
	m.equals("en-us")
}

// A help center that is still being set up may answer 404; that is no reason
// to doubt every deletion of the account.
func TestBrandThatIsBeingSetUp(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/brands"):
			fmt.Fprintf(w, `{"brands":[{"id":1,"subdomain":"acme","brand_url":%q,"has_help_center":true,"help_center_state":"enabled"},
				{"id":2,"brand_url":"http://127.0.0.2:1","has_help_center":true,"help_center_state":"restricted"}],"count":2}`, d.base)
		case r.Host == "127.0.0.2:1":
			http.NotFound(w, r)
		default:
			account.ServeHTTP(w, r)
		}
	})
	d.wire = toOneServer{d.wire, d.base.Host}
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.must(d.Archive(d.ids()[0]))
	m.compare(s)
	m.holds(refs(d.VisibleIn(1, "en-us")))
}

// toOneServer takes every request to one server, whatever host it names.
type toOneServer struct {
	http.RoundTripper
	host string
}

func (o toOneServer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host, r.URL.Host = r.URL.Host, o.host
	return o.RoundTripper.RoundTrip(r)
}

// A person with more rights than before gets the cheaper way back.
func TestIncrementalPagesAreTriedAgainForAnotherRole(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5, Role: zendesksim.EndUser, Locales: []string{"en-us", "fr"}})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	d.SetRole(zendesksim.EndUser, zendesksim.Admin)
	d.later(s, time.Hour)
	m.compare(s)
	m.follow(s)
	if m.where(s).Places[0].Listed {
		t.Error("an admin still follows the listing")
	}
	d.clock.Advance(time.Hour)
	d.must(d.Edit(d.ids()[0], "fr", "Autre", ""))
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.equals("en-us", "fr")
}

func TestMarksOfLanguagesThatStay(t *testing.T) {
	p := place{Brand: 1, Locales: []string{"de", "en-us"}, Mark: 5, Marks: []int64{10, 20}, Listed: true}
	got := p.as(place{Brand: 1, Locales: []string{"en-us", "fr", "de"}})
	want := place{Brand: 1, Locales: []string{"en-us", "fr", "de"}, Mark: 5, Marks: []int64{20, 10, 10}, Listed: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A brand that has no help center any more, by the list of brands.
func TestBrandWithoutHelpCenterIsLeftOut(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.rewrite("/brands", func(_ *http.Request, body map[string]any) {
		second := body["brands"].([]any)[1].(map[string]any)
		second["has_help_center"], second["help_center_state"] = false, "disabled"
	})
	d.later(s, time.Hour)
	m.compare(s)
	m.holds(refs(d.VisibleIn(1, "en-us")))
}

func TestNewBrandIsFoundByKeysAndFollowedAfterwards(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	hide := func(_ *http.Request, body map[string]any) { body["brands"] = body["brands"].([]any)[:1] }
	d.rewrite("/brands", hide)
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	m.holds(refs(d.VisibleIn(1, "en-us")))
	d.intercept(nil)
	d.later(s, time.Hour)
	m.compare(s)
	m.equals("en-us")
	d.must(d.Edit(d.ids()[50], "en-us", "In the new brand", ""))
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.equals("en-us")
	if n := len(m.where(s).Places); n != 2 {
		t.Errorf("the cursor knows %d brands", n)
	}
}

// Lists of brands that say less than Zendesk's reference promises.
func TestSparseListsOfBrands(t *testing.T) {
	type list = []any
	for name, change := range map[string]func(body map[string]any){
		"by offset": func(b map[string]any) {
			delete(b, "meta")
			delete(b, "links")
			b["count"], b["next_page"] = len(b["brands"].(list)), nil
		},
		"no addresses":        func(b map[string]any) { b["brands"] = list{map[string]any{"id": 1}, map[string]any{"id": 2}} },
		"none":                func(b map[string]any) { b["brands"] = list{} },
		"nobody says enabled": func(b map[string]any) { delete(b["brands"].(list)[0].(map[string]any), "has_help_center") },
		"inactive": func(b map[string]any) {
			b["brands"] = append(b["brands"].(list), map[string]any{"id": 7, "active": false, "has_help_center": true, "brand_url": "http://127.0.0.1:1"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 5})
			d.rewrite("/brands", func(_ *http.Request, body map[string]any) { change(body) })
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			m.equals("en-us")
			if n := len(d.list(s)); n != 5 {
				t.Errorf("%d keys", n)
			}
		})
	}
	d := start(t, zendesksim.Config{Articles: 5})
	d.rewrite("/brands", func(_ *http.Request, body map[string]any) { delete(body, "meta") })
	_, err := d.open(Config{}).Fetch(t.Context(), "")
	wantError(t, err, source.Transient, source.CodeCutShort)
}

// Losing the right to list brands must not look like losing the brands.
func TestBrandsMayNoLongerBeListed(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	d.SetRole(zendesksim.Admin, zendesksim.EndUser)
	for name, s := range map[string]*Source{"running": s, "restarted": d.open(Config{})} {
		_, err := s.Fetch(t.Context(), m.cursor)
		d.must(err)
		d.later(s, time.Hour)
		_, err = listError(t, s)
		if source.KindOf(err) != source.Forbidden || source.CodeOf(err) != source.CodeRole {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := d.open(Config{Collections: []string{"brand:1"}}).Fetch(t.Context(), "")
	wantError(t, err, source.Forbidden, source.CodeRole)
}

func TestEndUserReadsTheAddressedBrandOnly(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{Role: zendesksim.EndUser})
	m := d.mirror()
	m.follow(d.open(Config{}))
	m.holds(refs(d.VisibleIn(1, "en-us")))
}

func TestNoHelpCenterAtTheAddress(t *testing.T) {
	d := start(t, zendesksim.Config{Role: zendesksim.EndUser, Brands: []zendesksim.Brand{{ID: 1, Name: "Acme", Subdomain: "acme", NoHelpCenter: true}}})
	s := d.open(Config{})
	_, err := s.Fetch(t.Context(), "")
	wantError(t, err, source.Fatal, source.CodeNoHelpCenter)
	_, err = s.Collections(t.Context())
	wantError(t, err, source.Fatal, source.CodeNoHelpCenter)
	if _, err := listError(t, s); source.CodeOf(err) != source.CodeNoHelpCenter {
		t.Errorf("Keys: %v", err)
	}
	if _, err := s.Read(t.Context(), "1:en-us"); source.CodeOf(err) != source.CodeNoHelpCenter {
		t.Errorf("Read: %v", err)
	}
}

// The sign-in goes to the account's own domain, whatever a list of brands says.
func TestHostOfABrand(t *testing.T) {
	cloud := &Source{base: &url.URL{Scheme: "https", Host: "acme.zendesk.com"}}
	local := &Source{base: &url.URL{Scheme: "http", Host: "127.0.0.1:7401"}}
	for _, c := range []struct {
		s    *Source
		b    brand
		host string
		ok   bool
	}{
		{cloud, brand{Subdomain: "acme", URL: "https://help.acme.com"}, "", true},
		{cloud, brand{Subdomain: "acme-pro", URL: "https://evil.example"}, "acme-pro.zendesk.com", true},
		{cloud, brand{Subdomain: "evil.example/"}, "", false},
		{cloud, brand{Subdomain: "a.b"}, "", false},
		{cloud, brand{Subdomain: "x@evil.example#"}, "", false},
		{cloud, brand{}, "", false},
		{local, brand{Subdomain: "acme", URL: "http://127.0.0.1:7401"}, "", true},
		{local, brand{Subdomain: "acme-pro", URL: "http://127.0.0.1:7402"}, "127.0.0.1:7402", true},
		{local, brand{Subdomain: "acme-pro", URL: "https://evil.example"}, "", false},
		{local, brand{Subdomain: "acme-pro", URL: "http://127.0.0.1:7402@evil.example"}, "", false},
	} {
		if host, ok := c.s.hostOf(c.b); ok != c.ok || ok && host != c.host {
			t.Errorf("hostOf(%+v) = %q, %v", c.b, host, ok)
		}
	}
}

func TestCollections(t *testing.T) {
	d := twoBrands(t, zendesksim.Config{Articles: 110, Drafts: 4, Restricted: 6, Untranslated: 10, Locales: []string{"en-us", "fr"}})
	inner, err := d.AddSection(0, d.Sections()[0], "Inside")
	d.must(err)
	for _, id := range d.ids()[:3] {
		d.must(d.Move(id, inner))
	}
	s := d.open(Config{})
	list, err := s.Collections(t.Context())
	d.must(err)
	byID := map[string]source.Collection{}
	sums := map[string]int{}
	for _, c := range list {
		if c.Parent != "" {
			if _, before := byID[c.Parent]; !before {
				t.Errorf("%s comes before its parent %s", c.ID, c.Parent)
			}
		}
		if _, twice := byID[c.ID]; twice {
			t.Errorf("%s is listed twice", c.ID)
		}
		byID[c.ID] = c
		sums[c.Parent] += c.Count
	}
	first := byID["brand:1"]
	if first.Name != "Acme" || first.Count != len(d.VisibleIn(1, "en-us")) || first.Drafts != 4 || first.Restricted != 6 {
		t.Errorf("brand:1 = %+v, visible %d", first, len(d.VisibleIn(1, "en-us")))
	}
	if sums["brand:1"] != first.Count {
		t.Errorf("the categories of brand:1 hold %d of %d", sums["brand:1"], first.Count)
	}
	in := byID[sectionID(inner)]
	if in.Count != 3 || in.Parent != sectionID(d.Sections()[0]) || byID[in.Parent].Count <= 3 {
		t.Errorf("section inside another: %+v in %+v", in, byID[in.Parent])
	}
	if en, fr := byID["locale:en-us"], byID["locale:fr"]; en.Count != d.CountVisible("en-us") || fr.Count != d.CountVisible("fr") || en.Drafts != 4 || !en.Default || fr.Default {
		t.Errorf("languages: %+v, %+v", en, fr)
	}
	// What is offered can be ticked, and brings as many documents as it says, in
	// any language.
	for _, id := range []string{"brand:1", "brand:2", in.Parent, sectionID(inner)} {
		for _, locale := range []string{"en-us", "fr"} {
			m := d.mirror()
			m.follow(d.open(Config{Collections: []string{id}, Locales: []string{locale}}))
			if n := byID[id].ByLocale[locale].Count; len(m.docs) != n || locale == "en-us" && byID[id].Count != n {
				t.Errorf("%s brings %d documents in %s, it says %d", id, len(m.docs), locale, n)
			}
		}
	}
}

func TestCollectionsOfOneBrand(t *testing.T) {
	for _, role := range []zendesksim.Role{zendesksim.Admin, zendesksim.EndUser} {
		d := start(t, zendesksim.Config{Articles: 30, Restricted: 2, Role: role})
		list, err := d.open(Config{}).Collections(t.Context())
		d.must(err)
		for _, c := range list {
			if strings.HasPrefix(c.ID, "brand:") || c.Name == "" {
				t.Errorf("%s: %+v", role, c)
			}
		}
		if len(list) < 3 {
			t.Errorf("%s: %d collections", role, len(list))
		}
	}
}

func TestSelectionIsChecked(t *testing.T) {
	for _, entry := range []string{"", "x", "section", "section:", "section:x", "topic:1", "brand:-1"} {
		if _, err := parseSelection([]string{entry}); err == nil {
			t.Errorf("%q is taken for a collection", entry)
		}
	}
	s, err := parseSelection([]string{"brand:1", "category:2", "section:3", "locale:fr"})
	if err != nil || !maps.Equal(s.brands, map[int64]bool{1: true}) || !s.categories[2] || !s.sections[3] || s.locales[0] != "fr" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestTreeJudges(t *testing.T) {
	tr := tree{1: {ID: 1, CategoryID: 10}, 2: {ID: 2, CategoryID: 10, ParentID: 1}, 3: {ID: 3, CategoryID: 20, ParentID: 99}, 4: {ID: 4, ParentID: 5}, 5: {ID: 5, ParentID: 4}}
	for _, c := range []struct {
		ticked string
		id     int64
		want   verdict
	}{
		{"section:1", 1, inside},
		{"section:1", 2, inside},
		{"section:2", 1, outside},
		{"category:10", 2, inside},
		{"category:20", 2, outside},
		{"category:20", 3, inside},
		{"section:99", 3, inside},
		{"section:1", 3, unknown},
		{"section:1", 7, unknown},
		{"section:7", 7, inside},
		{"section:1", 4, unknown},
	} {
		s, err := parseSelection([]string{c.ticked})
		if err != nil {
			t.Fatal(err)
		}
		if got := tr.judge(s, c.id); got != c.want {
			t.Errorf("%s, section %d: %v, want %v", c.ticked, c.id, got, c.want)
		}
	}
}
