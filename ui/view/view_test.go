package view_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
)

var now = time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)

// good is an account that is up to date.
func good() engine.AccountStatus {
	return engine.AccountStatus{
		ID: "help-center", Source: "Zendesk", Phase: engine.Idle, Imported: true, Interval: 15 * time.Minute,
		SourceDocuments: 1204, DialpadDocuments: 1204, Checked: now, Proved: now.Add(-time.Hour),
	}
}

func with(change func(*engine.AccountStatus)) engine.Status {
	a := good()
	change(&a)
	return engine.Status{Accounts: []engine.AccountStatus{a}}
}

func TestEachStateHasItsDrawingLineAndButton(t *testing.T) {
	for name, row := range map[string]struct {
		status engine.Status
		icon   view.Icon
		line   string
		button string
	}{
		"not set up": {engine.Status{}, view.NotSetUp, "Not connected yet.", "Set up"},
		"up to date": {with(func(*engine.AccountStatus) {}), view.UpToDate, "1,204 of 1,204 answers are in Dialpad · checked 10:42", ""},
		"kept": {
			with(func(a *engine.AccountStatus) { a.SourceDocuments, a.DialpadDocuments, a.Kept = 904, 904, 300 }),
			view.UpToDate, "904 of 904 answers are in Dialpad, 300 kept by you · checked 10:42", "",
		},
		"first copy": {
			with(func(a *engine.AccountStatus) {
				a.Imported, a.Phase, a.Done, a.Total, a.Began = false, engine.FirstCopy, 320, 1204, now.Add(-80*time.Second)
			}),
			view.Working, "Copying answers: 320 of 1,204, about 4 minutes left", "",
		},
		"sign in": {
			with(func(a *engine.AccountStatus) { a.Problem = &engine.Problem{Kind: source.SignIn, Side: "source"} }),
			view.NeedsYou, "Zendesk wants you to sign in again. Nothing is lost.", "Reconnect",
		},
		"held": {
			with(func(a *engine.AccountStatus) { a.Held, a.SourceDocuments, a.Waiting = 300, 904, engine.WaitMany }),
			view.NeedsYou, "300 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide. The other 904 are up to date.", "Decide",
		},
		"held, and not all is well": {
			with(func(a *engine.AccountStatus) { a.Held, a.Waiting, a.Failed = 2, engine.WaitMany, 50 }),
			view.NeedsYou, "2 answers are no longer in Zendesk (archived or deleted). Dialpad still gives them until you decide.", "Decide",
		},
		"one held for another person": {
			with(func(a *engine.AccountStatus) { a.Held, a.Waiting = 1, engine.WaitWho }), view.NeedsYou,
			"Somebody else is signed in to Zendesk than before, and 1 answer is no longer visible to them. Dialpad still gives them until you decide.", "Decide",
		},
		"some failed": {
			with(func(a *engine.AccountStatus) { a.Failed, a.DialpadDocuments = 1, 1203 }),
			view.NeedsYou, "1,203 of 1,204 answers are in Dialpad. 1 could not be copied.", "Show",
		},
		"told to wait": {
			with(func(a *engine.AccountStatus) { a.WaitSide, a.WaitUntil = "dialpad", now.Add(10*time.Minute) }),
			view.Waiting, "Dialpad asked us to wait until 10:52. We will.", "",
		},
		"offline": {
			with(func(a *engine.AccountStatus) {
				a.Problem = &engine.Problem{Kind: source.Transient, Code: source.CodeOffline}
			}),
			view.Waiting, "No internet. Trying again by itself.", "",
		},
		"old proof": {
			with(func(a *engine.AccountStatus) { a.Proved = now.Add(-27 * time.Hour) }),
			view.Working, "1,204 of 1,204 answers were in Dialpad when last checked, 10:42.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := view.Of(row.status, now)
			if v.Icon != row.icon || v.Line != row.line || v.Button != row.button {
				t.Errorf("%s %q [%s]\nwant %s %q [%s]", v.Icon, v.Line, v.Button, row.icon, row.line, row.button)
			}
		})
	}
}

func TestAPauseIsShownUnlessThePersonIsNeeded(t *testing.T) {
	s := with(func(*engine.AccountStatus) {})
	s.Paused, s.PausedUntil = true, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	if v := view.Of(s, now); v.Line != "Paused until tomorrow 08:00." || v.Icon != view.Waiting || v.Button != "Resume" {
		t.Errorf("%+v", v)
	}
	s.Accounts[0].Problem = &engine.Problem{Kind: source.SignIn, Side: "source"}
	if v := view.Of(s, now); v.Icon != view.NeedsYou {
		t.Errorf("%+v", v)
	}
}

// TestATickMeansCheckedAndProved draws any status: a tick is only ever shown
// when nothing is open and both times are recent.
func TestATickMeansCheckedAndProved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := good()
		n := func(name string) int { return rapid.SampledFrom([]int{0, 0, 0, 1, 7}).Draw(rt, name) }
		ago := func(name string) time.Time {
			return now.Add(-time.Duration(rapid.IntRange(-50, 50).Draw(rt, name)) * time.Hour)
		}
		a.Pending, a.Failed, a.Held = n("pending"), n("failed"), n("held")
		a.DialpadDocuments -= n("missing")
		a.Checked, a.Proved = ago("checked"), ago("proved")
		a.Interval = rapid.SampledFrom([]time.Duration{15 * time.Minute, 6 * time.Hour}).Draw(rt, "interval")
		if kind := rapid.IntRange(-3, int(source.Fatal)).Draw(rt, "problem"); kind >= 0 {
			a.Problem = &engine.Problem{Kind: source.Kind(kind)}
		}
		v := view.Of(engine.Status{Accounts: []engine.AccountStatus{a}}, now)
		old := func(t time.Time, d time.Duration) bool { return now.Sub(t) > d || t.After(now.Add(time.Minute)) }
		open := a.Pending+a.Failed+a.Held > 0 || a.Problem != nil || a.SourceDocuments != a.DialpadDocuments
		if wrong := open || old(a.Checked, 2*a.Interval) || old(a.Proved, 26*time.Hour); v.Icon == view.UpToDate && wrong {
			rt.Fatalf("a false tick for %+v", a)
		}
		if v.Icon != v.Accounts[0].Icon || v.Line != v.Accounts[0].Line {
			rt.Fatalf("the line %q and the account's %q disagree", v.Line, v.Accounts[0].Line)
		}
	})
}

// TestEveryCodeHasASentence reads the codes from their source file, so that a
// new one without a sentence fails here.
func TestEveryCodeHasASentence(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../../sync/source/error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for k := source.Unclassified; k <= source.Fatal; k++ {
		kinds[view.MessageOf(engine.Problem{Kind: k}, view.Context{Source: "Zendesk", Now: now}).Sentence] = true
	}
	codes := 0
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") || len(spec.Values) != 1 {
			return true
		}
		text, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		codes++
		m := view.MessageOf(engine.Problem{Code: source.Code(text), Side: "source"}, view.Context{Source: "Zendesk", Now: now})
		if m.Sentence == "" || strings.HasPrefix(m.Sentence, "Something in Dialpad Sync failed") {
			t.Errorf("%s has no sentence of its own", text)
		}
		return true
	})
	if codes < 20 {
		t.Errorf("found %d codes", codes)
	}
}

func TestClockSaysTimesAsPeopleDo(t *testing.T) {
	for want, at := range map[string]time.Time{
		"10:40":              now.Add(-2 * time.Minute),
		"00:00":              now.Add(-10*time.Hour - 42*time.Minute),
		"tomorrow 08:00":     time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
		"20 Nov, 09:00":      time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		"24 Dec 2025, 18:30": time.Date(2025, 12, 24, 18, 30, 0, 0, time.UTC),
		"never":              {},
	} {
		if got := view.Clock(at, now); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

func TestProgressTellsRateAndTimeLeft(t *testing.T) {
	a := good()
	a.Done, a.Total, a.Began = 100, 1000, now.Add(-50*time.Second)
	bar := view.Progress(a, now)
	if bar.PerSecond != 2 || bar.Left != 450*time.Second || bar.Share() != 0.1 {
		t.Errorf("%+v", bar)
	}
	a.Total = 0
	if bar := view.Progress(a, now); bar.String() != "100" || bar.Share() != 0 {
		t.Errorf("without a total: %q", bar)
	}
	a.Done, a.Total, a.Began = 0, 50, now
	if bar := view.Progress(a, now); bar.String() != "0 of 50" {
		t.Errorf("at the start: %q", bar)
	}
}

func TestAFailedAnswerIsNamed(t *testing.T) {
	for want, f := range map[string]engine.Failure{
		"“Our catalog” is larger than Dialpad takes.":                     {Title: "Our catalog", Kind: source.BadDocument, Code: source.CodeTooLarge},
		"Dialpad did not accept “7:de”.":                                  {Key: "7:de", Kind: source.BadDocument},
		"“Returns” could not be copied yet. It is tried again by itself.": {Title: "Returns", Kind: source.Transient},
	} {
		if got := view.Failed(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
