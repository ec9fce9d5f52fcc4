package dialpadsim

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestNodeFromCreateToDelete(t *testing.T) {
	c := newClient(t, nil)
	created := c.send("POST", "/kbm/nodes", nodeIn(source, "kb-42", "Returns"))
	id := created.field("id")
	if created.status != 201 || !regexp.MustCompile(`^node_[0-9a-f]{32}$`).MatchString(id) {
		t.Fatalf("create: %d %s", created.status, created.body)
	}
	for _, path := range []string{"/kbm/nodes/" + id, "/kbm/nodes/" + id + "/"} {
		got := c.get(path)
		for field, want := range map[string]string{
			"id": id, "type": "content", "status": "published", "title": "Returns", "locale": "en-GB",
			"content.source": source, "content.external_id": "kb-42", "content.mime_type": "text/html",
			"content.url": "https://help.example.com/kb-42", "created_at": "2026-11-22T10:00:00.000000Z", "updated_at": "2026-11-22T10:00:00.000000Z",
		} {
			if got.field(field) != want {
				t.Errorf("%s: %s is %q, want %q", path, field, got.field(field), want)
			}
		}
	}
	c.sim.Clock().Advance(30 * time.Minute)
	updated := c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "kb-42", "Returns within 30 days"))
	if updated.status != 200 || updated.field("title") != "Returns within 30 days" ||
		updated.field("updated_at") != "2026-11-22T10:30:00.000000Z" || updated.field("created_at") != "2026-11-22T10:00:00.000000Z" {
		t.Errorf("update: %d %s", updated.status, updated.body)
	}
	c.want(c.send("DELETE", "/kbm/nodes/"+id, ""), 204, "")
	c.want(c.get("/kbm/nodes/"+id), 404, "not_found")
	c.want(c.send("DELETE", "/kbm/nodes/"+id, ""), 404, "not_found")
	c.want(c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "kb-42", "x")), 404, "not_found")
	if n := len(c.sim.Nodes()); n != 0 {
		t.Errorf("%d nodes are left", n)
	}
}

func TestIdsFollowFromTheSeed(t *testing.T) {
	ids := func(seed uint64) string {
		c := newClient(t, func(config *Config) { config.Seed = seed })
		return c.create("a") + c.create("b")
	}
	if first, again := ids(5), ids(5); first != again || first == ids(6) {
		t.Error("ids do not follow from the seed")
	}
}

func TestPutReplacesTheWholeObject(t *testing.T) {
	c := newClient(t, nil)
	in := strings.Replace(nodeIn(source, "1", "A"), `"type"`, `"labels":["x"],"type"`, 1)
	in = strings.Replace(in, `"mime_type"`, `"team":{"id":12345678901234567890},"mime_type"`, 1)
	id := c.send("POST", "/kbm/nodes", in).field("id")
	got := c.get("/kbm/nodes/" + id)
	if got.field("labels") != "[x]" || !strings.Contains(got.body, `"team":{"id":12345678901234567890}`) {
		t.Errorf("unknown fields are lost: %s", got.body)
	}
	c.want(c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "1", "A")), 200, "")
	if got := c.get("/kbm/nodes/" + id); got.field("labels") != "" || got.field("content.team") != "" {
		t.Errorf("fields that PUT left out are still there: %s", got.body)
	}
}

func TestNodeInIsChecked(t *testing.T) {
	c := newClient(t, nil)
	good := nodeIn(source, "1", "A")
	for _, tt := range []struct {
		body, code, field string
		status            int
	}{
		{"[", "invalid", "", 400},
		{"null", "invalid", "", 400},
		{"[]", "invalid", "", 400},
		{strings.Replace(good, `"A"`, `""`, 1), "invalid", "title", 422},
		{strings.Replace(good, `"A"`, `7`, 1), "invalid", "title", 422},
		{strings.Replace(good, `"A"`, `"a\nb"`, 1), "invalid", "title", 422},
		{strings.Replace(good, `"A"`, `"`+strings.Repeat("ä", 256)+`"`, 1), "invalid", "title", 422},
		{strings.Replace(good, `"published"`, `"live"`, 1), "invalid", "status", 422},
		{strings.Replace(good, `"type":"content"`, `"type":"page"`, 1), "invalid", "type", 422},
		{strings.Replace(good, `https://`, `javascript:`, 1), "invalid", "url", 422},
		{strings.Replace(good, `https://`, `https://me:pw@`, 1), "invalid", "url", 422},
		{`{"type":"content","title":"A","status":"published","content":7}`, "invalid", "content", 422},
		{strings.Replace(good, `text/html`, `text/rtf`, 1), "unsupported_media_type", "", 415},
		{`{"title":"` + strings.Repeat("x", maxJSON) + `"}`, "too_large", "", 413},
	} {
		a := c.send("POST", "/kbm/nodes", tt.body)
		if a.status != tt.status || a.field("code") != tt.code || (tt.field != "" && !strings.Contains(a.body, `"field":"`+tt.field+`"`)) {
			t.Errorf("%.120s: %d %.200s, want %d %s %s", tt.body, a.status, a.body, tt.status, tt.code, tt.field)
		}
	}
	if n := len(c.sim.Nodes()); n != 0 {
		t.Errorf("%d nodes came from refused creates", n)
	}
}

func TestDuplicateKeys(t *testing.T) {
	c := newClient(t, nil)
	first := c.create("1")
	again := nodeIn(source, "1", "Second")
	a := c.send("POST", "/kbm/nodes", again)
	if a.status != 409 || a.field("code") != "conflict" || a.field("id") != first {
		t.Errorf("conflict: %d %s", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.ConflictID = "off" })
	if a := c.send("POST", "/kbm/nodes", again); a.status != 409 || a.field("id") != "" {
		t.Errorf("conflict without id: %d %s", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.Dup = "upsert" })
	if a := c.send("POST", "/kbm/nodes", again); a.status != 200 || a.field("id") != first || a.field("title") != "Second" {
		t.Errorf("upsert: %d %s", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.Dup = "duplicate" })
	a = c.send("POST", "/kbm/nodes", again)
	if a.status != 201 || a.field("id") == first {
		t.Errorf("duplicate: %d %s", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.Dup = "conflict" })
	c.want(c.send("DELETE", "/kbm/nodes/"+first, ""), 204, "")
	c.want(c.send("POST", "/kbm/nodes", again), 409, "conflict")
	c.want(c.send("DELETE", "/kbm/nodes/"+a.field("id"), ""), 204, "")
	c.want(c.send("POST", "/kbm/nodes", again), 201, "")
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "2", "Other key")), 201, "")
}

func TestUpdateCannotTakeAnothersKey(t *testing.T) {
	c := newClient(t, nil)
	one, two := c.create("1"), c.create("2")
	if a := c.send("PUT", "/kbm/nodes/"+two, nodeIn(source, "1", "x")); a.status != 409 || a.field("id") != one {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(c.send("PUT", "/kbm/nodes/"+two, nodeIn(source, "3", "x")), 200, "")
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "2", "free again")), 201, "")
}

func TestSoftDelete(t *testing.T) {
	c := newClient(t, nil)
	c.switches(func(s *Switches) { s.Delete = "soft" })
	id := c.create("1")
	c.want(c.send("DELETE", "/kbm/nodes/"+id, ""), 204, "")
	if a := c.get("/kbm/nodes/" + id); a.status != 200 || a.field("status") != "archived" {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	if got := append(c.all("type=content&status=published"), c.all("type=content")...); len(got) != 0 {
		t.Errorf("listed: %v", got)
	}
	c.want(c.send("DELETE", "/kbm/nodes/"+id, ""), 404, "")
	c.want(c.upload(id, "text/html", "x"), 404, "")
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "1", "again")), 201, "")
}

func TestAnswersOfWrites(t *testing.T) {
	c := newClient(t, nil)
	c.switches(func(s *Switches) { s.CreateCode = 200 })
	if a := c.send("POST", "/kbm/nodes", nodeIn(source, "1", "A")); a.status != 200 || a.field("id") == "" {
		t.Errorf("create_code=200: %d %s", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.CreateCode, s.EmptyBody = 201, "writes" })
	if a := c.send("POST", "/kbm/nodes", nodeIn(source, "2", "A")); a.status != 201 || a.body != "" {
		t.Errorf("empty_2xx_body on create: %d %q", a.status, a.body)
	}
	id := c.sim.Nodes()[1].ID
	if a := c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "2", "B")); a.status != 200 || a.body != "" {
		t.Errorf("empty_2xx_body on update: %d %q", a.status, a.body)
	}
	if a := c.upload(id, "text/html", "x"); a.status != 200 || a.body != "" {
		t.Errorf("empty_2xx_body on upload: %d %q", a.status, a.body)
	}
	c.switches(func(s *Switches) { s.EmptyBody = "upload" })
	if a := c.upload(id, "text/html", "x"); a.body != "" {
		t.Errorf("empty upload answer: %q", a.body)
	}
	if a := c.send("PUT", "/kbm/nodes/"+id, nodeIn(source, "2", "C")); a.field("id") != id {
		t.Errorf("update answer: %q", a.body)
	}
	c.switches(func(s *Switches) { s.EmptyBody, s.UploadAnswer = "off", "text" })
	if a := c.upload(id, "text/html", "x"); a.body != "ok" {
		t.Errorf("text upload answer: %q", a.body)
	}
}

func TestShapeSwitches(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.switches(func(s *Switches) { s.ReportVersions, s.ExtraFields, s.TrailingSlash = "off", "on", "required" })
	c.want(c.get("/kbm/nodes/"+id), 404, "not_found")
	a := c.get("/kbm/nodes/" + id + "/")
	if a.field("updated_at") != "" || a.field("created_at") == "" || a.field("tags") == "" || a.field("_links.depth") == "" {
		t.Errorf("report_versions=off extra_fields=on: %s", a.body)
	}
	c.switches(func(s *Switches) { s.ListShape = "sparse" })
	if e := c.list("type=content").Entries[0]; len(e) != 3 || e["id"] != id || e["type"] != "content" || e["status"] != "published" {
		t.Errorf("sparse entry: %v", e)
	}
}

func TestVersions(t *testing.T) {
	c := newClient(t, nil)
	c.switches(func(s *Switches) { s.Versions, s.Retired = []string{"v3.1", "v3.0"}, []string{"v2.2"} })
	for v, want := range map[string]int{"v3.1": 200, "v3.0": 200, "v2.2": 410, "v2": 404, "v9": 404} {
		c.v = v
		if a := c.get("/kbm/nodes?type=content&limit=1"); a.status != want {
			t.Errorf("%s: %d, want %d", v, a.status, want)
		}
	}
	c.v = "v3.1"
	id := c.create("1")
	c.v = "v3.0"
	c.want(c.get("/kbm/nodes/"+id), 200, "")
}

func TestStrict(t *testing.T) {
	c := newClient(t, nil)
	c.want(c.get("/kbm/nodes?token=x"), 200, "")
	c.switches(func(s *Switches) { s.Strict = "on" })
	c.want(c.get("/kbm/nodes?token=x"), 400, "invalid")
	for locale, want := range map[string]int{"": 400, "en-GB": 200, "de": 200, "English please": 400} {
		a := c.do("GET", "/v2.2/kbm/nodes", "", "", header(localeHeader, locale))
		if a.status != want {
			t.Errorf("locale %q: %d, want %d", locale, a.status, want)
		}
	}
}

func TestUnknownPathsAreRefusedInShape(t *testing.T) {
	c := newClient(t, nil)
	c.want(c.get("/kbm/pages"), 404, "not_found")
	c.want(c.do("PATCH", "/v2.2/kbm/nodes", "", ""), 404, "not_found")
	if e := c.sim.Journal().Entries(); e[len(e)-1].Template != "" {
		t.Errorf("the journal names a template: %+v", e[len(e)-1])
	}
}
