package login

import "strings"

// commandLine is a command as Windows programs take it apart: each part in
// quotes, a backslash doubled where it stands before one.
// https://learn.microsoft.com/en-us/cpp/cpp/main-function-command-line-args#parsing-c-command-line-arguments
func commandLine(command []string) string {
	var line strings.Builder
	for i, part := range command {
		if i > 0 {
			line.WriteByte(' ')
		}
		line.WriteByte('"')
		slashes := 0
		for _, r := range part {
			switch r {
			case '\\':
				slashes++
			case '"':
				line.WriteString(strings.Repeat(`\`, slashes+1)) // theirs again, and one for the quote
				slashes = 0
			default:
				slashes = 0
			}
			line.WriteRune(r)
		}
		line.WriteString(strings.Repeat(`\`, slashes) + `"`)
	}
	return line.String()
}

// runState compares the Run key's line with the command. approval is what the
// Task Manager keeps about the entry: an odd first byte is switched off, no
// bytes at all are not.
func runState(line string, approval []byte, command []string) State {
	switch {
	case line == "", len(approval) > 0 && approval[0]%2 == 1:
		return Off
	case line == commandLine(command):
		return On
	}
	return Elsewhere
}
