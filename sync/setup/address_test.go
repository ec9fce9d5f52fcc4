package setup_test

import (
	"fmt"
	"strings"
	"testing"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

func TestSourcesAreTheCatalogs(t *testing.T) {
	t.Parallel()
	var names []string
	for _, card := range newOffice(t).Sources() {
		names = append(names, fmt.Sprintf("%s %s %d", card.Name, card.Title, len(card.Keys)))
	}
	if got := strings.Join(names, ", "); got != "zendesk Zendesk 0, magento Magento 4" {
		t.Error(got)
	}
}

func TestAddressInAnyForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, typed := range []string{"acme", " ACME ", "acme.zendesk.com", "https://acme.zendesk.com/hc/en-us/articles/1", "http://acme.zendesk.com/agent"} {
		got, err := o.Address(t.Context(), local.AddressRequest{Source: "zendesk", Text: typed})
		if err != nil || got.URL != "https://acme.zendesk.com" || got.Host != "acme.zendesk.com" || got.Account != "" || got.ClientID != "" {
			t.Errorf("%q: %+v, %v", typed, got, err)
		}
		if r := got.Registration; len(r.Steps) < 5 || len(r.Redirects) != 3 || r.Identifier != "dialpad_sync" || r.Page != "https://acme.zendesk.com/admin" {
			t.Errorf("%q: %+v", typed, r)
		}
	}
}

func TestAddressThatIsNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, row := range map[string]struct{ source, typed, says string }{
		"nothing":          {"zendesk", "", "type the first part of your Zendesk address"},
		"their own domain": {"zendesk", "https://help.acme.com", "help.acme.com is an address of your own"},
		"an e-mail":        {"zendesk", "ada@acme.com", "e-mail address"},
		"Zendesk's own":    {"zendesk", "www.zendesk.com", "Zendesk's own site"},
		"words":            {"zendesk", "our help center", "not a web address"},
		"a megabyte":       {"zendesk", strings.Repeat("a", 1<<20), "this is no address"},
		"turned around":    {"zendesk", "acme\u202e.zendesk.com", "this is no address"},
		"a NUL byte":       {"zendesk", "acme\x00", "this is no address"},
		"no such source":   {"confluence", "acme", "no source of this name"},
		"no source":        {"", "acme", "no source of this name"},
	} {
		_, err := o.Address(t.Context(), local.AddressRequest{Source: row.source, Text: row.typed})
		if source.CodeOf(err) != source.CodeAddress || source.KindOf(err) != source.Fatal || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%s: the sentence has %d letters", name, len(err.Error()))
		}
	}
}

// Whoever types the address of an account they have gets that one, and its
// identifier.
func TestAddressOfAKnownAccount(t *testing.T) {
	t.Parallel()
	o := ready(t)
	got, err := o.Address(t.Context(), local.AddressRequest{Source: "zendesk", Text: o.HelpCenter + "/hc/en-us"})
	if err != nil || got.Account != "help-center" || got.ClientID != "dialpad_sync" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAMistakeInTheSettingsIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("home_id = \"h\"\n[dialpad]\nregion = \"mars\"\n")
	_, err := o.Address(t.Context(), local.AddressRequest{Source: "zendesk", Text: "acme"})
	if source.CodeOf(err) != source.CodeSettings || !strings.Contains(err.Error(), "settings.toml, line 3: dialpad.region has no region") {
		t.Errorf("%v", err)
	}
	_, err = o.Setup(t.Context())
	if source.CodeOf(err) != source.CodeSettings {
		t.Errorf("%v", err)
	}
}
