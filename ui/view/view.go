// Package view turns what the engine knows into what a person reads: one
// drawing, one line, one sentence with a button for each failure. It is pure,
// and every face (command line, tray, window, notification) shows its words.
package view

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"dialpadsync.app/sync/engine"
)

// Icon is one of five drawings that differ in shape.
type Icon string

const (
	NotSetUp Icon = "not-set-up" // an outline
	UpToDate Icon = "up-to-date" // a tick
	Working  Icon = "working"    // an arrow circle
	Waiting  Icon = "waiting"    // two bars
	NeedsYou Icon = "needs-you"  // an exclamation in a circle
)

// View is what every face shows.
type View struct {
	Icon Icon
	Line string
	// Button is what helps, or empty.
	Button   string
	Accounts []Account
}

// Account is one account's part of a view.
type Account struct {
	ID, Name string
	Icon     Icon
	Line     string
	Button   string
}

// icons is the drawing of each verdict.
var icons = map[engine.Verdict]Icon{
	engine.NotSetUp: NotSetUp, engine.UpToDate: UpToDate, engine.Working: Working, engine.Waiting: Waiting,
	engine.Paused: Waiting, engine.SomeFailed: NeedsYou, engine.RemovalsHeld: NeedsYou, engine.NeedsPerson: NeedsYou,
}

// Of is the view of a status at a moment. The worst account gives the line.
func Of(s engine.Status, now time.Time) View {
	worst := s.Verdict(now)
	v := View{Icon: icons[worst], Line: "Not connected yet.", Button: "Set up"}
	for _, a := range s.Accounts {
		v.Accounts = append(v.Accounts, account(a, now))
	}
	switch worst {
	case engine.NotSetUp:
		return v
	case engine.Paused:
		v.Line, v.Button = pausedLine(s.PausedUntil, now), "Resume"
		return v
	case engine.UpToDate:
		v.Line, v.Button = upToDateLine(total(s), now), ""
		return v
	}
	for i, a := range s.Accounts {
		if a.Verdict(now) == worst {
			v.Line, v.Button = v.Accounts[i].Line, v.Accounts[i].Button
			break
		}
	}
	return v
}

// total adds the accounts up; the oldest check speaks for all.
func total(s engine.Status) engine.AccountStatus {
	var sum engine.AccountStatus
	for _, a := range s.Accounts {
		sum.SourceDocuments += a.SourceDocuments
		sum.DialpadDocuments += a.DialpadDocuments
		sum.Kept += a.Kept
		if sum.Checked.IsZero() || a.Checked.Before(sum.Checked) {
			sum.Checked = a.Checked
		}
	}
	return sum
}

func account(a engine.AccountStatus, now time.Time) Account {
	verdict := a.Verdict(now)
	line, button := accountLine(a, verdict, now)
	return Account{ID: a.ID, Name: a.Source, Icon: icons[verdict], Line: line, Button: button}
}

func accountLine(a engine.AccountStatus, verdict engine.Verdict, now time.Time) (line, button string) {
	switch verdict {
	case engine.UpToDate:
		return upToDateLine(a, now), ""
	case engine.NeedsPerson, engine.Waiting:
		return troubleLine(a, now)
	case engine.RemovalsHeld:
		return heldLine(a, now), "Decide"
	case engine.SomeFailed:
		return fmt.Sprintf("%s of %s answers are in Dialpad. %s could not be copied.",
			number(a.DialpadDocuments), number(a.SourceDocuments), number(a.Failed)), "Show"
	}
	return workingLine(a, now), ""
}

func upToDateLine(a engine.AccountStatus, now time.Time) string {
	kept := ""
	if a.Kept > 0 {
		kept = fmt.Sprintf(", %s kept by you", number(a.Kept))
	}
	return fmt.Sprintf("%s of %s answers are in Dialpad%s · checked %s",
		number(a.DialpadDocuments), number(a.SourceDocuments), kept, Clock(a.Checked, now))
}

func heldLine(a engine.AccountStatus, now time.Time) string {
	what := "answers are"
	if a.Held == 1 {
		what = "answer is"
	}
	switch a.Waiting {
	case engine.WaitWho:
		return fmt.Sprintf("Somebody else is signed in to %s than before, and %s %s no longer visible to them. Dialpad still gives them until you decide.",
			a.Source, number(a.Held), what)
	case engine.WaitMoved:
		return fmt.Sprintf("The address of %s or Dialpad was changed, and %s %s no longer there. Dialpad still gives them until you decide.",
			a.Source, number(a.Held), what)
	}
	line := fmt.Sprintf("%s %s no longer in %s (archived or deleted). Dialpad still gives them until you decide.", number(a.Held), what, a.Source)
	if settled := a.Failed == 0 && a.Pending == 0 && a.Problem == nil; settled && now.Sub(a.Checked) <= 2*a.Interval {
		line += fmt.Sprintf(" The other %s are up to date.", number(a.SourceDocuments))
	}
	return line
}

// workingLine tells of a pass that runs, or of one that is due.
func workingLine(a engine.AccountStatus, now time.Time) string {
	switch {
	case a.Phase == engine.FirstCopy:
		return "Copying answers: " + Progress(a, now).String()
	case a.Phase == engine.Removing:
		return fmt.Sprintf("Removing answers that are gone from %s: %s", a.Source, Progress(a, now))
	case a.Phase == engine.Comparing:
		return fmt.Sprintf("Comparing Dialpad with %s…", a.Source)
	case a.Phase == engine.Checking:
		return "Checking for changes…"
	case a.Pending > 0:
		return fmt.Sprintf("%s of %s answers are in Dialpad. %s on the way.", number(a.DialpadDocuments), number(a.SourceDocuments), number(a.Pending))
	case !a.Imported:
		return "The first copy has not been finished yet."
	case a.Checked.IsZero():
		return "Not checked yet."
	}
	return fmt.Sprintf("%s of %s answers were in Dialpad when last checked, %s.",
		number(a.DialpadDocuments), number(a.SourceDocuments), Clock(a.Checked, now))
}

func pausedLine(until, now time.Time) string {
	if until.IsZero() {
		return "Paused until you resume."
	}
	return fmt.Sprintf("Paused until %s.", Clock(until, now))
}

// Clock gives a moment as people say it: the time today, "tomorrow 8:00", or
// the date.
func Clock(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	t = t.In(now.Location())
	year, month, day := now.Date()
	switch midnight := time.Date(year, month, day, 0, 0, 0, 0, now.Location()); {
	case !t.Before(midnight) && t.Before(midnight.AddDate(0, 0, 1)):
		return t.Format("15:04")
	case !t.Before(midnight) && t.Before(midnight.AddDate(0, 0, 2)):
		return "tomorrow " + t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan, 15:04")
	}
	return t.Format("2 Jan 2006, 15:04")
}

func number(n int) string { return humanize.Comma(int64(n)) }
