package dialpadsim

import (
	"slices"
	"testing"
	"time"
)

func (c *client) createMany(names ...string) (ids []string) {
	for _, name := range names {
		ids = append(ids, c.create(name))
	}
	return ids
}

func TestListingIsInOrderAndFiltered(t *testing.T) {
	c := newClient(t, nil)
	ids := c.createMany("1", "2", "3", "4", "5")
	foreign := c.sim.Seed(Foreign(1, 1, 1)...)
	if err := c.sim.UnpublishByHand(ids[1]); err != nil {
		t.Fatal(err)
	}
	everything := append(slices.Clone(ids), foreign...)
	visible := slices.Concat(ids[:1], ids[2:], foreign[:2])
	for query, want := range map[string][]string{
		"type=content&status=published&limit=2":   visible,
		"type=content&status=published&limit=100": visible,
		"limit=3":                               everything,
		"type=content&status=unpublished":       ids[1:2],
		"type=resolution&limit=1":               foreign[2:],
		"type=content&status=published&limit=6": visible,
	} {
		if got := c.all(query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if p := c.list("limit=8"); p.Next != "" {
		t.Error("a full last page has a cursor")
	}
}

func TestListingParametersAreChecked(t *testing.T) {
	c := newClient(t, nil)
	c.createMany("1", "2", "3")
	for _, query := range []string{"limit=0", "limit=-1", "limit=x"} {
		if p := c.list(query); p.status != 400 || p.code != "invalid" {
			t.Errorf("%s: %d %s", query, p.status, p.code)
		}
	}
	next := c.list("type=content&limit=1").Next
	for _, query := range []string{"cursor=nonsense", "cursor=", "type=content&status=published&cursor=" + next, "cursor=" + next} {
		if p := c.list(query); p.status != 400 || p.code != "invalid_cursor" {
			t.Errorf("%s: %d %s", query, p.status, p.code)
		}
	}
	c.switches(func(s *Switches) { s.CursorCode, s.PageCap, s.StatusFilter = 410, 2, "required" })
	if p := c.list("status=published&cursor=nonsense"); p.status != 410 {
		t.Errorf("cursor_code=410: %d", p.status)
	}
	if p := c.list("status=published&limit=100"); len(p.Entries) != 2 || p.Next == "" {
		t.Errorf("page_cap=2: %d entries", len(p.Entries))
	}
	if p := c.list("type=content"); p.status != 400 {
		t.Errorf("status_filter=required: %d", p.status)
	}
}

func TestCursorKinds(t *testing.T) {
	c := newClient(t, nil)
	ids := c.createMany("1", "2", "3")
	next := c.list("limit=1").Next
	c.want(c.send("DELETE", "/kbm/nodes/"+ids[0], ""), 204, "")
	c.sim.Clock().Advance(50 * time.Minute)
	if got := c.list("limit=1&cursor=" + next).ids(); !slices.Equal(got, ids[1:2]) {
		t.Errorf("stable: %v", got)
	}
	c.switches(func(s *Switches) { s.Cursor, s.CursorSeconds = "expires", 30 })
	next = c.list("limit=1").Next
	c.sim.Clock().Advance(29 * time.Second)
	if p := c.list("limit=1&cursor=" + next); p.status != 200 {
		t.Errorf("expires, in time: %d", p.status)
	}
	c.sim.Clock().Advance(time.Second)
	if p := c.list("limit=1&cursor=" + next); p.code != "invalid_cursor" {
		t.Errorf("expires, too late: %d %s", p.status, p.code)
	}
	c.switches(func(s *Switches) { s.Cursor = "generation" })
	next = c.list("limit=1").Next
	if p := c.list("limit=1&cursor=" + next); p.status != 200 {
		t.Errorf("generation, nothing written: %d", p.status)
	}
	c.upload(ids[1], "text/html", "x")
	if p := c.list("limit=1&cursor=" + next); p.code != "invalid_cursor" {
		t.Errorf("generation, after a write: %d %s", p.status, p.code)
	}
}

func TestListingLagsBehindWrites(t *testing.T) {
	c := newClient(t, nil)
	old := c.create("old")
	c.switches(func(s *Switches) { s.LagMS = 5000 })
	c.sim.Clock().Advance(time.Minute)
	fresh := c.create("fresh")
	c.want(c.send("PUT", "/kbm/nodes/"+old, nodeIn(source, "old", "New title")), 200, "")
	titles := func() (out []string) {
		for _, e := range c.list("type=content&status=published").Entries {
			out = append(out, e["title"].(string))
		}
		return out
	}
	if got := titles(); !slices.Equal(got, []string{"Title old"}) {
		t.Errorf("at once: %v", got)
	}
	if got := c.get("/kbm/nodes/" + old).field("title"); got != "New title" {
		t.Errorf("reading one node lags: %q", got)
	}
	c.sim.Clock().Advance(6 * time.Second)
	if got := titles(); !slices.Equal(got, []string{"New title", "Title fresh"}) {
		t.Errorf("after the lag: %v", got)
	}
	c.want(c.send("DELETE", "/kbm/nodes/"+fresh, ""), 204, "")
	if got := titles(); len(got) != 2 {
		t.Errorf("a deletion shows at once: %v", got)
	}
	c.sim.Clock().Advance(6 * time.Second)
	if got := titles(); !slices.Equal(got, []string{"New title"}) {
		t.Errorf("a deletion after the lag: %v", got)
	}
}

func TestPageFaults(t *testing.T) {
	c := newClient(t, nil)
	ids := c.createMany("1", "2", "3", "4", "5")
	first := c.list("limit=2")
	second := "limit=2&cursor=" + first.Next
	run := func(fault string) page {
		c.sim.Faults().Clear()
		c.fault("GET /kbm/nodes query=cursor page=" + fault)
		return c.list(second)
	}
	if p := run("loop"); p.Next != first.Next || !slices.Equal(p.ids(), ids[2:4]) {
		t.Errorf("loop: %v %v", p.ids(), p.Next == first.Next)
	}
	if p := run("repeat"); !slices.Equal(p.ids(), ids[:2]) || p.Next == "" || p.Next == first.Next {
		t.Errorf("repeat: %v", p.ids())
	}
	p := run("empty")
	if len(p.Entries) != 0 || p.Entries == nil || p.Next == "" {
		t.Errorf("empty: %v %q", p.Entries, p.Next)
	}
	c.sim.Faults().Clear()
	if rest := c.list("limit=2&cursor=" + p.Next); !slices.Equal(rest.ids(), ids[2:4]) {
		t.Errorf("after empty: %v", rest.ids())
	}
	if p := run("short"); len(p.Entries) != 1 || p.Next != "" {
		t.Errorf("short: %v %q", p.ids(), p.Next)
	}
	if p := run("invalid"); p.status != 400 || p.code != "invalid_cursor" {
		t.Errorf("invalid: %d %s", p.status, p.code)
	}
	if p := run("gone"); p.status != 410 || p.code != "invalid_cursor" {
		t.Errorf("gone: %d %s", p.status, p.code)
	}
	c.sim.Faults().Clear()
	c.fault("page=loop")
	p = c.list("limit=2")
	if again := c.list("limit=2&cursor=" + p.Next); again.Next != p.Next || !slices.Equal(again.ids(), ids[:2]) {
		t.Errorf("loop from the first page: %v", again.ids())
	}
}
