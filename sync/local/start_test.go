//go:build unix

package local_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

func TestAnAgentIsStartedAndFound(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(asAgent, dir)
	h, err := local.FindHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Agent(t.Context()); !errors.Is(err, local.ErrNoAgent) {
		t.Fatalf("before: %v", err)
	}
	c, err := h.Start(t.Context(), os.Args[0], "-test.run=^$")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // as for cron: the file says where it is
	again, err := h.Agent(t.Context())
	if err != nil || again.Agent.PID != c.Agent.PID || again.Agent.PID == os.Getpid() {
		t.Errorf("found %+v, %v, started %+v", again, err, c.Agent)
	}
	again.Close()
	pid := c.Agent.PID
	if err := c.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	for syscall.Kill(pid, 0) == nil { // until it has ended and was waited for
		if t.Context().Err() != nil {
			t.Fatal("the agent does not end")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestAnAgentThatCannotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	h, err := local.FindHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "agent-that-fails")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho settings.toml has a mistake in line 3\nexit 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), program); err == nil || !strings.Contains(err.Error(), "mistake in line 3") {
		t.Errorf("it says %v", err)
	}
	if _, err := h.Start(t.Context(), filepath.Join(dir, "missing")); err == nil {
		t.Error("a missing program was started")
	}
	blocked := filepath.Join(dir, "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err = local.FindHome(blocked)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), program); source.CodeOf(err) != source.CodeNotWritable {
		t.Errorf("a folder that cannot be made: %v", err)
	}
}

func TestHomesAreFoundWhereThePlatformKeepsThem(t *testing.T) {
	one, err := local.FindHome("")
	if err != nil || one.Dir != "" || filepath.Base(one.Settings) != "settings.toml" || !filepath.IsAbs(one.State) {
		t.Errorf("%+v, %v", one, err)
	}
	t.Chdir(t.TempDir())
	two, err := local.FindHome("here")
	if err != nil || !filepath.IsAbs(two.Dir) || two.Settings != filepath.Join(two.State, "settings.toml") {
		t.Errorf("%+v, %v", two, err)
	}
}
