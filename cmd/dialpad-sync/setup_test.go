package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// connected signs in through the agent, with a browser that presses Allow.
func (w *world) connected(c *local.Client, ask local.ConnectRequest) local.ConnectStep {
	w.t.Helper()
	var last local.ConnectStep
	var stages []string
	w.must(c.Connect(w.t.Context(), ask, func(s local.ConnectStep) {
		last = s
		stages = append(stages, string(s.Stage))
	}))
	if last.Stage != local.ConnectDone {
		w.t.Fatalf("%v: %+v %+v", stages, last, last.Problem)
	}
	return last
}

// TestTheWholeSetUpThroughTheAgent does with the built agent what the window
// does: from nothing to a proof, then another selection, then nothing again.
func TestTheWholeSetUpThroughTheAgent(t *testing.T) {
	t.Parallel()
	w := unconnected(t, func(p *plan) { p.zendesk.Articles = 8 })
	category, err := w.zendesk.AddCategory(0, "Orders")
	w.must(err)
	part, err := w.zendesk.AddSection(category, 0, "Delivery")
	w.must(err)
	for _, id := range w.articles()[:3] {
		w.must(w.zendesk.Move(id, part))
	}
	agent := start(t, withBrowser(t, w.program("agent")))
	agent.waitFor("The agent runs.")
	c := w.client()
	ctx := t.Context()
	if p, err := c.Status(ctx); err != nil || len(p.Accounts) != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	address, err := c.Address(ctx, local.AddressRequest{Source: "zendesk", Text: w.zendeskURL})
	if err != nil || address.ClientID != "" || len(address.Registration.Redirects) != 3 {
		t.Fatalf("%+v, %v", address, err)
	}
	done := w.connected(c, local.ConnectRequest{Source: "zendesk", Address: w.zendeskURL, ClientID: "dialpad_sync"})
	if done.Account != "help-center" || done.Who == nil || done.Who.Role == "" {
		t.Errorf("%+v", done)
	}
	pair := w.dialpad.Credentials().Knowledge
	ask := local.DialpadRequest{Region: "custom", URL: w.dialpadURL, ClientID: pair.ClientID, ClientSecret: "wrong"}
	if _, err := c.Dialpad(ctx, ask); source.CodeOf(err) != source.CodeWrongSecret {
		t.Errorf("a wrong secret: %v", err)
	}
	ask.ClientSecret, ask.Keep = pair.ClientSecret, true
	if _, err := c.Dialpad(ctx, ask); err != nil {
		t.Fatal(err)
	}
	choices, err := c.Choices(ctx, done.Account)
	if err != nil || len(choices.Collections) < 2 {
		t.Fatalf("%+v, %v", choices, err)
	}
	if n := len(w.dialpad.Nodes()); n != 0 {
		t.Errorf("%d answers were copied before anybody chose", n)
	}
	selection := local.Selection{Locales: []string{"en-us"}}
	plan := w.planned(c, local.ChooseRequest{Account: done.Account, Selection: selection})
	if plan.Total != 8 || plan.Add != 8 || plan.Remove != 0 {
		t.Errorf("%+v", plan)
	}
	w.must(c.Choose(ctx, local.ChooseRequest{Account: done.Account, Selection: selection}))
	w.watch(upToDate)
	if n := len(w.dialpad.Nodes()); n != 8 {
		t.Errorf("Dialpad holds %d answers", n)
	}

	t.Run("another selection removes what the person saw", func(t *testing.T) {
		section := fmt.Sprintf("section:%d", part)
		less := local.ChooseRequest{Account: done.Account, Selection: local.Selection{Collections: []string{section}, Locales: []string{"en-us"}}}
		plan := w.planned(c, less)
		if plan.Remove != 5 || plan.Total != 3 {
			t.Fatalf("%s: %+v", section, plan)
		}
		less.Removals = plan.Remove
		w.must(c.Choose(ctx, less))
		w.watch(func(p picture) bool { return upToDate(p) && p.Accounts[0].DialpadDocuments == plan.Total })
		if n := len(w.dialpad.Nodes()); n != plan.Total {
			t.Errorf("Dialpad holds %d, not %d", n, plan.Total)
		}
	})
	t.Run("everything is forgotten", func(t *testing.T) {
		var last local.ForgetStep
		w.must(c.Forget(ctx, local.ForgetRequest{Everything: true, DeleteDocuments: true}, func(s local.ForgetStep) { last = s }))
		if !last.Done || last.NotConfirmed {
			t.Errorf("%+v %+v", last, last.Problem)
		}
		if o := agent.end(); o.code != exitInSync {
			t.Errorf("the agent: %s", o)
		}
		if n := len(w.dialpad.Nodes()); n != 0 {
			t.Errorf("Dialpad still holds %d", n)
		}
		for _, dir := range []string{w.secrets, w.home} {
			w.must(filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err == nil && !d.IsDir() && filepath.Base(path) != "lock" {
					t.Errorf("left behind: %s", path)
				}
				return err
			}))
		}
	})
}

func (w *world) planned(c *local.Client, ask local.ChooseRequest) local.Plan {
	w.t.Helper()
	var last local.PlanStep
	w.must(c.Plan(w.t.Context(), ask, func(s local.PlanStep) { last = s }))
	if last.Plan == nil {
		w.t.Fatalf("no plan: %+v", last.Problem)
	}
	return *last.Plan
}
