package setup_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/signin"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

func stages(steps []local.ConnectStep) string {
	var names []string
	for _, s := range steps {
		names = append(names, string(s.Stage))
	}
	return strings.Join(names, " ")
}

func TestConnectANewAccount(t *testing.T) {
	o := newOffice(t)
	ask := o.helpCenter()
	ask.ClientID, ask.Locales = "  dialpad_sync\n", []string{"en-us"}
	steps := o.connect(ask)
	if got := stages(steps); got != "opened finishing done" {
		t.Fatalf("%s: %+v", got, last(t, steps).Problem)
	}
	if s := steps[0]; !strings.HasPrefix(s.URL, o.HelpCenter+"/oauth/authorizations/new?") || time.Until(s.Until) < 4*time.Minute || s.NotOpened {
		t.Errorf("%+v", s)
	}
	if s := steps[2]; s.Account != "help-center" || s.Who == nil || *s.Who != (local.Person{Name: "Ada Example", Role: "admin"}) {
		t.Errorf("%+v", s)
	}
	a := o.settings().Accounts[0]
	want := settings.Account{
		ID: "help-center", Source: "zendesk", URL: o.HelpCenter, ClientID: "dialpad_sync", Locales: []string{"en-us"},
		Interval: settings.DefaultInterval, SourceValue: a.SourceValue, Selected: false,
	}
	if fmt.Sprint(a) != fmt.Sprint(want) || !strings.HasPrefix(a.SourceValue, "dialpad-sync:zendesk:127.0.0.1-") || o.settings().HomeID == "" {
		t.Errorf("kept %+v", a)
	}
	if !o.takes(o.access("help-center")) || o.changes != 1 {
		t.Errorf("the sign-in is not good, or %d changes were told", o.changes)
	}
	s, err := o.Setup(t.Context())
	if err != nil || len(s.Accounts) != 1 || s.Accounts[0].Selected || fmt.Sprint(s.SignedIn) != "[help-center]" || s.Dialpad != nil {
		t.Errorf("%+v, %v", s, err)
	}
}

// To sign in again changes nothing of the settings, whether the account is
// named or its address is typed.
func TestConnectAKnownAccount(t *testing.T) {
	for name, ask := range map[string]local.ConnectRequest{
		"by its name":    {Account: "help-center"},
		"by its address": {Source: "zendesk"},
		"by both":        {Source: "zendesk", Account: "help-center"},
	} {
		t.Run(name, func(t *testing.T) {
			o := ready(t)
			o.write(strings.Replace(o.text(), "source_value", "collections = [\"category:1\"] # the shop\nlocales = [\"de\"]\nsource_value", 1))
			before, old := o.text(), o.access("help-center")
			if name != "by its name" {
				ask.Address = o.HelpCenter
			}
			ask.Locales = []string{"fr"} // is for new accounts
			if s := last(t, o.connect(ask)); s.Stage != local.ConnectDone || s.Account != "help-center" {
				t.Fatalf("%+v", s.Problem)
			}
			if o.text() != before {
				t.Errorf("settings.toml was\n%s\nand is\n%s", before, o.text())
			}
			if now := o.access("help-center"); now == old || !o.takes(now) || o.changes != 1 {
				t.Error("the sign-in was not replaced")
			}
		})
	}
}

// A new account never takes a name, nor the records, of another one.
func TestConnectNamesAccounts(t *testing.T) {
	for name, row := range map[string]struct {
		known, want string
		remembered  map[string]string
	}{
		"the first":         {want: "help-center"},
		"a second":          {known: "help-center", want: "help-center-2"},
		"a third":           {known: "help-center help-center-2", want: "help-center-3"},
		"after one erased":  {remembered: map[string]string{"help-center": "dialpad-sync:zendesk:shop"}, want: "help-center-2"},
		"itself, erased":    {known: "help-center", remembered: map[string]string{"old": "HERE"}, want: "old"},
		"of an older state": {remembered: map[string]string{"help-center": ""}, want: "help-center-2"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			text := "home_id = \"h\"\n"
			for i, id := range strings.Fields(row.known) {
				text += fmt.Sprintf("[[account]]\nid = %q\nsource = \"zendesk\"\nurl = \"https://a%d.zendesk.com\"\nclient_id = \"c\"\n", id, i)
			}
			o.write(text)
			for id, value := range row.remembered {
				value = strings.Replace(value, "HERE", "dialpad-sync:zendesk:"+strings.ReplaceAll(strings.TrimPrefix(o.HelpCenter, "http://"), ":", "-"), 1)
				o.must(o.store.Commit(t.Context(), id, engine.Batch{State: &engine.State{SourceValue: value}}))
			}
			if s := last(t, o.connect(o.helpCenter())); s.Account != row.want {
				t.Errorf("called %q, want %q (%+v)", s.Account, row.want, s.Problem)
			}
		})
	}
}

func TestConnectAnAccountByAName(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.Commit(t.Context(), "old", engine.Batch{State: &engine.State{SourceValue: "dialpad-sync:zendesk:shop"}}))
	ask := o.helpCenter()
	ask.Account = "old"
	failed(t, o.connect(ask), source.Fatal, source.CodeOtherAccount)
	ask.Account = "No Name"
	failed(t, o.connect(ask), source.Fatal, source.CodeSettings)
	o.holdsNothing()
	ask.Account = "shop"
	if s := last(t, o.connect(ask)); s.Account != "shop" || o.access("shop") == "" {
		t.Errorf("%+v", s)
	}
	ask.Account = "shop-again"
	failed(t, o.connect(ask), source.Fatal, source.CodeSettings) // two accounts would own the same documents
}

// What is wrong before the browser opens.
func TestConnectRefusesAtOnce(t *testing.T) {
	o := newOffice(t)
	for name, row := range map[string]struct {
		change func(*local.ConnectRequest)
		code   source.Code
	}{
		"no address":          {func(a *local.ConnectRequest) { a.Address = "" }, source.CodeAddress},
		"their own domain":    {func(a *local.ConnectRequest) { a.Address = "help.acme.com" }, source.CodeAddress},
		"no source":           {func(a *local.ConnectRequest) { a.Source = "confluence" }, source.CodeAddress},
		"no identifier":       {func(a *local.ConnectRequest) { a.ClientID = " " }, source.CodeIdentifier},
		"a long identifier":   {func(a *local.ConnectRequest) { a.ClientID = strings.Repeat("x", 1<<20) }, source.CodeIdentifier},
		"words":               {func(a *local.ConnectRequest) { a.ClientID = "dialpad sync" }, source.CodeIdentifier},
		"turned around":       {func(a *local.ConnectRequest) { a.ClientID = "dialpad\u202esync" }, source.CodeIdentifier},
		"no such language":    {func(a *local.ConnectRequest) { a.Locales = []string{"English please"} }, source.CodeSettings},
		"an unknown account":  {func(a *local.ConnectRequest) { a.Account, a.Address = "shop", "" }, source.CodeNoAccount},
		"an account's folder": {func(a *local.ConnectRequest) { a.Account = "../x" }, source.CodeSettings},
	} {
		ask := o.helpCenter()
		row.change(&ask)
		if steps := o.connect(ask); len(steps) != 1 || steps[0].Problem == nil || steps[0].Problem.Code != row.code {
			t.Errorf("%s: %+v %+v", name, steps, steps[0].Problem)
		}
	}
	o.holdsNothing()
	if n := o.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// An account never moves: another subdomain is another account.
func TestConnectAtAnotherAddress(t *testing.T) {
	o := ready(t)
	before, old := o.text(), o.access("help-center")
	s := failed(t, o.connect(local.ConnectRequest{Source: "zendesk", Account: "help-center", Address: "acme2"}), source.Fatal, source.CodeOtherAccount)
	if s.Problem.Host != strings.TrimPrefix(o.HelpCenter, "http://") || o.text() != before || o.access("help-center") != old {
		t.Errorf("%+v", s.Problem)
	}
}

func TestConnectDeclined(t *testing.T) {
	o := newOffice(t, func(p *plan) { p.zendesk.AutoConsent = zendesksim.Deny })
	failed(t, o.connect(o.helpCenter()), source.SignIn, source.CodeDeclined)
	o.holdsNothing()
}

func TestConnectWithAnUnknownIdentifier(t *testing.T) {
	o := newOffice(t, func(p *plan) { p.desk.SignInTimeout = 300 * time.Millisecond })
	ask := o.helpCenter()
	ask.ClientID = "somebody_else"
	failed(t, o.connect(ask), source.SignIn, source.CodeTimedOut) // the vendor's page says why
	o.holdsNothing()
}

// A person whose role is too small hears who they are; what they signed in to is
// withdrawn again.
func TestConnectWithTooSmallARole(t *testing.T) {
	o := newOffice(t, func(p *plan) { p.zendesk.Role = zendesksim.EndUser })
	s := failed(t, o.connect(o.helpCenter()), source.Forbidden, source.CodeRole)
	if s.Who == nil || *s.Who != (local.Person{Name: "Eve Example", Role: "end-user"}) || s.Problem.Side != "source" {
		t.Errorf("%+v", s)
	}
	o.holdsNothing()
	if n := o.withdrawn(); n != 1 {
		t.Errorf("%d sign-ins were withdrawn", n)
	}
	ask := o.helpCenter()
	ask.AnyRole, ask.MinimalScope = true, true
	if s := last(t, o.connect(ask)); s.Stage != local.ConnectDone || !o.settings().Accounts[0].MinimalScope {
		t.Errorf("%+v", s)
	}
}

func TestConnectFailsAtTheSource(t *testing.T) {
	for name, row := range map[string]struct {
		fault string
		kind  source.Kind
		code  source.Code
	}{
		"the exchange": {"POST /oauth/tokens status=500", source.Transient, source.CodeDown},
		"the check":    {"GET /api/v2/users/me status=404", source.Forbidden, ""},
		"a web page":   {"GET /api/v2/users/me html", source.Transient, source.CodeNotData},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.must(o.zendesk.Faults().AddText(row.fault))
			s := last(t, o.connect(o.helpCenter()))
			if s.Stage != local.ConnectFailed || s.Problem == nil || row.kind != source.Forbidden && (s.Problem.Kind != row.kind || s.Problem.Code != row.code) {
				t.Errorf("%+v %+v", s, s.Problem)
			}
			o.holdsNothing()
		})
	}
}

// Nobody comes back from the browser.
func TestConnectTimesOut(t *testing.T) {
	o := newOffice(t, func(p *plan) {
		p.desk.SignInTimeout = 50 * time.Millisecond
		p.desk.OpenURL = func(string) error { return nil }
	})
	failed(t, o.connect(o.helpCenter()), source.SignIn, source.CodeTimedOut)
	o.holdsNothing()
	if err := o.OpenAgain(); source.CodeOf(err) != source.CodeTimedOut {
		t.Errorf("%v", err)
	}
}

// Without a browser the person gets the page to open; the sign-in goes on.
func TestConnectWithoutABrowser(t *testing.T) {
	o := newOffice(t, func(p *plan) { p.desk.OpenURL = func(string) error { return errors.New("none") } })
	steps := o.connectWith(t.Context(), o.helpCenter(), func(s local.ConnectStep) {
		if s.NotOpened {
			o.must(o.browser.open(s.URL))
		}
	})
	if got := stages(steps); got != "opened opened finishing done" || !steps[1].NotOpened {
		t.Errorf("%s", got)
	}
}

func TestConnectOpensThePageAgain(t *testing.T) {
	opened := make(chan string, 2)
	o := newOffice(t, func(p *plan) { p.desk.OpenURL = func(page string) error { opened <- page; return nil } })
	ctx, cancel := context.WithCancel(t.Context())
	o.connectWith(ctx, o.helpCenter(), func(local.ConnectStep) {
		if err := o.OpenAgain(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	if first, again := <-opened, <-opened; first != again {
		t.Errorf("%q, then %q", first, again)
	}
}

// A person who gives up leaves nothing behind, and the listener is gone.
func TestConnectGivenUp(t *testing.T) {
	o := newOffice(t, func(p *plan) { p.desk.OpenURL = func(string) error { return nil } })
	ctx, cancel := context.WithCancel(t.Context())
	steps := o.connectWith(ctx, o.helpCenter(), func(local.ConnectStep) { cancel() })
	if got := stages(steps); got != "opened" {
		t.Errorf("told %s", got)
	}
	o.holdsNothing()
	// Nobody takes the answer any more; a test beside this one may have its port.
	page, err := url.Parse(steps[0].URL)
	o.must(err)
	back := page.Query().Get("redirect_uri") + "?" + url.Values{"code": {"c"}, "state": {page.Query().Get("state")}}.Encode()
	if resp, err := o.browser.client.Get(back); err == nil {
		o.must(resp.Body.Close())
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("the listener still answers: %s", resp.Status)
		}
	}
}

// Who clicks Connect again has given the first one up.
func TestTheSecondSignInEndsTheFirst(t *testing.T) {
	opened := make(chan string, 2)
	o := newOffice(t, func(p *plan) { p.desk.OpenURL = func(page string) error { opened <- page; return nil } })
	o.alone()
	first := make(chan []local.ConnectStep, 1)
	go func() {
		var steps []local.ConnectStep
		o.Connect(t.Context(), o.helpCenter(), func(s local.ConnectStep) { steps = append(steps, s) })
		first <- steps
	}()
	stale := <-opened
	second := make(chan []local.ConnectStep, 1)
	go func() {
		var steps []local.ConnectStep
		o.Connect(t.Context(), o.helpCenter(), func(s local.ConnectStep) { steps = append(steps, s) })
		second <- steps
	}()
	s := failed(t, <-first, source.Transient, source.CodeOvertaken)
	if s.Account != "" {
		t.Errorf("%+v", s)
	}
	fresh := <-opened
	o.must(o.browser.open(stale)) // a tab of the first one changes nothing
	o.must(o.browser.open(fresh))
	if s := last(t, <-second); s.Stage != local.ConnectDone || s.Account != "help-center" {
		t.Errorf("%+v", s)
	}
}

// broken is a secret store that does not do one thing.
type broken struct {
	secret.Store
	err error
	// set fails for these entries only; empty means all.
	entry string
	get   bool
}

func (b broken) Set(ctx context.Context, name string, s secret.Secret) error {
	if b.entry == "" || b.entry == name {
		return b.err
	}
	return b.Store.Set(ctx, name, s)
}

func (b broken) Get(ctx context.Context, name string) (secret.Secret, error) {
	if b.get {
		return "", b.err
	}
	return b.Store.Get(ctx, name)
}

var (
	locked  = &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: "use the password store"}
	missing = &source.Error{Kind: source.SignIn, Code: source.CodeKeyringMissing, Op: "use the password store"}
	full    = &source.Error{Kind: source.Transient, Code: source.CodeDiskFull, Op: "save a secret"}
)

// Nobody goes through a browser for a sign-in that cannot be kept.
func TestConnectWithoutAStore(t *testing.T) {
	for _, err := range []*source.Error{locked, missing, full} {
		t.Run(string(err.Code), func(t *testing.T) {
			o := newOffice(t, func(p *plan) { p.secrets = broken{Store: secret.Memory(), err: err} })
			if steps := o.connect(o.helpCenter()); len(steps) != 1 || steps[0].Problem.Code != err.Code || steps[0].Problem.Kind != err.Kind {
				t.Errorf("%+v", steps)
			}
			o.holdsNothing()
		})
	}
}

// The store fails when it matters: nothing is kept, and the person hears why.
func TestConnectWhenTheTokenCannotBeSaved(t *testing.T) {
	o := newOffice(t, func(p *plan) {
		p.secrets = broken{Store: secret.Memory(), err: full, entry: setup.TokenName("help-center")}
	})
	failed(t, o.connect(o.helpCenter()), source.Transient, source.CodeDiskFull)
	o.holdsNothing()
}

// The settings cannot be saved in the end: the sign-in of before is back.
func TestConnectWhenTheSettingsCannotBeSaved(t *testing.T) {
	o := ready(t)
	old := o.access("help-center")
	ask := local.ConnectRequest{Account: "help-center", ClientID: "dialpad_sync", MinimalScope: true}
	steps := o.connectWith(t.Context(), ask, func(s local.ConnectStep) {
		if s.Stage == local.ConnectFinishing {
			o.write(o.text() + "colour = \"red\"\n")
		}
	})
	failed(t, steps, source.Fatal, source.CodeSettings)
	if o.access("help-center") != old {
		t.Error("the sign-in was replaced")
	}
}

// Somebody sets the home up by hand while the browser is open.
func TestConnectWhileSettingsAreMade(t *testing.T) {
	o := newOffice(t)
	steps := o.connectWith(t.Context(), o.helpCenter(), func(s local.ConnectStep) {
		if s.Stage == local.ConnectFinishing {
			o.write("home_id = \"another\"\n")
		}
	})
	failed(t, steps, source.Transient, source.CodeBusy)
	if o.access("help-center") != "" {
		t.Error("the sign-in was kept")
	}
}

// The folder of settings.toml cannot be made: that is said before the browser
// opens.
func TestConnectWhereNothingCanBeWritten(t *testing.T) {
	o := newOffice(t)
	folder := filepath.Join(t.TempDir(), "home")
	o.must(os.Symlink(filepath.Join(t.TempDir(), "x", "y"), folder)) // nothing can be made where it leads
	o.config.File = filepath.Join(folder, "settings.toml")
	o.Desk = setup.New(o.config)
	steps := o.connect(o.helpCenter())
	if len(steps) != 1 || steps[0].Problem == nil || steps[0].Problem.Code != source.CodeNotWritable || steps[0].Problem.Host != folder {
		t.Errorf("%+v", last(t, steps).Problem)
	}
}

// Of two that renew one sign-in, one would lose it: the running engine's token
// source is used where there is one.
func TestTheRunningEnginesSignInIsUsed(t *testing.T) {
	t.Parallel()
	var asked []string
	o := ready(t)
	access, refresh := o.zendesk.Token(zendesksim.Admin)
	running := secret.Memory()
	o.must(signin.Save(t.Context(), running, "x", signin.Token{Access: secret.Secret(access), Refresh: secret.Secret(refresh)}))
	o.token("nobody-takes-this", "nor-this")
	o.config.Tokens = func(entry string) *signin.Refreshing {
		asked = append(asked, entry)
		return signin.NewRefreshing(signin.RefreshConfig{Store: running, Name: "x"})
	}
	o.Desk = setup.New(o.config)
	if _, err := o.Choices(t.Context(), "help-center"); err != nil || len(asked) != 1 || asked[0] != "help-center/token" {
		t.Errorf("%v, asked for %q", err, asked)
	}
}

// What a side told the running engine to wait, the Desk waits too: no request is
// made early.
func TestTheRunningEnginesWaitsAreKept(t *testing.T) {
	t.Parallel()
	told := func() *rest.Limiter {
		return rest.NewLimiter(rest.LimitConfig{Start: 100, Ceiling: 100, Learned: rest.LearnedRate{PerSecond: 100, Until: time.Now().Add(time.Hour)}})
	}
	free := func() *rest.Limiter { return rest.NewLimiter(rest.LimitConfig{Start: 100, Ceiling: 100}) }
	for side, limits := range map[string][2]*rest.Limiter{"source": {told(), free()}, "dialpad": {free(), told()}} {
		o := ready(t, func(p *plan) {
			p.desk.Limits = func(string) (source, dialpad *rest.Limiter) { return limits[0], limits[1] }
		})
		end := o.plan(local.ChooseRequest{Account: "help-center"})
		if end.Problem == nil || end.Problem.Kind != source.Throttled || end.Problem.Side != side || time.Until(end.Problem.RetryAt) < 50*time.Minute {
			t.Errorf("%s: %+v", side, end.Problem)
		}
		for _, e := range append(o.zendesk.Journal().Entries(), o.dialpad.Journal().Entries()...) {
			if side == "source" || strings.Contains(e.Template, "/kbm/") {
				t.Errorf("%s was asked: %s %s", side, e.Method, e.Template)
			}
		}
	}
}
