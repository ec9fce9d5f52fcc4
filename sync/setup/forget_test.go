package setup_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
)

// gone demands that nothing of the account is left on this computer.
func (o *office) gone() {
	o.t.Helper()
	names, err := o.store.Accounts(o.t.Context())
	o.must(err)
	if len(o.settings().Accounts) != 0 || o.access("help-center") != "" || len(names) != 0 {
		o.t.Errorf("left: %+v, records of %q", o.settings().Accounts, names)
	}
}

func TestForgetKeepsTheAnswers(t *testing.T) {
	t.Parallel()
	o := copied(t)
	token := o.access("help-center")
	steps := o.forget(local.ForgetRequest{Account: "help-center"})
	if want := (local.ForgetStep{Done: true}); len(steps) != 1 || steps[0] != want {
		t.Errorf("%+v", steps)
	}
	o.gone()
	if o.takes(token) || len(o.ours()) != 6 || o.changes != 2 { // stopped, then gone
		t.Errorf("%d answers, %d changes", len(o.ours()), o.changes)
	}
}

// Without a connected Dialpad an account can be forgotten too.
func TestForgetWithoutDialpad(t *testing.T) {
	t.Parallel()
	o := ready(t)
	o.write("home_id = \"h\"\n" + o.text()[strings.Index(o.text(), "[[account]]"):])
	if steps := o.forget(local.ForgetRequest{Account: "help-center"}); !steps[0].Done {
		t.Errorf("%+v", steps[0].Problem)
	}
	o.gone()
}

func TestForgetRemovesTheAnswers(t *testing.T) {
	t.Parallel()
	o := copied(t)
	o.dialpad.Seed(dialpadsim.Foreign(2, 1, 1)...)
	o.keep(otherThan(o.ours(), nil)[0]) // what was kept goes too
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	end := steps[len(steps)-1]
	if want := (local.ForgetStep{Removed: 6, Total: 6, Done: true}); end != want || len(steps) != 8 || steps[0] != (local.ForgetStep{Total: 6}) {
		t.Errorf("%+v", steps)
	}
	o.gone()
	if n := len(o.dialpad.Nodes()); n != 4 || len(o.ours()) != 0 {
		t.Errorf("Dialpad has %d nodes", n)
	}
}

// What was written a moment ago is not listed yet, and goes all the same.
func TestForgetRemovesWhatIsNotListedYet(t *testing.T) {
	t.Parallel()
	o := copied(t)
	o.must(o.dialpad.SetSwitches(func(s *dialpadsim.Switches) { s.LagMS = 3_600_000 }))
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	if end := steps[len(steps)-1]; !end.Done || len(o.ours()) != 0 {
		t.Errorf("%+v, %d answers are left", end, len(o.ours()))
	}
}

// An answer whose create got no answer is found once Dialpad lists it.
func TestForgetRemovesWhatALostCreateMade(t *testing.T) {
	t.Parallel()
	o := copied(t)
	o.write(strings.Replace(o.text(), `list_lag = "0s"`, `list_lag = "700ms"`, 1))
	o.must(o.dialpad.SetSwitches(func(s *dialpadsim.Switches) { s.LagMS = 500 }))
	o.dialpad.Seed(dialpadsim.Node{Source: "dialpad-sync:zendesk:acme", ExternalID: "77:en-us", Title: "Lost", Content: "<p>Lost</p>"})
	o.must(o.store.Commit(t.Context(), "help-center", engine.Batch{
		Put: []engine.Row{{Key: "77:en-us", State: engine.Parked, Written: time.Now()}},
	}))
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	if end := steps[len(steps)-1]; !end.Done || end.Removed != 7 || end.Total != 7 || len(o.ours()) != 0 {
		t.Errorf("%+v, %v are left", end, o.ours())
	}
}

// While Dialpad does not let us in the account stays as it was, and runs.
func TestForgetWhereTheAnswersCannotBeRemoved(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(*office)
		code  source.Code
	}{
		"withdrawn":     {func(o *office) { o.dialpad.RevokeAll() }, source.CodeWrongSecret},
		"read only":     {func(o *office) { o.must(o.dialpad.SetSwitches(func(s *dialpadsim.Switches) { s.Writes = "forbid" })) }, source.CodeReadOnly},
		"no secret":     {func(o *office) { o.must(o.secrets.Delete(t.Context(), setup.DialpadSecret)) }, source.CodeSecretMissing},
		"not connected": {func(o *office) { o.write("home_id = \"h\"\n" + o.text()[strings.Index(o.text(), "[[account]]"):]) }, source.CodeSecretMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := copied(t)
			row.spoil(o)
			before, token := o.text(), o.access("help-center")
			steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
			end := steps[len(steps)-1]
			if end.Done || end.Problem == nil || end.Problem.Code != row.code {
				t.Fatalf("%+v %+v", end, end.Problem)
			}
			if o.text() != before || !o.takes(token) || len(o.ours()) != 6 {
				t.Errorf("something was changed\n%s", o.text())
			}
			// "The copied answers can no longer be removed from here. Forget this account anyway?"
			steps = o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true, Anyway: true})
			if end := steps[len(steps)-1]; !end.Done || end.Problem != nil {
				t.Errorf("%+v", end.Problem)
			}
			o.gone()
		})
	}
}

// The removal breaks off in the middle: how far it came is told, nobody sees a
// tick, and the next pass makes both sides equal again.
func TestForgetBreaksOff(t *testing.T) {
	t.Parallel()
	o := copied(t, func(p *plan) { p.zendesk.Articles = 12 })
	o.must(o.dialpad.Faults().AddText("DELETE /kbm/nodes/{id} nth=6 status=403"))
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	end := steps[len(steps)-1]
	if end.Done || end.Problem == nil || end.Removed == 0 || end.Removed == 12 || end.Removed != 12-len(o.ours()) {
		t.Fatalf("%+v %+v; %d answers are left", end, end.Problem, len(o.ours()))
	}
	state, counts, err := o.store.Load(t.Context(), "help-center")
	if err != nil || !state.Proved.IsZero() || counts.Dialpad != len(o.ours()) || !o.settings().Accounts[0].Selected {
		t.Errorf("%+v %+v %v", state, counts, err)
	}
	o.dialpad.Faults().Clear()
	if s := o.pass(); s.Verdict(time.Now()) != engine.UpToDate || len(o.ours()) != 12 {
		t.Errorf("%+v", s)
	}
}

func TestForgetGivenUp(t *testing.T) {
	t.Parallel()
	o := copied(t, func(p *plan) { p.zendesk.Articles = 12 })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := false
	o.Forget(ctx, local.ForgetRequest{Account: "help-center", DeleteDocuments: true}, func(s local.ForgetStep) {
		if done = done || s.Done; s.Removed == 2 {
			cancel()
		}
	})
	if done || o.access("help-center") == "" || !o.settings().Accounts[0].Selected {
		t.Errorf("done %v\n%s", done, o.text())
	}
	if s := o.pass(); s.Verdict(time.Now()) != engine.UpToDate || len(o.ours()) != 12 {
		t.Errorf("%+v", s)
	}
}

// The source does not confirm: the sign-in goes from this computer, and that is
// said.
func TestForgetIsNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]string{"refused": "DELETE status=500", "down": "status=502"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := copied(t)
			o.must(o.zendesk.Faults().AddText(fault))
			if steps := o.forget(local.ForgetRequest{Account: "help-center"}); !steps[0].Done || !steps[0].NotConfirmed {
				t.Errorf("%+v", steps)
			}
			o.gone()
		})
	}
}

// A locked store ends it before anything is removed.
func TestForgetWithALockedStore(t *testing.T) {
	t.Parallel()
	o := copied(t)
	before := o.text()
	inner := o.secrets
	o.secrets = broken{Store: inner, err: locked, get: true}
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	if steps[0].Problem == nil || steps[0].Problem.Code != source.CodeKeyringLocked || o.text() != before || len(o.ours()) != 6 || o.changes != 0 {
		t.Errorf("%+v, %d answers", steps, len(o.ours()))
	}
	o.secrets = inner
	if o.access("help-center") == "" {
		t.Error("the sign-in is gone")
	}
}

func TestForgetNobody(t *testing.T) {
	t.Parallel()
	o := copied(t)
	for _, account := range []string{"shop", "", "../x"} {
		if steps := o.forget(local.ForgetRequest{Account: account}); steps[0].Problem == nil || steps[0].Problem.Code != source.CodeNoAccount {
			t.Errorf("%q: %+v", account, steps)
		}
	}
}

// An account that was taken out of settings.toml by hand left its answers.
func TestForgetWhatWasErasedByHand(t *testing.T) {
	t.Parallel()
	for _, remove := range []bool{false, true} {
		o := copied(t)
		o.write(o.text()[:strings.Index(o.text(), "[[account]]")])
		s, err := o.Setup(t.Context())
		if err != nil || !slices.Equal(s.Leftovers, []local.Leftover{{Account: "help-center", Documents: 6}}) {
			t.Fatalf("%+v, %v", s.Leftovers, err)
		}
		steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: remove})
		if end := steps[len(steps)-1]; !end.Done || !end.NotConfirmed {
			t.Errorf("%+v %+v", end, end.Problem)
		}
		o.gone()
		if n := len(o.ours()); n != map[bool]int{false: 6, true: 0}[remove] {
			t.Errorf("%d answers are left", n)
		}
		if s, err := o.Setup(t.Context()); err != nil || len(s.Leftovers) != 0 {
			t.Errorf("%+v, %v", s.Leftovers, err)
		}
	}
}

// An account with another name has the same answers: they are not the old
// name's any more.
func TestForgetAnOldName(t *testing.T) {
	t.Parallel()
	o := copied(t)
	o.write(strings.Replace(o.text(), `id = "help-center"`, `id = "support"`, 1))
	if s, err := o.Setup(t.Context()); err != nil || len(s.Leftovers) != 0 {
		t.Errorf("%+v, %v", s.Leftovers, err)
	}
	steps := o.forget(local.ForgetRequest{Account: "help-center", DeleteDocuments: true})
	if end := steps[len(steps)-1]; !end.Done || len(o.ours()) != 6 || len(o.settings().Accounts) != 1 {
		t.Errorf("%+v, %d answers", end, len(o.ours()))
	}
}

// Nobody knows any more which answers it had: nothing is guessed.
func TestForgetWithoutASourceValue(t *testing.T) {
	t.Parallel()
	o := ready(t)
	o.must(o.store.Commit(t.Context(), "old", engine.Batch{Put: []engine.Row{{Key: "1:en-us", Node: "node_1"}}}))
	ask := local.ForgetRequest{Account: "old", DeleteDocuments: true}
	if steps := o.forget(ask); steps[0].Problem == nil || steps[0].Problem.Kind != source.Fatal {
		t.Errorf("%+v", steps)
	}
	ask.Anyway = true
	if steps := o.forget(ask); !steps[0].Done {
		t.Errorf("%+v", steps[0].Problem)
	}
}

func TestForgetEverything(t *testing.T) {
	t.Parallel()
	erased := 0
	o := copied(t, func(p *plan) {
		p.desk.EraseRest = func(_ context.Context, secrets secret.Store) error {
			erased++
			return secrets.Delete(context.WithoutCancel(t.Context()), "checkpoint/hash_key")
		}
	})
	o.must(o.store.Commit(t.Context(), "old", engine.Batch{State: &engine.State{SourceValue: "dialpad-sync:zendesk:old"}}))
	o.dialpad.Seed(dialpadsim.Node{Source: "dialpad-sync:zendesk:old", ExternalID: "1:en-us", Content: "x"})
	o.must(o.secrets.Set(t.Context(), "checkpoint/hash_key", "k"))
	token := o.access("help-center")
	steps := o.forget(local.ForgetRequest{Everything: true, DeleteDocuments: true})
	end := steps[len(steps)-1]
	if !end.Done || end.NotConfirmed || end.Removed != 7 || end.Total != 7 || erased != 1 {
		t.Errorf("%+v %+v", end, end.Problem)
	}
	if _, err := os.Stat(o.config.File); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("settings.toml: %v", err)
	}
	for _, name := range []string{"help-center/token", setup.DialpadSecret, "checkpoint/hash_key"} {
		if _, err := o.secrets.Get(t.Context(), name); !errors.Is(err, secret.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o.takes(token) || len(o.dialpad.Nodes()) != 0 {
		t.Errorf("%d nodes are left", len(o.dialpad.Nodes()))
	}
	if steps := o.forget(local.ForgetRequest{Everything: true}); !steps[0].Done {
		t.Errorf("a second time: %+v", steps[0].Problem)
	}
}

// What cannot be removed ends it; what was not forgotten yet stays.
func TestForgetEverythingStops(t *testing.T) {
	t.Parallel()
	o := copied(t)
	o.dialpad.RevokeAll()
	before := o.text()
	steps := o.forget(local.ForgetRequest{Everything: true, DeleteDocuments: true})
	if end := steps[len(steps)-1]; end.Problem == nil || end.Problem.Code != source.CodeWrongSecret || o.text() != before {
		t.Errorf("%+v", end)
	}
	if steps := o.forget(local.ForgetRequest{Everything: true, DeleteDocuments: true, Anyway: true}); !steps[len(steps)-1].Done {
		t.Errorf("%+v", steps)
	}
}

// A person's own sign-in to Dialpad is withdrawn too.
func TestForgetEverythingWithABrowserSignIn(t *testing.T) {
	o := ready(t)
	o.write(strings.Replace(o.text(), "list_lag", "sign_in_url = \""+o.Knowledge+"\"\nlist_lag", 1))
	app := o.dialpad.Credentials().SignIn
	ask := local.ConnectRequest{Source: "dialpad", Dialpad: &local.DialpadRequest{ClientID: app.ClientID, ClientSecret: app.ClientSecret}}
	if s := last(t, o.connect(ask)); s.Problem != nil {
		t.Fatalf("%+v", s.Problem)
	}
	if end := o.forget(local.ForgetRequest{Everything: true})[0]; !end.Done || end.NotConfirmed || o.dialpad.Journal().Count("POST", "/oauth2/deauthorize") != 1 {
		t.Errorf("%+v %+v", end, end.Problem)
	}
	if _, err := o.secrets.Get(t.Context(), setup.DialpadToken); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestForgetEverythingOfAnEmptyHome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if steps := o.forget(local.ForgetRequest{Everything: true}); !steps[0].Done {
		t.Errorf("%+v", steps[0].Problem)
	}
}
