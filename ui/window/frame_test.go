package window_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/setup"
	"dialpadsync.app/ui/window/windowtest"
)

func TestAnAgentIsStartedWhereNoneRuns(t *testing.T) {
	a, agents := agent(), windowtest.NewAgents(nil)
	agents.OnStart(func() (*windowtest.Agent, error) { return a, nil })
	d := openOn(t, agents, a)
	d.until("1,204 of 1,204")
	if agents.Started() != 1 {
		t.Errorf("started %d times", agents.Started())
	}
}

// TestAnAgentThatStoppedShowsNoTick: nothing is known any more, and nothing is
// started behind the back of somebody who ended it.
func TestAnAgentThatStoppedShowsNoTick(t *testing.T) {
	a, agents := agent(), windowtest.NewAgents(nil)
	agents.OnStart(func() (*windowtest.Agent, error) { return a, nil })
	d := openOn(t, agents, a)
	d.until("1,204 of 1,204")
	agents.Set(nil, local.ErrNoAgent)
	a.Go()
	d.until("Dialpad Sync stopped. Nothing is copied until it runs again.")
	if d.Sees("1,204") {
		t.Error("it still says how things stood")
	}
	again := agent()
	again.Shown.Accounts[0].SourceDocuments, again.Shown.Accounts[0].DialpadDocuments = 7, 7
	agents.OnStart(func() (*windowtest.Agent, error) { return again, nil })
	if agents.Started() != 1 {
		t.Errorf("started %d times without being asked", agents.Started())
	}
	d.tap("Start it again")
	d.until("7 of 7 answers are in Dialpad")
	d.agent = again
	d.tap("Sync now")
	d.asked(`sync "" full=false stays=true`)
}

func TestAnAgentThatComesBackIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, agents := agent(), windowtest.NewAgents(agent())
		d := openOn(t, agents, a, func(c *window.Config) { c.Now = time.Now })
		first, _ := agents.Find(t.Context())
		d.until("1,204")
		agents.Set(nil, local.ErrNoAgent)
		first.(*windowtest.Agent).Go()
		d.until("Start it again")
		agents.Set(a, nil)
		d.until("1,204")
	})
}

func TestWhatCannotBeSpokenToIsSaid(t *testing.T) {
	for text, err := range map[string]error{
		"Another version of Dialpad Sync is running": local.ErrOtherVersion,
		"could not be started: settings.toml":        errors.New("settings.toml has a mistake in line 3"),
		"The disk is full.":                          &source.Error{Kind: source.Transient, Code: source.CodeDiskFull},
	} {
		agents := windowtest.NewAgents(nil)
		agents.Set(nil, err)
		d := openOn(t, agents, nil)
		d.until(text)
		agents.Set(agent(), nil)
		if d.Sees("Start it again") {
			d.tap("Start it again")
		} else {
			d.tap("End it and start this one")
		}
		d.until("1,204 of 1,204")
	}
}

func TestAnAgentThatCannotSayHowItIsSetUp(t *testing.T) {
	a := agent()
	a.Errors = map[string]error{"Setup": &source.Error{Kind: source.Fatal, Code: source.CodeNotWritable, Host: "/home/anna"}}
	d := open(t, a)
	d.until("We may not write to /home/anna.")
	a.Change(func(a *windowtest.Agent) { a.Errors = nil })
	d.tap("Try again")
	d.until("1,204 of 1,204")
}

func TestTheSetupComesFirst(t *testing.T) {
	a := agent()
	ready := a.SetupState
	a.SetupState, a.Shown.Accounts = local.Setup{}, nil
	d := open(t, a)
	d.until("the set-up")
	if got := d.guides[0].Task; got != (window.Task{Goal: setup.Whole}) {
		t.Errorf("it is about %+v", got)
	}
	d.Press(fyne.KeyReturn)
	if len(d.guides[0].keys) != 1 {
		t.Error("the set-up hears of no key")
	}
	a.Change(func(a *windowtest.Agent) {
		a.SetupState = ready
		a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", 3)}
	})
	d.guides[0].Finished()
	d.until("3 of 3 answers are in Dialpad")
	if !d.guides[0].closed {
		t.Error("the set-up still runs")
	}
}

func TestASetupThatWasBrokenOffGoesOn(t *testing.T) {
	for name, setup := range map[string]local.Setup{
		"not chosen": {Accounts: []local.Account{{ID: "a"}}, Dialpad: &local.DialpadRequest{Region: "eu"}},
		"no Dialpad": {Accounts: []local.Account{{ID: "a", Selected: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := agent()
			a.SetupState = setup
			d := open(t, a)
			d.until("the set-up")
		})
	}
}

func TestLeavingTheSetup(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	d.tap(more)
	d.tap("Choose again…")
	d.until("the set-up")
	d.guides[0].Left()
	d.until("1,204")

	empty := agent()
	empty.SetupState = local.Setup{}
	first := open(t, empty)
	first.until("the set-up")
	first.guides[0].Left()
	if !first.closed || !first.guides[0].closed {
		t.Errorf("window closed %v, set-up closed %v", first.closed, first.guides[0].closed)
	}
}

// TestTheSetupStaysWhenTheAgentGoes: what was typed there is not lost.
func TestTheSetupStaysWhenTheAgentGoes(t *testing.T) {
	a, agents := agent(), windowtest.NewAgents(nil)
	a.SetupState = local.Setup{}
	agents.OnStart(func() (*windowtest.Agent, error) { return a, nil })
	d := openOn(t, agents, a)
	d.until("the set-up")
	agents.Set(nil, local.ErrNoAgent)
	a.Go()
	d.until("Dialpad Sync stopped.")
	d.sees("the set-up", "Start it again")
}

func TestTheWindowComesForward(t *testing.T) {
	a := agent()
	a.Shown.Show = local.Show{Count: 4, Page: local.PageSettings} // a wish from before
	d := open(t, a)
	d.until("1,204 of 1,204")
	d.asked("came 4") // or it would count as one that hangs
	a.Change(func(a *windowtest.Agent) { a.Shown.Show = local.Show{Count: 5, Page: local.PageProblems} })
	d.until("Nothing needs you.")
	d.asked("came 5")
	a.Change(func(a *windowtest.Agent) { a.Shown.Show = local.Show{Count: 6} })
	a.Change(func(a *windowtest.Agent) { a.Shown.Show = local.Show{Count: 7, Page: local.PageSetup} })
	d.until("the set-up")
}

func TestItBeginsAtThePageAskedFor(t *testing.T) {
	d := open(t, agent(), at(local.PageSettings))
	d.until("Look for changes every")
}

func TestQuittingClosesTheWindow(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	d.agent.Change(func(a *windowtest.Agent) { a.Shown.Ending = true })
	d.when("the window closes", func() bool { return d.closed })
}

func TestTheFirstCloseSaysThatTheSyncGoesOn(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	d.menu("W")
	d.sees("Dialpad Sync stays in the tray.")
	if d.closed {
		t.Fatal("it closed before that was read")
	}
	d.Press(fyne.KeyEscape)
	if !d.closed || d.told.said != 1 {
		t.Errorf("closed %v, said %d times", d.closed, d.told.said)
	}

	second := open(t, agent())
	second.told.said = 1
	second.until("1,204")
	second.menu("W")
	if !second.closed {
		t.Error("the second time it asks again")
	}
}

// TestWithoutAnIconTheSentenceIsTrue: nobody is sent to a tray that is not there.
func TestWithoutAnIconTheSentenceIsTrue(t *testing.T) {
	a := agent()
	a.Shown.NoIcon = true
	d := open(t, a)
	d.until("1,204")
	d.menu("W")
	d.sees("Dialpad Sync goes on without its window.", "Quit Dialpad Sync")
	if d.Sees("tray") {
		t.Error("it speaks of a tray")
	}
}

func TestQuitEndsBoth(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	d.menu("Q")
	d.asked("stop")
	d.when("the window closes", func() bool { return d.closed })

	failing := agent()
	failing.Errors = map[string]error{"Stop": &source.Error{Kind: source.Transient, Code: source.CodeBusy}}
	d = open(t, failing)
	d.until("1,204")
	d.menu("Q")
	d.until("This could not be done")
	if d.closed {
		t.Error("the window closed although the agent goes on")
	}

	agents := windowtest.NewAgents(nil)
	agents.Set(nil, local.ErrNoAgent)
	d = openOn(t, agents, nil)
	d.until("Start it again")
	d.menu("Q")
	if !d.closed {
		t.Error("without an agent the window stays")
	}
}

// TestTabWalksFromTopToBottom: tabs, the account's menu, the buttons below.
func TestTabWalksFromTopToBottom(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	var walked []string
	for range 8 {
		test.FocusNext(d.Window.Canvas())
		if b, ok := d.Window.Canvas().Focused().(*control.Button); ok {
			walked = append(walked, b.Text)
		}
	}
	want := []string{"Overview", "Activity", "Problems", "Settings", "", "Sync now", "Check everything", "Pause"}
	if !slices.Equal(walked, want) {
		t.Errorf("Tab walks %q", walked)
	}
	for range 4 {
		test.FocusNext(d.Window.Canvas())
	}
	d.Press(fyne.KeyReturn)
	d.until("Look for changes every")
}

func TestTheMenuShowsPages(t *testing.T) {
	d := open(t, agent())
	d.until("1,204")
	for key, text := range map[string]string{"2": "Nothing has been copied since", "3": "Nothing needs you.", "4": "Look for changes every", "1": "1,204"} {
		d.menu(key)
		d.until(text)
	}
	d.menu("F")
	d.until("Nothing has been copied since")
	if _, ok := d.Window.Canvas().Focused().(*control.Entry); !ok {
		t.Errorf("the focus is on %T", d.Window.Canvas().Focused())
	}
	d.menu("D")
	d.until("Details for whoever helps")
}

// TestTheMenuIsHarmlessBeforeAnything presses every line before there is an
// agent.
func TestTheMenuIsHarmlessBeforeAnything(t *testing.T) {
	agents := windowtest.NewAgents(nil)
	agents.Set(nil, local.ErrNoAgent)
	d := openOn(t, agents, nil)
	d.until("Start it again")
	for _, m := range d.Window.MainMenu().Items {
		for _, item := range m.Items {
			if item.Action != nil && !item.IsQuit {
				item.Action()
			}
		}
	}
	d.sees("Version 1.0")
}

func TestThemeAndLanguageAreThePersons(t *testing.T) {
	a := agent()
	a.Prefs.Language = "de"
	d := open(t, a)
	d.until("1.204 von 1.204 Antworten sind in Dialpad")
	d.sees("Übersicht")
}

func TestAnAccountConnectedElsewhereIsSeen(t *testing.T) {
	a := agent()
	d := open(t, a, at(local.PageSettings))
	d.until("acme.zendesk.com")
	a.Change(func(a *windowtest.Agent) {
		a.SetupState = local.Setup{}
		a.Shown.Accounts = nil
	})
	d.until("the set-up")
}
