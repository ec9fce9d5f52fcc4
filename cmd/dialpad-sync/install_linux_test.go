package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstallAndUninstall runs the Makefile's two targets in a home of the
// test's own, with a window program of any content: what is installed is where
// desktops look for it, and uninstalling leaves nothing.
func TestInstallAndUninstall(t *testing.T) {
	t.Parallel()
	tree, home := t.TempDir(), t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Makefile", "assets"} {
		if err := os.Symlink(filepath.Join(root, part), filepath.Join(tree, part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(tree, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"dialpad-sync": binary(), "dialpad-sync-window": "/bin/true"} {
		if err := os.Symlink(from, filepath.Join(tree, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	run := func(program string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = tree
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home+"/.config", "XDG_STATE_HOME="+home+"/.local/state", "LANG=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", program, args, err, out)
		}
		return string(out)
	}
	run("make", "install-files", "VERSION=test")
	installed := filepath.Join(home, ".local/bin/dialpad-sync")
	if out := run(installed, "login", "on"); !strings.Contains(out, "starts with this computer") {
		t.Error(out)
	}
	for _, path := range []string{
		".local/bin/dialpad-sync", ".local/bin/dialpad-sync-window", ".local/share/applications/dialpad-sync.desktop",
		".local/share/icons/hicolor/48x48/apps/dialpad-sync.png", ".local/share/icons/hicolor/512x512/apps/dialpad-sync.png",
		".config/autostart/dialpad-sync.desktop",
	} {
		if info, err := os.Stat(filepath.Join(home, path)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
	entry, err := os.ReadFile(filepath.Join(home, ".local/share/applications/dialpad-sync.desktop"))
	if err != nil || !strings.Contains(string(entry), `Exec="`+installed+`"`) {
		t.Errorf("%v\n%s", err, entry)
	}
	run("make", "uninstall", "VERSION=test")
	_ = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".log") && !strings.Contains(path, "/.config/go/") { // the go command counts its own calls
			t.Errorf("left behind: %s", path)
		}
		return nil
	})
}
