package tray

import (
	"time"

	"dialpadsync.app/ui/view"
)

// steady keeps a face through hiccups: trouble that is over soon is never
// shown. What the person did, and what is well again, shows at once; so does
// whatever makes a tick untrue. A check that view lets be seen has lasted.
type steady struct {
	hiccup time.Duration
	shown  face
	any    bool
	since  time.Time // when trouble began, or zero
}

// choose is the face to show now, and when to ask again, or zero.
func (s *steady) choose(f face, now time.Time) (face, time.Time) {
	calm := f.state == view.Current || f.state == view.Unconnected || f.state == view.Checking
	untrue := s.shown.icon == view.UpToDate && !f.stands
	if !s.any || calm || untrue || f.icon == s.shown.icon || f.paused != s.shown.paused {
		s.any, s.shown, s.since = true, f, time.Time{}
		return f, time.Time{}
	}
	if s.since.IsZero() {
		s.since = now
	}
	if due := s.since.Add(s.hiccup); now.Before(due) {
		return s.shown, due
	}
	s.shown, s.since = f, time.Time{}
	return f, time.Time{}
}
