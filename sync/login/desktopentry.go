package login

import (
	"bufio"
	"strings"
)

// desktopEntry is the autostart entry for a command.
// https://specifications.freedesktop.org/autostart-spec/latest/
func desktopEntry(command []string) string {
	return strings.Join([]string{
		"[Desktop Entry]",
		"Type=Application",
		"Name=" + name,
		"Comment=Keeps Dialpad equal to your help center",
		"Comment[de]=Hält Dialpad mit Ihrem Hilfe-Center gleich",
		"Exec=" + execLine(command),
		"Icon=dialpad-sync",
		"Terminal=false",
		"StartupNotify=false",
		"X-GNOME-Autostart-enabled=true",
		"",
	}, "\n")
}

// execLine is the value of Exec: every part in double quotes, with a backslash
// before what means something there, a doubled percent sign, and then, as in
// every string of such a file, each backslash doubled.
// https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
func execLine(command []string) string {
	meant := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`)
	parts := make([]string, len(command))
	for i, part := range command {
		parts[i] = `"` + meant.Replace(part) + `"`
	}
	return strings.ReplaceAll(strings.Join(parts, " "), `\`, `\\`)
}

// entryState reads an autostart entry as a desktop does: other groups, other
// keys and comments mean nothing here.
func entryState(text string, command []string) State {
	state, group := Off, ""
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			group = line
		}
		key, value, _ := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case group != "[Desktop Entry]":
		case key == "Hidden" && value == "true", key == "X-GNOME-Autostart-enabled" && value == "false":
			return Off
		case key == "Exec" && value == execLine(command):
			state = On
		case key == "Exec" && value != "":
			state = Elsewhere
		}
	}
	return state
}
