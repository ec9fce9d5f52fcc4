package dialpadsim

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

func TestListPage(t *testing.T) {
	c := newClient(t, nil)
	if a := c.do("GET", "/", "", ""); a.status != 200 || !strings.Contains(a.body, "Nothing yet") {
		t.Errorf("empty: %d %s", a.status, a.body)
	}
	for i := range 60 {
		c.sim.Seed(Node{Title: fmt.Sprintf("Tea %02d <b>", i), Source: source, ExternalID: fmt.Sprint(i)})
	}
	c.sim.Seed(Node{Title: "Coffee", Status: "unpublished"})
	first := c.do("GET", "/", "", "")
	if !strings.Contains(first.body, "61 in all, 60 published") || strings.Count(first.body, "<li>") != 50 ||
		!strings.Contains(first.body, "Tea 59 &lt;b&gt;") || !strings.Contains(first.body, `rel="next"`) || strings.Contains(first.body, `rel="prev"`) {
		t.Errorf("first page: %s", first.body)
	}
	second := c.do("GET", "/?page=2", "", "")
	if strings.Count(second.body, "<li>") != 11 || !strings.Contains(second.body, `rel="prev"`) || strings.Contains(second.body, `rel="next"`) {
		t.Errorf("second page: %d rows", strings.Count(second.body, "<li>"))
	}
	if found := c.do("GET", "/?q=coffee", "", ""); strings.Count(found.body, "<li>") != 1 || !strings.Contains(found.body, "unpublished") {
		t.Errorf("search: %s", found.body)
	}
	if none := c.do("GET", "/?q=%3Cscript%3E", "", ""); !strings.Contains(none.body, "Nothing matches “&lt;script&gt;”") {
		t.Errorf("search without a hit: %s", none.body)
	}
	if n := c.sim.Journal().Count("GET", ""); n != 0 {
		t.Errorf("pages for people are in the journal %d times", n)
	}
}

func TestDocumentPageTrustsNothing(t *testing.T) {
	c := newClient(t, nil)
	evil := `<script>alert(1)</script><img src=x onerror=alert(2)>"></iframe>`
	id := c.sim.Seed(Node{Title: evil, Source: "s", ExternalID: "1", URL: "javascript:alert(3)", Content: evil})[0]
	a := c.do("GET", "/documents/"+id, "", "")
	if a.status != 200 || strings.Contains(a.body, "<script") || strings.Contains(a.body, "<img") || strings.Contains(a.body, "javascript:") {
		t.Errorf("%d %s", a.status, a.body)
	}
	_, rest, _ := strings.Cut(a.body, `<iframe sandbox srcdoc="`)
	srcdoc, _, _ := strings.Cut(rest, `"`)
	if doc := html.UnescapeString(srcdoc); !strings.Contains(doc, evil) || !strings.Contains(doc, "default-src &#39;none&#39;") {
		t.Errorf("the frame: %s", doc)
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
		t.Errorf("policy: %s", policy)
	}
	if a := c.do("GET", "/documents/node_none", "", ""); a.status != 404 {
		t.Errorf("a document that is not there: %d", a.status)
	}
	if a := c.do("GET", "/style.css", "", ""); a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/css") {
		t.Errorf("style: %d %v", a.status, a.header)
	}
}

func TestButtons(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.upload(id, "text/html", "before")
	press := func(button string, form url.Values, origin string) answer {
		return c.do("POST", "/documents/"+id+"/"+button, formType, form.Encode(), header("Origin", origin))
	}
	if a := press("delete", nil, "https://evil.example"); a.status != 403 {
		t.Errorf("another site can press delete: %d", a.status)
	}
	if a := c.do("POST", "/documents/"+id+"/delete", formType, "", header("Sec-Fetch-Site", "cross-site")); a.status != 403 {
		t.Errorf("another site can press delete: %d", a.status)
	}
	a := press("edit", url.Values{"title": {"By hand"}, "html": {"<p>after</p>"}}, c.base)
	if n, _ := c.sim.Node(id); a.status != 303 || a.header.Get("Location") != "/documents/"+id || n.Title != "By hand" || n.Content != "<p>after</p>" {
		t.Errorf("edit: %d %+v", a.status, n)
	}
	if a := press("unpublish", nil, c.base); a.status != 303 || c.sim.Nodes()[0].Status != "unpublished" {
		t.Errorf("unpublish: %d", a.status)
	}
	if page := c.do("GET", "/documents/"+id, "", ""); !strings.Contains(page.body, `id="publish"`) {
		t.Errorf("an unpublished document cannot be published: %s", page.body)
	}
	if a := press("publish", nil, c.base); a.status != 303 || c.sim.Nodes()[0].Status != "published" {
		t.Errorf("publish: %d", a.status)
	}
	if a := press("delete", nil, c.base); a.status != 303 || a.header.Get("Location") != "/" || len(c.sim.Nodes()) != 0 {
		t.Errorf("delete: %d to %s", a.status, a.header.Get("Location"))
	}
	if a := press("edit", nil, c.base); a.status != 404 {
		t.Errorf("edit what is gone: %d", a.status)
	}
}
