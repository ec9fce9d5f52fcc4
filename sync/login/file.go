//go:build unix

package login

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"dialpadsync.app/sync/settings/atomicfile"
)

// Enabled says what happens at the next login, seen from this command.
func Enabled(command ...string) (State, error) {
	path, err := entryPath()
	if err != nil {
		return Off, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Off, nil
	}
	if err != nil {
		return Off, fmt.Errorf("read the login entry: %w", err)
	}
	return stateOf(string(text), command), nil
}

// Enable makes the next login start the command, whose first part is the
// absolute path of a program.
func Enable(command ...string) error {
	if err := check(command); err != nil {
		return err
	}
	path, err := entryPath()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of login entries: %w", err)
	}
	if err := atomicfile.Write(path, []byte(entryText(command)), 0o644); err != nil {
		return fmt.Errorf("write the login entry: %w", err)
	}
	return nil
}

// Disable makes the next login start nothing. To have been off is no error.
func Disable() error {
	path, err := entryPath()
	if err != nil {
		return err
	}
	if err := atomicfile.Remove(path); err != nil {
		return fmt.Errorf("remove the login entry: %w", err)
	}
	return nil
}
