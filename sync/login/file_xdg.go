//go:build unix && !darwin

package login

import (
	"fmt"
	"os"
	"path/filepath"
)

// entryPath is in the person's own autostart folder.
func entryPath() (string, error) {
	config, err := os.UserConfigDir() // $XDG_CONFIG_HOME, or .config in the home folder
	if err != nil {
		return "", fmt.Errorf("find the folder of login entries: %w", err)
	}
	return filepath.Join(config, "autostart", "dialpad-sync.desktop"), nil
}

func entryText(command []string) string { return desktopEntry(command) }

func stateOf(text string, command []string) State { return entryState(text, command) }
