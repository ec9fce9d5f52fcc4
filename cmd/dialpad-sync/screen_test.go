package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestProgressInAPipe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.exec("sync")
	o.says(t, exitInSync, "Copying answers", "Zendesk (help-center): 3 of 3 answers are in Dialpad", "3 new;", "both sides list the same 3 answers")
	if strings.ContainsAny(o.out+o.errs, "\r\x1b") {
		t.Errorf("a pipe got control characters: %q", o.errs)
	}
	if strings.Contains(o.out, "Copying answers") {
		t.Errorf("progress is on stdout: %s", o)
	}
}

// On a terminal one line is redrawn, never wider than it, and taken away at the
// end.
func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	const width = 60
	w := newWorld(t, func(p *plan) { p.zendesk.Articles = 12 })
	var out, errs bytes.Buffer
	code := run(t.Context(), w.of([]string{"sync"}), terminal{
		In: strings.NewReader(""), Out: &out, Err: &errs, Interactive: true, Width: func() int { return width },
	})
	text := errs.String()
	if code != exitInSync || strings.Contains(text, "\n") || !strings.HasSuffix(text, "\r\x1b[K") {
		t.Errorf("exit %d, %q", code, text)
	}
	frames := strings.Split(text, "\r\x1b[K")
	for _, frame := range frames {
		if utf8.RuneCountInString(frame) >= width {
			t.Errorf("%q is wider than the terminal", frame)
		}
	}
	if !regexp.MustCompile(`Copying answers █+░+ \d+ of 12`).MatchString(text) {
		t.Errorf("no bar: %q", text)
	}
	wide := newWorld(t, func(p *plan) { p.zendesk.Articles = 14 })
	errs.Reset()
	run(t.Context(), wide.of([]string{"sync"}), terminal{
		In: strings.NewReader(""), Out: &out, Err: &errs, Interactive: true, Width: func() int { return 200 },
	})
	if !regexp.MustCompile(`\d+ of 14, about \d+ seconds left · \d\.\d a second`).MatchString(errs.String()) {
		t.Errorf("neither rate nor time left: %q", errs.String())
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for call, says := range map[string][]string{
		"--help": {"sync", "status", "connect zendesk", "connect dialpad", "forget", "deletions", "agent", "pause", "resume", "stop",
			"demo", "simulate zendesk", "simulate dialpad", "version", "--home=DIR", "$DIALPAD_SYNC_HOME", "--secrets=STORE", "keyring, dir:PATH or memory"},
		"sync --help":            {"[<account>]", "--full", "--json", "--wait=2m"},
		"status --help":          {"--json", "--watch"},
		"deletions --help":       {"--keep", "--delete"},
		"connect zendesk --help": {"--url=ADDRESS", "--client-id=ID", "--locales"},
		"connect dialpad --help": {"--region", "eu, us or custom", "--api-url=URL"},
		"forget --help":          {"<account>", "--delete-documents", "--yes"},
		"agent --help":           {"--no-tray"},
		"pause --help":           {"--for"},
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			o := outcomeOf(t, call)
			o.says(t, exitInSync, says...)
			if o.errs != "" {
				t.Errorf("help is on stderr: %s", o)
			}
		})
	}
	version := program(t, "version")
	finish(t, version).says(t, exitInSync, "dialpad-sync v0-test (go")
}

func outcomeOf(t *testing.T, line string) outcome {
	t.Helper()
	return call(t.Context(), "", strings.Fields(line)...)
}

func TestWrongCalls(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"snyc":                   `unexpected argument snyc`,
		"sync --fast":            "unknown flag --fast",
		"sync --wait soon":       "--wait",
		"sync a b":               "unexpected argument b",
		"pause --for ever":       "--for",
		"connect":                "expected one of",
		"connect zendesk --role": "unknown flag --role",
		"simulate oracle":        "unexpected argument oracle",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			o := outcomeOf(t, line)
			o.says(t, exitUsage, says, "dialpad-sync --help")
		})
	}
	o := outcomeOf(t, "sync --json --fast")
	if o.code != exitUsage || !strings.HasPrefix(o.out, `{"error":{"kind":"usage","message":"`) || strings.Count(o.out, "\n") != 1 {
		t.Errorf("%s", o)
	}
}

// The folders come from the flag, else from the environment, else from where
// the platform keeps such things.
func TestWhereTheHomeIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cmd := program(t, "sync", "--json")
	cmd.Env = append(cmd.Env, "DIALPAD_SYNC_HOME="+w.home, "DIALPAD_SYNC_SECRETS=dir:"+w.secrets)
	if o := finish(t, cmd); o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	w.equal()

	cmd = w.program("status")
	cmd.Env = append(cmd.Env, "DIALPAD_SYNC_HOME=/nonexistent")
	finish(t, cmd).says(t, exitInSync, "3 of 3 answers are in Dialpad")

	config, state := t.TempDir(), t.TempDir()
	w.put(config+"/dialpad-sync/settings.toml", w.standard())
	cmd = program(t, "--secrets", "dir:"+w.secrets, "sync")
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+config, "XDG_STATE_HOME="+state)
	finish(t, cmd).says(t, exitInSync, "3 of 3 answers are in Dialpad")
	for _, file := range []string{"/dialpad-sync/checkpoint.db", "/dialpad-sync/log/dialpad-sync.log"} {
		if w.read(state+file) == "" {
			t.Errorf("%s is empty", file)
		}
	}
}
