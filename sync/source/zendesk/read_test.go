package zendesk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestReadSaysWhyADocumentIsGone(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50})
	kept, dropped := d.Sections()[0], d.Sections()[1]
	s, m := d.open(Config{Collections: []string{sectionID(kept)}}), d.mirror()
	m.follow(s)
	keys := sortedKeys(m.docs)
	if len(keys) < 5 {
		t.Fatalf("%d documents in the ticked section", len(keys))
	}
	id := func(i int) int64 { id, _, _ := parseKey(keys[i]); return id }
	d.must(d.Archive(id(0)))
	d.must(d.Unpublish(id(1), "en-us"))
	d.must(d.Restrict(id(2)))
	d.must(d.Move(id(3), dropped))
	for i, want := range []source.Removal{source.Deleted, source.Unpublished, source.Restricted, source.Deselected, ""} {
		change, err := s.Read(t.Context(), keys[i])
		d.must(err)
		if change.Removed != want || (change.Document == nil) != (want != "") || change.Key != keys[i] {
			t.Errorf("Read of %d = %+v, want %q", i, change, want)
		}
	}
}

// Every article of a help center that is out of reach answers 404.
func TestMissingHelpCenterIsNotADeletion(t *testing.T) {
	for name, rule := range map[string]string{
		"the whole help center": "GET /help_center/** status=404",
		"articles only":         "GET /articles/** status=404",
		"a login page":          "GET /help_center/** html",
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t, zendesksim.Config{Articles: 5})
			s, m := d.open(Config{}), d.mirror()
			m.follow(s)
			d.fault(rule)
			if name == "articles only" {
				d.fault("GET /{locale}/articles status=404")
			}
			change, err := s.Read(t.Context(), sortedKeys(m.docs)[0])
			if err == nil || source.KindOf(err) != source.Transient {
				t.Errorf("Read = %+v, %v", change, err)
			}
		})
	}
}

// A language that is refused as a path is not the deletion of its documents.
func TestRefusedLanguageIsNotADeletion(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5, Locales: []string{"en-us", "fr"}})
	s, m := d.open(Config{Locales: []string{"en-us", "fr"}}), d.mirror()
	m.follow(s)
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if strings.Contains(r.URL.Path, "/fr/") {
			http.NotFound(w, r)
			return
		}
		account.ServeHTTP(w, r)
	})
	id := d.ids()[0]
	_, err := s.Read(t.Context(), keyOf(id, "fr"))
	wantError(t, err, source.Transient, source.CodeNoHelpCenter)
	change, err := s.Read(t.Context(), keyOf(id, "en-us"))
	d.must(err)
	if change.Document == nil {
		t.Errorf("removed as %q", change.Removed)
	}
}

func TestReadOfALanguageThatIsNotChosen(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5, Locales: []string{"en-us", "fr"}})
	before := d.mirror()
	before.follow(d.open(Config{Locales: []string{"en-us", "fr"}}))
	s := d.open(Config{Locales: []string{"EN-US"}})
	total := d.Journal().Total()
	change, err := s.Read(t.Context(), keyOf(d.ids()[0], "fr"))
	d.must(err)
	if change.Removed != source.Deselected || d.Journal().Total() != total {
		t.Errorf("Read = %+v after %d requests", change, d.Journal().Total()-total)
	}
}

// Without a choice the help center's default counts. When that changes, the
// documents of the old one are out.
func TestAnotherDefaultLanguage(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 5, Locales: []string{"en-us", "fr"}})
	s, m := d.open(Config{}), d.mirror()
	m.follow(s)
	m.equals("en-us")
	french := func(_ *http.Request, body map[string]any) { body["default_locale"] = "fr" }
	d.rewrite("/locales", french)
	d.later(s, time.Hour)
	m.compare(s)
	m.equals("fr")
	for key, why := range m.removed {
		if why != source.Deselected {
			t.Errorf("%s removed as %q", key, why)
		}
	}
	// Nothing is called outside by what was known an hour ago.
	d.intercept(nil)
	d.later(s, time.Hour)
	if change, err := s.Read(t.Context(), keyOf(d.ids()[0], "en-us")); err != nil || change.Document == nil {
		t.Errorf("Read in the default language = %+v, %v", change, err)
	}
	d.rewrite("/locales", french)
	d.later(s, time.Hour)
	m.compare(s)
	d.must(d.Edit(d.ids()[0], "fr", "Nouveau", ""))
	d.clock.Advance(time.Minute)
	m.follow(s)
	m.equals("fr")
}

func TestUnknownLanguageNamesThoseThereAre(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 1, Locales: []string{"fr", "en-us"}})
	_, err := d.open(Config{Locales: []string{"de"}}).Fetch(t.Context(), "")
	wantError(t, err, source.Fatal, source.CodeSelection)
	if !strings.Contains(err.Error(), `"de"`) || !strings.Contains(err.Error(), "en-us, fr") {
		t.Errorf("the error says %q", err)
	}
}

func TestReadOfAForeignKey(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 1})
	for _, key := range []source.Key{"", "x", "12", "0:en-us", "-1:en-us", "12:", "12:../x", "12:en-us/../../brands"} {
		_, err := d.open(Config{}).Read(t.Context(), key)
		if source.KindOf(err) != source.BadDocument {
			t.Errorf("Read(%q) = %v", key, err)
		}
	}
	if n := d.Journal().Total(); n != 0 {
		t.Errorf("%d requests for keys that cannot be", n)
	}
}

func TestBodyTooLargeToRead(t *testing.T) {
	d := start(t, zendesksim.Config{})
	d.intercept(func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if !strings.HasSuffix(r.URL.Path, "/articles/5") {
			account.ServeHTTP(w, r)
			return
		}
		fmt.Fprintf(w, `{"article":{"id":5,"title":"T","locale":"en-us","body":"%s"}}`, strings.Repeat("x", readLimit+1))
	})
	_, err := d.open(Config{}).Read(t.Context(), "5:en-us")
	wantError(t, err, source.BadDocument, source.CodeTooLarge)
}

func TestAnswerAboutAnotherArticleIsNoAnswer(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 3})
	id := d.ids()[0]
	for name, spoil := range map[string]func(map[string]any){
		"another id": func(b map[string]any) { b["article"].(map[string]any)["id"] = id + 1 },
		"nothing":    func(b map[string]any) { delete(b, "article") },
	} {
		d.rewrite("", func(r *http.Request, body map[string]any) {
			if strings.Contains(r.URL.Path, "/articles/") {
				spoil(body)
			}
		})
		_, err := d.open(Config{}).Read(t.Context(), keyOf(id, "en-us"))
		if source.CodeOf(err) != source.CodeNotData {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A section made after the tree was read is looked up before anything is
// called outside the selection.
func TestArticleInANewSection(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50})
	category, err := d.AddCategory(0, "Chosen")
	d.must(err)
	first, err := d.AddSection(category, 0, "First")
	d.must(err)
	d.must(d.Move(d.ids()[0], first))
	s, m := d.open(Config{Collections: []string{collectionID("category", category)}}), d.mirror()
	m.follow(s)
	if len(m.docs) != 1 {
		t.Fatalf("%d documents", len(m.docs))
	}
	d.later(s, time.Hour)
	inner, err := d.AddSection(category, first, "Inside the first")
	d.must(err)
	d.must(d.Move(d.ids()[0], inner))
	id, err := d.AddArticle(zendesksim.NewArticle{Section: inner, Title: "New"})
	d.must(err)
	d.clock.Advance(time.Minute)
	m.follow(s)
	if _, ok := m.docs[keyOf(id, "en-us")]; !ok || len(m.docs) != 2 || len(m.removed) != 0 {
		t.Errorf("%d documents, removed: %v", len(m.docs), m.removed)
	}
	if n := d.asked("/sections/{id}"); n != 0 {
		t.Errorf("%d sections asked for one by one", n)
	}
}

// A section moved into the selection, then an article into that section: what
// was known about sections an hour ago would call it outside.
func TestArticleFollowsASectionIntoTheSelection(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 200})
	from, to := d.Sections()[0], d.Sections()[4]
	all, err := d.open(Config{}).Collections(t.Context())
	d.must(err)
	var category string
	for _, c := range all {
		if c.ID == sectionID(from) {
			category = c.Parent
		}
	}
	s, m := d.open(Config{Collections: []string{category}}), d.mirror()
	m.follow(s)
	held := len(m.docs)
	number, err := strconv.ParseInt(strings.TrimPrefix(category, "category:"), 10, 64)
	d.must(err)
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
		for _, e := range body["sections"].([]any) {
			if section := e.(map[string]any); fmt.Sprint(section["id"]) == fmt.Sprint(to) {
				section["category_id"] = number
			}
		}
	})
	d.later(s, time.Hour)
	for _, a := range d.Articles() {
		if a.Section == from {
			d.must(d.Move(a.ID, to))
			break
		}
	}
	d.clock.Advance(time.Minute)
	m.follow(s)
	if len(m.docs) != held || len(m.removed) != 0 {
		t.Errorf("%d documents of %d, removed: %v", len(m.docs), held, m.removed)
	}
}

// A section that no listing shows is asked for by its id; while that fails,
// nothing is decided.
func TestSectionThatNoListingShows(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 50})
	section := d.Sections()[1]
	s, m := d.open(Config{Collections: []string{sectionID(d.Sections()[0])}}), d.mirror()
	m.follow(s)
	held := sortedKeys(m.docs)
	id, _, _ := parseKey(held[0])
	d.must(d.Move(id, section))
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
		list := body["sections"].([]any)
		body["sections"] = list[:1]
	})
	s = d.open(Config{Collections: []string{sectionID(d.Sections()[0])}})
	change, err := s.Read(t.Context(), held[0])
	d.must(err)
	if change.Removed != source.Deselected {
		t.Errorf("Read = %+v though the section can be asked for", change)
	}
	d.fault("GET /sections/{id} status=404")
	_, err = s.Read(t.Context(), held[0])
	wantError(t, err, source.Transient, "")
	if _, listed := d.list(s)[held[0]]; !listed {
		t.Error("a document nobody can judge is missing from the listing")
	}
}

// Moving a whole section does not change its articles; the comparison of keys
// sees it.
func TestSectionMovesOutOfTheSelectionAndBack(t *testing.T) {
	d := start(t, zendesksim.Config{Articles: 200})
	tree := map[string]any{}
	move := func(to int64) {
		d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
			for _, e := range body["sections"].([]any) {
				section := e.(map[string]any)
				if section["id"] == tree["id"] {
					section["category_id"] = to
				}
			}
		})
	}
	var first string
	d.rewrite("/sections", func(_ *http.Request, body map[string]any) {
		tree = body["sections"].([]any)[0].(map[string]any)
		first = "category:" + text(t, tree["category_id"])
	})
	all, err := d.open(Config{}).Collections(t.Context())
	d.must(err)
	if len(all) < 3 {
		t.Fatalf("%d collections", len(all))
	}
	d.intercept(nil)
	s, m := d.open(Config{Collections: []string{first}}), d.mirror()
	m.follow(s)
	before := len(m.docs)
	move(1)
	d.later(s, time.Hour)
	m.compare(s)
	after := len(m.docs)
	if after >= before || after == 0 {
		t.Errorf("%d documents before the move, %d after", before, after)
	}
	for key, why := range m.removed {
		if why != source.Deselected {
			t.Errorf("%s removed as %q", key, why)
		}
	}
	d.intercept(nil)
	d.later(s, time.Hour)
	m.compare(s)
	if len(m.docs) != before {
		t.Errorf("%d documents after it came back, want %d", len(m.docs), before)
	}
}
