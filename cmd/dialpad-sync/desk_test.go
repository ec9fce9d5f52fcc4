package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever connects and forgets in a terminal while the agent runs does it
// through the agent, which takes it up at once.
func TestAccountsAreChangedThroughTheAgent(t *testing.T) {
	w := unconnected(t)
	agent := start(t, withBrowser(t, w.program("agent")))
	agent.waitFor("The agent runs.")
	o := w.call("connect", "zendesk", "--url", w.zendeskURL, "--client-id", "dialpad_sync", "--locales", "en-us")
	o.says(t, exitInSync, "Zendesk is connected as Ada Example (admin).", "Your browser is open at "+strings.TrimPrefix(w.zendeskURL, "http://"))
	pair := w.dialpad.Credentials().Knowledge
	w.connectDialpad(pair.ClientID, "guess\n").says(t, exitSignIn, "Dialpad does not know this ID and secret.")
	w.connectDialpad(pair.ClientID, "\n").says(t, exitUsage, "Without the client secret Dialpad does not let us in.")
	w.connectDialpad(pair.ClientID, pair.ClientSecret+"\n").says(t, exitInSync, "Dialpad answered (v3.1).")
	w.watch(upToDate)
	if n := len(w.dialpad.Nodes()); n != 3 {
		t.Errorf("%d answers were copied", n)
	}

	t.Run("wrong calls are said as without an agent", func(t *testing.T) {
		w.call("connect", "zendesk", "--url", "help.acme.com").says(t, exitUsage, "help.acme.com is an address of your own")
		w.call("connect", "zendesk", "--account", "help-center", "--url", "acme2").says(t, exitUsage, "This is another address of Zendesk than the one that was connected")
		w.answer("", "connect", "dialpad", "--region", "custom").says(t, exitUsage, "A custom region needs its address.")
		w.call("forget", "shop", "--yes").says(t, exitUsage, `There is no such account: "shop"`)
		w.answer("n\n", "forget", "help-center").says(t, exitInSync, "Nothing was changed.")
	})
	t.Run("the only account signs in again without being named", func(t *testing.T) {
		before := w.read(filepath.Join(w.home, "settings.toml"))
		o := w.call("connect", "zendesk")
		o.says(t, exitInSync, "Zendesk is connected as Ada Example (admin).")
		if strings.Contains(o.out, "Nothing is copied yet") {
			t.Errorf("%s", o)
		}
		if after := w.read(filepath.Join(w.home, "settings.toml")); after != before {
			t.Errorf("settings.toml was\n%s\nand is\n%s", before, after)
		}
	})
	t.Run("answers that cannot be removed keep the account", func(t *testing.T) {
		w.dialpad.RevokeAll()
		w.call("forget", "help-center", "--delete-documents", "--yes").says(t, exitSignIn, "0 answers were removed; the account stays", "Dialpad does not know this ID and secret.")
		w.dialpad.Restore()
	})
	w.call("forget", "help-center", "--delete-documents", "--yes").says(t, exitInSync, "3 answers were removed from Dialpad.", "help-center is forgotten on this computer.")
	if w.hasToken() || len(w.dialpad.Nodes()) != 0 {
		t.Errorf("%d answers are left", len(w.dialpad.Nodes()))
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// Without a connected Dialpad an account can be forgotten.
func TestForgetWithoutDialpad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := w.standard()
	w.settings(text[strings.Index(text, "[[account]]"):])
	w.call("forget", "help-center", "--yes").says(t, exitInSync, "help-center is forgotten on this computer.")
	if w.signedIn() || w.hasToken() {
		t.Error("the sign-in was not withdrawn")
	}
}

// An account that was taken out of settings.toml by hand leaves its answers in
// Dialpad: that is said, with what helps, and that helps.
func TestErasedByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	text := w.read(filepath.Join(w.home, "settings.toml"))
	w.settings(text[:strings.Index(text, "[[account]]")])
	said := []string{"help-center is no longer in settings.toml, but Dialpad still has 3 answers of it.", "“dialpad-sync forget help-center --delete-documents” removes them."}
	w.call("status").says(t, exitSignIn, said...)
	w.call("sync").says(t, exitUsage, append(said, "No source is connected yet.")...)
	if o := w.call("sync", "--json"); strings.Count(o.out, "\n") != 1 || strings.Contains(o.out, "no longer in settings.toml") {
		t.Errorf("%s", o)
	}
	w.call("forget", "help-center", "--delete-documents", "--yes").says(t, exitInSync,
		"3 answers were removed from Dialpad.", "The source did not confirm that the sign-in is withdrawn.", "help-center is forgotten")
	if len(w.dialpad.Nodes()) != 0 || w.hasToken() {
		t.Errorf("%d answers are left", len(w.dialpad.Nodes()))
	}
	if o := w.call("status"); strings.Contains(o.String(), "no longer in settings.toml") {
		t.Errorf("%s", o)
	}
	w.call("forget", "help-center", "--yes").says(t, exitUsage, `There is no such account: "help-center"`)
}

// A source value is derived once. Another one would copy everything a second
// time, so it is refused with its line and what to write.
func TestAnEditedSourceValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.change(`"dialpad-sync:zendesk:acme"`, `"dialpad-sync:zendesk:acme2"`)
	w.forgetJournals()
	for _, args := range [][]string{{"sync"}, {"agent", "--no-tray"}} {
		w.call(args...).says(t, exitUsage, "settings.toml, line 16: account[0].source_value is not the one this account was set up with",
			`Write source_value = "dialpad-sync:zendesk:acme", or forget the account first.`)
	}
	if o := w.call("sync", "--json"); !strings.HasPrefix(o.out, `{"error":{"kind":"settings","message":"settings.toml, line 16: `) || strings.Count(o.out, "\n") != 1 {
		t.Errorf("%s", o)
	}
	if n := w.dialpad.Journal().Total() + w.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	w.change(`"dialpad-sync:zendesk:acme2"`, `"dialpad-sync:zendesk:acme"`)
	w.sync()
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// Records that cannot be read are no reason not to sign in.
func TestConnectBesideBrokenRecords(t *testing.T) {
	w := newWorld(t)
	w.sync()
	w.must(os.WriteFile(filepath.Join(w.home, "checkpoint.db"), []byte(strings.Repeat("no database ", 9999)), 0o600))
	finish(t, withBrowser(t, w.connectZendesk())).says(t, exitInSync, "Zendesk is connected as Ada Example")
	w.forgetJournals()
	w.sync("--wait", "1m")
	if n := w.writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// Languages that are named for a known account are chosen; nothing else of the
// selection changes.
func TestConnectWithOtherLanguages(t *testing.T) {
	w := newWorld(t)
	w.change("locales", "include_drafts = true\nlocales")
	finish(t, withBrowser(t, w.connectZendesk("--locales", "en-us,fr"))).says(t, exitInSync)
	text := w.read(filepath.Join(w.home, "settings.toml"))
	for _, want := range []string{`locales = ["en-us", "fr"]`, "include_drafts = true"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}
