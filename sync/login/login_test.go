package login

import (
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// odd are parts that every system's quoting has to carry.
var odd = []string{
	"/opt/Dialpad Sync/dialpad-sync", `quo"te`, "back`tick", "$HOME", `back\slash`, `end\`, `two\\`, `slash-quote\"`,
	"100%", "%u", "'single'", "#comment", "a;b&c|d<e>f", "~", "*?", "", "Bücher €", "(x)", "--home=/x y",
}

// afterShell is what a shell makes of an Exec line: inside double quotes it
// knows the same four escapes as the Desktop Entry specification.
func afterShell(t *testing.T, value string) []string {
	t.Helper()
	line := strings.NewReplacer(`\\`, `\`, `%%`, `%`).Replace(value)
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+line).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestADesktopEntryKeepsEveryPart(t *testing.T) {
	if diff := cmp.Diff(odd, afterShell(t, execLine(odd))); diff != "" {
		t.Error(diff)
	}
	// From the specification: a literal backslash in a quoted argument is four.
	if got, want := execLine([]string{`/x`, `a\b`, `$5`, `"`}), `"/x" "a\\\\b" "\\$5" "\\""`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestADesktopEntryHasWhatADesktopNeeds(t *testing.T) {
	entry := desktopEntry([]string{"/opt/a b/dialpad-sync", "agent"})
	for _, line := range []string{"Type=Application", "Name=Dialpad Sync", `Exec="/opt/a b/dialpad-sync" "agent"`, "Terminal=false"} {
		if !strings.Contains(entry, "\n"+line+"\n") {
			t.Errorf("no %s in\n%s", line, entry)
		}
	}
	if !strings.HasPrefix(entry, "[Desktop Entry]\n") {
		t.Error(entry)
	}
}

func TestAnEntryIsReadAsADesktopDoes(t *testing.T) {
	command := []string{"/usr/bin/dialpad-sync", "agent"}
	ours := desktopEntry(command)
	for name, row := range map[string]struct {
		text string
		want State
	}{
		"ours":                  {ours, On},
		"written by hand":       {"# mine\n\n[Desktop Entry]\nName=x\nExec = \"/usr/bin/dialpad-sync\" \"agent\" \n", On},
		"moved":                 {strings.ReplaceAll(ours, "/usr/bin", "/opt"), Elsewhere},
		"other arguments":       {strings.ReplaceAll(ours, `"agent"`, `"agent" "--no-tray"`), Elsewhere},
		"switched off":          {ours + "Hidden=true\n", Off},
		"switched off by GNOME": {strings.ReplaceAll(ours, "enabled=true", "enabled=false"), Off},
		"another group":         {"[Desktop Action x]\n" + ours[strings.Index(ours, "Exec="):], Off},
		"empty":                 {"", Off},
	} {
		if got := entryState(row.text, command); got != row.want {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

// windowsParts takes a command line apart by Microsoft's rules: 2n backslashes
// before a quote are n and end or begin a quotation, 2n+1 are n and a quote.
func windowsParts(line string) []string {
	var parts []string
	var part strings.Builder
	quoted, slashes := false, 0
	for _, r := range line + " " {
		if r == '\\' {
			slashes++
			continue
		}
		if r == '"' {
			part.WriteString(strings.Repeat(`\`, slashes/2))
			if slashes%2 == 1 {
				part.WriteRune('"')
			} else {
				quoted = !quoted
			}
			slashes = 0
			continue
		}
		part.WriteString(strings.Repeat(`\`, slashes))
		slashes = 0
		if r == ' ' && !quoted {
			parts = append(parts, part.String())
			part.Reset()
			continue
		}
		part.WriteRune(r)
	}
	return parts
}

func TestAWindowsCommandLineKeepsEveryPart(t *testing.T) {
	if diff := cmp.Diff(odd, windowsParts(commandLine(odd))); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune(`\" aü`))), 1, 4).Draw(rt, "parts")
		if diff := cmp.Diff(parts, windowsParts(commandLine(parts))); diff != "" {
			rt.Error(diff)
		}
	})
	got, want := commandLine([]string{`C:\Program Files\Dialpad Sync\dialpad-sync.exe`, "agent"}), `"C:\Program Files\Dialpad Sync\dialpad-sync.exe" "agent"`
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheRunKeyIsReadAsWindowsDoes(t *testing.T) {
	command := []string{`C:\x\dialpad-sync.exe`, "agent"}
	for name, row := range map[string]struct {
		line     string
		approval []byte
		want     State
	}{
		"ours":                             {commandLine(command), nil, On},
		"approved":                         {commandLine(command), []byte{2, 0, 0}, On},
		"switched off in the Task Manager": {commandLine(command), []byte{3, 0, 0, 0, 1}, Off},
		"moved":                            {`"C:\y\dialpad-sync.exe" "agent"`, nil, Elsewhere},
		"none":                             {"", []byte{2}, Off},
	} {
		if got := runState(row.line, row.approval, command); got != row.want {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

func TestALaunchAgentKeepsEveryPart(t *testing.T) {
	var strs []string
	for decoder := xml.NewDecoder(strings.NewReader(launchAgent(odd))); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "string" {
			var s string
			if err := decoder.DecodeElement(&s, &start); err != nil {
				t.Fatal(err)
			}
			strs = append(strs, s)
		}
	}
	if diff := cmp.Diff(append(append([]string{agentLabel}, odd...), "Background"), strs); diff != "" {
		t.Error(diff)
	}
	if agentState(launchAgent(odd), odd) != On || agentState(launchAgent(odd), odd[1:]) != Elsewhere {
		t.Error("a moved program is not noticed")
	}
}

func TestACommandThatCannotBeStartedIsRefused(t *testing.T) {
	for _, command := range [][]string{{}, {"dialpad-sync"}, {"./dialpad-sync"}, {"/x/a=b"}, {"/x", "line\nbreak"}, {"/x", "nul\x00"}} {
		if err := check(command); !errors.Is(err, ErrCommand) {
			t.Errorf("%q: %v", command, err)
		}
	}
}
