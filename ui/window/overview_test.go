package window_test

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/windowtest"
)

func TestTheOverviewSaysThatAllIsWell(t *testing.T) {
	a := agent()
	a.Days = []local.Day{{Date: now, Created: 2, Updated: 5, Deleted: 1}}
	a.Shown.Accounts = append(a.Shown.Accounts, account("shop", "Magento", 190))
	d := open(t, a)
	d.until("1,394 of 1,394 answers are in Dialpad")
	d.until("Last 30 days: 2 new, 5 changed, 1 removed")
	d.sees("checked 3 minutes ago", "next check in 12 minutes", "Zendesk", "Magento", "up to date", "1,204", "190", "Sync now", "Check everything", "Pause", "Problems")
	for _, label := range []string{"Resume", "Reconnect"} {
		if d.Sees(label) {
			t.Errorf("it says %q", label)
		}
	}
}

// Days are counted when a pass has ended, so that what was read while documents
// came is old by then.
func TestTheLastThirtyDaysAreReadWhenAPassHasEnded(t *testing.T) {
	a := agent()
	a.Shown.Accounts[0].Phase, a.Shown.Activity = engine.FirstCopy, 3
	d := open(t, a)
	d.until("Nothing changed in the last 30 days.")
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", 1204)}
		a.Days = []local.Day{{Date: now, Created: 1204}}
	})
	d.until("Last 30 days: 1,204 new")
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts[0].Checked = now
		a.Days = []local.Day{{Date: now, Created: 1204, Deleted: 4}}
	})
	d.until("Last 30 days: 1,204 new, 0 changed, 4 removed")
}

func TestTheOverviewSpeaksGerman(t *testing.T) {
	d := open(t, agent(), german)
	d.until("1.204 von 1.204 Antworten sind in Dialpad")
	d.until("In den letzten 30 Tagen hat sich nichts geändert.")
	d.sees("geprüft vor 3 Minuten", "aktuell")
}

func TestTheFirstCopyShowsHowFarItIs(t *testing.T) {
	a := agent()
	s := &a.Shown.Accounts[0]
	s.Imported, s.Phase, s.Done, s.Total, s.Began = false, engine.FirstCopy, 320, 1204, now.Add(-80*time.Second)
	s.DialpadDocuments = 320
	d := open(t, a)
	d.until("Copying answers: 320 of 1,204, about 4 minutes left.")
	d.sees("4.0 a second")
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", 1204)}
	})
	d.until("1,204 of 1,204 answers are in Dialpad")
	if d.Sees("a second") {
		t.Error("the rate is still shown")
	}
}

func TestButtonsReachTheAgent(t *testing.T) {
	d := open(t, agent())
	d.until("1,204 of 1,204")
	d.tap("Sync now")
	d.asked(`sync "" full=false stays=true`)
	d.again("Check everything", `sync "" full=true stays=true`, 1)
}

func TestADoubleClickSyncsOnce(t *testing.T) {
	a := agent()
	a.Block = map[string]chan struct{}{"Sync": make(chan struct{})}
	d := open(t, a)
	d.until("1,204 of 1,204")
	d.tap("Sync now")
	d.tap("Sync now")
	d.menu("S")
	d.asked(`sync "" full=false stays=true`)
	close(a.Block["Sync"])
	d.again("Sync now", `sync "" full=false stays=true`, 2)
}

func TestPauseAsksHowLong(t *testing.T) {
	for choice, call := range map[string]string{
		"For 1 hour": "pause until 2026-11-22 11:42", "Until tomorrow 8:00": "pause until 2026-11-23 08:00",
		"Until I resume": "pause until 0001-01-01 00:00",
	} {
		d := open(t, agent())
		d.until("1,204 of 1,204")
		d.tap("Pause")
		d.tap(choice)
		d.asked(call)
	}
}

func TestAPauseCanBeEnded(t *testing.T) {
	a := agent()
	a.Shown.Paused = true
	d := open(t, a)
	d.until("Paused until you resume.")
	if d.Sees("Pause ▾") {
		t.Error("a pause is offered beside its end")
	}
	d.tap("Resume")
	d.asked("resume")
}

func TestTheButtonThatHelpsLeadsToTheSignIn(t *testing.T) {
	a := agent()
	a.Shown.Accounts[0].Problem = &engine.Problem{Kind: source.SignIn, Side: "source", Since: now}
	d := open(t, a)
	d.until("Zendesk wants you to sign in again.")
	d.tap("Reconnect")
	d.until("the set-up")
	if got := d.guides[0].Task; got.Account != "help-center" {
		t.Errorf("the set-up is about %+v", got)
	}
}

// more is the drawing of the button with an account's menu.
const more = "foreground_more-horizontal.svg"

func TestAnAccountHasAMenu(t *testing.T) {
	for line, check := range map[string]func(d *desk){
		"Sync now":       func(d *desk) { d.asked(`sync "help-center" full=false stays=true`) },
		"Choose again…":  func(d *desk) { d.until("the set-up") },
		"Sign in again…": func(d *desk) { d.until("the set-up") },
		"Disconnect…":    func(d *desk) { d.until("Stop copying and keep what Dialpad has") },
	} {
		d := open(t, agent())
		d.until("1,204 of 1,204")
		d.tap(more)
		d.tap(line)
		check(d)
	}
}

func TestAFailedCallIsSaidInWords(t *testing.T) {
	a := agent()
	a.Errors = map[string]error{"Sync": &source.Error{Kind: source.Transient, Code: source.CodeOffline}}
	d := open(t, a)
	d.until("1,204 of 1,204")
	d.tap("Sync now")
	d.until("No internet.")
	d.Press(fyne.KeyEscape)
	d.sees("1,204 of 1,204")
}

func TestTimesAreSaidAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := agent()
		a.Shown.Accounts[0].Checked, a.Shown.Accounts[0].Proved = time.Now().Add(-45*time.Second), time.Now()
		d := open(t, a, func(c *window.Config) { c.Now = time.Now })
		d.until("checked just now")
		began := time.Now()
		d.until("checked 1 minute ago")
		if gone := time.Since(began); gone != 30*time.Second {
			t.Errorf("it took %v", gone)
		}
	})
}

// TestAHiccupIsNotShown: what is over within ten seconds is no news.
func TestAHiccupIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := agent()
		s := &a.Shown.Accounts[0]
		s.Checked, s.Proved = time.Now(), time.Now()
		d := open(t, a, func(c *window.Config) { c.Now = time.Now })
		d.until("checked just now")
		a.Change(func(a *windowtest.Agent) {
			waits := a.Shown.Accounts[0]
			waits.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline, Since: time.Now()}
			a.Shown.Accounts = []engine.AccountStatus{waits}
			a.Shown.Activity = 1
		})
		d.when("the picture is drawn", func() bool { return d.window.Drawn() == 1 })
		d.sees("checked just now")
		began := time.Now()
		d.until("No internet.")
		if gone := time.Since(began); gone != view.Hiccup {
			t.Errorf("shown after %v", gone)
		}
	})
}
