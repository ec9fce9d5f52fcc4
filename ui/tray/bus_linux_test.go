package tray

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/sim/bussim"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

// status is a status of one account that is up to date now.
func status(documents int, change ...func(*engine.Status)) engine.Status {
	s := fine(documents)
	for _, c := range change {
		c(&s)
	}
	return s
}

func signIn(s *engine.Status) {
	s.Accounts[0].Problem = &engine.Problem{Kind: source.SignIn, Side: "source"}
}

func paused(s *engine.Status) { s.Paused = true }

func firstCopy(s *engine.Status) {
	a := &s.Accounts[0]
	a.Imported, a.Phase, a.Proved = false, engine.FirstCopy, time.Time{}
}

// faceFor is the face of a status that has just come.
func faceFor(s engine.Status, now time.Time) face {
	return faceOf(english, s, english.Of(s, now, view.ClockTimes))
}

// menuOf is what a menu has to say.
func menuOf(f face) []string {
	labels := []string{f.first, "-"}
	for _, a := range f.accounts {
		if a.label != "" {
			labels = append(labels, a.label)
		}
	}
	all := append(labels, "-", "Sync now", "Check everything", "Pause", "-", "Open Dialpad Sync", "Quit")
	if f.paused {
		all[slices.Index(all, "Pause")] = "Resume"
	}
	return all
}

func TestEachStateHasItsIconTooltipAndMenu(t *testing.T) {
	for name, s := range map[string]engine.Status{
		"not-set-up": {},
		"up-to-date": status(1204),
		"working":    status(1204, firstCopy),
		"waiting":    status(1204, paused),
		"needs-you":  status(1204, signIn),
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.show(s)
			f := faceFor(s, time.Now())
			d.untilTooltip(f.line)
			d.untilIcon(name, true)
			d.untilMenu(menuOf(f)...)
			icon, tooltip, menu := Preview(english, s, time.Now())
			if string(icon) != name || tooltip != f.line || !slices.Equal(menu, menuOf(f)) {
				t.Errorf("a picture of it would show %s, %q, %q", icon, tooltip, menu)
			}
			if title, err := d.item.Title(d.ctx); title != "Dialpad Sync" {
				t.Errorf("title %q, %v", title, err)
			}
			entries, err := d.item.Menu(d.ctx)
			if err != nil || entries[0].Enabled {
				t.Errorf("the first line can be chosen (%v)", err)
			}
			for _, e := range entries[2:] {
				can := len(s.Accounts) > 0 || e.Label == "Set up" || e.Label == "Open Dialpad Sync" || e.Label == "Quit"
				if !e.Separator && e.Enabled != can {
					t.Errorf("%q can be chosen: %v", e.Label, e.Enabled)
				}
			}
			d.order(order{End: true})
			d.end()
		})
	}
}

func TestEveryEntryDoesWhatItSays(t *testing.T) {
	d := open(t)
	s := status(7)
	s.Accounts = append(s.Accounts, s.Accounts[0])
	s.Accounts[1].ID, s.Accounts[1].Source = "my_shop", "My_shop"
	d.show(s)
	f := faceFor(s, time.Now())
	d.untilMenu(menuOf(f)...)
	for _, row := range []struct {
		act    string
		labels []string
	}{
		{`open "help-center"`, []string{f.accounts[0].label}},
		{`open "my_shop"`, []string{f.accounts[1].label}},
		{"sync full=false", []string{"Sync now"}},
		{"sync full=true", []string{"Check everything"}},
		{"pause for 1h0m0s", []string{"Pause", "For 1 hour"}},
		{"pause until tomorrow", []string{"Pause", "Until tomorrow 8:00"}},
		{"pause until resumed", []string{"Pause", "Until I resume"}},
		{`open ""`, []string{"Open Dialpad Sync"}},
	} {
		if err := d.item.Click(d.ctx, row.labels...); err != nil {
			t.Fatal(err)
		}
		d.expectAct(row.act)
	}
	d.show(status(7, paused))
	d.untilMenu(menuOf(faceFor(status(7, paused), time.Now()))...)
	if err := d.item.Click(d.ctx, "Resume"); err != nil {
		t.Fatal(err)
	}
	d.expectAct("resume")
	_ = d.item.Click(d.ctx, "Quit") // the agent may go without an answer
	d.expectAct("quit")
	d.end()
}

// The language is chosen in the window; the menu follows with the next picture,
// and its entries go on doing what they say.
func TestTheMenuChangesItsLanguage(t *testing.T) {
	d := open(t)
	d.show(status(7))
	d.untilMenu(menuOf(faceFor(status(7), time.Now()))...)
	d.order(order{German: true})
	d.show(status(7))
	d.untilTooltip(view.In("de").Of(status(7), time.Now(), view.ClockTimes).Line)
	_, _, menu := Preview(view.In("de"), status(7), time.Now())
	d.untilMenu(menu...)
	if err := d.item.Click(d.ctx, "Alles prüfen"); err != nil {
		t.Fatal(err)
	}
	d.expectAct("sync full=true")
	d.show(status(7, paused))
	_, _, menu = Preview(view.In("de"), status(7, paused), time.Now())
	d.untilMenu(menu...)
	d.order(order{End: true})
	d.end()
}

func TestEqualPicturesAreNoRefreshes(t *testing.T) {
	d := open(t)
	s := status(7)
	d.show(s)
	d.untilMenu(menuOf(faceFor(s, time.Now()))...)
	signals := []string{"NewIcon", "NewToolTip", "NewTitle", "LayoutUpdated"}
	before := map[string]int{}
	d.until("the first picture's signals", func() (any, bool) {
		for _, name := range signals {
			before[name] = d.host.Changes(name)
		}
		return before, before["NewIcon"] == 1 && before["NewToolTip"] == 1
	})
	before["LayoutUpdated"] = d.settled("LayoutUpdated")
	for range 100 {
		d.show(s)
	}
	s.Accounts[0].SourceDocuments, s.Accounts[0].DialpadDocuments = 8, 8
	d.show(s)
	d.untilMenu(menuOf(faceFor(s, time.Now()))...)
	for name, want := range map[string]int{"NewIcon": 0, "NewToolTip": 1, "NewTitle": 0, "LayoutUpdated": 1} {
		d.until(name, func() (any, bool) {
			more := d.host.Changes(name) - before[name]
			return more, more >= want
		})
		if more := d.settled(name) - before[name]; more != want {
			t.Errorf("%s came %d times, want %d", name, more, want)
		}
	}
}

// settled is a count after everything the icon has sent so far has been heard:
// signals of one sender arrive in order, also with its answers.
func (d *desktop) settled(signal string) int {
	d.t.Helper()
	d.order(order{Measure: true})
	d.next()
	if _, err := d.item.Title(d.ctx); err != nil {
		d.t.Fatal(err)
	}
	d.host.Heard()
	return d.host.Changes(signal)
}

func TestAPanelThatComesLateGetsTheIcon(t *testing.T) {
	bus := bussim.Start(t)
	d := &desktop{bus: bus, process: start(t, bus.Address)}
	s := status(7)
	d.show(s)
	d.expectAct("no panel")
	d.host = panel(t, bus)
	d.findItem()
	d.untilTooltip(faceFor(s, time.Now()).line)
	d.untilIcon("up-to-date", true)

	// and the next one, after this one has crashed
	if err := d.host.Close(); err != nil {
		t.Fatal(err)
	}
	d.host = panel(t, bus)
	d.findItem()
	d.untilMenu(menuOf(faceFor(s, time.Now()))...)
	d.untilIcon("up-to-date", true)
	d.order(order{End: true})
	d.end() // "no panel" has been said once
}

// TestSomebodyElsesSignalsDoNotLoseTheIcon: the library stops looking for
// panels after the first short signal on the connection it shares with the
// password store.
func TestSomebodyElsesSignalsDoNotLoseTheIcon(t *testing.T) {
	d := open(t)
	d.show(status(7))
	d.untilTooltip(faceFor(status(7), time.Now()).line)
	d.order(order{Listen: true})
	d.expectAct("listens: yes")
	if err := d.bus.Connect().Emit("/", noise+".Made", "short"); err != nil {
		t.Fatal(err)
	}
	d.expectAct("heard")
	if err := d.host.Close(); err != nil {
		t.Fatal(err)
	}
	d.host = panel(t, d.bus)
	d.findItem()
	d.untilIcon("up-to-date", true)
}

func TestABusThatDiesIsSurvived(t *testing.T) {
	d := open(t)
	d.show(status(7))
	d.untilTooltip(faceFor(status(7), time.Now()).line)
	for documents := 8; documents < 11; documents++ {
		d.bus.Stop()
		d.show(status(documents))
		d.order(order{Measure: true})
		if r := d.next(); r.Goroutines == 0 {
			t.Fatalf("%+v\n%s", r, d.stderr)
		}
		d.bus.Restart()
		d.host = panel(t, d.bus)
		d.findItem()
		d.untilTooltip(faceFor(status(documents), time.Now()).line)
		d.untilIcon("up-to-date", true)
		if err := d.item.Click(d.ctx, "Sync now"); err != nil {
			t.Fatal(err)
		}
		d.expectAct("sync full=false")
	}
	d.bus.Stop()
	d.order(order{End: true})
	d.end()
}

func TestATerminatedAgentTakesItsIconAway(t *testing.T) {
	d := open(t)
	d.show(status(7))
	d.untilTooltip(faceFor(status(7), time.Now()).line)
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.end()
	if _, err := d.item.Title(d.ctx); err == nil {
		t.Error("the icon is still there")
	}
}

func TestWithoutABusThereIsNoTray(t *testing.T) {
	for name, address := range map[string]string{
		"a bus that has gone":             "unix:path=" + filepath.Join(t.TempDir(), "gone"),
		"no address":                      "",
		"an address that would start one": "autolaunch:",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil && !strings.HasPrefix(address, "unix:") {
				address = "unix:path=/nonexistent" // a real session is not ours to play in
			}
			folder := t.TempDir()
			started := filepath.Join(folder, "started")
			launch := fmt.Sprintf("#!/bin/sh\ntouch %q\n", started)
			if err := os.WriteFile(filepath.Join(folder, "dbus-launch"), []byte(launch), 0o755); err != nil {
				t.Fatal(err)
			}
			p := start(t, address, "PATH="+folder+":"+os.Getenv("PATH"))
			if r := p.next(); !r.None || r.Left != "" {
				t.Errorf("%+v", r)
			}
			if _, err := os.Stat(started); err == nil {
				t.Error("a bus was started")
			}
		})
	}
}

// TestTheIconFitsThePanel plays the desktop's settings.
func TestTheIconFitsThePanel(t *testing.T) {
	d := open(t, "XDG_CURRENT_DESKTOP=KDE")
	d.show(status(7))
	d.untilIcon("up-to-date", true)
	conn := d.bus.Connect()
	settings := &portalSim{scheme: preferLight}
	if err := conn.Export(settings, portalPath, portalSettings); err != nil {
		t.Fatal(err)
	}
	d.bus.Own(conn, portal)
	d.untilIcon("up-to-date", false)
	for _, change := range []struct {
		scheme uint32
		dark   bool
	}{{preferDark, true}, {preferLight, false}} {
		if err := settings.set(conn, change.scheme); err != nil {
			t.Fatal(err)
		}
		d.untilIcon("up-to-date", change.dark)
	}
}

func TestGnomesBarIsDark(t *testing.T) {
	for _, row := range []struct {
		desktop string
		scheme  uint32
		dark    bool
	}{
		{"GNOME", preferLight, true}, {"ubuntu:GNOME", preferLight, true}, {"KDE", preferLight, false},
		{"KDE", preferDark, true}, {"XFCE", noPreference, true}, {"", unknownScheme, true},
	} {
		if got := darkPanel(row.desktop, row.scheme); got != row.dark {
			t.Errorf("%s, %d: dark %v", row.desktop, row.scheme, got)
		}
	}
}
