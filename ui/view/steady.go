package view

import "time"

// Steady is what a face shows of a sequence of views: a wait, a check or a
// passing trouble that is over within a Hiccup changes nothing, as long as what
// is shown stays true. The zero value shows nothing yet.
type Steady struct {
	// After replaces Hiccup where it is not zero.
	After time.Duration

	shown View
	any   bool
	since time.Time // when what is not shown yet began, or zero
}

// View is what to show.
func (s Steady) View() View { return s.shown }

// Next takes the view as it is at a moment. again is when to ask once more
// although nothing has changed by then, or zero.
func (s Steady) Next(v View, now time.Time) (next Steady, again time.Time) {
	fresh := Steady{After: s.After, shown: v, any: true}
	if !s.any || !passing(s.shown, v) {
		return fresh, time.Time{}
	}
	began := now
	if !v.Since.IsZero() && v.Since.Before(now) {
		began = v.Since
	}
	if s.since.IsZero() || began.Before(s.since) {
		s.since = began
	}
	after := s.After
	if after == 0 {
		after = Hiccup
	}
	if due := s.since.Add(after); now.Before(due) && !now.Before(s.since) {
		return s, due
	}
	return fresh, time.Time{}
}

// passing says that v may be over soon and that what is shown is still true. A
// need of the person, a pause, and whatever makes a tick a false claim are not
// passing, and neither is the end of a need.
func passing(shown, v View) bool {
	switch v.State {
	case Checking, Due, Copying, Waits:
	default:
		return false
	}
	switch shown.State {
	case Current:
		return v.Stands
	case Checking, Due, Copying, Waits:
		return v.State != shown.State
	}
	return false
}
