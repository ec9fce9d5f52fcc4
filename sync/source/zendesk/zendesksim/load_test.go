package zendesksim_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// folder is a file system of these texts, all changed at the given time.
func folder(at time.Time, files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text), ModTime: at, Mode: 0o644}
	}
	return out
}

// byTitle returns the articles of a locale by their titles.
func (a *account) byTitle(locale string) map[string]article {
	a.t.Helper()
	out := make(map[string]article)
	for _, got := range a.all("/api/v2/help_center/" + locale + "/articles" + query("page[size]", "100")) {
		out[got.Title] = got
	}
	return out
}

func (a *account) sectionName(id int64) string {
	a.t.Helper()
	var out struct {
		Section struct {
			Name     string
			Category int64 `json:"category_id"`
		}
	}
	a.get("/api/v2/help_center/sections/"+itoa(id), &out)
	var category struct{ Category struct{ Name string } }
	a.get("/api/v2/help_center/categories/"+itoa(out.Section.Category), &category)
	return category.Category.Name + "/" + out.Section.Name
}

func TestLoadFolder(t *testing.T) {
	written := time.Date(2025, 3, 1, 8, 0, 0, 500, time.UTC)
	a := open(t, zendesksim.Config{From: folder(written, map[string]string{
		"index.html":                               "<html><head><title> Start\n here </title></head><body>\n<h1>Other</h1>\n<p>Hi &amp; bye</p>\n</body></html>",
		"billing/refund.htm":                       "<h1>Get a <em>refund</em></h1><p>1</p>",
		"billing/your-invoices/where.html":         "<p>No title at all</p>",
		"billing/your-invoices/2025/old_ones.html": "<title></title><p>deep</p>",
		"notes.txt":                                "not an article",
		".hidden/x.html":                           "<title>Hidden</title>",
		"billing/.x.html":                          "<title>Hidden too</title>",
	})})
	got := a.byTitle("en-us")
	places := make(map[string]string)
	for title, article := range got {
		places[title] = a.sectionName(article.SectionID)
		if article.ID < 1e11 || article.ID >= 1e12 {
			t.Errorf("%s: id %d has not twelve digits", title, article.ID)
		}
	}
	want := map[string]string{
		"Start here": "General/General", "Get a refund": "Billing/General", "Where": "Billing/Your invoices", "Old ones": "Billing/Your invoices",
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Error(diff)
	}
	home := got["Start here"]
	if *home.Body != "<h1>Other</h1>\n<p>Hi &amp; bye</p>" || !home.Created.Equal(written.Truncate(time.Second)) || !home.Updated.Equal(home.Created) {
		t.Errorf("start page: %q %v", *home.Body, home.Created)
	}
	if again := open(t, zendesksim.Config{Seed: 9, From: folder(start, map[string]string{"index.html": "<title>Changed</title>"})}); again.byTitle("en-us")["Changed"].ID != home.ID {
		t.Error("the id depends on more than the path")
	}
}

func TestLoadWithoutTimes(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(time.Time{}, map[string]string{"a.html": "<title>A</title>"})})
	if got := a.byTitle("en-us")["A"]; !got.Created.Equal(start) || got.Body != nil {
		t.Errorf("created %v, body %v", got.Created, got.Body)
	}
}

func TestLoadMeta(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(start, map[string]string{
		"draft.html":  `<head><title>Draft</title><meta name="article-status" content="draft"></head>x`,
		"staff.html":  `<head><title>Members</title><meta name="article-audience" content="signed-in"></head>x`,
		"public.html": `<head><title>Public</title><meta name="article-status" content="published"></head>x`,
	})})
	got := a.byTitle("en-us")
	if !got["Draft"].Draft || got["Members"].Segment == nil || got["Public"].Draft || got["Public"].Segment != nil {
		t.Errorf("loaded: %+v", got)
	}
	if n := a.CountVisible(); n != 1 {
		t.Errorf("%d are public, want 1", n)
	}
}

func TestLoadLocales(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(start, map[string]string{
		"de/konto/hilfe.html": `<title>Hilfe</title><body><a href="nur.html">x</a></body>`, "en-us/konto/hilfe.html": "<title>Help</title>",
		"de/konto/nur.html": "<title>Nur deutsch</title>", "fr/konto/hilfe.html": "<title>Aide</title>", ".git/config": "x",
	})})
	var locales struct {
		Locales []string
		Default string `json:"default_locale"`
	}
	if a.get("/api/v2/help_center/locales", &locales); locales.Default != "en-us" || !cmp.Equal(locales.Locales, []string{"en-us", "de", "fr"}) {
		t.Errorf("locales: %+v", locales)
	}
	english, german := a.byTitle("en-us"), a.byTitle("de")
	if len(english) != 1 || len(german) != 2 || english["Help"].ID != german["Hilfe"].ID || german["Hilfe"].SourceLocale != "en-us" || german["Nur deutsch"].SourceLocale != "de" {
		t.Errorf("english %v, german %v", english, german)
	}
	if link := *german["Hilfe"].Body; !strings.Contains(link, `href="/hc/de/articles/`+itoa(german["Nur deutsch"].ID)+`-Nur-deutsch"`) {
		t.Errorf("link: %s", link)
	}
	// One file more at the top, and de is a category like any other.
	flat := open(t, zendesksim.Config{From: folder(start, map[string]string{"de/a.html": "<title>A</title>", "readme.txt": "x"})})
	if got := flat.byTitle("en-us")["A"]; flat.sectionName(got.SectionID) != "De/General" {
		t.Errorf("section %s", flat.sectionName(got.SectionID))
	}
}

func TestLoadRewritesLinks(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(start, map[string]string{
		"guide/setup/index.html": "<title>Set up</title>",
		"guide/b.html":           "<title>Größe &amp; more</title>",
		"guide/pic one.png":      "png",
		"guide/a.html": `<title>A</title><body><a href="b.html#part two" id="1">b</a><a href="./setup/" id="2">s</a><a href="../guide/b" id="3">b</a>
<img src="pic%20one.png?v=2"><a href="manual.pdf" id="4">m</a><a href="https://example.com/b.html" id="5">e</a><a href="#top" id="6">t</a>
<a href="mailto:a@example.com" id="7">m</a><a href="/root.html" id="8">r</a><a href="../../outside.html" id="9">o</a><a href="//cdn.example/x" id="10">c</a></body>`,
	})})
	got := a.byTitle("en-us")
	b, setup := got["Größe & more"], got["Set up"]
	body := *got["A"].Body
	article := func(a article, slug string) string { return "/hc/en-us/articles/" + itoa(a.ID) + slug }
	for _, want := range []string{
		`href="` + article(b, "-Gr%C3%B6%C3%9Fe-more") + `#part%20two" id="1"`, `href="` + article(setup, "-Set-up") + `" id="2"`, `href="` + article(b, "-Gr%C3%B6%C3%9Fe-more") + `" id="3"`,
		`src="/hc/files/guide/pic%20one.png?v=2"`, `href="/hc/files/guide/manual.pdf" id="4"`, `href="https://example.com/b.html" id="5"`, `href="#top" id="6"`,
		`href="mailto:a@example.com" id="7"`, `href="/root.html" id="8"`, `href="../../outside.html" id="9"`, `href="//cdn.example/x" id="10"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	public := a.anonymous()
	if page := public.do("GET", article(b, "-Gr%C3%B6%C3%9Fe-more"), "", ""); page.status != 200 || !strings.Contains(page.body, "Größe &amp; more") {
		t.Errorf("the link leads to %d", page.status)
	}
	if file := public.do("GET", "/hc/files/guide/pic%20one.png?v=2", "", ""); file.status != 200 || file.body != "png" || file.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture is %d %q", file.status, file.body)
	}
}

func TestLoadCharsets(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(start, map[string]string{
		"latin.html":  "<meta charset=iso-8859-1><title>Gr\xfc\xdfe \x96 5 \x80\x9f</title>",
		"utf8.html":   "\ufeff<title>Größe</title>" + strings.Repeat(" ", 2000) + "ä",
		"little.html": "\xff\xfe<\x00h\x001\x00>\x00\xe9\x00",
		"big.html":    "\xfe\xff\x00<\x00h\x001\x00>\x00\xe8",
	})})
	got := a.byTitle("en-us")
	for _, title := range []string{"Grüße – 5 €Ÿ", "Größe", "é", "è"} {
		if _, ok := got[title]; !ok {
			t.Errorf("no %q", title)
		}
	}
	if *got["Größe"].Body != "ä" {
		t.Errorf("body %q", *got["Größe"].Body)
	}
}

func TestFilesStayInside(t *testing.T) {
	a := open(t, zendesksim.Config{From: folder(start, map[string]string{"a.html": "<script>1</script>", ".secret": "x", "dir/.secret": "x", "dir/b.css": "b{}"})}).anonymous()
	for _, path := range []string{"/hc/files/.secret", "/hc/files/dir/.secret", "/hc/files/dir", "/hc/files/", "/hc/files/..%2f..%2fetc/passwd", "/hc/files/none"} {
		if got := a.do("GET", path, "", ""); got.status != http.StatusNotFound {
			t.Errorf("%s: %d %q", path, got.status, got.body)
		}
	}
	if got := a.do("GET", "/hc/files/a.html", "", ""); !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a page may run: %v", got.header)
	}
}

// TestLoadLater adds a folder to an account that has articles already.
func TestLoadLater(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 3, Locales: []string{"en-us", "fr"}})
	a.must(a.Load(folder(start, map[string]string{"de/a.html": "<title>Ah</title>", "en-us/a.html": "<title>A</title>"})))
	if english, german := a.byTitle("en-us"), a.byTitle("de"); len(english) != 4 || english["A"].ID != german["Ah"].ID || len(a.byTitle("fr")) != 3 {
		t.Errorf("loaded %v and %v", english, german)
	}
}

func TestLoadErrors(t *testing.T) {
	if _, err := zendesksim.New(zendesksim.Config{From: os.DirFS(filepath.Join(t.TempDir(), "none"))}); err == nil {
		t.Error("a folder that does not exist was loaded")
	}
}

// TestRescan changes a real folder.
func TestRescan(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, at time.Time) {
		t.Helper()
		path := filepath.Join(dir, name)
		for _, err := range []error{os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644), os.Chtimes(path, at, at)} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	old := start.Add(-time.Hour)
	write("help/a.html", "<title>A</title><p>1</p>", old)
	write("help/b.html", "<title>B</title><p>1</p>", old)
	write("help/c.html", "<title>C</title><p>1</p>", old)
	a := open(t, zendesksim.Config{From: os.DirFS(dir)})
	before := a.byTitle("en-us")

	write("help/a.html", "<title>A</title><p>2</p>", old.Add(time.Second))
	write("help/c.html", "<title>C</title><p>1</p>", old.Add(time.Second)) // touched, not changed
	write("help/new.html", "<title>New</title>", old)
	if err := os.Remove(filepath.Join(dir, "help/b.html")); err != nil {
		t.Fatal(err)
	}
	a.must(a.Rescan())
	after := a.byTitle("en-us")
	if got := after["A"]; *got.Body != "<p>2</p>" || got.ID != before["A"].ID || !got.Updated.Equal(start) || !got.Edited.Equal(start) || !got.Created.Equal(old) {
		t.Errorf("changed: %+v", got)
	}
	if _, there := after["B"]; there || a.do("GET", one("en-us", before["B"].ID), "", "").status != 404 {
		t.Error("a vanished file is still an article")
	}
	if diff := cmp.Diff(before["C"], after["C"]); diff != "" {
		t.Errorf("a touched file changed: %s", diff)
	}
	if got := after["New"]; !got.Created.Equal(start) {
		t.Errorf("new: %+v", got)
	}
	a.Clock().Advance(time.Minute)
	write("help/b.html", "<title>B again</title>", old)
	a.must(a.Rescan())
	if got := a.byTitle("en-us")["B again"]; got.ID != before["B"].ID || !got.Updated.Equal(start.Add(time.Minute)) {
		t.Errorf("a file that came back: %+v", got)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if a.Rescan() == nil || a.CountVisible() != 4 {
		t.Errorf("without its folder the double has %d articles", a.CountVisible())
	}
}

// TestRescanOfLocales: a translation that goes leaves the others; the last one
// takes the article along.
func TestRescanOfLocales(t *testing.T) {
	files := folder(start, map[string]string{"en-us/a.html": "<title>A</title>", "fr/a.html": `<title>Ah</title>`, "fr/b.html": "<title>B</title>"})
	a := open(t, zendesksim.Config{From: files})
	id := a.byTitle("fr")["Ah"].ID
	delete(files, "en-us/a.html")
	a.must(a.Rescan())
	if got := a.article("fr", id); got.SourceLocale != "fr" || got.Title != "Ah" {
		t.Errorf("without en-us: %+v", got)
	}
	files["fr/a.html"] = &fstest.MapFile{Data: []byte(`<title>Ah</title><meta name="article-audience" content="signed-in">`), ModTime: start.Add(time.Second)}
	a.must(a.Rescan())
	if got := a.article("fr", id); got.Segment == nil {
		t.Error("the new audience is not seen")
	}
	delete(files, "fr/a.html")
	a.must(a.Rescan())
	a.refused(one("fr", id), 404, notFound)
	files["de/a.html"] = &fstest.MapFile{Data: []byte("<title>Ach</title>"), ModTime: start}
	a.must(a.Rescan())
	if got := a.byTitle("de"); len(got) != 1 || got["Ach"].ID != id || got["Ach"].Segment != nil {
		t.Errorf("in a new locale: %+v", got)
	}
	if got := a.do("GET", one("fr", id), "", "").status; got != 404 {
		t.Errorf("the old translation is back: %d", got)
	}
}

// TestArchivedByHandStays: a change of the file does not undo it.
func TestArchivedByHandStays(t *testing.T) {
	files := folder(start, map[string]string{"a.html": "<title>A</title>"})
	a := open(t, zendesksim.Config{From: files})
	id := a.byTitle("en-us")["A"].ID
	a.must(a.Archive(id))
	files["a.html"] = &fstest.MapFile{Data: []byte("<title>A2</title>"), ModTime: start.Add(time.Second)}
	a.must(a.Rescan())
	a.refused(one("en-us", id), 404, notFound)
}

func TestRescanBeforeListings(t *testing.T) {
	dir := t.TempDir()
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("<title>"+name+"</title>"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("a.html")
	a := open(t, zendesksim.Config{From: os.DirFS(dir), Rescan: true})
	if got := len(a.list(articles).Articles); got != 1 {
		t.Fatalf("%d articles", got)
	}
	put("b.html")
	deadline := time.Now().Add(10 * time.Second)
	for len(a.list(articles).Articles) != 2 {
		if time.Now().After(deadline) {
			t.Fatal("the new file never showed")
		}
	}
}
