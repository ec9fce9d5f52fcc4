package main

import (
	"fmt"
	"strings"
	"testing"
)

// emptied is a world of which most answers are archived after the first copy.
func emptied(t *testing.T) (*world, []string) {
	t.Helper()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 8 })
	w.sync()
	var titles []string
	for _, id := range w.articles()[:5] {
		text, _ := w.zendesk.Text(id, "en-us")
		titles = append(titles, text.Title)
		w.must(w.zendesk.Archive(id))
	}
	w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Flows on", "<p>Everything else flows on.</p>"))
	o := w.call("sync", "--full", "--json")
	r := o.report(t)
	if o.code != exitAttention || r.Result != "attention" || r.HeldDeletions != 5 || r.Deleted != 0 || r.Updated != 1 {
		t.Fatalf("five of eight are archived: %s", o)
	}
	o.says(t, exitAttention, "5 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide. The other 3 are up to date.",
		"5 waiting for your decision")
	if held := w.ours(); len(held) != 8 || held[fmt.Sprintf("%d:en-us", w.articles()[0])].Title != "Flows on" {
		t.Errorf("Dialpad holds %d answers and the edit did not arrive", len(held))
	}
	return w, titles
}

func TestHeldRemovalsAreKept(t *testing.T) {
	t.Parallel()
	w, titles := emptied(t)
	w.call("status").says(t, exitAttention, "5 answers are no longer in Zendesk")
	o := w.call("deletions")
	o.says(t, exitAttention, "5 answers are gone from the source. Dialpad still gives them until you decide:", "dialpad-sync deletions help-center --keep, or --delete")
	for _, title := range titles {
		if !strings.Contains(o.out, title+" (deleted)") {
			t.Errorf("%q is not listed: %s", title, o)
		}
	}
	w.call("sync").says(t, exitAttention) // they wait on
	w.call("deletions", "--keep").says(t, exitInSync, "5 answers stay in Dialpad.")
	w.call("deletions").says(t, exitInSync, "No removal waits for you.")
	o = w.call("sync", "--full", "--json")
	if r := o.report(t); o.code != exitInSync || r.DialpadDocuments != 3 || r.HeldDeletions != 0 {
		t.Errorf("%s", o)
	}
	w.call("status").says(t, exitInSync, "3 of 3 answers are in Dialpad, 5 kept by you")
	if n := len(w.ours()); n != 8 {
		t.Errorf("Dialpad holds %d answers, 8 with the kept ones", n)
	}
	w.call("deletions", "--remove-kept").says(t, exitInSync, "5 answers were removed from Dialpad.")
	w.call("deletions", "--remove-kept").says(t, exitInSync, "0 answers were removed from Dialpad.")
	if n := len(w.ours()); n != 3 {
		t.Errorf("Dialpad holds %d answers once the kept ones are removed", n)
	}
}

func TestHeldRemovalsAreRemoved(t *testing.T) {
	t.Parallel()
	w, _ := emptied(t)
	w.call("deletions", "help-center", "--delete").says(t, exitInSync, "5 answers were removed from Dialpad.")
	w.equal()
	if r := w.sync(); r.HeldDeletions != 0 || r.DialpadDocuments != 3 {
		t.Errorf("reported %+v", r)
	}
}

// What the source shows again needs no decision any more.
func TestHeldRemovalsComeBack(t *testing.T) {
	t.Parallel()
	w, _ := emptied(t)
	for _, a := range w.zendesk.Articles() {
		if a.Archived {
			w.must(w.zendesk.Restore(a.ID))
		}
	}
	w.forgetJournals()
	if r := w.sync("--full"); r.HeldDeletions != 0 || w.writes() != 0 {
		t.Errorf("reported %+v, %d writes", r, w.writes())
	}
}

func TestDeletionsRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("deletions", "--keep", "--delete").says(t, exitUsage, "--keep and --delete can't be used together")
	w.call("deletions", "shop").says(t, exitUsage, `There is no such account: "shop"`)
	w.settings(w.standard() + "\n[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"https://shop.zendesk.com\"\nclient_id = \"c\"\n")
	w.call("deletions").says(t, exitUsage, "Which account?", "help-center, shop")
}
