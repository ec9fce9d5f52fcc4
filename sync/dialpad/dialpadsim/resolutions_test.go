package dialpadsim

import (
	"slices"
	"strings"
	"testing"
)

const balance = `{"status":"published","type":"resolution","title":"What's my balance?","content":{"source":"dialpad-sync:magento:shop1",` +
	`"external_id":"action:balance","mime_type":"text/markdown","url":"https://shop.example.com/account/balance",` +
	`"body":"[See your balance](https://shop.example.com/account/balance)"}}`

func TestResolutions(t *testing.T) {
	c := newClient(t, nil)
	document := c.create("1")
	for _, v := range []string{"v2", "v2.2", "v3.1"} {
		c.v = v
		created := c.send("POST", "/resolutions", balance)
		id := created.field("id")
		if created.status != 201 || id == "" {
			t.Fatalf("%s: create: %d %s", v, created.status, created.body)
		}
		if got := c.get("/resolutions/" + id); got.field("content.body") != "[See your balance](https://shop.example.com/account/balance)" {
			t.Errorf("%s: get: %s", v, got.body)
		}
		if a := c.send("POST", "/resolutions", balance); a.status != 409 || a.field("id") != id {
			t.Errorf("%s: again: %d %s", v, a.status, a.body)
		}
		c.want(c.send("PUT", "/resolutions/"+id, strings.Replace(balance, "What's", "How much is", 1)), 200, "")
		listed := c.get("/resolutions?limit=100")
		if !strings.Contains(listed.body, "How much is my balance?") || strings.Contains(listed.body, document) {
			t.Errorf("%s: list: %s", v, listed.body)
		}
		c.want(c.send("DELETE", "/resolutions/"+id, ""), 204, "")
		c.want(c.get("/resolutions/"+id), 404, "not_found")
	}
}

func TestResolutionsAndDocumentsShareTheIdSpace(t *testing.T) {
	c := newClient(t, nil)
	document := c.create("1")
	resolution := c.send("POST", "/resolutions", balance).field("id")
	if got := c.all("limit=10"); !slices.Equal(got, []string{document, resolution}) {
		t.Errorf("nodes of all types: %v", got)
	}
	c.want(c.get("/kbm/nodes/"+resolution), 200, "")
	c.want(c.get("/resolutions/"+document), 404, "not_found")
	c.want(c.send("DELETE", "/resolutions/"+document, ""), 404, "not_found")
	if a := c.send("PUT", "/kbm/nodes/"+resolution, nodeIn(source, "9", "x")); a.status != 422 {
		t.Errorf("a resolution became a document: %d %s", a.status, a.body)
	}
}

func TestResolutionsAreChecked(t *testing.T) {
	c := newClient(t, nil)
	c.want(c.send("POST", "/resolutions", strings.Replace(balance, "[See your balance](https://shop.example.com/account/balance)", "", 1)), 422, "invalid")
	c.want(c.send("POST", "/resolutions", nodeIn(source, "1", "x")), 422, "invalid")
	c.switches(func(s *Switches) { s.Resolutions = "off" })
	c.v = "v2"
	c.want(c.send("POST", "/resolutions", balance), 404, "not_found")
	c.want(c.get("/resolutions"), 404, "not_found")
	c.switches(func(s *Switches) { s.Resolutions, s.Retired = "on", []string{"v2"} })
	c.want(c.get("/resolutions"), 410, "gone")
}
