package engine

import (
	"time"

	"dialpadsync.app/sync/source"
)

// Phase says what an account is doing.
type Phase string

const (
	Idle      Phase = "idle"
	FirstCopy Phase = "first_copy" // a reading of everything
	Checking  Phase = "checking"   // catching up with changes
	Comparing Phase = "comparing"  // comparing keys or proving
	Removing  Phase = "removing"
)

// Status is the picture of the engine that every face shows.
type Status struct {
	Accounts []AccountStatus `json:"accounts"`
	// PausedUntil is when syncing goes on by itself; Paused without it means
	// until the person resumes.
	Paused      bool      `json:"paused,omitempty"`
	PausedUntil time.Time `json:"paused_until,omitzero"`
	// Resting says why passes do not begin by themselves although nobody paused.
	Resting Rest `json:"resting,omitempty"`
}

// Rest is why the agent leaves the computer alone for now.
type Rest string

const (
	// RestBattery: the computer runs on its battery.
	RestBattery Rest = "battery"
	// RestMetered: the network costs by the megabyte.
	RestMetered Rest = "metered"
)

// AccountStatus is the picture of one account.
type AccountStatus struct {
	ID string `json:"id"`
	// Source is the source's own name ("Zendesk").
	Source string `json:"source"`
	// Place is what kind of place the source is; empty means a help center.
	Place source.Place `json:"place,omitempty"`
	Phase Phase        `json:"phase"`
	// Done and Total count documents of the present phase; Total is 0 where it
	// is not known. Began is when the phase began.
	Done  int       `json:"done,omitempty"`
	Total int       `json:"total,omitempty"`
	Began time.Time `json:"began,omitzero"`

	SourceDocuments  int `json:"source_documents"`
	DialpadDocuments int `json:"dialpad_documents"`
	Kept             int `json:"kept,omitempty"`
	Pending          int `json:"pending,omitempty"`
	Failed           int `json:"failed,omitempty"`
	Held             int `json:"held,omitempty"`
	// Waiting says why removals wait.
	Waiting WaitReason `json:"waiting,omitempty"`

	Imported bool          `json:"imported,omitempty"`
	Checked  time.Time     `json:"checked,omitzero"`
	Proved   time.Time     `json:"proved,omitzero"`
	Next     time.Time     `json:"next,omitzero"`
	Interval time.Duration `json:"interval"`

	// WaitUntil and WaitSide tell of a wait the other side asked for.
	WaitUntil time.Time `json:"wait_until,omitzero"`
	WaitSide  string    `json:"wait_side,omitempty"`
	// Problem is why the last pass ended early, or nil.
	Problem *Problem `json:"problem,omitempty"`
}

// Verdict is the one word about an account from which icon, sentence and exit
// code follow. Worse ones are greater.
type Verdict int

const (
	NotSetUp Verdict = iota
	UpToDate
	Working
	Waiting
	Paused
	SomeFailed
	RemovalsHeld
	NeedsPerson
)

// proofLife is how long a proof of equality speaks for the present.
const proofLife = 26 * time.Hour

// Verdict judges the account at a moment. UpToDate is given only when the last
// catch-up is at most two intervals old, the last proof at most 26 hours, and
// nothing is pending, failed or held. A time ahead of now counts as unknown.
func (a AccountStatus) Verdict(now time.Time) Verdict {
	switch {
	case a.Problem != nil && needsPerson(a.Problem.Kind):
		return NeedsPerson
	case a.Held > 0:
		return RemovalsHeld
	case a.Failed > 0:
		return SomeFailed
	case a.Problem != nil, a.WaitUntil.After(now):
		return Waiting
	case a.Busy() && !a.Imported:
		return Working
	case !a.current(now):
		return Working
	}
	return UpToDate
}

// Busy says that a pass of the account is under way.
func (a AccountStatus) Busy() bool { return a.Phase != Idle && a.Phase != "" }

// show fills in what the checkpoint knows.
func (a *AccountStatus) show(state State, counts Counts) {
	a.SourceDocuments, a.DialpadDocuments, a.Kept = counts.Source, counts.Dialpad, counts.Kept
	a.Pending, a.Failed, a.Held = counts.Pending, counts.Failed, 0
	a.Waiting, a.Imported = state.Waiting, state.Imported
	a.Checked, a.Proved, a.Problem = state.Checked, state.Proved, state.Problem
	if state.Waiting != "" {
		a.Held = counts.Holding
	} else {
		a.Pending += counts.Holding
	}
}

func needsPerson(k source.Kind) bool {
	return k == source.SignIn || k == source.Forbidden || k == source.Fatal || k == source.Unclassified
}

func (a AccountStatus) current(now time.Time) bool {
	return a.Pending == 0 &&
		a.SourceDocuments == a.DialpadDocuments &&
		within(a.Checked, now, 2*a.Interval) &&
		within(a.Proved, now, proofLife)
}

// within says that t is known, not ahead of now by more than a minute, and at
// most age old.
func within(t, now time.Time, age time.Duration) bool {
	return !t.IsZero() && t.Before(now.Add(time.Minute)) && now.Sub(t) <= age
}

// Verdict is the worst verdict of all accounts. A pause covers everything that
// does not need the person, a rest what would have to be done next.
func (s Status) Verdict(now time.Time) Verdict {
	worst := NotSetUp
	for _, a := range s.Accounts {
		worst = max(worst, a.Verdict(now))
	}
	if s.Paused && worst < Paused && worst != NotSetUp {
		return Paused
	}
	if s.Resting != "" && worst < Waiting && worst != NotSetUp {
		return Waiting
	}
	return worst
}
