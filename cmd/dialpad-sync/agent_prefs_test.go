package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/secret"
)

// autostart is the login entry under a config folder.
func autostart(config string) string {
	return filepath.Join(config, "autostart", "dialpad-sync.desktop")
}

// TestAnotherHomesLoginEntryStays: whoever changes the theme of a second home
// does not want the first one to stop starting at login.
func TestAnotherHomesLoginEntryStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := t.TempDir()
	mine := program(t, "--home", t.TempDir(), "login", "on")
	mine.Env = append(mine.Env, "XDG_CONFIG_HOME="+config)
	finish(t, mine).says(t, exitInSync)
	entry := w.read(autostart(config))
	cmd := w.program("agent", "--no-tray")
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+config)
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")
	c := w.client()
	p, err := c.Preferences(t.Context())
	w.must(err)
	p.Theme = "dark"
	w.must(c.SetPreferences(t.Context(), p))
	if now := w.read(autostart(config)); now != entry {
		t.Errorf("the entry is\n%s", now)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}

// TestALoginEntryWorksFromEveryFolder.
func TestALoginEntryWorksFromEveryFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := t.TempDir()
	cmd := program(t, "--home", "täglich & mehr", "--secrets", "dir:creds", "login", "on")
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+config)
	finish(t, cmd).says(t, exitInSync)
	entry := w.read(autostart(config))
	for _, part := range []string{`"` + cmd.Dir + `/täglich & mehr"`, `"dir:` + cmd.Dir + `/creds"`} {
		if !strings.Contains(entry, part) {
			t.Errorf("%s is missing in\n%s", part, entry)
		}
	}
}

// TestTheRecordsGoWhateverTheirFolderIsCalled.
func TestTheRecordsGoWhateverTheirFolderIsCalled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), `a[b]*c\d ü`)
	h, err := openHome(dir, "memory")
	if err != nil {
		t.Fatal(err)
	}
	h.store = secret.Memory()
	if err := h.make(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"checkpoint.db", "checkpoint.db-wal", "checkpoint.db.broken-1", "lock"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := newAgent(h, slog.New(slog.DiscardHandler), func() {})
	if err := a.eraseRest(t.Context(), h.store); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "lock" {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWindowsStartsTheBuildWithoutABlackWindow(t *testing.T) {
	t.Parallel()
	self := filepath.Join("programs", "dialpad-sync.exe")
	beside := filepath.Join("programs", "dialpad-sync-agent.exe")
	has := func(path string) bool { return path == beside }
	none := func(string) bool { return false }
	for _, row := range []struct {
		system string
		exists func(string) bool
		want   string
	}{{"windows", has, beside}, {"windows", none, self}, {"linux", has, self}} {
		if got := silent(self, row.system, row.exists); got != row.want {
			t.Errorf("%s: %s", row.system, got)
		}
	}
}
