package zendesk

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dialpadsync.app/sync/source"
)

var acme = &url.URL{Scheme: "https", Host: "acme.zendesk.com"}

// sample is an answer as the reference shows it.
const sample = `{"id":360001234567,"url":"https://acme.zendesk.com/api/v2/help_center/en-us/articles/360001234567.json",
 "html_url":"https://acme.zendesk.com/hc/en-us/articles/360001234567-Reset-a-password","title":"Reset a password","name":"Reset a password",
 "body":"<p>Open <b>Settings</b> or <a href=\"/hc/en-us/articles/2\">this</a>.</p><script>x()</script>","locale":"en-us","source_locale":"en-us","author_id":7,"section_id":360000222,
 "draft":false,"promoted":false,"position":0,"comments_disabled":true,"vote_sum":3,"vote_count":5,
 "label_names":["account"],"content_tag_ids":[],"user_segment_id":null,"user_segment_ids":[],"permission_group_id":55,
 "outdated":false,"outdated_locales":[],"created_at":"2025-02-01T09:00:00Z","updated_at":"2026-11-20T10:11:12Z","edited_at":"2026-11-19T08:00:00Z"}`

func TestDocumentOfAnArticle(t *testing.T) {
	var a article
	if err := json.Unmarshal([]byte(sample), &a); err != nil {
		t.Fatal(err)
	}
	got := document(&a, "en-us", acme, clocks{noon, noon})
	want := &source.Document{
		Key: "360001234567:en-us", Kind: source.Article, Title: "Reset a password", Locale: "en-us",
		HTML:    `<p>Open <b>Settings</b> or <a href="https://acme.zendesk.com/hc/en-us/articles/2">this</a>.</p>`,
		URL:     "https://acme.zendesk.com/hc/en-us/articles/360001234567-Reset-a-password",
		Version: "2026-11-20T10:11:12Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a.restricted() || a.Draft {
		t.Error("a public article is restricted or a draft")
	}
}

func TestNullsOfAnArticle(t *testing.T) {
	var a article
	const nulls = `{"id":5,"html_url":null,"title":null,"name":null,"body":null,"locale":"fr","section_id":null,"user_segment_id":null,
		"user_segment_ids":null,"updated_at":null,"edited_at":null}`
	if err := json.Unmarshal([]byte(nulls), &a); err != nil {
		t.Fatal(err)
	}
	got := document(&a, "fr", acme, clocks{noon, noon})
	if got.Title != untitled || got.HTML != "" || got.URL != "" || got.Version == "" {
		t.Errorf("%+v", got)
	}
}

func TestRestrictedArticle(t *testing.T) {
	for text, want := range map[string]bool{
		`{"user_segment_id":12}`:                            true,
		`{"user_segment_id":null,"user_segment_ids":[1,2]}`: true,
		`{"user_segment_id":null,"user_segment_ids":[]}`:    false,
		`{}`: false,
	} {
		var a article
		if err := json.Unmarshal([]byte(text), &a); err != nil || a.restricted() != want {
			t.Errorf("%s: %v, %v", text, a.restricted(), err)
		}
	}
}

func TestTitleOfAnArticleWithoutOne(t *testing.T) {
	for _, c := range []struct{ title, name, body, want string }{
		{" Given ", "Name", "<h1>Heading</h1>", "Given"},
		{" ", "Name", "<h1>Heading</h1>", "Name"},
		{"", "", "<p>First</p><h2> <b>A</b> heading </h2><h1>Another</h1>", "A heading"},
		{"", "", "<h1></h1><h3>Third</h3>", "Third"},
		{"", "", "<p>one two three four five six seven eight nine ten</p>", "one two three four five six seven eight"},
		{"", "", "<h2>Not closed", "Not closed"},
		{"", "", "<p> </p>", untitled},
		{"\x00\x07", "", "", untitled},
	} {
		a := article{Title: c.title, Name: c.name, Body: c.body}
		if got := document(&a, "en-us", acme, clocks{noon, noon}).Title; got != c.want {
			t.Errorf("%+v: title %q", c, got)
		}
	}
}

func TestVersionIsTheLaterInstant(t *testing.T) {
	early, late := noon.Add(-48*time.Hour), noon.Add(-24*time.Hour)
	for _, c := range []struct {
		updated, edited, behind time.Time
		ahead                   time.Duration // of the other clock
		want                    string
	}{
		{early, late, noon, 0, "2026-11-19T12:00:00Z"},
		{late, early, noon, 0, "2026-11-19T12:00:00Z"},
		{late, early, late, 0, "2026-11-19T12:00:00Z~"},
		{late, early, late.Add(time.Second), 0, "2026-11-19T12:00:00Z~"},
		{late, early, late.Add(soon), 0, "2026-11-19T12:00:00Z"},
		{late, early, late.Add(-time.Hour), 0, "2026-11-19T12:00:00Z~"},
		{late, early, late.Add(-time.Hour), time.Hour, "2026-11-19T12:00:00Z~"},
		{late, early, late.Add(-time.Hour), time.Hour + 2*time.Second, "2026-11-19T12:00:00Z~2"},
		{late, early, late.Add(-time.Hour), time.Hour + 3*time.Second, "2026-11-19T12:00:00Z~2"},
		{late, early, late.Add(-time.Hour), 2 * time.Hour, "2026-11-19T12:00:00Z~12"},
		{late.In(time.FixedZone("", 3600)), early, noon, 0, "2026-11-19T12:00:00Z"},
	} {
		a := article{UpdatedAt: c.updated, EditedAt: c.edited}
		if got := version(a.changed(), clocks{c.behind, c.behind.Add(c.ahead)}); got != c.want {
			t.Errorf("%+v: version %q", c, got)
		}
	}
}

func TestPublicAddress(t *testing.T) {
	for text, want := range map[string]string{
		"https://help.acme.com/hc/en-us/articles/1": "https://help.acme.com/hc/en-us/articles/1",
		"/hc/en-us/articles/1":                      "https://acme.zendesk.com/hc/en-us/articles/1",
		"":                                          "",
		"javascript:alert(1)":                       "",
		"https://u:p@acme.zendesk.com/x":            "",
		"http://a b":                                "",
	} {
		if got := publicAddress(text, acme); got != want {
			t.Errorf("publicAddress(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestKeysAreTakenApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64Range(1, 1<<53).Draw(t, "id")
		locale := rapid.StringMatching(`[a-z]{2}(-[a-z]{2})?`).Draw(t, "locale")
		gotID, gotLocale, ok := parseKey(keyOf(id, locale))
		if !ok || gotID != id || gotLocale != locale {
			t.Fatalf("%s: %d, %q, %v", keyOf(id, locale), gotID, gotLocale, ok)
		}
	})
}

// No text makes the decoder take a cursor whose place does not exist.
func TestCursorOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`{}[]",:0123-aevprintlocs`))).Draw(t, "text")
		if c, ok := decodeCursor(source.Cursor(text), ""); ok && len(c.Places) > 0 {
			_ = c.Places[c.Place].Locales[c.Locale]
		}
	})
	good := cursor{Format: cursorFormat, Print: "p", Phase: phaseDelta, Places: []place{{Locales: []string{"en-us"}}}}
	for name, spoil := range map[string]func(*cursor){
		"place":    func(c *cursor) { c.Place = 1 },
		"negative": func(c *cursor) { c.Place = -1 },
		"locale":   func(c *cursor) { c.Locale = 1 },
		"locales":  func(c *cursor) { c.Places[0].Locales = nil },
		"path":     func(c *cursor) { c.Places[0].Locales[0] = "../.." },
		"phase":    func(c *cursor) { c.Phase = "x" },
		"format":   func(c *cursor) { c.Format++ },
		"print":    func(c *cursor) { c.Print = "q" },
	} {
		c := good.clone()
		if _, ok := decodeCursor(c.encode(), "p"); !ok {
			t.Fatal("the good cursor is refused")
		}
		spoil(&c)
		if _, ok := decodeCursor(c.encode(), "p"); ok {
			t.Errorf("%s: %s is taken for a cursor", name, c.encode())
		}
	}
}

// A host in a cursor that is not the account's would take the sign-in there.
func TestCursorWithAForeignHost(t *testing.T) {
	c := cursor{Format: cursorFormat, Print: "p", Phase: phaseDelta, Places: []place{{Host: "evil.example", Locales: []string{"en-us"}}}}
	s := &Source{base: acme, print: "p"}
	if _, ok := s.ownCursor(c.encode()); ok {
		t.Error("taken for one of ours")
	}
	c.Places[0].Host = "acme-pro.zendesk.com"
	if _, ok := s.ownCursor(c.encode()); !ok {
		t.Error("refused")
	}
}

func TestErrorsQuoteNoContent(t *testing.T) {
	for _, text := range []string{`{"articles":[{"id":"secret words"}]}`, `{"articles":secret words`, `<html>secret words`} {
		s := &Source{base: acme}
		_, err := decodeList(strings.NewReader(text), "articles", func(article) {})
		if err = s.classify(t.Context(), request{op: "list articles"}, err); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
		if source.CodeOf(err) != source.CodeNotData {
			t.Errorf("%q: code %q", text, source.CodeOf(err))
		}
	}
}
