package dialpad

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

func TestOneDocument(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "Within 30 days.")
	node := w.put(doc, engine.Node{})
	w.holds(doc)

	read, fresh, err := w.Read(t.Context(), node)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(doc, read); diff != "" {
		t.Errorf("Read (-put +read):\n%s", diff)
	}
	if fresh.Version == "" || fresh.Created == "" || fresh.ID != node.ID || fresh.Status != engine.Published {
		t.Errorf("Read gives node %+v", fresh)
	}

	doc.HTML = "<p>Within 60 days.</p>"
	if again := w.put(doc, node); again.ID != node.ID {
		t.Errorf("a second Put made node %s beside %s", again.ID, node.ID)
	}
	w.holds(doc)
	if _, changed, _ := w.Read(t.Context(), node); changed.Version == fresh.Version {
		t.Error("the version does not move with the content")
	}

	if err := w.Delete(t.Context(), node); err != nil {
		t.Fatal(err)
	}
	w.holds()
	if err := w.Delete(t.Context(), node); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
	if _, _, err := w.Read(t.Context(), node); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Read of a deleted node: %v", err)
	}
	if _, err := w.Put(t.Context(), doc, node); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Put to a deleted node: %v", err)
	}
}

func TestRequests(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	w.sim.Journal().Reset()
	doc.HTML = "<p>b</p>"
	w.put(doc, node)
	if got := w.asked("PUT", "/kbm/nodes/{id}"); got != 0 {
		t.Errorf("metadata that is the same was written %d times", got)
	}
	doc.Title = "New title"
	w.put(doc, node)
	if err := w.sim.UnpublishByHand(node.ID); err != nil {
		t.Fatal(err)
	}
	w.put(doc, node)
	if got := w.asked("PUT", "/kbm/nodes/{id}"); got != 2 {
		t.Errorf("metadata was written %d times, want once for the title and once for the status", got)
	}
	for _, e := range w.sim.Journal().Entries() {
		if e.Locale != "en-US" {
			t.Errorf("%s %s in locale %q", e.Method, e.Template, e.Locale)
		}
		if e.BodyBytes > 300 && e.Template != "/{v}/kbm/nodes/{id}/content" && e.Template != "/{v}/kbm/nodes/{id}" {
			t.Errorf("%s %s carries %d bytes", e.Method, e.Template, e.BodyBytes)
		}
	}
	w.holds(doc)
}

func TestTitlesAreMadeFit(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "a")
	doc.Title = " Line\nbreak " + strings.Repeat("ü", 300)
	node := w.put(doc, engine.Node{})
	held, err := w.sim.Node(node.ID)
	if err != nil || held.Title != content.Title(doc.Title) {
		t.Errorf("title %q, %v", held.Title, err)
	}
	w.put(doc, node)
	if got := w.asked("PUT", "/kbm/nodes/{id}"); got != 0 {
		t.Errorf("the title counts as changed %d times", got)
	}
}

func TestOnlyOurNodesAreWritten(t *testing.T) {
	w := newWorld(t)
	foreign := w.sim.Seed(
		dialpadsim.Node{Source: "other", ExternalID: "return:en-us", Title: "T", Locale: "en-US", Content: "x"},
		dialpadsim.Node{Title: "by hand", Locale: "en-US", Content: "x"},
		dialpadsim.Node{Source: ours, ExternalID: "another:en-us", Title: "T", Locale: "en-US", Content: "x"},
		dialpadsim.Node{Type: "resolution", Source: ours, ExternalID: "return:en-us", Title: "T", Content: "x"},
	)
	before := w.sim.Nodes()
	for _, id := range foreign {
		known := engine.Node{ID: id, Kind: source.Article, Key: "return:en-us", Locale: "en-us"}
		if _, err := w.Put(t.Context(), answer("return", "a"), known); !errors.Is(err, engine.ErrNodeGone) {
			t.Errorf("Put: %v", err)
		}
		if _, _, err := w.Read(t.Context(), known); !errors.Is(err, engine.ErrNodeGone) {
			t.Errorf("Read: %v", err)
		}
		if err := w.Delete(t.Context(), known); err != nil {
			t.Errorf("Delete: %v", err)
		}
		if n := w.written(id); n != 0 {
			t.Errorf("a foreign node was written %d times", n)
		}
	}
	if diff := cmp.Diff(before, w.sim.Nodes()); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownFieldsAreKept(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.ExtraFields = "on" })
	node := w.put(answer("return", "a"), engine.Node{})
	doc := answer("return", "a")
	doc.Title, doc.URL = "Other", ""
	w.put(doc, node)
	w.switches(func(s *dialpadsim.Switches) { s.ExtraFields = "off" })
	n, err := w.read(t.Context(), node.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if string(n.raw["tags"]) != `["made up"]` || !strings.Contains(string(n.raw["_links"]), `"depth":1.5`) {
		t.Errorf("the update lost fields: %v", n.raw)
	}
	if n.title != "Other" || n.url != "" || n.source != ours || n.key() != doc.Key {
		t.Errorf("after the update: %+v", n)
	}
}

func TestTooLargeIsNotSent(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.config.MaxBytes = 100 })
	doc := answer("return", strings.Repeat("a", 100))
	_, err := w.Put(t.Context(), doc, engine.Node{})
	wantError(t, err, source.BadDocument, source.CodeTooLarge)
	known := engine.Node{ID: "node_1", Key: doc.Key}
	if node, err := w.Put(t.Context(), doc, known); node != known || err == nil {
		t.Errorf("Put of a known node: %+v, %v", node, err)
	}
	if n := w.sim.Journal().Total(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestActionsAreRefused(t *testing.T) {
	w := newWorld(t)
	_, err := w.Put(t.Context(), source.Document{Key: "action:balance", Kind: source.Action, Title: "Balance"}, engine.Node{})
	wantError(t, err, source.BadDocument, source.CodeRefused)
}

func TestReadCleans(t *testing.T) {
	w := newWorld(t)
	node := w.put(answer("return", "a"), engine.Node{})
	if err := w.sim.EditByHand(node.ID, "By hand", `<p onclick=x>b <a href="/c">c</a></p><script>x</script>`); err != nil {
		t.Fatal(err)
	}
	doc, _, err := w.Read(t.Context(), node)
	if want := `<p>b <a href="https://help.example.com/c">c</a></p>`; err != nil || doc.HTML != want || doc.Title != "By hand" {
		t.Errorf("%+v, %v", doc, err)
	}
	large := answer("large", strings.Repeat("a", DefaultMaxBytes-100))
	if doc, _, err := w.Read(t.Context(), w.put(large, engine.Node{})); err != nil || doc != large {
		t.Errorf("as large as may be sent: %d bytes, %v", len(doc.HTML), err)
	}
	if err := w.sim.EditByHand(node.ID, "Huge", strings.Repeat("a", DefaultMaxBytes+1)); err != nil {
		t.Fatal(err)
	}
	if doc, _, err := w.Read(t.Context(), node); err != nil || doc.HTML != "" || doc.Title != "Huge" {
		t.Errorf("a content larger than ours: %d bytes, %v", len(doc.HTML), err)
	}
}

func TestCanonicalLocale(t *testing.T) {
	for in, want := range map[string]string{
		"en-us": "en-US", "EN_us": "en-US", "zh-hant-tw": "zh-Hant-TW", "es-419": "es-419", "de": "de", "sr-Latn": "sr-Latn",
		"": "en", "default": "en", "not a tag": "en",
	} {
		if got := canonical(in, "en"); got != want {
			t.Errorf("canonical(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTwoLocales(t *testing.T) {
	w := newWorld(t)
	english, german := answer("return", "a"), answer("return", "b")
	german.Key, german.Locale = "return:de", "de"
	en, de := w.put(english, engine.Node{}), w.put(german, engine.Node{})
	for node, want := range map[engine.Node]source.Document{en: english, de: german} {
		if got, _, err := w.Read(t.Context(), node); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	listed, err := w.owned()
	if err != nil || len(listed) != 2 || listed[0].Locale != "en-us" || listed[1].Locale != "de" {
		t.Errorf("Owned: %+v, %v", listed, err)
	}
}
