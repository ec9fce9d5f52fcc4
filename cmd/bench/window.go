package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// windowProgram opens the window as it is shipped on a screen of its own, until
// it is mapped, and closes it, until its process has gone.
func windowProgram(ctx context.Context, b *bench) ([]figure, error) {
	if _, err := b.build(ctx); err != nil {
		return nil, err
	}
	program, err := b.buildWindow(ctx)
	if err != nil {
		return nil, err
	}
	display, end, err := screen(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	home, err := os.MkdirTemp(b.dir, "window-home-")
	if err != nil {
		return nil, err
	}
	defer stopAgent(ctx, filepath.Join(b.dir, "dialpad-sync"), home)
	if err := os.WriteFile(filepath.Join(home, "window-told"), nil, 0o600); err != nil {
		return nil, err
	}
	var mapped, gone []time.Duration
	for range b.sizes.starts {
		m, g, err := openAndClose(ctx, program, home, display)
		if err != nil {
			return nil, err
		}
		mapped, gone = append(mapped, m), append(gone, g)
	}
	slices.Sort(mapped)
	slices.Sort(gone)
	setting := fmt.Sprintf("median of %d starts, Xvfb, OpenGL in software", b.sizes.starts)
	return []figure{
		atMost("window: start → mapped", setting, mapped[len(mapped)/2].Seconds()*1000, 1000, "ms"),
		atMost("window: closed → process gone", setting, gone[len(gone)/2].Seconds()*1000, 1000, "ms"),
	}, nil
}

// buildWindow makes the window's program as it is shipped.
func (b *bench) buildWindow(ctx context.Context) (string, error) {
	program := filepath.Join(b.dir, "dialpad-sync-window")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "dialpadsync.app/cmd/dialpad-sync-window")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the window: %w: %s", err, text)
	}
	return program, nil
}

// screen is a display of its own with a window manager.
func screen(ctx context.Context) (display string, end func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = read.Close() }()
	server := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	err = server.Start()
	_ = write.Close()
	if err != nil {
		return "", nil, fmt.Errorf("a screen (Debian package xvfb): %w", err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	display = ":" + strings.TrimSpace(number)
	manager := on(exec.CommandContext(ctx, "openbox"), display)
	if err == nil {
		err = manager.Start()
	}
	end = func() {
		for _, cmd := range []*exec.Cmd{manager, server} {
			if cmd.Process != nil {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
		}
	}
	if err != nil {
		end()
		return "", nil, fmt.Errorf("a screen with a window manager (Debian package openbox): %w", err)
	}
	return display, end, nil
}

// on lets a program use a display.
func on(cmd *exec.Cmd, display string) *exec.Cmd {
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "LIBGL_ALWAYS_SOFTWARE=1")
	return cmd
}

// openAndClose takes the two times of one life of a window.
func openAndClose(ctx context.Context, program, home, display string) (mapped, gone time.Duration, err error) {
	cmd := on(exec.CommandContext(ctx, program, "--home", home, "--secrets", "memory"), display)
	var words strings.Builder
	cmd.Stderr = &words
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	for on(exec.CommandContext(ctx, "xdotool", "search", "--onlyvisible", "--name", "^Dialpad Sync$"), display).Run() != nil {
		if time.Since(began) > patience || ctx.Err() != nil {
			return 0, 0, fmt.Errorf("no window is seen: %s", words.String())
		}
	}
	mapped = time.Since(began)
	if err := sleep(ctx, 500*time.Millisecond); err != nil { // it draws itself and finds the agent
		return 0, 0, err
	}
	began = time.Now()
	if err := on(exec.CommandContext(ctx, "wmctrl", "-F", "-c", "Dialpad Sync"), display).Run(); err != nil {
		return 0, 0, fmt.Errorf("close the window (Debian package wmctrl): %w", err)
	}
	select {
	case err := <-ended:
		return mapped, time.Since(began), err
	case <-time.After(patience):
		return 0, 0, errors.New("the closed window's process stays")
	}
}

// stopAgent ends the agent the window started.
func stopAgent(ctx context.Context, program, home string) {
	_ = exec.CommandContext(ctx, program, "--home", home, "stop").Run() // none may run
}
