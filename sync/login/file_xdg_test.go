//go:build unix && !darwin

package login

import (
	"os"
	"path/filepath"
	"testing"

	"dialpadsync.app/sync/settings/atomicfile"
)

func expect(t *testing.T, want State, command ...string) {
	t.Helper()
	if got, err := Enabled(command...); got != want || err != nil {
		t.Errorf("%q: %v, %v, want %v", command, got, err, want)
	}
}

func TestSwitchedOnMovedAndSwitchedOff(t *testing.T) {
	config := filepath.Join(t.TempDir(), "not there yet")
	t.Setenv("XDG_CONFIG_HOME", config)
	here, there := []string{"/usr/bin/dialpad-sync", "agent"}, []string{"/opt/dialpad-sync", "agent"}
	expect(t, Off, here...)
	if err := Disable(); err != nil {
		t.Error(err)
	}
	if err := Enable(here...); err != nil {
		t.Fatal(err)
	}
	expect(t, On, here...)
	expect(t, Elsewhere, there...)
	if err := Enable(there...); err != nil {
		t.Fatal(err)
	}
	expect(t, On, there...)
	entries, err := os.ReadDir(filepath.Join(config, "autostart"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "dialpad-sync.desktop" {
		t.Errorf("%v, %v", entries, err)
	}
	for range 2 {
		if err := Disable(); err != nil {
			t.Fatal(err)
		}
		expect(t, Off, here...)
	}
}

func TestAFolderThatCannotBeMadeIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", file)
	if err := Enable("/usr/bin/dialpad-sync"); !atomicfile.NotWritable(err) {
		t.Errorf("%v", err)
	}
}
