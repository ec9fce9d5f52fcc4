package login

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows/registry"
)

// Where Windows keeps what starts at login, and what the Task Manager says.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

// Enabled says what happens at the next login, seen from this command.
func Enabled(command ...string) (State, error) {
	var line string
	err := with(runKey, registry.QUERY_VALUE, func(k registry.Key) (err error) {
		line, _, err = k.GetStringValue(name)
		return err
	})
	if err != nil {
		return Off, fmt.Errorf("read the login entry: %w", err)
	}
	var approval []byte
	err = with(approvedKey, registry.QUERY_VALUE, func(k registry.Key) (err error) {
		approval, _, err = k.GetBinaryValue(name)
		return err
	})
	if err != nil {
		return Off, fmt.Errorf("read the Task Manager's word: %w", err)
	}
	return runState(line, approval, command), nil
}

// Enable makes the next login start the command, whose first part is the
// absolute path of a program.
func Enable(command ...string) error {
	if err := check(command); err != nil {
		return err
	}
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("write the login entry: %w", err)
	}
	defer func() { _ = key.Close() }() // the value is there already
	if err := key.SetStringValue(name, commandLine(command)); err != nil {
		return fmt.Errorf("write the login entry: %w", err)
	}
	return remove(approvedKey)
}

// Disable makes the next login start nothing. To have been off is no error.
func Disable() error {
	return errors.Join(remove(runKey), remove(approvedKey))
}

func remove(path string) error {
	err := with(path, registry.SET_VALUE, func(k registry.Key) error { return k.DeleteValue(name) })
	if err != nil {
		return fmt.Errorf("remove the login entry: %w", err)
	}
	return nil
}

// with opens a key for f; a key or a value that is not there is no error.
func with(path string, access uint32, f func(registry.Key) error) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, access)
	if err == nil {
		err = f(key)
		_ = key.Close() // nothing is pending
	}
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
