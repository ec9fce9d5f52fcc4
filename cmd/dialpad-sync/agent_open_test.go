package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// client speaks to the agent of the world's home.
func (w *world) client() *local.Client {
	w.t.Helper()
	h, err := openHome(w.home, "")
	w.must(err)
	c, err := h.Agent(w.t.Context())
	w.must(err)
	w.t.Cleanup(c.Close)
	return c
}

// TestTheCallWithoutACommand starts the agent, which goes on after the call;
// without a screen it says in words where to look.
func TestTheCallWithoutACommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd := w.program()
	cmd.Env = append(cmd.Env, "DISPLAY=", "WAYLAND_DISPLAY=")
	finish(t, cmd).says(t, exitUsage, "The agent runs, but its window cannot be shown here.", "dialpad-sync status")
	if p := w.watch(upToDate); !p.Running {
		t.Errorf("%+v", p)
	}
	w.call("stop").says(t, exitInSync)
	h, err := openHome(w.home, "")
	w.must(err)
	for unlock, err := h.lock(); ; unlock, err = h.lock() { // the agent holds it until its end
		if err == nil {
			unlock()
			break
		}
	}
}

func TestAnAgentWaitsForItsSetUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(os.Remove(filepath.Join(w.home, "settings.toml")))
	agent := start(t, w.program("agent"))
	agent.waitFor("The agent runs.")
	w.call("status").says(t, exitSignIn, "Not connected yet.")
	w.call("sync").says(t, exitUsage, "Nothing is set up here yet")
	w.settings("[dialpad]\nregion = \"mars\"\n")
	if err := w.client().Retry(t.Context(), local.DocumentRequest{}); source.CodeOf(err) != source.CodeNotSetUp {
		t.Error(err)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
	again := start(t, w.program("agent"))
	again.waitFor("The agent runs.")
	w.call("stop").says(t, exitInSync)
	again.end()
}

// TestTheAgentOfAServerRefusesAMistake ends where nobody would see a picture.
func TestTheAgentOfAServerRefusesAMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settings("[dialpad]\nregion = \"mars\"\n")
	finish(t, w.program("agent", "--no-tray")).says(t, exitUsage, "settings.toml", `has no region "mars"`)
}

func TestWhatTheAgentRemembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	p := w.watch(upToDate)
	if !p.Running {
		t.Fatalf("%+v", p)
	}
	c := w.client()
	rows, err := c.Activity(t.Context(), 0)
	if err != nil || len(rows) != 3 || rows[0].Deed != engine.Created || rows[2].Number != 3 || rows[0].Title == "" {
		t.Fatalf("%+v, %v", rows, err)
	}
	if rows, err = c.Activity(t.Context(), 2); err != nil || len(rows) != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
	days, err := c.History(t.Context())
	if err != nil || len(days) != 30 || days[29].Created != 3 || days[28].Created != 0 {
		t.Errorf("%+v, %v", days, err)
	}
	text, err := c.Diagnostics(t.Context())
	if err != nil || !strings.Contains(text, `"source_documents":3`) {
		t.Errorf("%q, %v", text, err)
	}
	for _, secret := range []string{w.access, w.refresh, w.zendeskURL, w.dialpadURL, "dialpad_sync\"", rows[0].Title, "acme", "help-center"} {
		if strings.Contains(text, secret) {
			t.Errorf("diagnostics tell %q", secret)
		}
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestAPageThatCannotBeOpenedIsSaid: a computer without a browser is no defect
// of ours.
func TestAPageThatCannotBeOpenedIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd := w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "PATH="+t.TempDir()) // no program that opens pages
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")
	w.watch(upToDate)
	c := w.client()
	rows, err := c.Activity(t.Context(), 0)
	w.must(err)
	err = c.OpenDocument(t.Context(), local.DocumentRequest{Account: "help-center", Key: rows[0].Key})
	if source.CodeOf(err) != source.CodeNoBrowser {
		t.Errorf("%v", err)
	}
	if m := view.In("en").Message(engine.ProblemOf(err), view.Context{}); m.Sentence != "No web browser could be opened on this computer." || m.Guide == "" {
		t.Errorf("%+v", m)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestTheWindowIsAskedForward shows that an open window is not started twice.
func TestTheWindowIsAskedForward(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.startAgent()
	c := w.client()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shown := make(chan local.Show, 100)
	ended := make(chan struct{})
	quitting, iconless := false, false
	go func() {
		defer close(ended)
		_ = c.WatchAsWindow(ctx, func(p local.Picture) { // ends with the agent
			shown <- p.Show
			quitting, iconless = p.Ending, p.NoIcon
			_ = c.Came(ctx, p.Show.Count) // the agent may have ended
		})
	}()
	<-shown
	if err := w.client().Show(t.Context(), local.PageProblems, "help-center"); err != nil {
		t.Fatal(err)
	}
	for s := range shown {
		if s == (local.Show{Count: 1, Page: local.PageProblems, Account: "help-center"}) {
			break
		}
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
	<-ended
	if !quitting {
		t.Error("the window was not told that the person quit")
	}
	if !iconless {
		t.Error("the window was not told that there is no icon")
	}
}

func TestDaysAreThisComputersOwn(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 3*3600)
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, zone)
	days := daysOf([]engine.Run{
		{Ended: time.Date(2026, 3, 1, 20, 59, 0, 0, time.UTC), Created: 1},
		{Ended: time.Date(2026, 3, 1, 21, 1, 0, 0, time.UTC), Created: 2, Deleted: 5},
		{Ended: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC), Updated: 4},
	}, first)
	if days[0].Created != 1 || days[1].Created != 2 || days[1].Updated != 4 || days[1].Deleted != 5 || len(days) != historyDays {
		t.Errorf("%+v", days[:3])
	}
}

func TestActivityForgetsTheOldest(t *testing.T) {
	t.Parallel()
	var a activity
	for range 5000 {
		a.add(engine.Event{})
	}
	rows := a.after(0)
	if len(rows) != activityKept || rows[0].Number != 3001 || rows[len(rows)-1].Number != 5000 {
		t.Errorf("%d rows from %d", len(rows), rows[0].Number)
	}
	if rows := a.after(4998); len(rows) != 2 {
		t.Errorf("%d rows", len(rows))
	}
}
