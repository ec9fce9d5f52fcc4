// Package view turns what the engine knows into what a person reads: one
// drawing, one line, one sentence with a button for each failure, in every
// language there is. It is pure: the same status at the same moment gives the
// same words, and every face (command line, tray, window, notification) shows
// them. It decides nothing about sync.
package view

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
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

// Times says how a view writes the moment of the last check.
type Times int

const (
	// ClockTimes stay true while they are shown: tooltip, menu, command line.
	ClockTimes Times = iota
	// RelativeTimes need a redraw every minute: the window.
	RelativeTimes
)

// View is what every face shows.
type View struct {
	State State
	Icon  Icon
	// Line is the first line: the tooltip, the head of the window. First says the
	// same in one sentence, for places without room.
	Line, First string
	// Detail is the line below it where times are relative, or empty.
	Detail string
	// Action is what helps, Button its label; both may be empty.
	Action Action
	Button string
	// Stands says that what a tick claims is true now, whatever wait, check or
	// passing trouble is shown instead.
	Stands bool
	// Since is when the check or the trouble that is shown began, or zero.
	Since    time.Time
	Accounts []Account
}

// Account is one account's part of a view.
type Account struct {
	ID string
	// Name tells accounts apart: "Help center (Zendesk)". Source is the source's
	// own name.
	Name, Source string
	State        State
	Icon         Icon
	Line         string
	// Short is the state in a few words: "up to date".
	Short  string
	Action Action
	Button string
}

// Of is the view of a status at a moment, whose location says where the person
// is. The worst account gives the line.
func (w *Words) Of(s engine.Status, now time.Time, times Times) View {
	v := View{Stands: stands(s, now)}
	names := w.names(s.Accounts)
	var worst line
	for i, a := range s.Accounts {
		l := w.account(a, now, times)
		v.Accounts = append(v.Accounts, Account{
			ID: a.ID, Name: names[i], Source: a.Source, State: l.state, Icon: l.state.Icon(), Line: l.text,
			Short: w.short(a, l.state, now), Action: l.action, Button: w.Label(l.action),
		})
		if i == 0 || l.state > worst.state {
			worst = l
		}
	}
	switch state := overall(s, worst.state, now); state {
	case Unconnected:
		worst = line{state: state, text: w.Text("state.not_set_up"), action: SetUp}
	case Paused:
		worst = line{state: state, text: w.paused(s.PausedUntil, now), action: Resume}
	case Waits:
		if worst.state < Waits {
			worst = line{state: state, text: w.resting(s.Resting)}
		}
	case Current:
		worst = w.current(total(s), now, times)
	}
	v.State, v.Icon, v.Line, v.Detail = worst.state, worst.state.Icon(), worst.text, worst.detail
	v.First, v.Since = worst.sentence(w), since(s, v.State, now)
	v.Action, v.Button = worst.action, w.Label(worst.action)
	return v
}

// total adds the accounts up; the oldest check speaks for all.
func total(s engine.Status) engine.AccountStatus {
	sum := engine.AccountStatus{Place: s.Accounts[0].Place}
	for _, a := range s.Accounts {
		sum.SourceDocuments += a.SourceDocuments
		sum.DialpadDocuments += a.DialpadDocuments
		sum.Kept += a.Kept
		if sum.Checked.IsZero() || a.Checked.Before(sum.Checked) {
			sum.Checked = a.Checked
		}
		if sum.Next.IsZero() || a.Next.Before(sum.Next) {
			sum.Next = a.Next
		}
		if a.Place != sum.Place {
			sum.Place = source.HelpCenter
		}
	}
	return sum
}
