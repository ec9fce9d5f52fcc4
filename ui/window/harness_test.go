package window_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/windowtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is when the tests happen.
var now = time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)

// account is one that is up to date.
func account(id, source string, documents int) engine.AccountStatus {
	return engine.AccountStatus{
		ID: id, Source: source, Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: documents, DialpadDocuments: documents,
		Checked: now.Add(-3 * time.Minute), Proved: now.Add(-time.Hour), Next: now.Add(12 * time.Minute),
	}
}

// agent is one that has been set up with a help center.
func agent() *windowtest.Agent {
	return &windowtest.Agent{
		Shown: local.Picture{Status: engine.Status{Accounts: []engine.AccountStatus{account("help-center", "Zendesk", 1204)}}},
		SetupState: local.Setup{
			Accounts: []local.Account{{ID: "help-center", Source: "zendesk", Title: "Zendesk", Host: "acme.zendesk.com", Selected: true}},
			Dialpad:  &local.DialpadRequest{Region: "eu", ClientID: "cid"}, SignedIn: []string{"help-center", "dialpad"},
		},
		Prefs: local.Preferences{Interval: 15 * time.Minute, StartAtLogin: true, Folders: local.Folders{
			Settings: "/home/anna/.config/dialpad-sync", Records: "/home/anna/.local/state/dialpad-sync",
			Log: "/home/anna/.local/state/dialpad-sync/log", Secrets: "keyring",
		}},
		Details: "Dialpad Sync 1.0\nhelp-center: idle",
	}
}

// desk is a window on a test's screen, and what surrounds it.
type desk struct {
	t *testing.T
	windowtest.Screen
	pump   *windowtest.Pump
	agents *windowtest.Agents
	agent  *windowtest.Agent
	guides []*guide
	told   *reminder
	opened []string
	window *window.Window
	closed bool
}

// guide stands in for the set-up.
type guide struct {
	window.Opening
	closed bool
	keys   []fyne.KeyName
}

func (g *guide) Content() fyne.CanvasObject { return widget.NewLabel("the set-up") }
func (g *guide) Key(key *fyne.KeyEvent)     { g.keys = append(g.keys, key.Name) }
func (g *guide) Close()                     { g.closed = true }

type reminder struct{ said int }

func (r *reminder) Said() bool { return r.said > 0 }
func (r *reminder) Say()       { r.said++ }

// open opens a window on an agent, in a language, and follows it until the end
// of the test.
func open(t *testing.T, a *windowtest.Agent, change ...func(*window.Config)) *desk {
	t.Helper()
	return openOn(t, windowtest.NewAgents(a), a, change...)
}

func openOn(t *testing.T, agents *windowtest.Agents, a *windowtest.Agent, change ...func(*window.Config)) *desk {
	t.Helper()
	app := test.NewTempApp(t)
	pump := windowtest.NewPump()
	if a != nil {
		a.OnCall = pump.Wake
	}
	d := &desk{t: t, pump: pump, agents: agents, agent: a, told: &reminder{}}
	config := window.Config{
		App: app, Agents: agents, Post: d.pump.Post, Now: func() time.Time { return now },
		Getenv: func(string) string { return "" }, Told: d.told, Version: "1.0", Downloads: t.TempDir(),
		Quit:    func() { d.closed = true },
		OpenURL: func(url string) { d.opened = append(d.opened, url) },
		Guide: func(o window.Opening) window.Guide {
			g := &guide{Opening: o}
			d.guides = append(d.guides, g)
			return g
		},
	}
	for _, f := range change {
		f(&config)
	}
	w := window.New(config)
	d.window = w
	all := app.Driver().AllWindows()
	d.Window = all[len(all)-1]
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	w.Show()
	t.Cleanup(func() {
		cancel()
		<-ended
		d.pump.Turn()
	})
	return d
}

// german chooses the language.
func german(c *window.Config) {
	c.Getenv = func(name string) string { return map[string]string{"LANG": "de_DE.UTF-8"}[name] }
}

// at begins at a page.
func at(page local.Page) func(*window.Config) { return func(c *window.Config) { c.Begin = page } }

// until turns the UI thread until the screen shows a text.
func (d *desk) until(text string) {
	d.t.Helper()
	if err := d.pump.Until("it says "+text, func() bool { return d.Sees(text) }); err != nil {
		d.t.Fatalf("%v; it says %s", err, d.all())
	}
}

// when turns the UI thread until something is so.
func (d *desk) when(what string, ok func() bool) {
	d.t.Helper()
	if err := d.pump.Until(what, ok); err != nil {
		d.t.Fatalf("%v; it says %s", err, d.all())
	}
}

// asked turns the UI thread until the agent was asked for something.
func (d *desk) asked(call string) {
	d.t.Helper()
	if err := d.pump.Until("the agent is asked to "+call, func() bool { return slices.Contains(d.agent.Calls(), call) }); err != nil {
		d.t.Fatalf("%v; it was asked %q", err, d.agent.Calls())
	}
}

func (d *desk) tap(label string) {
	d.t.Helper()
	if err := d.Tap(label); err != nil {
		d.t.Fatal(err)
	}
}

// calls counts how often the agent was asked for something.
func (d *desk) calls(call string) (n int) {
	for _, c := range d.agent.Calls() {
		if c == call {
			n++
		}
	}
	return n
}

// sees fails unless every text is on the screen.
func (d *desk) sees(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if !d.Sees(text) {
			d.t.Errorf("it does not say %q, only %s", text, d.all())
		}
	}
}

// menu presses the line of the window's menu that has these keys.
func (d *desk) menu(key string) {
	d.t.Helper()
	for _, m := range d.Window.MainMenu().Items {
		for _, item := range m.Items {
			if item.Shortcut != nil && strings.HasSuffix(fmt.Sprint(item.Shortcut.ShortcutName()), "+"+key) {
				item.Action()
				return
			}
		}
	}
	d.t.Fatalf("no line of the menu has the key %s", key)
}

// again presses a button that may still wait for an earlier answer, until the
// agent was asked so many times.
func (d *desk) again(label, call string, times int) {
	d.t.Helper()
	d.when("the agent was asked to "+call, func() bool {
		if d.calls(call) >= times {
			return true
		}
		d.tap(label)
		return false
	})
	if n := d.calls(call); n != times {
		d.t.Errorf("the agent was asked %d times to %s, want %d", n, call, times)
	}
}

// all is what the screen says, for the words of a failure.
func (d *desk) all() string {
	return fmt.Sprintf("%.2000s", strings.Join(d.Texts(), " | "))
}
