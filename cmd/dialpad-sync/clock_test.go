package main

import (
	"strings"
	"testing"

	"dialpadsync.app/sync/sim"
)

// Clocks that are off by ten years, either way, on one side or the other, lose
// no change and remove nothing.
func TestClocksTenYearsOff(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]func(*world){
		"Zendesk says +10y":       atZendesk("clock=+10y"),
		"Zendesk says -10y":       atZendesk("clock=-10y"),
		"Dialpad says +10y":       atDialpad("clock=+10y"),
		"this computer is behind": func(w *world) { w.ahead("+10y") },
		"this computer is ahead":  func(w *world) { w.ahead("-10y") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			off(w)
			signInAgain(w)
			w.sync()
			w.must(w.zendesk.Edit(w.articles()[0], "en-us", "Edited", "<p>Edited.</p>"))
			if r := w.sync("--full"); r.Updated != 1 || r.Created+r.Deleted != 0 {
				t.Errorf("an edit under a wrong clock: %+v", r)
			}
			clearFaults(w)
			w.zendesk.Clock().Reset()
			w.dialpad.Clock().Reset()
			signInAgain(w)
			w.must(w.zendesk.Edit(w.articles()[1], "en-us", "Edited too", "<p>Edited too.</p>"))
			if r := w.sync("--full"); r.Updated != 1 || r.Created+r.Deleted != 0 {
				t.Errorf("an edit after the clock was set right: %+v", r)
			}
		})
	}
}

// ahead moves both doubles' time, as if this computer's clock were wrong.
func (w *world) ahead(text string) {
	w.t.Helper()
	by, err := sim.Span(text)
	w.must(err)
	w.zendesk.Clock().Advance(by)
	w.dialpad.Clock().Advance(by)
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
