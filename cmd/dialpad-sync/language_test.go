package main

import (
	"regexp"
	"strings"
	"testing"
)

// The setting chooses the language, without it the environment; what scripts
// read stays the same.
func TestItSpeaksThePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settings("language = \"de\"\n" + w.standard())
	w.call("sync").says(t, exitInSync, "Antworten werden kopiert", "3 von 3 Antworten sind in Dialpad · geprüft ", "3 neu; ",
		" Anfragen an Zendesk, ", "Auf beiden Seiten steht dasselbe, 3 Antworten")
	o := w.call("status", "--json")
	o.says(t, exitInSync, `"icon":"up-to-date"`, "3 von 3 Antworten sind in Dialpad")
	if r := w.call("sync", "--json"); r.report(t).Result != "in_sync" {
		t.Errorf("%s", r)
	}
	w.call("sync", "shop").says(t, exitUsage, `Dieses Konto gibt es nicht: "shop"`, "In settings.toml stehen die Konten.")
	w.answer("j\n", "forget", "help-center").says(t, exitInSync, "Anmeldung zurückziehen? Dialpad behält die kopierten Antworten. [j/N]",
		"help-center ist auf diesem Computer vergessen.")
}

func TestTheEnvironmentChoosesTheLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		environment []string
		says        string
	}{
		{nil, "Nothing runs now"},
		{[]string{"LANG=de_DE.UTF-8"}, "Gerade läuft nichts"},
		{[]string{"LANG=de_DE.UTF-8", "LC_MESSAGES=fr_FR"}, "Nothing runs now"},
		{[]string{"LANG=C", "LC_ALL=de_AT@euro"}, "Gerade läuft nichts"},
	} {
		cmd := w.program("status")
		cmd.Env = append(cmd.Env, row.environment...)
		finish(t, cmd).says(t, exitSignIn, row.says)
	}
	cmd := w.program("--help")
	cmd.Env = append(cmd.Env, "LANG=de_DE.UTF-8")
	o := finish(t, cmd)
	o.says(t, exitInSync, "Aufruf: dialpad-sync", "Befehle:", "Den Stand zeigen.", "„dialpad-sync BEFEHL --help“")
	if strings.Contains(o.out, "Usage") {
		t.Errorf("%s", o)
	}
}

func TestHelpIsWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`\bhelp\.[a-z]`)
	for _, environment := range []string{"LANG=C", "LANG=de_DE"} {
		for _, call := range []string{"--help", "sync --help", "status --help", "deletions --help", "connect zendesk --help", "connect dialpad --help",
			"forget --help", "agent --help", "pause --help", "demo --help"} {
			cmd := program(t, strings.Fields(call)...)
			cmd.Env = append(cmd.Env, environment)
			if o := finish(t, cmd); o.code != exitInSync || key.MatchString(o.out) {
				t.Errorf("%s, %s: %s", environment, call, o)
			}
		}
	}
}
