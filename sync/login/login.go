// Package login starts the agent when the person logs in, where each system
// keeps such things: an XDG autostart entry, the Run key of Windows' registry,
// a macOS LaunchAgent. Nothing is started now; only the next login is told.
package login

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

// name is what a person reads in the system's own list of such programs.
const name = "Dialpad Sync"

// State says what happens at the next login.
type State int

const (
	// Off: nothing is started, or the person has switched it off in the
	// system's settings.
	Off State = iota
	// On: the command is started.
	On
	// Elsewhere: a command is started, but another one. The program has been
	// moved, or is a second copy; Enable puts this one there.
	Elsewhere
)

// ErrCommand is returned for a command that cannot be started at login: its
// program is not an absolute path, or a part of it cannot be written down.
var ErrCommand = errors.New("this command cannot be started at login")

// check refuses what not every system can write down.
func check(command []string) error {
	if len(command) == 0 || !filepath.IsAbs(command[0]) {
		return fmt.Errorf("%w: its program needs an absolute path", ErrCommand)
	}
	if strings.Contains(command[0], "=") {
		return fmt.Errorf("%w: “=” in the program's path", ErrCommand) // forbidden in desktop entries
	}
	for _, part := range command {
		if strings.ContainsFunc(part, unicode.IsControl) {
			return fmt.Errorf("%w: a control character", ErrCommand)
		}
	}
	return nil
}
