package dialpadsim

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func (c *client) control(method, path, body string) answer {
	c.t.Helper()
	return c.do(method, "/__sim/"+path, "application/json", body, header("X-Sim-Key", "key"))
}

func TestControlNeedsTheKey(t *testing.T) {
	c := newClient(t, nil)
	for _, key := range []string{"", "wrong"} {
		if a := c.do("GET", "/__sim/state", "", "", header("X-Sim-Key", key)); a.status != 403 {
			t.Errorf("key %q: %d", key, a.status)
		}
	}
	closed := newClient(t, func(config *Config) { config.Key = "" })
	if a := closed.control("GET", "state", ""); a.status != 403 {
		t.Errorf("a double without a key: %d", a.status)
	}
}

func TestControlSeedStateAndReset(t *testing.T) {
	c := newClient(t, nil)
	a := c.control("POST", "seed", `{"nodes":[{"title":"Mine","source":"s","external_id":"1","locale":"de","content":"<p>x</p>"}],`+
		`"foreign":{"other_source":2,"no_source":1,"other_type":1}}`)
	if a.status != 200 || strings.Count(a.body, "node_") != 5 {
		t.Fatalf("seed: %d %s", a.status, a.body)
	}
	var got state
	if a = c.control("GET", "state", ""); json.Unmarshal([]byte(a.body), &got) != nil || len(got.Nodes) != 5 {
		t.Fatalf("state: %d %s", a.status, a.body)
	}
	first := got.Nodes[0]
	if first.Title != "Mine" || first.Content != "" || len(first.Contents) != 1 || first.Contents[0].Bytes != 8 ||
		first.Contents[0].Locale != "de" || first.Contents[0].SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte("<p>x</p>"))) {
		t.Errorf("state of the first: %+v", first)
	}
	if got.Distinct != 3 {
		t.Errorf("%d distinct contents, want 3: equal ones are kept once", got.Distinct)
	}
	c.fault("status=500")
	c.switches(func(s *Switches) { s.Dup = "upsert" })
	if a := c.control("POST", "reset", ""); a.status != 204 {
		t.Errorf("reset: %d %s", a.status, a.body)
	}
	if len(c.sim.Nodes()) != 0 || c.sim.Switches().Dup != "conflict" || len(c.sim.Faults().Rules()) != 0 || c.sim.Journal().Total() != 0 {
		t.Error("reset left something")
	}
	c.want(c.get("/kbm/nodes"), 401, "unauthorized")
}

func TestControlSwitchesAndTokens(t *testing.T) {
	c := newClient(t, nil)
	if a := c.control("POST", "switches", `{"dup":"upsert","versions":["v3.1"]}`); a.status != 200 || a.field("dup") != "upsert" || a.field("delete") != "hard" {
		t.Errorf("switches: %d %s", a.status, a.body)
	}
	for _, body := range []string{`{"dup":"twice"}`, `{"nothing":1}`, `{"dup":"conflict","lag_ms":"x"}`, `[]`} {
		if a := c.control("POST", "switches", body); a.status != 400 || a.field("error") == "" {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := c.control("GET", "switches", ""); a.field("dup") != "upsert" || a.field("versions") != "[v3.1]" {
		t.Errorf("switches in force: %s", a.body)
	}
	c.v = "v3.1"
	for _, tt := range []struct {
		do   string
		want int
	}{{"expire", 401}, {"revoke", 401}, {"restore", 401}} {
		if a := c.control("POST", "tokens", `{"do":"`+tt.do+`"}`); a.status != 204 {
			t.Errorf("%s: %d %s", tt.do, a.status, a.body)
		}
		if a := c.get("/kbm/nodes"); a.status != tt.want {
			t.Errorf("after %s: %d, want %d", tt.do, a.status, tt.want)
		}
	}
	if a := c.control("POST", "tokens", `{"do":"nothing"}`); a.status != 400 {
		t.Errorf("unknown: %d", a.status)
	}
}

func TestControlFaultsClockAndJournal(t *testing.T) {
	c := newClient(t, nil)
	if a := c.control("POST", "faults", `{"faults":["GET /v2.2/kbm/nodes nth=1 status=503 retry-after=2","page=empty query=cursor"]}`); a.status != 200 {
		t.Errorf("faults: %d %s", a.status, a.body)
	}
	c.want(c.get("/kbm/nodes"), 503, "service_unavailable")
	if a := c.control("POST", "clock", `{"advance":"2h"}`); a.field("now") != "2026-11-22T12:00:00Z" {
		t.Errorf("clock: %s", a.body)
	}
	c.want(c.get("/kbm/nodes"), 401, "token_expired")
	a := c.control("GET", "journal", "")
	if a.field("total") != "3" || !strings.Contains(a.body, `"GET /{v}/kbm/nodes":{"requests":2,"statuses":{"401":1,"503":1}}`) {
		t.Errorf("journal: %s", a.body)
	}
}

func TestSwaggerAndWidget(t *testing.T) {
	c := newClient(t, nil)
	c.token = ""
	a := c.get("/swagger.json")
	if a.status != 200 || a.field("basePath") != "/v2.2" || a.field("paths./kbm/nodes/{id}/content/raw.get") == "" {
		t.Errorf("swagger: %d %s", a.status, a.body)
	}
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil || len(doc.Paths["/kbm/nodes/{id}"]) != 3 || len(doc.Paths["/resolutions"]) != 2 {
		t.Errorf("paths: %v %v", doc.Paths, err)
	}
	c.v = "v2"
	if a := c.get("/swagger.json"); a.field("paths./kbm/nodes") != "" || a.field("paths./resolutions") == "" {
		t.Errorf("v2: %s", a.body)
	}
	c.switches(func(s *Switches) { s.Swagger, s.Retired = "off", []string{"v3.0"} })
	for v, want := range map[string]int{"v2.2": 404, "v3.0": 410, "v9": 404} {
		c.v = v
		if a := c.get("/swagger.json"); a.status != want {
			t.Errorf("%s: %d, want %d", v, a.status, want)
		}
	}
	if a := c.do("GET", "/latest.js", "", ""); a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/javascript") || !strings.Contains(a.body, "window.kare") {
		t.Errorf("widget: %d %.80s", a.status, a.body)
	}
}
