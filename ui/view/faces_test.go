package view_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// life is an engine as its faces see it, with a person and a world around it.
type life struct {
	*rapid.T
	words   *view.Words
	now     time.Time
	status  engine.Status
	steady  view.Steady
	trouble time.Time // when the first status that is no tick came after the last tick
}

// events are what can happen, in any order.
var events = []func(*life, *engine.AccountStatus){
	func(l *life, _ *engine.AccountStatus) { l.now = l.now.Add(l.short("a moment")) },
	func(l *life, _ *engine.AccountStatus) { l.now = l.now.Add(l.short("a moment")) },
	func(l *life, _ *engine.AccountStatus) {
		l.now = l.now.Add(time.Duration(rapid.IntRange(1, 30*60).Draw(l.T, "minutes")) * time.Minute)
	},
	func(l *life, a *engine.AccountStatus) { // a pass begins, or goes on
		a.Phase = rapid.SampledFrom([]engine.Phase{engine.FirstCopy, engine.Checking, engine.Comparing, engine.Removing}).Draw(l.T, "phase")
		a.Began, a.Done, a.Total = l.now, 0, rapid.IntRange(0, 2000).Draw(l.T, "total")
	},
	func(l *life, a *engine.AccountStatus) { a.Done += l.few("more") },
	(*life).ends,
	(*life).ends,
	(*life).ends,
	func(l *life, a *engine.AccountStatus) { // a pass ends early
		p := rapid.SampledFrom(troubles).Draw(l.T, "trouble")
		p.Since = l.now
		a.Phase, a.Problem = engine.Idle, &p
	},
	func(l *life, a *engine.AccountStatus) {
		a.WaitSide, a.WaitUntil = "dialpad", l.now.Add(l.short("a wait"))
	},
	func(l *life, a *engine.AccountStatus) { a.SourceDocuments += l.few("new ones") },
	func(l *life, a *engine.AccountStatus) { a.Pending = l.few("pending") },
	func(l *life, a *engine.AccountStatus) { a.Failed = l.few("failed") },
	func(l *life, a *engine.AccountStatus) {
		a.Held = l.few("held")
		a.Waiting = rapid.SampledFrom([]engine.WaitReason{engine.WaitMany, engine.WaitWho, engine.WaitMoved}).Draw(l.T, "why")
	},
	func(l *life, a *engine.AccountStatus) { a.Kept = l.few("kept") },
	func(l *life, a *engine.AccountStatus) { a.Imported = !a.Imported },
	func(l *life, _ *engine.AccountStatus) {
		l.status.Paused = rapid.Bool().Draw(l.T, "paused")
		l.status.PausedUntil = rapid.SampledFrom([]time.Time{{}, l.now.Add(time.Hour)}).Draw(l.T, "until")
	},
	func(l *life, _ *engine.AccountStatus) {
		l.status.Resting = rapid.SampledFrom([]engine.Rest{"", engine.RestBattery, engine.RestMetered}).Draw(l.T, "rest")
	},
	func(l *life, _ *engine.AccountStatus) { // settings are taken up: none, one or two accounts
		l.status.Accounts = several().Accounts[:rapid.IntRange(0, 2).Draw(l.T, "accounts")]
	},
}

func (l *life) short(what string) time.Duration {
	return time.Duration(rapid.IntRange(0, 15).Draw(l.T, what)) * time.Second
}

func (l *life) few(what string) int {
	return rapid.SampledFrom([]int{0, 0, 1, 300}).Draw(l.T, what)
}

// ends is a pass that ends well, with everything where it belongs.
func (l *life) ends(a *engine.AccountStatus) {
	a.Phase, a.Problem, a.Imported, a.WaitUntil = engine.Idle, nil, true, time.Time{}
	a.DialpadDocuments, a.Pending, a.Failed, a.Held, a.Checked = a.SourceDocuments, 0, 0, 0, l.now
	a.Next = l.now.Add(a.Interval)
	if rapid.Bool().Draw(l.T, "proof") {
		a.Proved = l.now
	}
}

// claimed says whether what a tick claims is true, apart from what passes.
func (l *life) claimed() bool {
	recent := func(t time.Time, age time.Duration) bool { return !t.IsZero() && l.now.Sub(t) <= age }
	for _, a := range l.status.Accounts {
		if a.Pending+a.Failed+a.Held > 0 || a.SourceDocuments != a.DialpadDocuments ||
			!recent(a.Checked, 2*a.Interval) || !recent(a.Proved, 26*time.Hour) {
			return false
		}
	}
	return len(l.status.Accounts) > 0
}

// untroubled says that no account has a problem or waits, and nobody paused.
func (l *life) untroubled() bool {
	for _, a := range l.status.Accounts {
		if a.Problem != nil || a.WaitUntil.After(l.now) {
			return false
		}
	}
	return !l.status.Paused && l.status.Resting == ""
}

// look compares everything that is shown of the status now.
func (l *life) look() {
	tray := l.words.Of(l.status, l.now, view.ClockTimes)
	window := l.words.Of(l.status, l.now, view.RelativeTimes)
	for face, line := range map[string]string{"tooltip": tray.Line, "menu": tray.First, "window": window.Line} {
		if got := readers[l.words].claims(line); !slices.Equal(got, []view.Icon{tray.Icon}) {
			l.Fatalf("the icon says %s, the %s %v: %q\n%+v", tray.Icon, face, got, line, l.status)
		}
	}
	for i, a := range tray.Accounts {
		if got := readers[l.words].claims(a.Line); !slices.Equal(got, []view.Icon{a.Icon}) {
			l.Fatalf("%s has the drawing %s and the line %q\n%+v", a.ID, a.Icon, a.Line, l.status.Accounts[i])
		}
		if good := a.Short == l.words.Text("short.up_to_date"); good != (a.Icon == view.UpToDate) {
			l.Fatalf("%s has the drawing %s and says %q", a.ID, a.Icon, a.Short)
		}
	}
	if tray.Icon != window.Icon || tray.Action != window.Action || !strings.Contains(tray.Line, tray.First) {
		l.Fatalf("two faces differ: %+v\n%+v", tray, window)
	}
	if tray.Icon == view.UpToDate && (!l.claimed() || !l.untroubled()) {
		l.Fatalf("a false tick: %+v", l.status)
	}
	l.keep(tray)
}

// keep follows what the icon shows over time.
func (l *life) keep(v view.View) {
	if v.State == view.Current {
		l.trouble = time.Time{}
	} else if l.trouble.IsZero() {
		l.trouble = l.now
	}
	l.steady, _ = l.steady.Next(v, l.now)
	shown := l.steady.View()
	if shown.Icon == view.UpToDate && (!l.claimed() || v.State != view.Current && l.now.Sub(l.trouble) >= view.Hiccup) {
		l.Fatalf("a tick is still shown %v after the trouble began: %+v", l.now.Sub(l.trouble), l.status)
	}
	if needs := v.Icon == view.NeedsYou; needs != (shown.Icon == view.NeedsYou) {
		l.Fatalf("the person is needed: %v, and %s is shown", needs, shown.Icon)
	}
	if v.State == view.Current && shown.State != view.Current {
		l.Fatalf("all is well, and state %d is shown", shown.State)
	}
}

// TestTheFacesNeverDisagree lets ten thousand things happen (a hundred at a
// time) and reads icon, tooltip, first line of the menu and line of the window
// after each.
func TestTheFacesNeverDisagree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := &life{T: rt, now: now, words: rapid.SampledFrom([]*view.Words{english, german}).Draw(rt, "language")}
		l.status.Accounts = several().Accounts
		for range 100 {
			event := rapid.SampledFrom(events).Draw(rt, "event")
			account := new(engine.AccountStatus)
			if n := len(l.status.Accounts); n > 0 {
				account = &l.status.Accounts[rapid.IntRange(0, n-1).Draw(rt, "account")]
			}
			event(l, account)
			l.look()
		}
	})
}

// TestTheDrawingsCanBeReached keeps the property from being true of nothing.
func TestTheDrawingsCanBeReached(t *testing.T) {
	seen := map[view.Icon]int{}
	states := map[view.State]int{}
	rapid.Check(t, func(rt *rapid.T) {
		l := &life{T: rt, now: now, words: english}
		l.status.Accounts = several().Accounts
		for range 30 {
			if n := len(l.status.Accounts); n > 0 {
				rapid.SampledFrom(events).Draw(rt, "event")(l, &l.status.Accounts[rapid.IntRange(0, n-1).Draw(rt, "account")])
			}
			v := l.words.Of(l.status, l.now, view.ClockTimes)
			seen[v.Icon]++
			states[v.State]++
		}
	})
	if len(seen) != 5 || len(states) != 10 {
		t.Errorf("seen: %v, %v", seen, states)
	}
}
