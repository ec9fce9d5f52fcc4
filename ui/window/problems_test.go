package window_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/setup"
	"dialpadsync.app/ui/window/windowtest"
)

// broken is an agent whose account has a problem.
func broken(p engine.Problem) *windowtest.Agent {
	a := agent()
	p.Since = now.Add(-2 * time.Hour)
	a.Shown.Accounts[0].Problem = &p
	return a
}

// TestEachProblemHasItsSentenceAndTheButtonThatHelps goes through the buttons
// there are.
func TestEachProblemHasItsSentenceAndTheButtonThatHelps(t *testing.T) {
	leads := func(to setup.Goal) func(*desk) {
		return func(d *desk) {
			d.until("the set-up")
			if got := d.guides[0].Task; got != (window.Task{Goal: to, Account: "help-center"}) {
				d.t.Errorf("it leads to %+v", got)
			}
		}
	}
	shows := func(text string) func(*desk) { return func(d *desk) { d.until(text) } }
	for name, row := range map[string]struct {
		problem          engine.Problem
		sentence, button string
		then             func(*desk)
	}{
		"signed out": {engine.Problem{Kind: source.SignIn, Side: "source"}, "Zendesk wants you to sign in again.", "Reconnect", leads(setup.SignInAgain)},
		"Dialpad":    {engine.Problem{Kind: source.SignIn, Side: "dialpad"}, "Dialpad wants you to sign in again.", "Reconnect", leads(setup.DialpadAgain)},
		"wrong secret": {
			engine.Problem{Kind: source.SignIn, Code: source.CodeWrongSecret, Side: "dialpad"}, "does not know this ID and secret.", "Check sign-in", leads(setup.DialpadAgain),
		},
		"selection": {engine.Problem{Kind: source.Fatal, Code: source.CodeSelection, Side: "source"}, "Zendesk does not have everything", "Choose again", leads(setup.ChooseAgain)},
		"role":      {engine.Problem{Kind: source.Forbidden, Code: source.CodeRole, Side: "source"}, "only a part of the answers", "Sign in as someone else", leads(setup.SignInAgain)},
		"read only": {engine.Problem{Kind: source.Forbidden, Code: source.CodeReadOnly, Side: "dialpad"}, "may read but not write answers.", "How to allow it", shows("Ask your Dialpad administrator")},
		"clock":     {engine.Problem{Kind: source.Transient, Code: source.CodeClock}, "clock", "What to do", shows("Copy")},
		"captive":   {engine.Problem{Kind: source.Transient, Code: source.CodeNotData, Side: "source", Host: "acme.zendesk.com"}, "This network may want a sign-in page first.", "Open it", func(d *desk) { d.when("a page opens", func() bool { return len(d.opened) == 1 }) }},
		"disk":      {engine.Problem{Kind: source.Transient, Code: source.CodeDiskFull}, "The disk is full. Syncing waits; nothing is lost.", "Try again", func(d *desk) { d.asked(`sync "help-center" full=false stays=true`) }},
		"ours": {engine.Problem{Kind: source.Unclassified, Op: "list articles"}, "Something in Dialpad Sync failed (list articles).", "Copy details", func(d *desk) {
			if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, "list articles") || !strings.Contains(got, "Dialpad Sync 1.0") {
				d.t.Errorf("the clipboard has %q", got)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, broken(row.problem), at(local.PageProblems))
			d.until(row.sentence)
			d.sees("Since 8:42")
			d.tap(row.button)
			row.then(d)
		})
	}
}

func TestAProblemThatPassesNeedsNoButton(t *testing.T) {
	d := open(t, broken(engine.Problem{Kind: source.Transient, Code: source.CodeOffline}), at(local.PageProblems))
	d.until("No internet. Trying again by itself.")
	d.sees("Problems")
	if d.Sees("Problems (1)") {
		t.Error("it counts as one that needs the person")
	}
	d.agent.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts = []engine.AccountStatus{account("help-center", "Zendesk", 5)}
	})
	d.until("Nothing needs you.")
}

// refused is an agent with answers that could not be copied.
func refused(n int) *windowtest.Agent {
	a := agent()
	a.Shown.Accounts[0].Failed = n
	a.Failed = map[string][]engine.Failure{}
	for i := range n {
		f := engine.Failure{
			Key: source.Key(fmt.Sprintf("7%d:en-us", i)), Kind: source.BadDocument, Code: source.CodeTooLarge,
			Since: now.Add(-time.Hour), RetryAt: now.Add(time.Hour), Title: fmt.Sprintf("Catalog %d", i),
		}
		a.Failed["help-center"] = append(a.Failed["help-center"], f)
	}
	return a
}

func TestAnAnswerThatWasNotCopiedCanBeOpenedAndTriedAgain(t *testing.T) {
	d := open(t, refused(1), at(local.PageProblems))
	d.until("“Catalog 0” is larger than Dialpad takes.")
	d.sees("Problems (1)", "Since 9:42; tried again at 11:42")
	d.tap("Open article")
	d.asked("open help-center 70:en-us")
	d.again("Try again", "retry help-center 70:en-us", 1)
}

func TestFailuresThatAreStillBeingReadAreARow(t *testing.T) {
	a := refused(1)
	a.Block = map[string]chan struct{}{"Failures": make(chan struct{})}
	d := open(t, a, at(local.PageProblems))
	d.until("1 could not be copied.")
	d.sees("Reading which ones…")
	close(a.Block["Failures"])
	d.until("“Catalog 0” is larger than Dialpad takes.")
	if d.Sees("Reading which ones…") {
		t.Error("it is still being read")
	}
}

func TestManyFailuresAreNotManyWidgets(t *testing.T) {
	d := open(t, refused(5000), at(local.PageProblems))
	d.until("“Catalog 99” is larger")
	d.sees("And 4,900 more. They are tried again by themselves.", "Problems (5,000)")
	if d.Sees("Catalog 100”") {
		t.Error("more rows than titles are read")
	}
}

func TestFailuresAreReadWhenSomebodyLooks(t *testing.T) {
	a := refused(1)
	a.Errors = map[string]error{"Failures": errors.New("nobody asked")}
	d := open(t, a)
	d.until("1 could not be copied")
	a.Change(func(a *windowtest.Agent) { a.Errors = nil })
	d.tap("Show")
	d.until("“Catalog 0” is larger than Dialpad takes.")
	a.Change(func(a *windowtest.Agent) {
		a.Shown.Accounts = []engine.AccountStatus{a.Shown.Accounts[0]}
		a.Shown.Accounts[0].Failed, a.Failed = 2, refused(2).Failed
	})
	d.until("“Catalog 1” is larger than Dialpad takes.")
}

// held is an agent with removals that wait.
func held(n int) *windowtest.Agent {
	a := agent()
	s := &a.Shown.Accounts[0]
	s.Held, s.Waiting, s.SourceDocuments, s.DialpadDocuments = n, engine.WaitMany, 904, 904
	a.Removals = map[string][]engine.HeldRemoval{}
	for i := range n {
		r := engine.HeldRemoval{Key: source.Key(fmt.Sprintf("8%d:en-us", i)), Reason: source.Deleted, Since: now.Add(-time.Hour)}
		if i < 100 {
			r.Title = fmt.Sprintf("Old answer %d", i)
		}
		a.Removals["help-center"] = append(a.Removals["help-center"], r)
	}
	return a
}

func TestHeldRemovalsAreKeptByDefault(t *testing.T) {
	d := open(t, held(300))
	d.until("300 answers are no longer in Zendesk")
	d.tap("Decide")
	d.until("Decide later")
	d.sees("Old answer 0", "archived or deleted", "Keep them in Dialpad", "Remove 300 answers from Dialpad", "Decide later")
	if b, ok := d.Window.Canvas().Focused().(*control.Button); !ok || b.Text != "Keep them in Dialpad" {
		t.Errorf("the focus is on %v", d.Window.Canvas().Focused())
	}
	d.Press(fyne.KeyReturn)
	d.asked("decide help-center keep seen 10:42:00")
	if d.Sees("Decide later") {
		t.Error("the list is still open")
	}
}

// TestReadingTheListTakesItsTime: that is said, and nobody has to wait for it.
func TestReadingTheListTakesItsTime(t *testing.T) {
	a := held(300)
	a.Block = map[string]chan struct{}{"Held": make(chan struct{})}
	d := open(t, a)
	d.until("300 answers are no longer in Zendesk")
	d.tap("Decide")
	d.sees("Reading the list from Dialpad…")
	d.Press(fyne.KeyEscape)
	if d.Sees("Reading the list") {
		t.Error("Esc does not leave")
	}
	d.tap("Decide")
	d.sees("Reading the list from Dialpad…")
	close(a.Block["Held"])
	d.until("Decide later")
}

func TestAListNobodyWaitsForStaysAway(t *testing.T) {
	a := held(300)
	a.Block = map[string]chan struct{}{"Held": make(chan struct{})}
	d := open(t, a)
	d.until("300 answers are no longer in Zendesk")
	d.tap("Decide")
	d.tap("Cancel")
	close(a.Block["Held"])
	a.Change(func(a *windowtest.Agent) {
		a.Block, a.Shown.Accounts = nil, []engine.AccountStatus{account("help-center", "Zendesk", 7)}
	})
	d.until("7 of 7")
	if d.Sees("Decide later") {
		t.Error("the list opens although nobody waits for it")
	}
}

func TestRemovingAsksOnceMore(t *testing.T) {
	d := open(t, held(300))
	d.until("300 answers are no longer in Zendesk")
	for _, sure := range []bool{false, true} {
		d.tap("Decide")
		d.until("Decide later")
		d.tap("Remove 300 answers from Dialpad")
		d.sees("Dialpad will no longer answer with them.")
		if !sure {
			d.Press(fyne.KeyReturn) // the default is Cancel
			d.Press(fyne.KeyEscape)
			continue
		}
		d.tap("Remove 300 answers from Dialpad")
		d.asked("decide help-center delete seen 10:42:00")
	}
	if n := d.calls("decide help-center delete seen 10:42:00"); n != 1 {
		t.Errorf("decided %d times", n)
	}
}

// TestOnlyWhatWasSeenIsDecided: more have come since the picture was drawn.
func TestOnlyWhatWasSeenIsDecided(t *testing.T) {
	a := held(300)
	a.Shown.Accounts[0].Held = 312
	clock := now
	d := open(t, a, func(c *window.Config) { c.Now = func() time.Time { return clock } })
	d.until("312 answers are no longer in Zendesk")
	d.tap("Decide")
	d.until("Remove 300 answers from Dialpad")
	clock = now.Add(time.Minute)
	d.tap("Keep them in Dialpad")
	d.asked("decide help-center keep seen 10:42:00")
}

func TestAHeldListThatCannotBeRead(t *testing.T) {
	a := held(3)
	a.Errors = map[string]error{"Held": &source.Error{Kind: source.Transient, Code: source.CodeDown, Side: "dialpad"}}
	d := open(t, a)
	d.until("3 answers are no longer")
	d.tap("Decide")
	d.until("Dialpad is not answering.")
	d.Press(fyne.KeyEscape)
	a.Change(func(a *windowtest.Agent) { a.Errors, a.Removals = nil, nil })
	d.tap("Decide")
	d.until("Nothing waits for you any more.")
}

func TestADecisionThatFails(t *testing.T) {
	a := held(3)
	a.Errors = map[string]error{"Decide": &url.Error{Op: "Post", URL: "http://agent", Err: errors.New("connection refused")}}
	d := open(t, a)
	d.until("3 answers are no longer")
	d.tap("Decide")
	d.until("Decide later")
	d.tap("Keep them in Dialpad")
	d.until("Dialpad Sync stopped. Nothing is copied until it runs again.")
}

func TestTwoAccountsAreToldApart(t *testing.T) {
	a := held(3)
	shop := account("shop", "Magento", 190)
	shop.Problem = &engine.Problem{Kind: source.SignIn, Side: "source", Since: now.Add(-time.Hour)}
	shop.Held, shop.Waiting = 2, engine.WaitWho
	a.Shown.Accounts = append(a.Shown.Accounts, shop)
	d := open(t, a, at(local.PageProblems))
	d.until("Magento wants you to sign in again.")
	d.sees("Problems (3)", "Help center (Zendesk)", "3 answers are no longer in Zendesk", "Somebody else is signed in to Magento than before")
}
