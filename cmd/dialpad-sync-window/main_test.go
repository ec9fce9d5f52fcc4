package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/local"
)

func TestCallsAreRead(t *testing.T) {
	t.Setenv("DIALPAD_SYNC_HOME", "/env")
	for _, row := range []struct {
		args []string
		want options
	}{
		{nil, options{home: "/env"}},
		{[]string{"--page", "problems", "--home", "/there", "--secrets", "dir:/x"}, options{home: "/there", secrets: "dir:/x", page: local.PageProblems}},
		{[]string{"-version"}, options{home: "/env", version: true}},
	} {
		if got, err := parse(row.args, &strings.Builder{}); err != nil || got != row.want {
			t.Errorf("%q: %+v, %v", row.args, got, err)
		}
	}
	var said strings.Builder
	for _, wrong := range [][]string{{"--nonsense"}, {"agent"}} {
		if code := run(t.Context(), wrong, &said); code != exitUsage {
			t.Errorf("%q: exit %d", wrong, code)
		}
	}
	if code := run(t.Context(), []string{"--version"}, &said); code != exitFine || !strings.Contains(said.String(), version) {
		t.Errorf("exit %d, %s", code, said.String())
	}
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if code := run(t.Context(), []string{"--home", file}, &said); code != exitUsage || !strings.Contains(said.String(), file) {
		t.Errorf("exit %d, %s", code, said.String())
	}
}

func TestThePlaceIsForOneWindow(t *testing.T) {
	home, err := local.FindHome(filepath.Join(t.TempDir(), "home"))
	if err != nil {
		t.Fatal(err)
	}
	release, first, err := takePlace(home)
	if err != nil || !first {
		t.Fatalf("first %v, %v", first, err)
	}
	if _, first, err := takePlace(home); err != nil || first {
		t.Errorf("two have the place: %v", err)
	}
	release()
	if release, first, err = takePlace(home); err != nil || !first {
		t.Errorf("after it was left: %v, %v", first, err)
	}
	release()
}

func TestWhatWasSaidIsRemembered(t *testing.T) {
	home := local.Home{State: t.TempDir()}
	if reminderOf(home).Said() {
		t.Error("it was said before anything")
	}
	reminderOf(home).Say()
	if !reminderOf(home).Said() {
		t.Error("it is forgotten")
	}
}

func TestAMissingAgentIsNamed(t *testing.T) {
	home, err := local.FindHome(filepath.Join(t.TempDir(), "home"))
	if err != nil {
		t.Fatal(err)
	}
	a := agentsOf(home, "dir:/secrets")
	if strings.Join(a.args, " ") != "--home "+home.Dir+" --secrets dir:/secrets" {
		t.Errorf("the agent is called with %q", a.args)
	}
	if found, err := a.Find(t.Context()); found != nil || !errors.Is(err, local.ErrNoAgent) {
		t.Errorf("found %v, %v", found, err)
	}
	if started, err := a.Start(t.Context()); started != nil || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "dialpad-sync") {
		t.Errorf("started %v, %v", started, err)
	}
}

func TestFilesAreSavedWhereThereIsAFolder(t *testing.T) {
	there, own := t.TempDir(), "/home/anna"
	if got := downloads(there, own); got != there {
		t.Errorf("with a download folder: %s", got)
	}
	if got := downloads(filepath.Join(there, "missing"), own); got != own {
		t.Errorf("without: %s", got)
	}
}

func TestNoBusIsStarted(t *testing.T) {
	const name = "DBUS_SESSION_BUS_ADDRESS"
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv(name, "")
	noStrayBus()
	if got := os.Getenv(name); got != "unix:path=/dev/null" {
		t.Errorf("without a bus it is %q", got)
	}
	t.Setenv(name, "")
	if err := os.WriteFile(filepath.Join(dir, "bus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	noStrayBus()
	if got := os.Getenv(name); got != "" {
		t.Errorf("beside the session's own it is %q", got)
	}
}
