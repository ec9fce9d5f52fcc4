package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestNobodyElseReadsAHome that lies in an open folder: what this program makes
// there is for its person alone.
func TestNobodyElseReadsAHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.home
	w.home = filepath.Join(t.TempDir(), "Büro & Co", "дом $HOME")
	w.makeDir(filepath.Dir(w.home))
	w.must(os.Rename(old, w.home))
	w.must(os.Chmod(w.home, 0o755))
	shell := func(args ...string) *exec.Cmd {
		cmd := w.program(args...)
		cmd.Args = append([]string{"sh", "-c", `umask 022; exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
		cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR=", "DISPLAY=", "WAYLAND_DISPLAY=")
		return cmd
	}
	finish(t, shell()).says(t, exitUsage, "The agent runs, but its window cannot be shown here.")
	w.watch(upToDate)
	files := 0
	w.must(filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == w.home {
			return err
		}
		files++
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && info.Mode().Type() != fs.ModeSocket {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	}))
	if files < 8 {
		t.Errorf("%d files: there was nothing to look at", files)
	}
	w.call("stop").says(t, exitInSync)
	w.free()
}
