package setup_test

import (
	"strings"
	"testing"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
)

func TestFillWritesWhatIsWrittenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("# ours\n[[account]]\nid = \"a\"\nsource = \"zendesk\"\nurl = \"https://acme.zendesk.com\"\n")
	conf, err := o.Fill()
	if err != nil || conf.HomeID == "" || conf.Accounts[0].SourceValue != "dialpad-sync:zendesk:acme" || !strings.HasPrefix(o.text(), "home_id = ") && !strings.HasPrefix(o.text(), "# ours") {
		t.Fatalf("%+v, %v\n%s", conf, err, o.text())
	}
	before := o.text()
	if again, err := o.Fill(); err != nil || again.HomeID != conf.HomeID || o.text() != before {
		t.Errorf("%v\n%s", err, o.text())
	}
}

func TestLoadKnowsHowSourcesAreReached(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("[[account]]\nid = \"a\"\nsource = \"zendesk\"\nurl = \"acme\"\n")
	if _, err := setup.Load(o.config.File); err == nil || !strings.Contains(err.Error(), `settings.toml, line 4: account[0].url is not the address Zendesk is reached at. Write url = "https://acme.zendesk.com".`) {
		t.Errorf("%v", err)
	}
}

// A source value is derived once; another one would copy everything a second
// time.
func TestAnEditedSourceValueIsRefused(t *testing.T) {
	t.Parallel()
	o := ready(t)
	for name, row := range map[string]struct {
		remembered map[string]string
		says       string
	}{
		"the same":      {map[string]string{"help-center": "dialpad-sync:zendesk:acme"}, ""},
		"none":          {map[string]string{"help-center": ""}, ""},
		"of nobody":     {map[string]string{"shop": "dialpad-sync:zendesk:shop"}, ""},
		"another value": {map[string]string{"help-center": "dialpad-sync:zendesk:old"}, `settings.toml, line 14: account[0].source_value is not the one this account was set up with, so everything would be copied a second time. Write source_value = "dialpad-sync:zendesk:old", or forget the account first.`},
	} {
		err := setup.CheckValues(o.config.File, row.remembered)
		if row.says == "" && err != nil || row.says != "" && (err == nil || err.Error() != row.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A store that does not answer does not hide the rest.
func TestSetupWithALockedStore(t *testing.T) {
	t.Parallel()
	o := ready(t)
	o.secrets = broken{Store: o.secrets, err: locked, get: true}
	s, err := o.Setup(t.Context())
	if err != nil || len(s.Accounts) != 1 || s.Dialpad == nil || s.Problem == nil || s.Problem.Code != source.CodeKeyringLocked {
		t.Errorf("%+v, %v", s, err)
	}
}

// Before anything is set up nobody asks a password store.
func TestSetupOfAnEmptyHome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.config.Secrets = func(string) (secret.Store, error) { return nil, missing }
	s, err := setup.New(o.config).Setup(t.Context())
	if err != nil || s.Problem != nil || s.Accounts == nil || s.SignedIn == nil || s.Dialpad != nil {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSetupTellsWhatIsKept(t *testing.T) {
	t.Parallel()
	o := ready(t)
	o.write(o.text() + "interval = \"1h\"\nselected = false\n\n[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"https://shop.zendesk.com\"\nlocales = [\"de\"]\n")
	o.must(o.secrets.Set(t.Context(), "shop/token", "{broken"))
	s, err := o.Setup(t.Context())
	if err != nil || strings.Join(s.SignedIn, " ") != "help-center dialpad" {
		t.Fatalf("%+v, %v", s, err)
	}
	one, two := s.Accounts[0], s.Accounts[1]
	if one.Selected || one.Interval.Hours() != 1 || one.Title != "Zendesk" || one.URL != o.HelpCenter || one.ClientID != "dialpad_sync" ||
		!two.Selected || two.Host != "shop.zendesk.com" || two.Interval != settings.DefaultInterval || two.Selection.Locales[0] != "de" {
		t.Errorf("%+v\n%+v", one, two)
	}
}
