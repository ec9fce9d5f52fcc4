package dialpadsim

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChangesByHand(t *testing.T) {
	c := newClient(t, nil)
	id := c.create("1")
	c.upload(id, "text/html", "theirs")
	before := c.get("/kbm/nodes/" + id).field("updated_at")
	if err := c.sim.EditByHand(id, "By hand", "<p>by hand</p>"); err != nil {
		t.Fatal(err)
	}
	after := c.get("/kbm/nodes/" + id)
	if after.field("title") != "By hand" || after.field("updated_at") <= before || after.field("content.external_id") != "1" {
		t.Errorf("edited: %s", after.body)
	}
	if a := c.get("/kbm/nodes/" + id + "/content/raw"); a.body != "<p>by hand</p>" {
		t.Errorf("edited content: %q", a.body)
	}
	if err := c.sim.UnpublishByHand(id); err != nil || c.get("/kbm/nodes/"+id).field("status") != "unpublished" {
		t.Errorf("unpublished: %v", err)
	}
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "1", "again")), 409, "conflict")
	if err := c.sim.PublishByHand(id); err != nil || c.get("/kbm/nodes/"+id).field("status") != "published" {
		t.Errorf("published: %v", err)
	}
	if err := c.sim.DeleteByHand(id); err != nil {
		t.Errorf("deleted: %v", err)
	}
	c.want(c.get("/kbm/nodes/"+id), 404, "not_found")
	for name, err := range map[string]error{
		"edit": c.sim.EditByHand(id, "x", "y"), "unpublish": c.sim.UnpublishByHand(id), "delete": c.sim.DeleteByHand(id),
	} {
		if !errors.Is(err, ErrNoNode) {
			t.Errorf("%s a node that is gone: %v", name, err)
		}
	}
}

// Whoever watches hears of every change, whether a client or a person made it,
// and of nothing that did not happen.
func TestWatch(t *testing.T) {
	c := newClient(t, nil)
	var heard []string
	c.sim.Watch(func(n Node, gone bool) {
		heard = append(heard, fmt.Sprintf("%s %s %q %v %v", n.ExternalID, n.Status, n.Content, n.HasContent, gone))
	})
	id := c.create("1")
	c.upload(id, "text/html", "theirs")
	if n, err := c.sim.Node(id); err != nil || n.Revision != 2 {
		t.Fatalf("%+v %v", n, err)
	}
	c.want(c.send("POST", "/kbm/nodes", nodeIn(source, "1", "again")), 409, "conflict")
	if err := errors.Join(c.sim.UnpublishByHand(id), c.sim.DeleteByHand(id)); err != nil {
		t.Fatal(err)
	}
	c.want(c.send("DELETE", "/kbm/nodes/"+id, ""), 404, "not_found")
	want := []string{
		`1 published "" false false`, `1 published "theirs" true false`, `1 unpublished "theirs" true false`,
		`1 unpublished "theirs" true true`,
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Error(diff)
	}
	c.sim.Watch(nil)
	c.create("2")
	if len(heard) != len(want) {
		t.Errorf("heard %q after the end", heard[len(want):])
	}
}

func TestResolutionEditedByHand(t *testing.T) {
	c := newClient(t, nil)
	id := c.send("POST", "/resolutions", balance).field("id")
	if err := c.sim.EditByHand(id, "New", "[new](https://x.example)"); err != nil {
		t.Fatal(err)
	}
	if a := c.get("/resolutions/" + id); a.field("title") != "New" || a.field("content.body") != "[new](https://x.example)" {
		t.Errorf("%s", a.body)
	}
}

func TestSnapshotAndSeed(t *testing.T) {
	c := newClient(t, nil)
	in := Node{
		Title: "T", Source: "s", ExternalID: "e", URL: "https://x.example/1", Locale: "de", Content: "<p>x</p>", Status: "unpublished",
	}
	ids := c.sim.Seed(in, in)
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Fatalf("ids: %v", ids)
	}
	want := in
	want.ID, want.Type, want.MimeType, want.HasContent = ids[0], "content", "text/html", true
	want.Created, want.Updated, want.Revision = start, start.Add(time.Microsecond), 2
	if diff := cmp.Diff(want, c.sim.Nodes()[0]); diff != "" {
		t.Error(diff)
	}
	for i, n := range Foreign(1, 1, 1) {
		id := c.sim.Seed(n)[0]
		got, err := c.sim.Node(id)
		if err != nil || got.Title != n.Title || got.Source != n.Source || !got.HasContent || (got.Type == "resolution") != (i == 2) {
			t.Errorf("foreign node %d: %+v %v", i, got, err)
		}
	}
}
