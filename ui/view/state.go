package view

import (
	"time"

	"dialpadsync.app/sync/engine"
)

// State is what a view claims. Worse ones are greater; the icon follows from it
// alone.
type State int

const (
	Unconnected State = iota // no account
	Current                  // checked and proved: the only one with a tick
	Checking                 // a check that takes longer than people notice
	Due                      // not known to be current, and nothing runs yet
	Copying                  // everything is being read, as at the first copy
	Waits                    // told to wait, offline, on battery
	Paused                   // by the person
	SomeFailed
	Held   // removals wait for the person
	Needed // the person has to sign in or to put something right
)

// Icon is the state's drawing.
func (s State) Icon() Icon {
	switch s {
	case Current:
		return UpToDate
	case Checking, Due, Copying:
		return Working
	case Waits, Paused:
		return Waiting
	case SomeFailed, Held, Needed:
		return NeedsYou
	}
	return NotSetUp
}

// Hiccup is how long a check, a wait or a passing trouble lasts before a face
// shows it.
const Hiccup = 10 * time.Second

// stateOf is the state of one account. The engine's verdict decides; what runs
// right now only says which work it is.
func stateOf(a engine.AccountStatus, now time.Time) State {
	verdict := a.Verdict(now)
	switch verdict {
	case engine.NeedsPerson:
		return Needed
	case engine.RemovalsHeld:
		return Held
	case engine.SomeFailed:
		return SomeFailed
	case engine.Waiting:
		return Waits
	}
	long := a.Busy() && now.Sub(a.Began) >= Hiccup
	switch {
	case verdict == engine.UpToDate && !long:
		return Current
	case a.Phase == engine.FirstCopy:
		return Copying
	case long:
		return Checking
	}
	return Due
}

// overall is the state of all accounts together, of which worst is the worst. A
// pause covers whatever does not need the person, a rest what is not waiting
// already.
func overall(s engine.Status, worst State, now time.Time) State {
	switch s.Verdict(now) {
	case engine.NotSetUp:
		return Unconnected
	case engine.Paused:
		return Paused
	case engine.Waiting:
		return Waits
	}
	return worst
}

// since is when the check or the trouble of a state began, as far as an account
// in it knows.
func since(s engine.Status, state State, now time.Time) time.Time {
	var first time.Time
	for _, a := range s.Accounts {
		var at time.Time
		switch {
		case state == Checking || state == Copying:
			at = a.Began
		case state == Waits && a.Problem != nil:
			at = a.Problem.Since
		}
		if stateOf(a, now) == state && !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// stands says that what a tick claims holds for every account, apart from
// waits, checks and passing trouble.
func stands(s engine.Status, now time.Time) bool {
	for _, a := range s.Accounts {
		if v := a.Verdict(now); v != engine.UpToDate && v != engine.Waiting {
			return false
		}
		a.Problem, a.WaitUntil = nil, time.Time{}
		if a.Verdict(now) != engine.UpToDate {
			return false
		}
	}
	return len(s.Accounts) > 0
}
