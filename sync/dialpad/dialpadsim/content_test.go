package dialpadsim

import (
	"net/http"
	"strings"
	"testing"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
}

func TestContentIsReplacedAndReadBack(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.want(c.get("/kbm/nodes/"+id+"/content/raw"), 404, "not_found")
	const html = "<html><body><p>Grüße</p><SCRIPT a=1>alert(1)\n</script ><p>end</p></body></html>"
	for _, body := range []string{"first", html} {
		if a := c.upload(id, "text/html", body); a.status != 200 || a.field("id") != id {
			t.Fatalf("upload: %d %s", a.status, a.body)
		}
	}
	raw := c.get("/kbm/nodes/" + id + "/content/raw")
	if raw.body != html || raw.header.Get("Content-Type") != "text/html" {
		t.Errorf("raw: %s %q", raw.header.Get("Content-Type"), raw.body)
	}
	if public := c.get("/kbm/nodes/" + id + "/content/public"); public.body != "<html><body><p>Grüße</p><p>end</p></body></html>" {
		t.Errorf("public: %q", public.body)
	}
	n, err := c.sim.Node(id)
	if err != nil || n.Content != html || !n.HasContent || n.Revision != 3 {
		t.Errorf("snapshot: %+v %v", n, err)
	}
}

func TestUploadMovesTheVersion(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	before := c.get("/kbm/nodes/" + id).field("updated_at")
	c.upload(id, "text/html", "a")
	after := c.get("/kbm/nodes/" + id).field("updated_at")
	if after <= before {
		t.Errorf("updated_at %s → %s although the clock stands", before, after)
	}
}

func TestContentPerLocale(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.upload(id, "", "english")
	c.upload(id, "", "deutsch", header(localeHeader, "de"))
	path := "/v2.2/kbm/nodes/" + id + "/content/raw"
	for locale, want := range map[string]string{"en-GB": "english", "de": "deutsch", "": "english"} {
		if a := c.do("GET", path, "", "", header(localeHeader, locale)); a.body != want {
			t.Errorf("%q: %q, want %q", locale, a.body, want)
		}
	}
	c.want(c.do("GET", path, "", "", header(localeHeader, "fr")), 404, "not_found")
}

func TestEmptyContentIsNotNoContent(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.switches(func(s *Switches) { s.NoContent = "empty" })
	if a := c.get("/kbm/nodes/" + id + "/content/raw"); a.status != 200 || a.body != "" {
		t.Errorf("no_content=empty: %d %q", a.status, a.body)
	}
	if n, _ := c.sim.Node(id); n.HasContent {
		t.Error("a node has content before any upload")
	}
	c.upload(id, "text/html", "")
	if n, _ := c.sim.Node(id); !n.HasContent {
		t.Error("an empty upload is not a content")
	}
	c.want(c.get("/kbm/nodes/node_none/content/raw"), 404, "not_found")
}

func TestUploadIsChecked(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	path := "/v2.2/kbm/nodes/" + id + "/content"
	other, otherType := multipartBody("file", "text/html", "x")
	form, formType := multipartBody("content", "text/html", "x")
	c.want(c.do("POST", path, "application/json", "{}"), 415, "unsupported_media_type")
	c.want(c.do("POST", path, "", "x"), 415, "unsupported_media_type")
	c.want(c.do("POST", path, otherType, other), 422, "invalid")
	c.want(c.do("POST", path, formType, form[:len(form)-10]), 400, "invalid")
	c.want(c.upload(id, "image/png", "x"), 415, "unsupported_media_type")
	c.want(c.upload("node_none", "text/html", "x"), 404, "not_found")
	c.want(c.do("POST", path, formType, form), 200, "")
}

func TestTooLarge(t *testing.T) {
	c := newClient(t, nil)
	c.switches(func(s *Switches) { s.MaxBytes = 1000 })
	id := c.create("1")
	c.want(c.upload(id, "text/html", strings.Repeat("x", 1000)), 200, "")
	for _, size := range []int{1001, 1 << 20} {
		a := c.upload(id, "text/html", strings.Repeat("y", size))
		if a.status != 413 || a.field("code") != "too_large" || a.field("max_bytes") != "1000" {
			t.Errorf("%d bytes: %d %s", size, a.status, a.body)
		}
	}
	c.switches(func(s *Switches) { s.TooLarge = "close" })
	// The client may meet the answer or, still sending, the closed connection.
	if a := c.upload(id, "text/html", strings.Repeat("y", 20<<20)); a.status != 0 && a.status != 413 {
		t.Errorf("closing early: %d %s", a.status, a.body)
	}
	if a := c.upload(id, "text/html", strings.Repeat("y", 2000)); a.status != 413 || a.header.Get("Connection") == "keep-alive" {
		t.Errorf("closing early: %d %v", a.status, a.header)
	}
	if n, _ := c.sim.Node(id); n.Content != strings.Repeat("x", 1000) {
		t.Error("a refused upload changed the content")
	}
}

func TestRejectedTypesAndTitles(t *testing.T) {
	c := newClient(t, nil)
	c.switches(func(s *Switches) { s.RejectTypes, s.RejectTitles = []string{"text/markdown"}, "(?i)secret" })
	c.want(c.send("POST", "/kbm/nodes", strings.Replace(nodeIn(source, "1", "A"), "text/html", "text/markdown", 1)), 415, "unsupported_media_type")
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "1", "Our Secret sauce")), 422, "invalid")
	id := c.create("1")
	c.want(c.upload(id, "text/markdown", "x"), 415, "unsupported_media_type")
	c.want(c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "1", "secret")), 422, "invalid")
}
