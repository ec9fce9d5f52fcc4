package window_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/setup"
	"dialpadsync.app/ui/window/windowtest"
)

// settings opens the settings page.
func settings(t *testing.T, a *windowtest.Agent, change ...func(*window.Config)) *desk {
	t.Helper()
	d := open(t, a, append(change, at(local.PageSettings))...)
	d.until("acme.zendesk.com")
	d.until("/home/anna/.config/dialpad-sync")
	return d
}

// choose chooses in the list that shows one of the choices now.
func (d *desk) choose(now, then string) {
	d.t.Helper()
	for _, o := range d.Objects() {
		if s, ok := o.(*control.Select); ok && s.Selected == now {
			s.SetSelected(then)
			return
		}
	}
	d.t.Fatalf("no list shows %q", now)
}

func TestSettingsShowWhatIs(t *testing.T) {
	d := settings(t, agent())
	d.sees("Zendesk · acme.zendesk.com", "Copied to Dialpad Europe", "15 minutes", "As the system",
		"Start with this computer", "/home/anna/.local/state/dialpad-sync/log", "In the password store of this computer")
}

func TestEachChoiceIsSavedAtOnce(t *testing.T) {
	for name, row := range map[string]struct {
		choose func(*desk)
		want   string
	}{
		"interval": {func(d *desk) { d.choose("15 minutes", "6 hours") }, `preferences 6h0m0s battery=false metered=false login=true theme="" language=""`},
		"battery":  {func(d *desk) { d.tap("Wait while on battery") }, `preferences 15m0s battery=true metered=false login=true theme="" language=""`},
		"metered":  {func(d *desk) { d.tap("Wait on networks that cost by the megabyte") }, `preferences 15m0s battery=false metered=true login=true theme="" language=""`},
		"login":    {func(d *desk) { d.tap("Start with this computer") }, `preferences 15m0s battery=false metered=false login=false theme="" language=""`},
		"theme":    {func(d *desk) { d.choose("As the system", "Dark") }, `preferences 15m0s battery=false metered=false login=true theme="dark" language=""`},
	} {
		t.Run(name, func(t *testing.T) {
			d := settings(t, agent())
			row.choose(d)
			d.asked(row.want)
			if n := len(d.agent.Calls()); n != 1 {
				t.Errorf("the agent was asked %q", d.agent.Calls())
			}
		})
	}
}

func TestTheLanguageChangesAtOnce(t *testing.T) {
	d := settings(t, agent())
	d.choose("As the system", "As the system") // the theme's list comes first
	for _, o := range d.Objects() {
		if s, ok := o.(*control.Select); ok && len(s.Options) == 3 && s.Options[2] == "Deutsch" {
			s.SetSelected("Deutsch")
			break
		}
	}
	d.until("Änderungen suchen alle")
	d.sees("Übersicht", "15 Minuten", "Im Akkubetrieb warten")
}

// TestChoicesMadeWhileOneIsSavedAreSavedToo makes three in a row.
func TestChoicesMadeWhileOneIsSavedAreSavedToo(t *testing.T) {
	a := agent()
	a.Block = map[string]chan struct{}{"SetPreferences": make(chan struct{})}
	d := settings(t, a)
	d.tap("Wait while on battery")
	d.choose("15 minutes", "2 hours")
	d.tap("Wait on networks that cost by the megabyte")
	close(a.Block["SetPreferences"])
	d.asked(`preferences 2h0m0s battery=true metered=true login=true theme="" language=""`)
	if n := len(d.agent.Calls()); n != 2 {
		t.Errorf("saved %d times: %q", n, d.agent.Calls())
	}
}

// TestAFullDiskLosesNothing: what could not be saved is shown as it was.
func TestAFullDiskLosesNothing(t *testing.T) {
	a := agent()
	a.Errors = map[string]error{"SetPreferences": &source.Error{Kind: source.Transient, Code: source.CodeDiskFull}}
	d := settings(t, a)
	d.tap("Wait while on battery")
	d.until("The disk is full.")
	d.Press(fyne.KeyEscape)
	for _, o := range d.Objects() {
		if c, ok := o.(*control.Check); ok && c.Text == "Wait while on battery" && c.Checked {
			t.Error("it looks as if it had been saved")
		}
	}
	a.Change(func(a *windowtest.Agent) { a.Errors = nil })
	d.tap("Wait while on battery")
	d.asked(`preferences 15m0s battery=true metered=false login=true theme="" language=""`)
}

func TestAnIntervalFromTheFileIsShownAsTheNearest(t *testing.T) {
	a := agent()
	a.Prefs.Interval = 7 * 60 * 1e9 // 7 minutes
	d := settings(t, a)
	d.sees("5 minutes")
	if len(a.Calls()) != 0 {
		t.Errorf("looking at it saved %q", a.Calls())
	}
}

func TestAccountsAreManaged(t *testing.T) {
	for button, task := range map[string]window.Task{
		"Choose again…": {Goal: setup.ChooseAgain, Account: "help-center"}, "Sign in again…": {Goal: setup.SignInAgain, Account: "help-center"},
		"Add a source…": {Goal: setup.AddSource},
	} {
		d := settings(t, agent())
		d.tap(button)
		d.until("the set-up")
		if d.guides[0].Task != task {
			t.Errorf("%s leads to %+v", button, d.guides[0].Task)
		}
	}
}

func TestDisconnectingSpellsOutBothWays(t *testing.T) {
	d := settings(t, agent())
	d.agent.ForgetSteps = []local.ForgetStep{{Done: true}}
	d.tap("Disconnect…")
	d.sees("Copying from Zendesk stops and our sign-in there is withdrawn.", "Stop copying and keep what Dialpad has", "Stop copying and remove the 1,204 copied answers")
	if b, ok := d.Window.Canvas().Focused().(*control.Button); !ok || b.Text != "Cancel" {
		t.Errorf("the default is %v", d.Window.Canvas().Focused())
	}
	d.tap("Stop copying and keep what Dialpad has")
	d.until("Zendesk is disconnected and our sign-in there is withdrawn.")
	d.asked(`forget "help-center" everything=false documents=false anyway=false`)
}

func TestRemovingTheAnswersShowsHowFarItIs(t *testing.T) {
	a := agent()
	a.ForgetSteps = []local.ForgetStep{{Removed: 1, Total: 1204}, {Removed: 1204, Total: 1204}, {Done: true, NotConfirmed: true}}
	d := settings(t, a)
	d.tap("Disconnect…")
	d.tap("Stop copying and remove the 1,204 copied answers")
	d.sees("1,204 answers will be removed from Dialpad. This cannot be undone here.")
	d.tap("Stop copying and remove the 1,204 copied answers")
	d.until("did not confirm that our sign-in is withdrawn")
	d.asked(`forget "help-center" everything=false documents=true anyway=false`)
}

// TestTheLastAccountIsPartedWithInWords: what came of it stays until it is read,
// then there is something to set up.
func TestTheLastAccountIsPartedWithInWords(t *testing.T) {
	a := agent()
	a.ForgetSteps = []local.ForgetStep{{Done: true, NotConfirmed: true}}
	d := settings(t, a)
	d.tap("Disconnect…")
	d.tap("Stop copying and keep what Dialpad has")
	a.Change(func(a *windowtest.Agent) {
		a.SetupState, a.Shown.Accounts, a.Shown.Activity = local.Setup{}, nil, 1
	})
	d.until("did not confirm that our sign-in is withdrawn")
	d.when("the picture is drawn", func() bool { return d.window.Drawn() == 1 })
	d.sees("Zendesk is disconnected.")
	d.Press(fyne.KeyEscape)
	d.until("the set-up")
}

func TestForgettingAnyway(t *testing.T) {
	a := agent()
	a.ForgetSteps = []local.ForgetStep{{Removed: 2, Total: 1204}, {Problem: &engine.Problem{Kind: source.SignIn, Side: "dialpad"}}}
	d := settings(t, a)
	d.tap("Disconnect…")
	d.tap("Stop copying and remove the 1,204 copied answers")
	d.tap("Stop copying and remove the 1,204 copied answers")
	d.until("The copied answers can no longer be removed from here. Forget this account anyway?")
	a.Change(func(a *windowtest.Agent) { a.ForgetSteps = []local.ForgetStep{{Done: true}} })
	d.tap("Forget it anyway")
	d.until("Zendesk is disconnected")
	d.asked(`forget "help-center" everything=false documents=true anyway=true`)
}

func TestADisconnectionThatFails(t *testing.T) {
	for text, set := range map[string]func(*windowtest.Agent){
		"No internet.": func(a *windowtest.Agent) {
			a.ForgetSteps = []local.ForgetStep{{Problem: &engine.Problem{Kind: source.Transient, Code: source.CodeOffline}}}
		},
		"Dialpad Sync stopped.": func(*windowtest.Agent) {},
		"failed":                func(a *windowtest.Agent) { a.Errors = map[string]error{"Forget": errors.New("odd")} },
	} {
		d := settings(t, agent())
		d.agent.Change(set)
		d.tap("Disconnect…")
		d.tap("Stop copying and keep what Dialpad has")
		d.until(text)
		d.Press(fyne.KeyEscape)
		d.sees("acme.zendesk.com")
	}
}

func TestEverythingCanBeRemovedFromThisComputer(t *testing.T) {
	a := agent()
	a.ForgetSteps = []local.ForgetStep{{Done: true}}
	d := settings(t, a)
	d.tap("Remove everything…")
	d.sees("settings, records and log are deleted", "Remove everything here and keep what Dialpad has", "Remove everything here and the 1,204 copied answers in Dialpad")
	d.tap("Remove everything here and keep what Dialpad has")
	d.until("Dialpad Sync has been removed from this computer.")
	d.asked(`forget "" everything=true documents=false anyway=false`)
	d.agents.Set(nil, local.ErrNoAgent)
	a.Go()
	d.sees("Dialpad Sync has been removed from this computer.")
	d.Press(fyne.KeyEscape)
	if !d.closed {
		t.Error("the window stays open")
	}
}

func TestDiagnosticsAreShownBeforeTheyAreSaved(t *testing.T) {
	folder := t.TempDir()
	d := settings(t, agent(), func(c *window.Config) { c.Downloads = folder })
	d.tap("Details for whoever helps…")
	d.until("help-center: idle")
	d.tap("Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); got != d.agent.Details {
		t.Errorf("the clipboard has %q", got)
	}
	d.tap("Save")
	path := filepath.Join(folder, "dialpad-sync-2026-11-22.txt")
	d.until("Saved as " + path)
	if text, err := os.ReadFile(path); err != nil || string(text) != d.agent.Details {
		t.Errorf("saved %q, %v", text, err)
	}
}

// TestASaveThatFailsKeepsThePreview goes through what can be typed.
func TestASaveThatFailsKeepsThePreview(t *testing.T) {
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken.txt")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		taken:                                   "There is already a file",
		filepath.Join(folder, "no", "such.txt"): "We may not write to",
		"":                                      "We may not write to",
		"/dev/full":                             "There is already a file",
		strings.Repeat("x", 5000):               "We may not write to",
		folder + "/\x00":                        "We may not write to",
	} {
		d := settings(t, agent())
		d.tap("Details for whoever helps…")
		d.until("help-center: idle")
		for _, o := range d.Objects() {
			if e, ok := o.(*control.Entry); ok && !e.MultiLine {
				e.SetText(path)
			}
		}
		d.tap("Save")
		d.until(text)
		d.Press(fyne.KeyEscape)
		d.sees("help-center: idle", "Save")
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "mine" {
		t.Errorf("the file says %q, %v", text, err)
	}
}

// What was kept can be removed later, after one more question.
func TestKeptAnswersCanBeRemovedLater(t *testing.T) {
	a := agent()
	a.Shown.Accounts[0].Kept = 12
	d := settings(t, a)
	d.until("12 answers are no longer in Zendesk and stay in Dialpad, because you kept them.")
	d.tap("Remove kept answers…")
	d.sees("Dialpad will no longer answer with them.")
	if b, ok := d.Window.Canvas().Focused().(*control.Button); !ok || b.Text != "Cancel" {
		t.Errorf("the default is %v", d.Window.Canvas().Focused())
	}
	d.tap("Remove 12 answers")
	d.asked("decide help-center release seen 10:42:00")
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", 1192)}
	})
	d.when("the row has gone", func() bool { return !d.Sees("because you kept") })
}

// An account that was taken out of the settings by hand is not forgotten with
// its answers.
func TestAnswersOfAnErasedAccountAreShown(t *testing.T) {
	a := agent()
	a.SetupState.Leftovers = []local.Leftover{{Account: "old-shop", Documents: 7}}
	a.ForgetSteps = []local.ForgetStep{{Done: true}}
	d := settings(t, a)
	d.until("old-shop is no longer in the settings, but Dialpad still has 7 answers of it.")
	d.tap("Keep or remove…")
	d.sees("Keep them in Dialpad and forget the account")
	d.tap("Remove the 7 answers from Dialpad")
	d.sees("7 answers will be removed from Dialpad.")
	d.tap("Remove the 7 answers from Dialpad")
	d.asked(`forget "old-shop" everything=false documents=true anyway=false`)
	a.Change(func(a *windowtest.Agent) { a.SetupState.Leftovers = nil })
	d.until("old-shop is disconnected")
	d.Press(fyne.KeyEscape)
	d.when("the row has gone", func() bool { return !d.Sees("old-shop") })
}

// TestAnAccountThatHasGoneIsListedNoLonger: the page is read again, not only
// when somebody comes back to it.
func TestAnAccountThatHasGoneIsListedNoLonger(t *testing.T) {
	a := agent()
	a.SetupState.Accounts = append(a.SetupState.Accounts, local.Account{ID: "shop", Title: "Magento", Host: "shop.acme.com", Selected: true})
	a.Shown.Accounts = append(a.Shown.Accounts, account("shop", "Magento", 190))
	a.ForgetSteps = []local.ForgetStep{{Done: true}}
	d := settings(t, a)
	d.tap("Disconnect…")
	d.tap("Stop copying and keep what Dialpad has")
	a.Change(func(a *windowtest.Agent) {
		a.SetupState.Accounts, a.Shown.Accounts = a.SetupState.Accounts[1:], a.Shown.Accounts[1:]
	})
	d.until("Zendesk is disconnected")
	d.Press(fyne.KeyEscape)
	d.when("the row has gone", func() bool { return !d.Sees("acme.zendesk.com") && d.Sees("shop.acme.com") })
}

// A password store that is locked is said where its sign-ins are shown.
func TestALockedPasswordStoreIsSaidInTheSettings(t *testing.T) {
	a := agent()
	a.SetupState.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeKeyringLocked}
	d := settings(t, a)
	d.until("Your password store is locked. Unlock it and we go on.")
	a.Change(func(a *windowtest.Agent) { a.SetupState.Problem = nil })
	d.tap("Try again")
	d.when("the sentence has gone", func() bool { return !d.Sees("Your password store is locked.") })
}

// TestADisconnectionThatGoesOnIsShown: asked for in a window that was closed, or
// elsewhere. Nothing is to be set up meanwhile.
func TestADisconnectionThatGoesOnIsShown(t *testing.T) {
	a := agent()
	a.SetupState.Accounts[0].Selected = false // it stands still
	parting := local.Parting{Number: 3, Ask: local.ForgetRequest{Account: "help-center", DeleteDocuments: true}, Source: "Zendesk", Step: local.ForgetStep{Removed: 320, Total: 1204}}
	a.Shown.Parting = &parting
	d := open(t, a)
	d.until("320 of 1,204 removed")
	on := parting
	on.Step.Removed = 700
	a.Change(func(a *windowtest.Agent) { a.Shown.Parting = &on })
	d.until("700 of 1,204 removed")
	over := parting
	over.Step, over.Over = local.ForgetStep{Removed: 1204, Total: 1204, Done: true}, true
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Parting, a.Shown.Accounts, a.SetupState = &over, nil, local.Setup{}
	})
	d.until("Zendesk is disconnected and our sign-in there is withdrawn.")
	if len(d.guides) != 0 || d.Sees("removed") {
		t.Errorf("the set-up was opened, or it says %s", d.all())
	}
	d.Press(fyne.KeyEscape)
	d.until("the set-up")
}

// TestADisconnectionOfLongAgoIsNotTold, and one of this window's own not twice.
func TestADisconnectionOfLongAgoIsNotTold(t *testing.T) {
	a := agent()
	a.Shown.Parting = &local.Parting{Number: 3, Source: "Magento", Step: local.ForgetStep{Done: true}, Over: true}
	a.ForgetSteps = []local.ForgetStep{{Number: 4, Removed: 1, Total: 2}, {Number: 4, Done: true}}
	d := settings(t, a)
	if d.Sees("Magento") {
		t.Errorf("it says %s", d.all())
	}
	d.tap("Disconnect…")
	d.tap("Stop copying and keep what Dialpad has")
	d.until("Zendesk is disconnected")
	a.Change(func(a *windowtest.Agent) { // a picture that comes late
		a.Shown.Parting, a.Shown.Activity = &local.Parting{Number: 4, Source: "Zendesk", Step: local.ForgetStep{Removed: 1, Total: 2}}, 1
	})
	d.when("the picture is drawn", func() bool { return d.window.Drawn() == 1 })
	if d.Sees("1 of 2 removed") {
		t.Errorf("it says %s", d.all())
	}
}

// TestAnAgentThatEndsTakesItsDisconnectionAlong: the window is not stuck with it.
func TestAnAgentThatEndsTakesItsDisconnectionAlong(t *testing.T) {
	a := agent()
	a.Shown.Parting = &local.Parting{Number: 3, Source: "Zendesk", Step: local.ForgetStep{Removed: 320, Total: 1204}}
	d := open(t, a)
	d.until("320 of 1,204 removed")
	next := agent()
	d.agents.Set(next, nil)
	a.Go()
	d.until("1,204 of 1,204 answers are in Dialpad")
	d.when("the dialog has gone", func() bool { return !d.Sees("removed") })
}
