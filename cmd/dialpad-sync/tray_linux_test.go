package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/sim/bussim"
	"dialpadsync.app/ui/tray/trayhost"
)

// panel is a desktop of the test's own with a place for icons.
type panel struct {
	*trayhost.Host
	bus *bussim.Bus
}

func newPanel(t *testing.T) *panel {
	t.Helper()
	bus := bussim.Start(t)
	host, err := trayhost.Open(bus.Connect())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	return &panel{host, bus}
}

// startTray starts the agent with its icon on the panel.
func (w *world) startTray(p *panel) *process {
	w.t.Helper()
	cmd := w.program("agent")
	cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+p.bus.Address)
	agent := start(w.t, cmd)
	agent.waitFor("The agent runs.")
	return agent
}

// TestTheTrayDrivesTheBuiltAgent clicks through the menu of the program as it
// is shipped.
func TestTheTrayDrivesTheBuiltAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPanel(t)
	agent := w.startTray(p)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	item, err := p.Item(ctx)
	w.must(err)
	w.watch(upToDate)
	reads := func(text string) {
		t.Helper()
		err := p.Until(ctx, func() bool {
			menu, err := item.Menu(ctx)
			return err == nil && len(menu) > 0 && strings.Contains(strings.Join(trayhost.Labels(menu), "\n"), text)
		})
		if err != nil {
			menu, _ := item.Menu(t.Context())
			t.Fatalf("the menu does not say %q: %q", text, trayhost.Labels(menu))
		}
	}
	reads("3 of 3 answers are in Dialpad")
	menu, err := item.Menu(ctx)
	w.must(err)
	for _, label := range []string{"Sync now", "Check everything", "Pause", "Open Dialpad Sync", "Quit"} {
		if !slices.Contains(trayhost.Labels(menu), label) {
			t.Errorf("no %q in %q", label, trayhost.Labels(menu))
		}
	}

	w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Edited", "<p>Edited.</p>"))
	w.must(item.Click(ctx, "Check everything"))
	w.watch(func(picture) bool { return len(w.updates()) == 1 })
	w.watch(upToDate)
	w.equal()

	w.must(item.Click(ctx, "Pause", "Until I resume"))
	reads("Paused until you resume.")
	w.call("status").says(t, exitWaiting, "Paused until you resume.")
	reads("Resume")
	w.must(item.Click(ctx, "Resume"))
	w.watch(upToDate)

	following := w.client()
	shown := make(chan local.Show, 100)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = following.WatchAsWindow(ctx, func(p local.Picture) { // ends with the agent
			shown <- p.Show
			_ = following.Came(ctx, p.Show.Count) // the agent may have ended
		})
	}()
	<-shown
	w.must(item.Click(ctx, "Open Dialpad Sync"))
	for s := range shown {
		if s.Count == 1 {
			break
		}
	}
	w.must(item.Click(ctx, "Quit"))
	if o := agent.end(); o.code != exitInSync {
		t.Errorf("the agent: %s", o)
	}
	<-closed
}

// updates are the rows of activity that changed a document.
func (w *world) updates() (updates []local.ActivityRow) {
	w.t.Helper()
	h, err := openHome(w.home, "")
	w.must(err)
	c, err := h.Agent(w.t.Context())
	w.must(err)
	defer c.Close()
	rows, err := c.Activity(w.t.Context(), 0)
	w.must(err)
	return slices.DeleteFunc(rows, func(r local.ActivityRow) bool { return r.Deed != "updated" })
}

// TestALanguageReachesTrayAndNotificationsAtOnce: whoever chooses German in the
// window does not have to start the agent again.
func TestALanguageReachesTrayAndNotificationsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPanel(t)
	board := newNoticeBoard(t, p)
	agent := w.startTray(p)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	item, err := p.Item(ctx)
	w.must(err)
	w.watch(upToDate)
	board.waitFor(t, "3 ")

	c := w.client()
	prefs, err := c.Preferences(ctx)
	w.must(err)
	prefs.Language = "de"
	w.must(c.SetPreferences(ctx, prefs))
	var labels []string
	err = p.Until(ctx, func() bool {
		menu, err := item.Menu(ctx)
		labels = trayhost.Labels(menu)
		return err == nil && slices.Contains(labels, "Beenden") && strings.Contains(strings.Join(labels, "\n"), "3 von 3 Antworten")
	})
	if err != nil {
		t.Fatalf("the menu says %q", labels)
	}
	for _, label := range []string{"Jetzt abgleichen", "Alles prüfen", "Anhalten", "Dialpad Sync öffnen"} {
		if !slices.Contains(labels, label) {
			t.Errorf("no %q in %q", label, labels)
		}
	}
	if tip, err := item.Tooltip(ctx); err != nil || !strings.Contains(tip, "3 von 3 Antworten") {
		t.Errorf("at the pointer: %q, %v", tip, err)
	}
	w.must(item.Click(ctx, "Anhalten", "Bis ich fortsetze"))
	w.watch(func(p picture) bool { return p.Paused })
	w.zendesk.RevokeAll()
	w.must(item.Click(ctx, "Jetzt abgleichen"))
	board.waitFor(t, "Zendesk möchte")
	w.must(item.Click(ctx, "Beenden"))
	agent.end()
}

// TestWithoutAPanelTheSyncRunsOn says once where the same can be seen.
func TestWithoutAPanelTheSyncRunsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd := w.program("agent")
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+filepath.Join(w.home, "run")) // no bus there either
	agent := start(t, cmd)
	agent.waitFor("There is no place for an icon on this desktop.")
	w.watch(upToDate)
	w.call("stop").says(t, exitInSync)
	if o := agent.end(); o.code != exitInSync || strings.Count(o.errs, "no place for an icon") != 1 {
		t.Errorf("%s", o)
	}
}
