package view_test

import (
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

func offline() engine.Status {
	return with(func(a *engine.AccountStatus) {
		a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline}
	})
}

func throttled() engine.Status {
	return with(func(a *engine.AccountStatus) { a.WaitSide, a.WaitUntil = "dialpad", now.Add(time.Hour) })
}

// moment is what happens at a moment, in seconds, and what is shown then.
type moment struct {
	at     int
	status engine.Status
	shown  view.State
	again  int // when to ask once more, in seconds, or 0
}

func TestHiccups(t *testing.T) {
	good := with(func(*engine.AccountStatus) {})
	lost := with(func(a *engine.AccountStatus) { a.SourceDocuments++ })
	needed := with(func(a *engine.AccountStatus) { a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source"} })
	stale := with(func(a *engine.AccountStatus) { a.Checked = now.Add(-time.Hour) })
	for name, play := range map[string][]moment{
		"the first picture shows at once": {{0, offline(), view.Waits, 0}},
		"a short wait is never seen":      {{0, good, view.Current, 0}, {5, throttled(), view.Current, 15}, {14, good, view.Current, 0}, {16, throttled(), view.Current, 26}},
		"a wait that lasts is seen":       {{0, good, view.Current, 0}, {5, throttled(), view.Current, 15}, {15, throttled(), view.Waits, 0}, {16, good, view.Current, 0}},
		"one trouble after the other is one": {
			{0, good, view.Current, 0},
			{5, throttled(), view.Current, 15},
			{12, offline(), view.Current, 15},
			{15, offline(), view.Waits, 0},
		},
		"a false claim goes at once":             {{0, good, view.Current, 0}, {1, lost, view.Due, 0}},
		"a false claim goes at once in trouble":  {{0, good, view.Current, 0}, {1, throttled(), view.Current, 11}, {2, lost, view.Due, 0}},
		"a check that grew old goes at once":     {{0, good, view.Current, 0}, {1, stale, view.Due, 0}},
		"the person is needed at once":           {{0, good, view.Current, 0}, {1, needed, view.Needed, 0}},
		"the end of a need shows at once":        {{0, needed, view.Needed, 0}, {1, offline(), view.Waits, 0}},
		"a pause shows at once":                  {{0, good, view.Current, 0}, {1, paused(time.Time{}), view.Paused, 0}, {2, good, view.Current, 0}},
		"the end of a pause shows at once":       {{0, paused(time.Time{}), view.Paused, 0}, {1, offline(), view.Waits, 0}},
		"between two tries nothing flickers":     {{0, offline(), view.Waits, 0}, {30, stale, view.Waits, 40}, {32, offline(), view.Waits, 0}},
		"a clock that is set back hides nothing": {{0, good, view.Current, 0}, {5, throttled(), view.Current, 15}, {-600, throttled(), view.Waits, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var steady view.Steady
			for _, m := range play {
				var again time.Time
				at := now.Add(time.Duration(m.at) * time.Second)
				steady, again = steady.Next(english.Of(m.status, at, view.ClockTimes), at)
				if got := steady.View().State; got != m.shown {
					t.Errorf("after %d s state %d is shown, want %d", m.at, got, m.shown)
				}
				want := time.Time{}
				if m.again != 0 {
					want = now.Add(time.Duration(m.again) * time.Second)
				}
				if !again.Equal(want) {
					t.Errorf("after %d s to be asked again at %v, want %v", m.at, again, want)
				}
			}
		})
	}
}

// What began before it was first seen has lasted for that long already: a
// check is not hidden twice.
func TestTroubleThatIsOldShowsAtOnce(t *testing.T) {
	good := with(func(*engine.AccountStatus) {})
	for name, s := range map[string]engine.Status{
		"trouble": with(func(a *engine.AccountStatus) {
			a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeDown, Since: now.Add(-time.Minute)}
		}),
		"check": with(inPhase(engine.Checking, 11*time.Second)),
	} {
		steady, _ := view.Steady{}.Next(english.Of(good, now, view.ClockTimes), now)
		steady, _ = steady.Next(english.Of(s, now, view.ClockTimes), now)
		if got := steady.View().State; got != view.Waits && got != view.Checking {
			t.Errorf("%s: state %d is shown", name, got)
		}
	}
}
