package zendesk

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]string{
		"acme":                               "https://acme.zendesk.com",
		"  Acme ":                            "https://acme.zendesk.com",
		"acme-pro2":                          "https://acme-pro2.zendesk.com",
		"acme.zendesk.com":                   "https://acme.zendesk.com",
		"acme.zendesk.com/hc/en-us":          "https://acme.zendesk.com",
		"https://acme.zendesk.com/agent":     "https://acme.zendesk.com",
		"http://acme.zendesk.com":            "https://acme.zendesk.com",
		"HTTPS://ACME.ZENDESK.COM./hc?x=1#y": "https://acme.zendesk.com",
		"//acme.zendesk.com":                 "https://acme.zendesk.com",
		"acme.zendesk.com:443":               "https://acme.zendesk.com",
		"http://127.0.0.1:7401":              "http://127.0.0.1:7401",
		"127.0.0.1:7401/hc/en-us":            "http://127.0.0.1:7401",
		"localhost:7401":                     "http://localhost:7401",
		"localhost":                          "http://localhost",
		"https://localhost:7401":             "https://localhost:7401",
		"http://[::1]:7401/":                 "http://[::1]:7401",
	} {
		base, note, err := ParseAddress(text)
		if err != nil || base.String() != want || !strings.Contains(note, base.Host) {
			t.Errorf("ParseAddress(%q) = %v, %q, %v, want %s", text, base, note, err, want)
		}
	}
}

func TestParseAddressSaysWhatToTypeInstead(t *testing.T) {
	for text, hint := range map[string]string{
		"":                                "acme for acme.zendesk.com",
		"https://help.acme.com":           "ends in .zendesk.com",
		"help.acme.com/hc":                "ends in .zendesk.com",
		"acme.zendesk.com.evil.example":   "ends in .zendesk.com",
		"evilzendesk.com":                 "ends in .zendesk.com",
		"acme.zendesk.com@evil.example":   "e-mail",
		"https://ada:pw@acme.zendesk.com": "e-mail",
		"ada@acme.com":                    "e-mail",
		"zendesk.com":                     "Zendesk's own",
		"https://www.zendesk.com/":        "Zendesk's own",
		"a.b.zendesk.com":                 "one name before",
		"-acme.zendesk.com":               "one name before",
		"acme_shop.zendesk.com":           "one name before",
		"acme.zendesk.com:8443":           "leave out :8443",
		"ftp://acme.zendesk.com":          "not a web address",
		"my help center":                  "not a web address",
		"https://":                        "not a web address",
		"https://10.0.0.1":                "ends in .zendesk.com",
	} {
		base, _, err := ParseAddress(text)
		if err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("ParseAddress(%q) = %v, %v, want an error with %q", text, base, err, hint)
		}
	}
}

// Whatever is typed, the result is an account's address on https, or this
// computer.
func TestParseAddressNeverLeadsElsewhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aZ0-.:/@?#%\\[] zendesk.com\t\x00é"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "suffix") {
			text += ".zendesk.com"
		}
		base, _, err := ParseAddress(text)
		if err != nil {
			return
		}
		again, err := url.Parse(base.String())
		if err != nil || again.Host != base.Host || base.Path != "" || base.User != nil || base.RawQuery != "" {
			t.Fatalf("ParseAddress(%q) = %q", text, base)
		}
		host := again.Hostname()
		sub, ours := strings.CutSuffix(host, domain)
		if !loopback(host) && (base.Scheme != "https" || !ours || !isLabel(sub)) {
			t.Fatalf("ParseAddress(%q) = %q", text, base)
		}
	})
}

func TestSourceValue(t *testing.T) {
	for address, want := range map[string]string{
		"https://acme.zendesk.com": "dialpad-sync:zendesk:acme",
		"https://Acme.zendesk.com": "dialpad-sync:zendesk:acme",
		"http://127.0.0.1:7401":    "dialpad-sync:zendesk:127.0.0.1-7401",
		"http://localhost":         "dialpad-sync:zendesk:localhost",
		"http://[::1]:7401":        "dialpad-sync:zendesk:..1-7401",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := SourceValue(u); got != want {
			t.Errorf("SourceValue(%s) = %q, want %q", address, got, want)
		}
	}
}
