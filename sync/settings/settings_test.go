package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var known = []string{"zendesk", "magento"}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string) *Settings {
	t.Helper()
	s, err := Load(write(t, text), known)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const full = `home_id = "b3f1"
language = "de"
[dialpad]
region = "custom"
api_url = "http://127.0.0.1:7400/"
api_version = "v2.2"
sign_in = "browser"
client_id = "cid"
sign_in_url = "https://sandbox.dialpad.com"
max_requests_per_second = 20
list_lag = "45s"

[[account]]
id = "help-center"
source = "zendesk"
url = "http://[::1]:7401"
client_id = "dialpad_sync"
collections = ["category:36001", "section:360000222", "brand:1"]
locales = ["en-us", "zh_Hant", "es-419"]
interval = "6h"
include_drafts = true
include_restricted = true
minimal_scope = true
source_value = "dialpad-sync:zendesk:acme"
selected = false

[[account]]
id = "shop"
source = "magento"
url = "https://shop.example.com/de/"
`

func TestLoad(t *testing.T) {
	want := &Settings{
		HomeID: "b3f1", Language: "de",
		Dialpad: Dialpad{
			Region: RegionCustom, CustomURL: "http://127.0.0.1:7400", APIVersion: "v2.2", SignIn: SignInBrowser,
			ClientID: "cid", SignInURL: "https://sandbox.dialpad.com", MaxRequestsPerSecond: 20, ListLag: 45 * time.Second,
		},
		Accounts: []Account{{
			ID: "help-center", Source: "zendesk", URL: "http://[::1]:7401", ClientID: "dialpad_sync",
			Collections: []string{"category:36001", "section:360000222", "brand:1"},
			Locales:     []string{"en-us", "zh_Hant", "es-419"}, Interval: 6 * time.Hour,
			IncludeDrafts: true, IncludeRestricted: true, MinimalScope: true, SourceValue: "dialpad-sync:zendesk:acme",
		}, {ID: "shop", Source: "magento", URL: "https://shop.example.com/de", Interval: 15 * time.Minute, Selected: true}},
	}
	for name, text := range map[string]string{
		"as written": full, "CRLF": strings.ReplaceAll(full, "\n", "\r\n"), "byte order mark": byteOrderMark + full,
	} {
		if diff := cmp.Diff(want, load(t, text)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestLoadEmpty(t *testing.T) {
	for _, text := range []string{"", "# nothing yet\n", "[dialpad]\n"} {
		if diff := cmp.Diff(Default(), load(t, text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestAPIURL(t *testing.T) {
	cases := map[Dialpad]string{
		{}:                 "",
		{Region: RegionEU}: "https://api.eu.karehq.com",
		{Region: RegionUS}: "https://api.us.karehq.com",
		{Region: RegionCustom, CustomURL: "http://127.0.0.1:1"}: "http://127.0.0.1:1",
	}
	for d, want := range cases {
		if got := d.APIURL(); got != want {
			t.Errorf("%+v: %q, want %q", d, got, want)
		}
	}
}

const account = "[[account]]\nid = \"a\"\nsource = \"zendesk\"\nurl = \"https://a.example\"\n"

var mistakes = []struct {
	name, text string
	line       int
	key        string
	says       []string
}{
	{"unknown key", "[dialpad]\nregoin = \"eu\"\n", 2, "dialpad.regoin", []string{"not a setting", `"region"`}},
	{"unknown key far from any", "[dialpad]\nflavour = 1\n", 2, "dialpad.flavour", []string{"Use one of: region, "}},
	{"unknown table", account + "\n[dailpad]\nregion = \"eu\"\n", 6, "dailpad", []string{`"dialpad"`}},
	{"unknown key in the second account", account + "\n" + strings.NewReplacer(`"a"`, `"b"`, "a.example", "b.example").Replace(account) + "loclaes = []\n", 10, "account[1].loclaes", []string{`"locales"`}},
	{"unknown subtable", account + "[account.extra]\nx = 1\n", 5, "account[0].extra", []string{"not a setting"}},
	{"secret in the file", "[dialpad]\nclient_secret = \"hunter2\"\n", 2, "dialpad.client_secret", []string{"keyring"}},
	{"unknown language", "home_id = \"b3f1\"\nlanguage = \"fr\"\n", 2, "language", []string{`"fr"`, "en, de"}},
	{"unknown region", "[dialpad]\nregion = \"ue\"\n", 2, "dialpad.region", []string{`"ue"`, "eu, us, custom"}},
	{"staging", "[dialpad]\nregion = \"stg\"\n", 2, "dialpad.region", []string{"custom", "api.stg.karehq.com"}},
	{"unknown sign-in", "[dialpad]\nsign_in = \"Browser\"\n", 2, "dialpad.sign_in", []string{`"browser"`}},
	{"custom without address", "[dialpad]\nregion = \"custom\"\n", 2, "dialpad.region", []string{"api_url"}},
	{"address without custom", "[dialpad]\nregion = \"eu\"\n\napi_url = \"https://x.example\"\n", 4, "dialpad.api_url", []string{"custom"}},
	{"http to a host", "[dialpad]\nregion = \"custom\"\napi_url = \"http://dialpad.example\"\n", 3, "dialpad.api_url", []string{"https://"}},
	{"http to a name that looks local", "[dialpad]\nsign_in_url = \"http://127.0.0.1.example.com\"\n", 2, "dialpad.sign_in_url", []string{"https://"}},
	{"password in the address", strings.Replace(account, "https://", "https://u:hunter2@", 1), 4, "account[0].url", []string{"@"}},
	{"query in the address", strings.Replace(account, ".example", ".example?x=1", 1), 4, "account[0].url", []string{"?"}},
	{"no scheme", strings.Replace(account, "https://", "", 1), 4, "account[0].url", []string{"https://"}},
	{"other scheme", strings.Replace(account, "https://", "ftp://", 1), 4, "account[0].url", []string{"https://"}},
	{"id missing", "\n" + strings.Replace(account, "id = \"a\"\n", "", 1), 2, "account[0].id", []string{"missing"}},
	{"bad id", strings.Replace(account, `"a"`, `"a/b"`, 1), 2, "account[0].id", []string{"small letters"}},
	{"reserved id", strings.Replace(account, `"a"`, `"dialpad"`, 1), 2, "account[0].id", []string{"choose another"}},
	{"duplicate id", account + strings.Replace(account, "a.example", "b.example", 1), 6, "account[1].id", []string{`"a" is taken`}},
	{"unknown source", strings.Replace(account, "zendesk", "zendsk", 1), 3, "account[0].source", []string{`"zendesk"`}},
	{"source missing", strings.Replace(account, "source = \"zendesk\"\n", "", 1), 1, "account[0].source", []string{"zendesk, magento"}},
	{"url missing", strings.Replace(account, "url = \"https://a.example\"\n", "", 1), 1, "account[0].url", []string{"missing"}},
	{"same source value", account + "source_value = \"v\"\n" + strings.NewReplacer(`"a"`, `"b"`, "a.example", "b.example").Replace(account) + "source_value = \"v\"\n", 10, "account[1].source_value", []string{"another account's"}},
	{"same source twice", account + strings.Replace(account, `"a"`, `"b"`, 1), 8, "account[1].url", []string{"another account's"}},
	{"interval too short", account + "interval = \"4m59s\"\n", 5, "account[0].interval", []string{`"5m"`, `"6h"`}},
	{"interval too long", account + "interval = \"6h1s\"\n", 5, "account[0].interval", []string{`"6h"`}},
	{"interval a number", account + "interval = 15\n", 5, "account[0].interval", []string{`interval = "15m"`}},
	{"interval in days", account + "interval = \"1d\"\n", 5, "account[0].interval", []string{`interval = "15m"`}},
	{"list lag negative", "[dialpad]\nlist_lag = \"-1s\"\n", 2, "dialpad.list_lag", []string{`"1h"`}},
	{"bad locale", account + "locales = [\"en-us\", \"english please\"]\n", 5, "account[0].locales", []string{`"english please"`, `"en-us"`}},
	{"locale twice", account + "locales = [\"en-us\", \"EN-us\"]\n", 5, "account[0].locales", []string{"twice"}},
	{"bad collection", account + "collections = [\"category:1\",\n  \"36001\"]\n", 5, "account[0].collections", []string{`"36001"`, `"category:36001"`}},
	{"rate too high", "[dialpad]\nmax_requests_per_second = 21\n", 2, "dialpad.max_requests_per_second", []string{"1 to 20"}},
	{"rate zero", "[dialpad]\nmax_requests_per_second = 0\n", 2, "dialpad.max_requests_per_second", []string{"1 to 20"}},
	{"rate a fraction", "[dialpad]\nmax_requests_per_second = 2.5\n", 2, "dialpad.max_requests_per_second", []string{"whole number"}},
	{"bad version", "[dialpad]\napi_version = \"2.2\"\n", 2, "dialpad.api_version", []string{`"v2.2"`}},
	{"text for list", account + "locales = \"en-us\"\n", 5, "account[0].locales", []string{"list"}},
	{"number in list", account + "locales = [1]\n", 5, "account[0].locales", []string{"list"}},
	{"text for truth", account + "include_drafts = \"yes\"\n", 5, "account[0].include_drafts", []string{"true or false"}},
	{"number for text", "home_id = 5\n", 1, "home_id", []string{"quotes"}},
	{"bad home id", "home_id = \"a/b\"\n", 1, "home_id", []string{"a new one"}},
	{"dialpad as list", "[[dialpad]]\nregion = \"eu\"\n", 1, "dialpad", []string{"[dialpad]"}},
	{"account as table", strings.Replace(account, "[[account]]", "[account]", 1), 1, "account", []string{"[[account]]"}},
	{"inline table", "dialpad = { region = \"xx\" }\n", 1, "dialpad.region", []string{`"xx"`}},
	{"dotted key", "\ndialpad.region = \"xx\"\n", 2, "dialpad.region", []string{`"xx"`}},
	{"blanks around a value", "[dialpad]\nclient_id = \" cid\"\n", 2, "dialpad.client_id", []string{"plain line"}},
	{"blank in source value", account + "source_value = \"a b\"\n", 5, "account[0].source_value", []string{"set-up"}},
	{"no quotes", "[dialpad]\n\nregion = eu\n", 3, "dialpad.region", []string{`region = "eu"`}},
	{"key twice", "[dialpad]\nregion = \"eu\"\nregion = \"us\"\n", 3, "dialpad.region", []string{"already"}},
	{"not UTF-8", "# ok\n[dialpad]\nclient_id = \"\xff\"\n", 3, "", []string{"UTF-8"}},
	{"UTF-16", "\xff\xfe[\x00d\x00", 1, "", []string{"UTF-8"}},
	{"two mistakes", "[dialpad]\nsign_in = \"x\"\nregion = \"y\"\n", 2, "dialpad.sign_in", nil},
}

// Every mistake names its line and what to do.
func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text)
			s, err := Load(path, known)
			var got *Error
			if s != nil || !errors.As(err, &got) {
				t.Fatalf("got %v, %v", s, err)
			}
			if got.File != path || got.Line != c.line || got.Key != c.key {
				t.Errorf("line %d, key %q, want line %d, key %q", got.Line, got.Key, c.line, c.key)
			}
			for _, want := range c.says {
				if !strings.Contains(got.Problem+" "+got.Remedy, want) {
					t.Errorf("%v: does not say %s", err, want)
				}
			}
			if got.Problem == "" || strings.TrimRight(got.Remedy, ".?") == got.Remedy {
				t.Errorf("problem %q, remedy %q", got.Problem, got.Remedy)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the message repeats a secret: %v", err)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	_, err := Load(write(t, "[dialpad]\nregion = \"ue\"\n"), known)
	const want = `settings.toml, line 2: dialpad.region has no region "ue". Use one of: eu, us, custom.`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestLoadWithoutFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "settings.toml"), known)
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, fs.ErrNotExist) || e.Line != 0 || e.Remedy == "" {
		t.Errorf("got %v", err)
	}
}

func TestLoadHugeFile(t *testing.T) {
	_, err := Load(write(t, strings.Repeat("#\n", maxFile)), known)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Problem, "1 MB") {
		t.Errorf("got %v", err)
	}
}

func TestNewHomeID(t *testing.T) {
	one, two := NewHomeID(), NewHomeID()
	if one == two || !validHomeID(one) {
		t.Errorf("%q, %q", one, two)
	}
}

func TestTheLanguageIsKnownInAFaultyFileToo(t *testing.T) {
	for text, want := range map[string]string{
		"language = \"de\"\n":                               "de",
		"language = \"de\"\n[dialpad]\nregion = \"asia\"\n": "de",
		"language = \"de\"\n[dialpad\n":                     "",
		"home_id = \"b3f1\"\n":                              "",
		"language = 4\n":                                    "",
	} {
		if got := Language(write(t, text)); got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
	if got := Language(filepath.Join(t.TempDir(), "none.toml")); got != "" {
		t.Errorf("no file is in %q", got)
	}
}
