package login

import (
	"fmt"
	"os"
	"path/filepath"
)

// entryPath is in the person's own folder of LaunchAgents.
func entryPath() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the folder of login entries: %w", err)
	}
	return filepath.Join(home, "Library", "LaunchAgents", agentLabel+".plist"), nil
}

func entryText(command []string) string { return launchAgent(command) }

func stateOf(text string, command []string) State { return agentState(text, command) }
