//go:build long && linux

package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/tray/trayhost"
)

// TestFromTheFirstKeyToTheTick is the whole product as a new person meets it:
// the window is started first, and starts the agent; everything is done with
// keys, in a real browser, with a real password store, under a real panel.
func TestFromTheFirstKeyToTheTick(t *testing.T) {
	w := unconnected(t, func(p *plan) { p.zendesk.Articles = 60 })
	d := newDesktop(t)
	began := time.Now()
	window := d.window(w)
	d.titled("Dialpad Sync")
	d.settled("0-sources")

	d.keys("Return") // the first card has the focus
	d.settled("1-connect")
	d.types(w.zendeskURL)
	d.keys("Return")
	d.settled("2-register")
	d.types("dialpad_sync")
	d.keys("Return")
	d.consent("ada@example.com", "#approve")
	c := w.found(d)
	signedIn := func(name string) func() bool {
		return func() bool {
			s, err := c.Setup(t.Context())
			return err == nil && slices.Contains(s.SignedIn, name)
		}
	}
	d.until("the sign-in to Zendesk", signedIn("help-center"))
	d.settled("3-dialpad")

	pair := w.dialpad.Credentials().Knowledge
	d.keys("Tab", "Tab", "space", "Tab")
	d.types(w.dialpadURL)
	d.keys("Tab")
	d.types(pair.ClientID)
	d.keys("Tab")
	d.types(pair.ClientSecret)
	d.keys("Return")
	d.settled("4-answered")
	d.keys("Return")
	d.until("the sign-in to Dialpad", signedIn("dialpad"))
	d.settled("5-choose")
	if n := len(w.dialpad.Nodes()); n != 0 {
		t.Errorf("%d answers were copied before anybody chose", n)
	}
	d.keys("Return")
	copying := func(s engine.AccountStatus) bool { return s.Phase == engine.FirstCopy && s.Done > 5 }
	d.until("the first copy", func() bool { return w.account(c, copying) })
	d.shot("6-copying")

	// The window dies in the middle; the copy goes on.
	d.must(window.Process.Kill())
	_ = window.Wait() // it was killed
	green := func(s engine.AccountStatus) bool {
		return engine.Status{Accounts: []engine.AccountStatus{s}}.Verdict(time.Now()) == engine.UpToDate
	}
	d.until("the tick", func() bool { return w.account(c, green) })
	t.Logf("from nothing to the tick, with a window killed on the way: %s", time.Since(began).Round(time.Second))
	if n := len(w.dialpad.Nodes()); n != 60 {
		t.Errorf("Dialpad holds %d answers", n)
	}
	item, err := d.Item(t.Context())
	d.must(err)
	d.must(item.Click(t.Context(), "Open Dialpad Sync"))
	d.titled("Dialpad Sync")
	d.settled("7-up-to-date")
	d.reconnect(w, c, item, green)
	d.must(item.Click(t.Context(), "Quit"))
	d.until("the end of window and agent", func() bool {
		id, err := d.x("search", "--onlyvisible", "--name", "Dialpad Sync")
		_, statusErr := c.Status(t.Context())
		return err != nil && id == "" && statusErr != nil
	})
}

// reconnect revokes the sign-in at the source and renews it from the window:
// nothing is copied again.
func (d *desktop) reconnect(w *world, c *local.Client, item *trayhost.Item, green func(engine.AccountStatus) bool) {
	d.t.Helper()
	ctx := d.t.Context()
	w.zendesk.RevokeAll()
	d.must(item.Click(ctx, "Check everything"))
	d.until("a menu that says it needs somebody", func() bool {
		menu, err := item.Menu(ctx)
		return err == nil && strings.Contains(strings.Join(trayhost.Labels(menu), "\n"), "sign in again")
	})
	d.settled("8-needs-you")
	rows, err := c.Activity(ctx, 0)
	d.must(err)
	d.keys("ctrl+3") // Problems
	d.settled("9-problems")
	d.keys("Tab", "Tab", "Tab", "Tab", "Tab", "Return") // past the four pages to Reconnect
	d.settled("10-waiting")
	d.consent("ada@example.com", "#approve")
	d.until("the tick again", func() bool { return w.account(c, green) })
	d.settled("11-well-again")
	after, err := c.Activity(ctx, 0)
	d.must(err)
	if len(after) != len(rows) {
		d.t.Errorf("%d answers were sent again", len(after)-len(rows))
	}
}

// window starts the window program on the world's home.
func (d *desktop) window(w *world) *exec.Cmd {
	d.t.Helper()
	cmd := d.command(windowBinary(), "--home", w.home)
	d.serve(cmd)
	return cmd
}

// found is the agent that the window has started.
func (w *world) found(d *desktop) (c *local.Client) {
	w.t.Helper()
	h, err := openHome(w.home, "")
	w.must(err)
	d.until("an agent", func() bool {
		c, err = h.Agent(w.t.Context())
		return err == nil
	})
	w.t.Cleanup(c.Close)
	return c
}

// account says whether the one account is as wanted.
func (w *world) account(c *local.Client, is func(engine.AccountStatus) bool) bool {
	w.t.Helper()
	p, err := c.Status(w.t.Context())
	return err == nil && len(p.Accounts) == 1 && is(p.Accounts[0])
}
