package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dialpadsync.app/sync/local"
)

// frozenEnv makes the test binary a window that follows the agent of a home and
// never answers.
const frozenEnv = "DIALPAD_SYNC_TEST_FROZEN"

func freeze(home string) error {
	h, err := openHome(home, "")
	if err != nil {
		return err
	}
	c, err := h.Agent(context.Background())
	if err != nil {
		return err
	}
	return c.WatchAsWindow(context.Background(), func(local.Picture) { fmt.Println("follows") })
}

// TestAWindowThatHangsIsReplaced: it follows the agent, so it looks open, but
// nobody can use it. Whoever presses Open gets another one.
func TestAWindowThatHangsIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// A program of its own, with a window beside it that notes how it was started.
	folder := t.TempDir()
	started := filepath.Join(folder, "started")
	w.must(os.Link(binary(), filepath.Join(folder, "dialpad-sync")))
	script := "#!/bin/sh\necho \"$@\" >>" + started + "\nexec sleep 60\n"
	w.must(os.WriteFile(filepath.Join(folder, windowProgram), []byte(script), 0o700))
	cmd := w.program("agent", "--no-tray")
	cmd.Path = filepath.Join(folder, "dialpad-sync")
	cmd.Env = append(cmd.Env, "DISPLAY=:54321")
	agent := start(t, cmd)
	agent.waitFor("The agent runs.")

	window := exec.CommandContext(t.Context(), os.Args[0])
	window.Env = append(os.Environ(), frozenEnv+"="+w.home)
	said, err := window.StdoutPipe()
	w.must(err)
	w.must(window.Start())
	first := make([]byte, len("follows"))
	_, err = said.Read(first)
	w.must(err)

	w.must(w.client().Show(t.Context(), local.PageProblems, ""))
	if err := window.Wait(); err == nil || window.ProcessState.Exited() {
		t.Errorf("the window that hangs was not ended: %v", window.ProcessState)
	}
	for !exists(started) {
		time.Sleep(10 * time.Millisecond)
	}
	if args := w.read(started); !strings.Contains(args, "--page problems") || strings.Count(args, "\n") != 1 {
		t.Errorf("started with %q", args)
	}
	w.must(w.client().Show(t.Context(), local.PageOverview, "")) // it is still opening
	if args := w.read(started); strings.Contains(args, "overview") {
		t.Errorf("started with %q", args)
	}
	w.call("stop").says(t, exitInSync)
	agent.end()
}
