package dialpadsim

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestErrorShapes(t *testing.T) {
	c := newClient(t, nil)
	for shape, want := range map[string]string{
		"kare":   `{"code":"not_found","message":"no such node"}`,
		"google": `{"error":{"code":404,"errors":[{"domain":"global","message":"not_found","reason":"notFound"}],"message":"not_found"}}`,
		"oauth":  `{"error":"not_found","error_description":"no such node"}`,
		"detail": `{"detail":"no such node"}`,
		"html":   "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>",
		"empty":  "",
	} {
		c.switches(func(s *Switches) { s.ErrorShape = shape })
		if a := c.get("/kbm/nodes/node_none"); a.status != 404 || strings.TrimSpace(a.body) != want {
			t.Errorf("%s: %d %s", shape, a.status, a.body)
		}
	}
}

// Every status of the contract's table comes in the double's own words.
func TestFaultStatusesSpeakTheDoublesLanguage(t *testing.T) {
	c := newClient(t, nil)
	for status, code := range map[int]string{
		400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 410: "gone",
		413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "rate_limited",
		500: "internal_server_error", 502: "bad_gateway", 503: "service_unavailable", 504: "gateway_timeout",
	} {
		c.sim.Faults().Clear()
		c.fault(fmt.Sprintf("GET /v2.2/kbm/nodes/{id} status=%d retry-after=2", status))
		a := c.get("/kbm/nodes/node_none")
		c.want(a, status, code)
		if a.header.Get("Retry-After") != "2" || a.field("message") == "" {
			t.Errorf("%d: %v %s", status, a.header, a.body)
		}
		if (status == 401) != (a.header.Get("WWW-Authenticate") == `Bearer error="invalid_token"`) {
			t.Errorf("%d: WWW-Authenticate %q", status, a.header.Get("WWW-Authenticate"))
		}
		if status == 403 && a.field("required") != "knowledge:write" {
			t.Errorf("403: %s", a.body)
		}
	}
	c.switches(func(s *Switches) { s.ErrorShape = "google" })
	c.sim.Faults().Clear()
	c.fault("status=503")
	if a := c.get("/kbm/nodes"); a.field("error.message") != "service_unavailable" {
		t.Errorf("google shape of a fault: %s", a.body)
	}
}

func TestThrottleVariants(t *testing.T) {
	c := newClient(t, nil)
	for text, want := range map[string]string{
		"2": "2", "0": "0", "-1": "-1", "soon": "soon", "86400": "86400", `""`: "", "date": "Sun, 22 Nov 2026 10:00:02 GMT",
	} {
		c.sim.Faults().Clear()
		c.fault("retry-after=" + text)
		a := c.get("/kbm/nodes")
		if _, there := a.header["Retry-After"]; a.status != 429 || !there || a.header.Get("Retry-After") != want {
			t.Errorf("retry-after=%s: %d %q", text, a.status, a.header["Retry-After"])
		}
	}
}

func TestWriteDoneAnswerLost(t *testing.T) {
	c := newClient(t, nil)
	for i, fault := range []string{"reset=after", "status=502 effect", "status=504 effect"} {
		c.sim.Faults().Clear()
		c.fault("POST /kbm/nodes times=1 " + fault)
		a := c.send("POST", "/kbm/nodes", nodeIn(source, fmt.Sprint(i), "T"))
		if a.status == 201 || len(c.sim.Nodes()) != i+1 {
			t.Errorf("%s: %d, %d nodes", fault, a.status, len(c.sim.Nodes()))
		}
		c.want(c.send("POST", "/kbm/nodes", nodeIn(source, fmt.Sprint(i), "T")), 409, "conflict")
	}
}

func TestFaultsAboutTokens(t *testing.T) {
	c := newClient(t, nil)
	c.fault("GET /kbm/nodes nth=2 token=expired", "DELETE token=revoked")
	c.want(c.get("/kbm/nodes"), 200, "")
	c.want(c.get("/kbm/nodes"), 401, "token_expired")
	c.want(c.get("/kbm/nodes"), 401, "token_expired")
	c.token = c.signIn(c.sim.Credentials().Knowledge)
	c.want(c.get("/kbm/nodes"), 200, "")
	c.want(c.send("DELETE", "/kbm/nodes/node_none", ""), 401, "unauthorized")
	c.want(c.get("/kbm/nodes"), 401, "unauthorized")
	if c.signIn(c.sim.Credentials().Knowledge) != "" {
		t.Error("credentials work after they were revoked for good")
	}
	c.sim.Restore()
	c.want(c.get("/kbm/nodes"), 200, "")
}

func TestWritesForbidden(t *testing.T) {
	c := newClient(t, nil)
	c.create("1")
	full := c.token
	c.token = c.signIn(c.sim.Credentials().ReadOnly)
	a := c.send("POST", "/kbm/nodes", nodeIn(source, "2", "A"))
	if a.status != 403 || a.field("code") != "forbidden" || a.field("required") != "knowledge:write" {
		t.Errorf("read-only pair: %d %s", a.status, a.body)
	}
	c.want(c.get("/kbm/nodes"), 200, "")
	c.token = full
	c.switches(func(s *Switches) { s.Writes = "forbid" })
	c.want(c.send("DELETE", "/kbm/nodes/"+c.sim.Nodes()[0].ID, ""), 403, "forbidden")
	c.want(c.get("/kbm/nodes"), 200, "")
}

func TestJournalHasNoSecret(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.upload(id, "text/html", "the body")
	c.get("/kbm/nodes?limit=10&cursor=")
	text, err := c.sim.Journal().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	pair := c.sim.Credentials().Knowledge
	for _, secret := range []string{c.token, pair.ClientSecret, "the body", "Title 1"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the journal holds %q", secret)
		}
	}
	entries := c.sim.Journal().Entries()
	upload := entries[len(entries)-2]
	if upload.Template != "/{v}/kbm/nodes/{id}/content" || upload.Subject != id || upload.TokenID == "" ||
		upload.Locale != "en-GB" || upload.BodyBytes == 0 || upload.Status != http.StatusOK {
		t.Errorf("upload: %+v", upload)
	}
}
