package setup_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
)

// From the first address to the first copy: nothing is copied before the person
// has chosen.
func TestNothingIsCopiedBeforeItIsChosen(t *testing.T) {
	started := false
	o := newOffice(t, func(p *plan) { p.desk.StartAtLogin = func(context.Context) error { started = true; return nil } })
	if s := last(t, o.connect(o.helpCenter())); s.Problem != nil {
		t.Fatalf("%+v", s.Problem)
	}
	if _, err := o.Dialpad(t.Context(), o.place()); err != nil {
		t.Fatal(err)
	}
	if s := o.pass(); len(s.Accounts) != 0 || len(o.dialpad.Nodes()) != 0 {
		t.Fatalf("something was copied: %+v", s)
	}
	ask := local.ChooseRequest{Account: "help-center", Selection: local.Selection{Collections: []string{}, Locales: []string{"en-us"}}, StartAtLogin: true}
	if end := o.plan(ask); end.Plan == nil || end.Plan.Add != 6 {
		t.Fatalf("%+v", end.Problem)
	}
	if err := o.Choose(t.Context(), ask); err != nil || !started {
		t.Fatalf("%v, started %v", err, started)
	}
	if text := o.text(); strings.Contains(text, "selected") || !strings.Contains(text, `locales = ["en-us"]`) {
		t.Errorf("settings.toml is\n%s", text)
	}
	if s := o.pass(); s.Verdict(time.Now()) != engine.UpToDate || len(o.dialpad.Nodes()) != 6 {
		t.Errorf("%+v", s)
	}
}

// What is ticked off after seeing the number goes, however much it is, and the
// account stands still while it is changed.
func TestChooseLess(t *testing.T) {
	t.Parallel()
	var seen []string
	var o *office
	o = copied(t, func(p *plan) {
		p.zendesk.Articles = 100
		p.desk.Changed = func(context.Context) error {
			a := o.settings().Accounts[0]
			state, _, err := o.store.Load(context.WithoutCancel(t.Context()), "help-center")
			seen = append(seen, fmt.Sprintf("selected %v, %d collections, %d agreed", a.Selected, len(a.Collections), state.Consent.Removals))
			return err
		}
	})
	selection, keys := o.section(0, "en-us")
	ask := local.ChooseRequest{Account: "help-center", Selection: selection}
	plan := o.plan(ask).Plan
	if plan == nil || plan.Remove < 60 {
		t.Fatalf("%+v", plan)
	}
	ask.Removals = plan.Remove
	o.must(o.Choose(t.Context(), ask))
	want := []string{"selected false, 0 collections, 0 agreed", fmt.Sprintf("selected true, 1 collections, %d agreed", plan.Remove)}
	if !slices.Equal(seen, want) {
		t.Errorf("the agent saw %q, want %q", seen, want)
	}
	if s := o.pass(); s.Verdict(time.Now()) != engine.UpToDate || s.Accounts[0].DialpadDocuments != len(keys) || len(o.ours()) != len(keys) {
		t.Errorf("Dialpad has %d of %d: %+v", len(o.ours()), len(keys), s)
	}
}

// Without a number nothing is agreed to: many removals wait, as after an edit of
// the file. A word from before does not stand in for one.
func TestChooseWithoutHavingSeen(t *testing.T) {
	t.Parallel()
	o := copied(t, func(p *plan) { p.zendesk.Articles = 100 })
	selection, _ := o.section(0, "en-us")
	o.must(o.Choose(t.Context(), local.ChooseRequest{Account: "help-center", Selection: selection, Removals: 100}))
	o.must(o.Choose(t.Context(), local.ChooseRequest{Account: "help-center", Selection: selection}))
	if s := o.pass(); s.Accounts[0].Held == 0 || len(o.ours()) != 100 {
		t.Errorf("%d answers, %+v", len(o.ours()), s)
	}
}

func TestChooseToKeepWhatAnEarlierSetUpLeft(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{true, false} {
		o := ready(t, func(p *plan) { p.zendesk.Articles = 50 })
		o.write(o.text() + "selected = false\n")
		selection, keys := o.section(0, "en-us")
		var left []dialpadsim.Node
		for i := range 30 {
			left = append(left, dialpadsim.Node{Source: "dialpad-sync:zendesk:acme", ExternalID: fmt.Sprintf("%d:en-us", 900+i), Title: "Old", Content: "<p>Old</p>"})
		}
		o.dialpad.Seed(left...)
		plan := o.plan(local.ChooseRequest{Account: "help-center", Selection: selection}).Plan
		if plan == nil || plan.Extra != 30 || plan.Remove != 0 || plan.Add != len(keys) {
			t.Fatalf("%+v", plan)
		}
		ask := local.ChooseRequest{Account: "help-center", Selection: selection, KeepExtra: keep}
		if !keep {
			ask.Removals = plan.Extra
		}
		o.must(o.Choose(t.Context(), ask))
		s := o.pass()
		want := len(keys)
		if keep {
			want += 30
		}
		if s.Verdict(time.Now()) != engine.UpToDate || len(o.ours()) != want || keep && s.Accounts[0].Kept != 30 {
			t.Errorf("keep %v: %d answers, want %d: %+v", keep, len(o.ours()), want, s)
		}
	}
}

// A selection that cannot be is refused before anything is changed.
func TestChooseRefuses(t *testing.T) {
	t.Parallel()
	o := copied(t)
	before := o.text()
	for name, selection := range map[string]local.Selection{
		"a collection of no kind":   {Collections: []string{"topic:1"}},
		"a collection that is none": {Collections: []string{"Orders"}},
		"a language that is none":   {Locales: []string{"English please"}},
		"a language twice":          {Locales: []string{"en-us", "EN-us"}},
		"a megabyte":                {Collections: []string{"section:" + strings.Repeat("1", 1<<20)}},
		"a NUL byte":                {Locales: []string{"en\x00us"}},
	} {
		err := o.Choose(t.Context(), local.ChooseRequest{Account: "help-center", Selection: selection, Removals: 1})
		if source.KindOf(err) != source.Fatal || source.CodeOf(err) != source.CodeSettings && source.CodeOf(err) != source.CodeSelection {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o.text() != before || o.changes != 0 {
		t.Errorf("%d changes\n%s", o.changes, o.text())
	}
}

// forgetful is what is remembered, on a disk that is full.
type forgetful struct{ setup.Records }

func (forgetful) Commit(context.Context, string, engine.Batch) error { return full }

// What fails in the middle leaves the account as it was, running.
func TestChooseWhenNothingCanBeSaved(t *testing.T) {
	t.Parallel()
	o := copied(t)
	before := o.text()
	selection, _ := o.section(0, "en-us")
	ask := local.ChooseRequest{Account: "help-center", Selection: selection, Removals: 3}
	o.config.Records = forgetful{o.store}
	if err := setup.New(o.config).Choose(t.Context(), ask); source.CodeOf(err) != source.CodeDiskFull || o.text() != before {
		t.Errorf("%v\n%s", err, o.text())
	}
	o.config.Records = o.store
	o.config.StartAtLogin = func(context.Context) error { return full }
	ask.StartAtLogin = true
	if err := setup.New(o.config).Choose(t.Context(), ask); source.CodeOf(err) != source.CodeDiskFull || !o.settings().Accounts[0].Selected {
		t.Errorf("%v\n%s", err, o.text())
	}
}

// An agent that cannot take up the new settings says so; they are kept.
func TestChooseWhenTheAgentDoesNotFollow(t *testing.T) {
	t.Parallel()
	o := ready(t, func(p *plan) { p.desk.Changed = func(context.Context) error { return locked } })
	err := o.Choose(t.Context(), local.ChooseRequest{Account: "help-center", Selection: local.Selection{Locales: []string{"en-us"}}})
	if source.CodeOf(err) != source.CodeKeyringLocked || !strings.Contains(o.text(), "en-us") {
		t.Errorf("%v\n%s", err, o.text())
	}
}

// Two decisions about one account at a time are one too many.
func TestTwoDecisionsAtOnce(t *testing.T) {
	t.Parallel()
	inside, goOn := make(chan struct{}), make(chan struct{})
	o := ready(t, func(p *plan) {
		p.desk.Changed = func(context.Context) error {
			close(inside)
			<-goOn
			return nil
		}
	})
	first := make(chan error, 1)
	go func() { first <- o.Choose(t.Context(), local.ChooseRequest{Account: "help-center"}) }()
	<-inside
	if err := o.Choose(t.Context(), local.ChooseRequest{Account: "help-center"}); source.CodeOf(err) != source.CodeBusy {
		t.Errorf("%v", err)
	}
	if steps := o.forget(local.ForgetRequest{Account: "help-center"}); steps[0].Problem == nil || steps[0].Problem.Code != source.CodeBusy {
		t.Errorf("%+v", steps)
	}
	close(goOn)
	o.must(<-first)
}

func TestSettingsAreEditedByOneAtATime(t *testing.T) {
	t.Parallel()
	o := ready(t)
	var done []chan error
	for i := range 20 {
		end := make(chan error, 1)
		done = append(done, end)
		go func() {
			end <- o.Edit(t.Context(), func(s *settings.Settings) error {
				s.Accounts[0].Collections = append(s.Accounts[0].Collections, fmt.Sprintf("section:%d", i+1))
				return nil
			})
		}()
	}
	for _, end := range done {
		o.must(<-end)
	}
	if n := len(o.settings().Accounts[0].Collections); n != 20 || o.changes != 20 {
		t.Errorf("%d of 20 edits were kept, %d told", n, o.changes)
	}
	if err := o.Edit(t.Context(), func(*settings.Settings) error { return errors.New("no") }); err == nil || o.changes != 20 {
		t.Errorf("%v, %d changes", err, o.changes)
	}
}

func TestSelectionPrintIsOfWhatIsChosenOnly(t *testing.T) {
	t.Parallel()
	a := settings.NewAccount("a", "zendesk")
	a.Collections, a.Locales = []string{"section:1", "section:2"}, []string{"en-us", "de"}
	same := a
	same.ID, same.Interval, same.ClientID = "b", time.Hour, "x"
	same.Collections, same.Locales = []string{"section:2", "section:1"}, []string{"DE", "en-us"}
	if setup.SelectionPrint(a) != setup.SelectionPrint(same) {
		t.Error("order and name matter")
	}
	for name, change := range map[string]func(*settings.Account){
		"a collection less": func(a *settings.Account) { a.Collections = a.Collections[:1] },
		"a language less":   func(a *settings.Account) { a.Locales = a.Locales[:1] },
		"drafts":            func(a *settings.Account) { a.IncludeDrafts = true },
		"restricted":        func(a *settings.Account) { a.IncludeRestricted = true },
		"all in one place":  func(a *settings.Account) { a.Collections, a.Locales = append(a.Collections, a.Locales...), nil },
	} {
		other := a
		change(&other)
		if setup.SelectionPrint(other) == setup.SelectionPrint(a) {
			t.Errorf("%s: the same print", name)
		}
	}
}
