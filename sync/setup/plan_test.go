package setup_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// plan asks for a plan and returns how it ended.
func (o *office) plan(ask local.ChooseRequest) local.PlanStep {
	o.t.Helper()
	var end local.PlanStep
	n := 0
	o.Plan(o.t.Context(), ask, func(s local.PlanStep) {
		if s.Counted < n && s.Plan == nil && s.Problem == nil {
			o.t.Errorf("counted %d after %d", s.Counted, n)
		}
		n, end = s.Counted, s
	})
	return end
}

// section is a selection of one of the help center's sections, and how many
// published answers are in it.
func (o *office) section(i int, locales ...string) (selection local.Selection, keys []string) {
	o.t.Helper()
	id := o.zendesk.Sections()[i]
	visible := o.zendesk.Visible(locales...)
	for _, a := range o.zendesk.Articles() {
		for _, t := range a.Translations {
			for ref := range visible {
				if a.Section == id && ref.ID == a.ID && ref.Locale == t.Locale {
					keys = append(keys, fmt.Sprintf("%d:%s", ref.ID, ref.Locale))
				}
			}
		}
	}
	return local.Selection{Collections: []string{fmt.Sprintf("section:%d", id)}, Locales: locales}, keys
}

func TestPlanOfAFirstCopy(t *testing.T) {
	t.Parallel()
	o := ready(t, twoLanguages)
	o.dialpad.Seed(dialpadsim.Foreign(3, 3, 1)...)
	var counted []int
	var got *local.Plan
	o.Plan(t.Context(), local.ChooseRequest{Account: "help-center", Selection: local.Selection{Locales: []string{"en-us", "fr"}}}, func(s local.PlanStep) {
		counted, got = append(counted, s.Counted), s.Plan
	})
	english, french := o.zendesk.CountVisible("en-us"), o.zendesk.CountVisible("fr")
	want := &local.Plan{ByLocale: map[string]int{"en-us": english, "fr": french}, Total: english + french, Add: english + french}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%v (-want +got):\n%s", counted, diff)
	}
	if n := o.zendesk.CountVisible() - got.Total; n != 0 {
		t.Errorf("%d are missing", n)
	}
}

func TestPlanTellsOfItsProgress(t *testing.T) {
	t.Parallel()
	o := ready(t, func(p *plan) { p.zendesk.Articles, p.zendesk.BodySize = 230, 20 })
	var counted []int
	o.Plan(t.Context(), local.ChooseRequest{Account: "help-center"}, func(s local.PlanStep) { counted = append(counted, s.Counted) })
	if diff := cmp.Diff([]int{100, 200, 0}, counted); diff != "" {
		t.Error(diff)
	}
}

// What an earlier set-up left, ticked and not ticked.
func TestPlanWithAnEarlierSetUp(t *testing.T) {
	t.Parallel()
	o := ready(t, twoLanguages)
	selection, keys := o.section(0, "en-us")
	for _, key := range append(keys[:2:2], keys[0], "999:en-us", "998:fr", "998:fr") { // some twice
		o.dialpad.Seed(dialpadsim.Node{Source: "dialpad-sync:zendesk:acme", ExternalID: key, Title: "A", Content: "<p>A</p>"})
	}
	got := o.plan(local.ChooseRequest{Account: "help-center", Selection: selection}).Plan
	want := &local.Plan{ByLocale: map[string]int{"en-us": len(keys)}, Total: len(keys), Already: 2, Add: len(keys) - 2, Extra: 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What this account copied and is ticked off will be removed; what the person
// keeps stays out of it.
func TestPlanOfAnotherSelection(t *testing.T) {
	t.Parallel()
	o := copied(t, func(p *plan) { p.zendesk.Articles = 60 })
	before := o.dialpad.Nodes()
	selection, keys := o.section(0, "en-us")
	all := len(o.ours())
	o.keep(otherThan(o.ours(), keys)[0])
	got := o.plan(local.ChooseRequest{Account: "help-center", Selection: selection}).Plan
	want := &local.Plan{ByLocale: map[string]int{"en-us": len(keys)}, Total: len(keys), Already: len(keys), Remove: all - len(keys) - 1}
	if diff := cmp.Diff(want, got); diff != "" || want.Remove < 5 {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, o.dialpad.Nodes()); diff != "" {
		t.Errorf("a plan wrote to Dialpad:\n%s", diff)
	}
}

// otherThan are the keys that are not among some.
func otherThan(all map[string]bool, some []string) []string {
	var rest []string
	for key := range all {
		if !strings.Contains(strings.Join(some, " ")+" ", key+" ") {
			rest = append(rest, key)
		}
	}
	return rest
}

// keep marks a document kept, as the person's decision does.
func (o *office) keep(key string) {
	o.t.Helper()
	rows, err := o.store.Rows(o.t.Context(), "help-center", []source.Key{source.Key(key)})
	o.must(err)
	row := rows[source.Key(key)]
	row.Kept = true
	o.must(o.store.Commit(o.t.Context(), "help-center", engine.Batch{Put: []engine.Row{row}}))
}

func TestPlanThatCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil     func(*office)
		selection local.Selection
		kind      source.Kind
		code      source.Code
	}{
		"a list of the source that is cut":   {func(o *office) { o.must(o.zendesk.Faults().AddText("GET truncate")) }, local.Selection{}, source.Transient, source.CodeCutShort},
		"a list of Dialpad that is cut":      {func(o *office) { o.must(o.dialpad.Faults().AddText("GET /kbm/nodes page=loop")) }, local.Selection{}, source.Transient, source.CodeCutShort},
		"Dialpad has withdrawn everything":   {func(o *office) { o.dialpad.RevokeAll() }, local.Selection{}, source.SignIn, source.CodeWrongSecret},
		"Dialpad is not connected":           {func(o *office) { o.write(o.text()[strings.Index(o.text(), "[[account]]"):]) }, local.Selection{}, source.SignIn, source.CodeSecretMissing},
		"a collection of no kind":            {nil, local.Selection{Collections: []string{"topic:1"}}, source.Fatal, source.CodeSelection},
		"a collection that is none":          {nil, local.Selection{Collections: []string{"Orders"}}, source.Fatal, source.CodeSettings},
		"a language that is none":            {nil, local.Selection{Locales: []string{"English please"}}, source.Fatal, source.CodeSettings},
		"a language the help center has not": {nil, local.Selection{Locales: []string{"de"}}, source.Fatal, source.CodeSelection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := ready(t, func(p *plan) { p.zendesk.Articles, p.dialpad.Switches.PageCap = 4, 2 })
			for i := range 5 {
				o.dialpad.Seed(dialpadsim.Node{Source: "dialpad-sync:zendesk:acme", ExternalID: fmt.Sprint(i), Content: "x"})
			}
			if row.spoil != nil {
				row.spoil(o)
			}
			end := o.plan(local.ChooseRequest{Account: "help-center", Selection: row.selection})
			if end.Plan != nil || end.Problem == nil || end.Problem.Kind != row.kind || end.Problem.Code != row.code {
				t.Errorf("%+v %+v", end, end.Problem)
			}
		})
	}
}

func TestPlanGivenUp(t *testing.T) {
	t.Parallel()
	o := ready(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o.Plan(ctx, local.ChooseRequest{Account: "help-center"}, func(s local.PlanStep) { t.Errorf("told %+v", s) })
}
