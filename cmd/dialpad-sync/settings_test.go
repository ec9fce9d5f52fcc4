package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Each mistake in settings.toml is answered with its line and what is allowed,
// before anything is asked of a side, and the file stays as it is.
func TestMistakesInTheSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, row := range map[string]struct {
		old, now, line string
		says           []string
	}{
		"an unknown source":     {`source = "zendesk"`, `source = "confluence"`, "10", []string{`has no source "confluence"`, "zendesk"}},
		"an unknown region":     {`region = "custom"`, `region = "asia"`, "2", []string{`has no region "asia"`, "eu, us, custom"}},
		"an unknown key":        {"list_lag =", "list_leg =", "6", []string{"dialpad.list_leg is not a setting", `"list_lag"`}},
		"a key far from any":    {"list_lag =", "colour =", "6", []string{"dialpad.colour is not a setting", "Use one of: region, api_url, "}},
		"an unknown table":      {"[dialpad]", "[dailpad]", "1", []string{"dailpad is not a setting", `"dialpad"`}},
		"a text for a number":   {"= 20", `= "20"`, "5", []string{"wrong kind of value", "max_requests_per_second = 10"}},
		"a text for a list":     {`["en-us"]`, `"en-us"`, "13", []string{"wrong kind of value", `locales = ["…"]`}},
		"a number for a time":   {`"1ms"`, "1", "6", []string{"wrong kind of value", `list_lag = "2m"`}},
		"too many requests":     {"= 20", "= 200", "5", []string{"cannot be 200", "from 1 to 20"}},
		"too short a time":      {"locales", "interval = \"1m\"\nlocales", "13", []string{`cannot be "1m"`, `from "5m" to "6h"`}},
		"no quotes":             {`region = "custom"`, "region = custom", "2", []string{"cannot be understood", `region = "eu"`}},
		"a secret":              {"list_lag", "client_secret = \"hush\"\nlist_lag", "6", []string{"secrets are kept in the keyring or the secrets folder, never here"}},
		"plain http to Zendesk": {w.zendeskURL, "http://acme.zendesk.com", "11", []string{"would send sign-ins unencrypted", "https://"}},
		"plain http to Dialpad": {w.dialpadURL, "http://api.example.com", "3", []string{"would send sign-ins unencrypted", "https://"}},
		"a password":            {w.zendeskURL, "https://ada:hush@acme.zendesk.com", "11", []string{"has a user name or password in it"}},
		"the name alone":        {w.zendeskURL, "acme", "11", []string{`Write url = "https://acme.zendesk.com".`}},
		"no https":              {w.zendeskURL, "acme.zendesk.com/hc/en-us", "11", []string{`Write url = "https://acme.zendesk.com".`}},
		"the public page":       {w.zendeskURL, "https://acme.zendesk.com/hc/en-us", "11", []string{`Write url = "https://acme.zendesk.com".`}},
		"the double's page":     {w.zendeskURL, w.zendeskURL + "/hc/en-us", "11", []string{`Write url = "` + w.zendeskURL + `".`}},
		"a domain of their own": {w.zendeskURL, "https://help.acme.com", "11", []string{"help.acme.com is an address of your own", "ends in .zendesk.com"}},
		"no address":            {w.zendeskURL, "", "11", []string{"account[0].url is missing", "https://acme.zendesk.com"}},
		"no locale":             {`"en-us"`, `"English"`, "13", []string{`cannot hold "English"`, `"en-us" or "de"`}},
		"no collection":         {"locales", "collections = [\"Orders\"]\nlocales", "13", []string{`cannot hold "Orders"`, `"category:36001"`}},
		"broken UTF-8":          {"acme", "acm\xe9", "14", []string{"is not UTF-8 text", "UTF-8"}},
		"two accounts in one":   {"[[account]]", "[[account]]\nid = \"shop\"\nsource = \"zendesk\"\nurl = \"https://shop.zendesk.com\"\nsource_value = \"dialpad-sync:zendesk:acme\"\n[[account]]", "19", []string{"is the same as another account's", "remove each other's documents"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(w.standard(), row.old, row.now, 1)
			w.settings(text)
			o := w.call("sync", "--json")
			o.says(t, exitUsage, append(row.says, "settings.toml, line "+row.line+": ")...)
			if strings.Count(o.out, "\n") != 1 || !strings.HasPrefix(o.out, `{"error":{"kind":"settings","message":"`) {
				t.Errorf("not one line with the error alone: %s", o)
			}
			if strings.Contains(o.out+o.errs, "hush") {
				t.Errorf("a secret is on the screen: %s", o)
			}
			for _, args := range [][]string{{"status"}, {"deletions"}, {"forget", "help-center"}, {"agent", "--no-tray"}} {
				w.call(args...).says(t, exitUsage, "settings.toml, line "+row.line+": ")
			}
			if got := w.read(filepath.Join(w.home, "settings.toml")); got != text {
				t.Errorf("the file was changed:\n%s", got)
			}
		})
	}
	if n := w.zendesk.Journal().Total() + w.dialpad.Journal().Total(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	w.settings(w.standard())
	w.sync()
}

// What the program writes into settings.toml leaves the rest as it was.
func TestCommentsSurvive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := "# ours\n" + strings.Replace(w.standard(), `source_value = "dialpad-sync:zendesk:acme"`, "# the end", 1)
	w.settings(text)
	w.call("sync").says(t, exitInSync)
	got := w.read(filepath.Join(w.home, "settings.toml"))
	for _, want := range []string{"# ours\n", "# the end", "home_id = ", `source_value = "dialpad-sync:zendesk:127.0.0.1-`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestSecretsNamedWrongly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for spec, says := range map[string]string{
		"vault":                "is none of keyring, dir:PATH, memory",
		"dir:":                 "needs a folder",
		"dir:" + w.home + "/x": "no such file or directory",
	} {
		call(t.Context(), "", "--home", w.home, "--secrets", spec, "sync").says(t, exitUsage, "--secrets "+spec, says, "Use keyring, dir:PATH or memory.")
	}
}
