package main

import (
	"strings"
	"testing"

	"dialpadsync.app/sync/sim"
)

// Clocks that are off by ten years, either way, on one side or the other, hold
// no edit up and remove nothing.
func TestClocksTenYearsOff(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		off  func(*world)
		away string // how far both sides' clocks are from this computer's
	}{
		"Zendesk says +10y":       {off: atZendesk("clock=+10y")},
		"Zendesk says -10y":       {off: atZendesk("clock=-10y")},
		"Dialpad says +10y":       {off: atDialpad("clock=+10y")},
		"this computer is behind": {away: "+10y"},
		"this computer is ahead":  {away: "-10y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(p *plan) {
				if row.away != "" {
					p.zendesk.Clock = away(t, row.away)
					p.dialpad.Clock = p.zendesk.Clock
				}
			})
			if row.off != nil {
				row.off(w)
			}
			signInAgain(w)
			w.sync()
			w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Edited", "<p>Edited.</p>"))
			if r := w.sync(); r.Updated != 1 || r.Created+r.Deleted != 0 {
				t.Errorf("an edit under a wrong clock: %+v", r)
			}
			clearFaults(w)
			w.zendesk.Clock().Reset()
			w.dialpad.Clock().Reset()
			signInAgain(w)
			w.must(w.zendesk.Edit(w.articles()[1], "en-us", "Edited too", "<p>Edited too.</p>"))
			if r := w.sync(); r.Updated != 1 || r.Created+r.Deleted != 0 {
				t.Errorf("an edit after the clock was set right: %+v", r)
			}
		})
	}
}

// away is a clock that is wrong, or right where this computer's is wrong.
func away(t *testing.T, text string) *sim.Clock {
	t.Helper()
	by, err := sim.Span(text)
	if err != nil {
		t.Fatal(err)
	}
	clock := sim.NewClock()
	clock.Advance(by)
	return clock
}

// A stored time from a wrong clock does not keep a later run from working.
func TestRecordsFromTheFuture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	span, err := sim.Span("-10y")
	w.must(err)
	w.aged(span) // everything is known from ten years ahead
	if o := w.call("status"); o.code == exitInSync || strings.Contains(o.out, "are in Dialpad ·") {
		t.Errorf("a check in the future counts: %s", o)
	}
	w.sync()
}
