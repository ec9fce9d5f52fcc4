package zendesksim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func TestPlayByHand(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 60, Locales: []string{"en-us", "fr"}}).anonymous()
	page := a.do("GET", "/", "", "")
	if page.status != 200 || strings.Count(page.body, `<li id="article-`) != 25 || !strings.Contains(page.body, "Page 1 of 3") || !strings.Contains(page.body, `rel="next"`) {
		t.Fatalf("list: %d %s", page.status, page.body)
	}
	for _, want := range []string{"prefers-color-scheme", "viewport", `action="/do/unpublish"`, `action="/do/archive"`, `action="/do/restrict"`, `href="/edit?locale=en-us"`, "<option>fr</option>"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the list has no %s", want)
		}
	}
	if last := a.do("GET", "/?page=3", "", ""); strings.Count(last.body, `<li id="article-`) != 10 || strings.Contains(last.body, `rel="next"`) {
		t.Error("the last page is not the last")
	}
	id := a.Articles()[5].ID
	title := a.Articles()[5].Translations[0].Title
	found := a.do("GET", "/?q="+url.QueryEscape(strings.ToUpper(title)), "", "")
	if !strings.Contains(found.body, `<li id="article-`+itoa(id)) {
		t.Errorf("searching for %q does not find it", title)
	}
	if none := a.do("GET", "/?q=%3Cscript%3E", "", ""); !strings.Contains(none.body, "Nothing found") || strings.Contains(none.body, "<script>") {
		t.Error("a search without a hit")
	}
}

func TestButtons(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 3}).anonymous()
	ref := zendesksim.Ref{ID: a.Articles()[1].ID, Locale: "en-us"}
	for _, step := range []struct {
		action  string
		visible bool
		shows   string
	}{
		{"unpublish", false, "Draft"}, {"publish", true, "Published."}, {"restrict", false, "Signed-in only"}, {"unrestrict", true, "Public now."},
		{"archive", false, `action="/do/restore"`}, {"restore", true, "Restored."},
	} {
		got := a.form("/do/"+step.action, url.Values{"id": {itoa(ref.ID)}, "locale": {"en-us"}, "q": {"é &"}, "page": {"1"}})
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/?") || !strings.Contains(got.header.Get("Location"), "q=%C3%A9+%26") {
			t.Fatalf("%s: %d to %s", step.action, got.status, got.header.Get("Location"))
		}
		if _, visible := a.Visible()[ref]; visible != step.visible {
			t.Errorf("after %s it is visible: %v", step.action, visible)
		}
		q := url.Values{"done": {step.action}, "id": {itoa(ref.ID)}}
		if page := a.do("GET", "/?"+q.Encode(), "", ""); !strings.Contains(page.body, step.shows) {
			t.Errorf("after %s the list does not say %q", step.action, step.shows)
		}
	}
	for _, path := range []string{"/do/nonsense", "/do/restore"} {
		if got := a.form(path, url.Values{"id": {itoa(ref.ID)}}); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

func TestEditForm(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 30}).anonymous()
	first := a.Articles()[0]
	page := a.do("GET", "/edit?id="+itoa(first.ID)+"&locale=en-us", "", "")
	fields := formFields(t, page.body)
	text, _ := a.Text(first.ID, "en-us")
	if fields.Get("title") != text.Title || fields.Get("body") != text.Body || fields.Get("section") != itoa(first.Section) {
		t.Fatalf("the form has %v, want %v", fields, text)
	}
	// Saving what nobody changed, with a browser's line ends, changes nothing.
	fields.Set("body", strings.ReplaceAll(fields.Get("body"), "\n", "\r\n"))
	if got := a.form("/edit", fields); got.status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", got.status, got.body)
	}
	if after := a.Articles()[0]; after.UpdatedAt != first.UpdatedAt {
		t.Error("saving an untouched form edited the article")
	}
	fields.Set("title", "<b>New</b> title")
	fields.Set("body", "<p>typed</p>")
	a.form("/edit", fields)
	if got, _ := a.Text(first.ID, "en-us"); got != (zendesksim.Text{Title: "<b>New</b> title", Body: "<p>typed</p>"}) {
		t.Errorf("saved %v", got)
	}
	if list := a.do("GET", "/", "", ""); !strings.Contains(list.body, "&lt;b&gt;New&lt;/b&gt; title") || strings.Contains(list.body, "<b>New</b>") {
		t.Error("the list does not escape titles")
	}
	section, err := a.AddSection(0, 0, "Other")
	a.must(err)
	fields.Set("section", itoa(section))
	if a.form("/edit", fields); a.Articles()[0].Section != section {
		t.Error("the article was not moved")
	}
	if got := a.do("GET", "/edit?id=1", "", "").status; got != http.StatusNotFound {
		t.Errorf("editing nothing: %d", got)
	}
}

func TestNewArticleByHand(t *testing.T) {
	a := open(t, zendesksim.Config{}).anonymous()
	if page := a.do("GET", "/", "", ""); !strings.Contains(page.body, "There are no articles yet") {
		t.Error("the empty list says nothing")
	}
	fields := formFields(t, a.do("GET", "/edit", "", "").body)
	fields.Set("title", " By hand ")
	fields.Set("body", "<p>x</p>")
	if got := a.form("/edit", fields); got.status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", got.status, got.body)
	}
	visible := a.Visible("en-us")
	for _, text := range visible {
		if len(visible) != 1 || text.Title != "By hand" {
			t.Errorf("made %v", visible)
		}
	}
}

// formFields returns what a browser would send for the form on a page.
func formFields(t *testing.T, page string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := url.Values{}
	attr := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	var selected string
	for n := range root.Descendants() {
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		switch n.Data {
		case "input":
			out.Set(name, value)
		case "textarea":
			if n.FirstChild != nil {
				out.Set(name, n.FirstChild.Data)
			}
		case "select":
			selected = name
		case "option":
			if _, chosen := attr(n, "selected"); chosen || out.Get(selected) == "" {
				out.Set(selected, value)
			}
		}
	}
	return out
}

// TestOtherPagesCannotDrive: a page of another origin, or one under a name that
// somebody pointed to this computer, changes nothing.
func TestOtherPagesCannotDrive(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 2}).anonymous()
	id := a.Articles()[0].ID
	for name, header := range map[string]http.Header{
		"other site":   {"Sec-Fetch-Site": {"cross-site"}},
		"other port":   {"Sec-Fetch-Site": {"same-site"}},
		"origin":       {"Origin": {"http://evil.example"}},
		"null origin":  {"Origin": {"null"}},
		"rebound name": {"Host": {"evil.example"}},
	} {
		for path, body := range map[string]string{
			"/do/archive": url.Values{"id": {itoa(id)}, "locale": {"en-us"}}.Encode(), "/edit": "title=x&body=y",
			"/__sim/edit": `{"op":"archive","id":` + itoa(id) + `}`,
		} {
			req, _ := http.NewRequest("POST", a.http.URL+path, strings.NewReader(body))
			req.Header = header.Clone()
			req.Host = header.Get("Host")
			req.Header.Del("Host")
			if req.Header.Set("Content-Type", "application/x-www-form-urlencoded"); a.send(req).status != http.StatusForbidden {
				t.Errorf("%s: POST %s is not refused", name, path)
			}
		}
	}
	if a.CountVisible() != 2 {
		t.Error("something was changed")
	}
	req, _ := http.NewRequest("POST", a.http.URL+"/do/archive", strings.NewReader("id="+itoa(id)))
	req.Header = http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {a.http.URL}, "Content-Type": {"application/x-www-form-urlencoded"}}
	if got := a.send(req); got.status != http.StatusSeeOther {
		t.Errorf("its own page is refused: %d", got.status)
	}
}

func TestPublicHelpCenter(t *testing.T) {
	a := open(t, zendesksim.Config{Articles: 60, Locales: []string{"en-us", "fr"}}).anonymous()
	list := a.do("GET", "/hc/fr", "", "")
	if list.status != 200 || strings.Count(list.body, `href="/hc/fr/articles/`) != 50 || !strings.Contains(list.body, `rel="next"`) {
		t.Fatalf("list: %d %s", list.status, list.body)
	}
	id := a.Articles()[3].ID
	text, _ := a.Text(id, "fr")
	page := a.do("GET", "/hc/fr/articles/"+itoa(id)+"-whatever", "", "")
	if page.status != 200 || !strings.Contains(page.body, text.Body) || !strings.Contains(page.body, `lang="fr"`) {
		t.Errorf("article: %d %s", page.status, page.body)
	}
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("the page may run something: %q", csp)
	}
	a.must(a.Unpublish(id, "fr"))
	for _, path := range []string{"/hc/fr/articles/" + itoa(id), "/hc/de", "/hc/fr/articles/1", "/hc/fr/other", "/hc/", "/none"} {
		if got := a.do("GET", path, "", "").status; got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := a.do("GET", "/hc/en-us/articles/"+itoa(id), "", "").status; got != 200 {
		t.Errorf("the other locale: %d", got)
	}
}
