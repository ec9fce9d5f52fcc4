package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// archive takes the first n articles away.
func (w *world) archive(n int) {
	w.t.Helper()
	for _, id := range w.articles()[:n] {
		w.must(w.zendesk.Archive(id))
	}
}

// TestTheAgentAsksBeforeManyGo decides once on the command line and once through
// the local API, with the built program; edits arrive while removals wait, and
// what is kept stays kept when the checkpoint is lost.
func TestTheAgentAsksBeforeManyGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 20 })
	agent := w.startAgent()
	w.watch(upToDate)
	ids := w.articles()
	w.archive(12)
	w.must(w.zendesk.Edit(ids[19], "en-us", "Flows on", "<p>Everything else flows on.</p>"))
	w.exec("sync", "--full").says(t, exitAttention, "12 answers are no longer in Zendesk")
	c := w.client()
	held, err := c.Held(t.Context(), "help-center")
	if err != nil || len(held) != 12 || held[0].Title == "" {
		t.Fatalf("%d removals wait, %v: %+v", len(held), err, held)
	}
	if ours := w.ours(); len(ours) != 20 || !holdsTitle(w, "Flows on") {
		t.Errorf("Dialpad holds %d answers of 20, the edit has arrived: %v", len(ours), holdsTitle(w, "Flows on"))
	}
	w.exec("deletions", "--keep").says(t, exitInSync, "12 answers stay in Dialpad.")
	w.archive(5)
	w.exec("sync", "--full").says(t, exitAttention, "5 answers are no longer in Zendesk")
	out, err := c.Decide(t.Context(), "help-center", engine.Delete, time.Now())
	if err != nil || out.Run.Deleted != 5 || len(w.ours()) != 15 {
		t.Errorf("%v, %d were removed, Dialpad holds %d, want 12 kept ones and 3", err, out.Run.Deleted, len(w.ours()))
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
	w.loseCheckpoint()
	w.exec("sync", "--full", "--json", "--wait", "3m").says(t, exitInSync)
	if n := len(w.ours()); n != 15 {
		t.Errorf("Dialpad holds %d answers once the checkpoint was lost, want 15", n)
	}
	w.call("status").says(t, exitInSync, "3 of 3 answers are in Dialpad, 12 kept by you")
}

func holdsTitle(w *world, title string) bool {
	for _, n := range w.ours() {
		if n.Title == title {
			return true
		}
	}
	return false
}

// TestNothingMakesTheGuardForget removes few, loses what it knows or calls the
// account by another name, and finds that more may not go on the same day.
func TestNothingMakesTheGuardForget(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(w *world) (account string){
		"checkpoint lost": func(w *world) string {
			w.loseCheckpoint()
			return "help-center"
		},
		"renamed": func(w *world) string {
			w.change(`id = "help-center"`, `id = "desk"`)
			w.must(os.Rename(filepath.Join(w.secrets, "help-center", "token"), filepath.Join(w.secrets, "desk_token")))
			return "desk"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(p *plan) { p.zendesk.Articles = 30 })
			w.sync()
			w.archive(10)
			if r := w.sync("--full"); r.Deleted != 10 {
				t.Fatalf("%+v", r)
			}
			account := forget(w)
			w.archive(8)
			o := w.exec("sync", account, "--full", "--json", "--wait", "3m")
			if r := o.report(t); o.code != exitAttention || r.Deleted != 0 || r.HeldDeletions != 8 {
				t.Errorf("eight more than fifteen of thirty: %s", o)
			}
			if text := w.read(filepath.Join(w.home, guardFile)); strings.Contains(text, "acme") {
				t.Errorf("the record names the help center: %s", text)
			}
		})
	}
}

// TestAnEndUserSeesNothingGo: an agent who became an end user is somebody else,
// however few documents that hides.
func TestAnEndUserSeesNothingGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(p *plan) { p.zendesk.Articles, p.zendesk.Restricted = 10, 1 })
	w.change("client_id = \"dialpad_sync\"", "client_id = \"dialpad_sync\"\ninclude_restricted = true")
	if r := w.call("sync", "--json").report(t); r.Created != 10 {
		t.Fatalf("%+v", r)
	}
	w.zendesk.SetRole(zendesksim.Admin, zendesksim.EndUser)
	w.loseCheckpoint()
	o := w.exec("sync", "--full", "--json", "--wait", "3m")
	if r := o.report(t); r.Deleted != 0 || len(w.ours()) != 10 {
		t.Errorf("%s, Dialpad holds %d", o, len(w.ours()))
	}
	w.zendesk.SetRole(zendesksim.EndUser, zendesksim.Admin)
	if r := w.exec("sync", "--full", "--json", "--wait", "3m").report(t); r.HeldDeletions != 0 || r.Deleted != 0 || len(w.ours()) != 10 {
		t.Errorf("%+v", r)
	}
}
