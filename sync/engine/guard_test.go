package engine

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However removals are spread over time and clocks are set, no 24 hours see more
// of them than the limit.
func TestRemovalsDoNotTrickleOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		held := rapid.IntRange(0, 400).Draw(rt, "held")
		tells := rapid.Bool().Draw(rt, "the source tells its time")
		now, here := time.Unix(1e9, 0), time.Unix(2e9, 0)
		type past struct {
			at            time.Time
			held, removed int
		}
		var all []past
		var w Window
		for range rapid.IntRange(1, 60).Draw(rt, "passes") {
			d := time.Duration(rapid.IntRange(1, 40*60).Draw(rt, "minutes")) * time.Minute
			now, here = now.Add(d), here.Add(d)
			if tells {
				here = here.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, -26, 26, 87600, -87600}).Draw(rt, "clock set by")) * time.Hour)
				w = w.moved(here, now)
			} else {
				w = w.moved(here, time.Time{})
			}
			w = w.noting(held)
			all = append(all, past{at: now, held: held})
			n := rapid.IntRange(0, 30).Draw(rt, "removals")
			sum, base := n, held
			for i := len(all) - 1; i >= 0 && now.Sub(all[i].at) < guardWindow; i-- {
				sum, base = sum+all[i].removed, all[i].held
			}
			if n <= held && w.allows(n, held) {
				w = w.counting(n)
				held -= n
				all[len(all)-1].removed = n
				if most := max(20, base/5); sum > most {
					rt.Fatalf("%d of %d in a day", sum, base)
				}
				if base > 3 && sum > base/2 {
					rt.Fatalf("%d of %d in a day is more than half", sum, base)
				}
			}
		}
	})
}

// A day in which the limit was used up is followed by one with a new limit.
func TestTheWindowGoesOn(t *testing.T) {
	at := time.Unix(1e9, 0)
	w := Window{}.moved(at, at).noting(100).counting(20)
	if w.allows(1, 80) {
		t.Error("a twenty-first of a hundred goes on the same day")
	}
	for _, there := range []time.Time{at.Add(26 * time.Hour), {}} {
		if next := w.moved(at.Add(26*time.Hour), there).noting(80); !next.allows(20, 80) || next.allows(21, 80) {
			t.Errorf("a day later: %+v", next)
		}
	}
	if next := w.moved(at.Add(26*time.Hour), at.Add(time.Hour)).noting(80); next.allows(1, 80) {
		t.Error("a clock set forth opens a new window")
	}
}
