package setup_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
)

func TestDialpadIsTestedAndKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.dialpad.Seed(dialpadsim.Foreign(4, 2, 3)...)
	ask := o.place()
	ask.Keep = false
	answer, err := o.Dialpad(t.Context(), ask)
	if want := (local.DialpadAnswer{Version: "v3.1", Elsewhere: 6}); err != nil || answer != want {
		t.Fatalf("%+v, %v", answer, err)
	}
	o.holdsNothing()
	before := len(o.dialpad.Nodes())
	ask.Keep, ask.URL, ask.ClientID = true, " "+strings.TrimPrefix(o.Knowledge, "http://")+"/ ", " "+ask.ClientID
	ask.ClientSecret += "\n"
	if _, err := o.Dialpad(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	d := o.settings().Dialpad
	if d.Region != settings.RegionCustom || d.CustomURL != o.Knowledge || d.ClientID != "sim-client" || d.SignIn != settings.SignInCredentials || o.changes != 1 {
		t.Errorf("kept %+v, %d changes", d, o.changes)
	}
	if kept, err := o.secrets.Get(t.Context(), setup.DialpadSecret); err != nil || kept.Reveal() != "sim-client-secret" || strings.Contains(o.text(), kept.Reveal()) {
		t.Errorf("the secret: %v\n%s", err, o.text())
	}
	if len(o.dialpad.Nodes()) != before {
		t.Error("the test wrote to Dialpad")
	}
	s, err := o.Setup(t.Context())
	if err != nil || s.Dialpad == nil || *s.Dialpad != (local.DialpadRequest{Region: "custom", URL: o.Knowledge, ClientID: "sim-client"}) || s.SignedIn[0] != "dialpad" {
		t.Errorf("%+v, %v", s, err)
	}
}

// What an earlier set-up of any of the accounts left is ours.
func TestDialpadCountsWhatAllAccountsLeft(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"full", "sparse"} {
		o := ready(t, func(p *plan) { p.dialpad.Switches.ListShape = shape })
		o.write(o.text() + "\n[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"https://shop.zendesk.com\"\nsource_value = \"dialpad-sync:zendesk:shop\"\n")
		for _, value := range []string{"dialpad-sync:zendesk:acme", "dialpad-sync:zendesk:shop", "dialpad-sync:zendesk:other", "wiki.example.com"} {
			o.dialpad.Seed(dialpadsim.Node{Source: value, ExternalID: "1:en-us", Title: "A", Content: "<p>A</p>"})
		}
		answer, err := o.Dialpad(t.Context(), local.DialpadRequest{})
		if err != nil || answer.Ours != 2 || answer.Elsewhere != 2 {
			t.Errorf("%s: %+v, %v", shape, answer, err)
		}
	}
}

// What is not typed is what is kept.
func TestDialpadWithWhatIsKept(t *testing.T) {
	t.Parallel()
	o := ready(t)
	before := o.text()
	if _, err := o.Dialpad(t.Context(), local.DialpadRequest{Keep: true}); err != nil || o.text() != before {
		t.Errorf("%v\n%s", err, o.text())
	}
	// A kept secret never goes to an address it was not kept for.
	other := httptest.NewServer(nil)
	defer other.Close()
	_, err := o.Dialpad(t.Context(), local.DialpadRequest{Region: "custom", URL: other.URL})
	if source.CodeOf(err) != source.CodeSecretMissing {
		t.Errorf("%v", err)
	}
	_, err = o.Dialpad(t.Context(), local.DialpadRequest{Region: "eu"})
	if source.CodeOf(err) != source.CodeSecretMissing {
		t.Errorf("%v", err)
	}
}

func TestDialpadRefuses(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
	for name, row := range map[string]struct {
		change func(*local.DialpadRequest)
		want   string
	}{
		"a wrong secret":    {func(a *local.DialpadRequest) { a.ClientSecret = "guess" }, "sign_in wrong_secret dialpad"},
		"a wrong id":        {func(a *local.DialpadRequest) { a.ClientID = "who" }, "sign_in wrong_secret dialpad"},
		"a widget's id":     {func(a *local.DialpadRequest) { a.ClientID = uuid }, "sign_in widget_id dialpad"},
		"a widget's alone":  {func(a *local.DialpadRequest) { a.ClientID, a.ClientSecret = uuid, "" }, "sign_in widget_id dialpad"},
		"no secret":         {func(a *local.DialpadRequest) { a.ClientSecret = " " }, "sign_in secret_missing dialpad"},
		"no id":             {func(a *local.DialpadRequest) { a.ClientID = "" }, "fatal identifier dialpad"},
		"a strange id":      {func(a *local.DialpadRequest) { a.ClientID = strings.Repeat("ü", 99) }, "fatal identifier dialpad"},
		"read only":         {func(a *local.DialpadRequest) { a.ClientID, a.ClientSecret = "sim-reader", "sim-reader-secret" }, "forbidden read_only dialpad"},
		"no region":         {func(a *local.DialpadRequest) { a.Region = "" }, "fatal address dialpad"},
		"a strange region":  {func(a *local.DialpadRequest) { a.Region = "mars" }, "fatal address dialpad"},
		"no address":        {func(a *local.DialpadRequest) { a.URL = "" }, "fatal address dialpad"},
		"plain http":        {func(a *local.DialpadRequest) { a.URL = "http://api.example.com" }, "fatal address dialpad"},
		"a password":        {func(a *local.DialpadRequest) { a.URL = "https://ada:hush@api.example.com" }, "fatal address dialpad"},
		"no web address":    {func(a *local.DialpadRequest) { a.URL = "ftp://api.example.com" }, "fatal address dialpad"},
		"words":             {func(a *local.DialpadRequest) { a.URL = "our Dialpad" }, "fatal address dialpad"},
		"a megabyte":        {func(a *local.DialpadRequest) { a.URL = strings.Repeat("x", 1<<20) }, "fatal address dialpad"},
		"an unreached side": {func(a *local.DialpadRequest) { a.URL = closed.URL }, "transient down dialpad"},
		"something else":    {func(a *local.DialpadRequest) { a.URL += "/elsewhere" }, "fatal no_knowledge_api dialpad"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			ask := o.place()
			row.change(&ask)
			_, err := o.Dialpad(t.Context(), ask)
			if got := problemOf(err); err == nil || got != row.want {
				t.Errorf("%v: %s, want %s", err, got, row.want)
			}
			if err != nil && (strings.Contains(err.Error(), "guess") || strings.Contains(err.Error(), "hush") || len(err.Error()) > 1000) {
				t.Errorf("it tells %.100s", err)
			}
			o.holdsNothing()
			if n := len(o.dialpad.Nodes()); n != 0 {
				t.Errorf("%d answers were written", n)
			}
		})
	}
}

// A failed test leaves what worked in use.
func TestDialpadKeepsWhatWorked(t *testing.T) {
	t.Parallel()
	o := ready(t)
	before := o.text()
	ask := o.place()
	ask.ClientID = "who"
	if _, err := o.Dialpad(t.Context(), ask); source.CodeOf(err) != source.CodeWrongSecret {
		t.Errorf("%v", err)
	}
	kept, err := o.secrets.Get(t.Context(), setup.DialpadSecret)
	if o.text() != before || err != nil || kept.Reveal() != "sim-client-secret" || o.changes != 0 {
		t.Errorf("%v\n%s", err, o.text())
	}
}

func TestDialpadWithoutAStore(t *testing.T) {
	t.Parallel()
	for _, err := range []*source.Error{locked, missing, full} {
		o := newOffice(t, func(p *plan) { p.secrets = broken{Store: secret.Memory(), err: err} })
		if _, got := o.Dialpad(t.Context(), o.place()); source.CodeOf(got) != err.Code {
			t.Errorf("%v", got)
		}
		if n := o.dialpad.Journal().Total(); n != 0 {
			t.Errorf("%d requests were made", n)
		}
		ask := o.place()
		ask.Keep = false // a test keeps nothing
		if _, err := o.Dialpad(t.Context(), ask); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// The settings cannot be saved in the end: the secret of before is back.
func TestDialpadWhenTheSettingsCannotBeSaved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.config.Secrets = func(string) (secret.Store, error) { // opened after the settings were read
		o.write("colour = \"red\"\n")
		return o.secrets, nil
	}
	o.must(o.secrets.Set(t.Context(), setup.DialpadSecret, "of before"))
	if _, err := setup.New(o.config).Dialpad(t.Context(), o.place()); source.CodeOf(err) != source.CodeSettings {
		t.Errorf("%v", err)
	}
	if kept, err := o.secrets.Get(t.Context(), setup.DialpadSecret); err != nil || kept.Reveal() != "of before" {
		t.Errorf("%v", err)
	}
}

// The experimental way: the person's own Dialpad sign-in, behind the same steps.
func TestDialpadInTheBrowser(t *testing.T) {
	o := ready(t)
	o.write(strings.Replace(o.text(), "list_lag", "sign_in_url = \""+o.Knowledge+"\"\nlist_lag", 1))
	app := o.dialpad.Credentials().SignIn
	ask := local.ConnectRequest{Source: "dialpad", Dialpad: &local.DialpadRequest{ClientID: app.ClientID, ClientSecret: app.ClientSecret}}
	steps := o.connect(ask)
	if got := stages(steps); got != "opened finishing done" || last(t, steps).Dialpad == nil || last(t, steps).Dialpad.Version != "v3.1" {
		t.Fatalf("%s: %+v", got, last(t, steps).Problem)
	}
	if d := o.settings().Dialpad; d.SignIn != settings.SignInBrowser || d.ClientID != app.ClientID || o.changes != 1 {
		t.Errorf("%+v", d)
	}
	if s, err := o.Setup(t.Context()); err != nil || strings.Join(s.SignedIn, " ") != "help-center dialpad" {
		t.Errorf("%+v, %v", s, err)
	}
	// Back to id and secret: the person's own sign-in is withdrawn.
	if _, err := o.Dialpad(t.Context(), o.place()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.secrets.Get(t.Context(), setup.DialpadToken); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("the token is still kept: %v", err)
	}
	if n := o.dialpad.Journal().Count("POST", "/oauth2/deauthorize"); n != 1 {
		t.Errorf("%d sign-ins were withdrawn", n)
	}
}

func TestDialpadInTheBrowserRefuses(t *testing.T) {
	for name, row := range map[string]struct {
		office func(*plan)
		change func(*local.DialpadRequest)
		kind   source.Kind
		code   source.Code
	}{
		"declined":       {func(p *plan) { p.dialpad.Switches.Consent = "deny" }, nil, source.SignIn, source.CodeDeclined},
		"a wrong secret": {nil, func(a *local.DialpadRequest) { a.ClientSecret = "guess" }, source.SignIn, source.CodeWrongSecret},
		"no region":      {nil, func(a *local.DialpadRequest) { a.Region = "mars" }, source.Fatal, source.CodeAddress},
		"no client":      {nil, func(a *local.DialpadRequest) { a.ClientID = "ü" }, source.Fatal, source.CodeIdentifier},
		"a token the knowledge API does not take": {
			func(p *plan) { p.dialpad.Switches.DialpadTokens = "off" }, nil, source.SignIn, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := ready(t, func(p *plan) {
				if row.office != nil {
					row.office(p)
				}
			})
			o.write(strings.Replace(o.text(), "list_lag", "sign_in_url = \""+o.Knowledge+"\"\nlist_lag", 1))
			before := o.text()
			app := o.dialpad.Credentials().SignIn
			where := local.DialpadRequest{ClientID: app.ClientID, ClientSecret: app.ClientSecret}
			if row.change != nil {
				row.change(&where)
			}
			failed(t, o.connect(local.ConnectRequest{Source: "dialpad", Dialpad: &where}), row.kind, row.code)
			kept, err := o.secrets.Get(t.Context(), setup.DialpadSecret)
			if o.text() != before || err != nil || kept.Reveal() != "sim-client-secret" {
				t.Errorf("something was changed: %v\n%s", err, o.text())
			}
			if _, err := o.secrets.Get(t.Context(), setup.DialpadToken); !errors.Is(err, secret.ErrNotFound) {
				t.Errorf("the token is kept: %v", err)
			}
		})
	}
}
