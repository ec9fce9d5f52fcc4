package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/local"
)

// asAgent is set for a process that plays the agent beside a window.
const asAgent = "WINDOW_TEST_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		if err := playAgent(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if dir := binDir(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// playAgent serves the home it is called with until somebody stops it.
func playAgent(args []string) error {
	if len(args) < 3 || args[0] != "--home" || args[len(args)-1] != "agent" {
		return fmt.Errorf("called with %q", args)
	}
	home, err := local.FindHome(args[1])
	if err != nil {
		return err
	}
	return newServed().serve(context.Background(), home, func() {})
}

var (
	built    = sync.OnceValues(build)
	binDir   = func() string { return dir }
	dir      string
	buildErr error
)

// build makes the window's program, once for all tests.
func build() (string, error) {
	if dir, buildErr = os.MkdirTemp("", "window-test-"); buildErr != nil {
		return "", buildErr
	}
	path := filepath.Join(dir, "dialpad-sync-window")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// patience bounds every wait for something that never comes.
const patience = 30 * time.Second

// until waits until something is so.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for limit := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// screenFor is a display of the test's own with a window manager, or one
// without OpenGL.
func screenFor(t *testing.T, options ...string) (display string) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"}, options...)
	server := exec.Command("Xvfb", args...)
	server.ExtraFiles = []*os.File{write}
	background(t, server)
	_ = write.Close()
	number, err := bufio.NewReader(read).ReadString('\n')
	_ = read.Close()
	if err != nil {
		t.Fatalf("Xvfb does not start: %v", err)
	}
	display = ":" + strings.TrimSpace(number)
	manager := exec.Command("openbox")
	manager.Env = append(os.Environ(), "DISPLAY="+display)
	background(t, manager)
	return display
}

// background runs a program until the end of the test.
func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// opened is a window program that runs.
type opened struct {
	t       *testing.T
	cmd     *exec.Cmd
	display string
	home    local.Home
	said    bytes.Buffer
	ended   chan struct{}
}

// call starts the window program of a folder on a display, or on none.
func call(t *testing.T, program, display string, home local.Home, args ...string) *opened {
	t.Helper()
	o := &opened{t: t, display: display, home: home, ended: make(chan struct{})}
	o.cmd = exec.Command(program, append([]string{"--home", home.Dir}, args...)...)
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "DISPLAY", "WAYLAND_DISPLAY", "LANG", "LC_ALL", "DIALPAD_SYNC_HOME":
		default:
			o.cmd.Env = append(o.cmd.Env, pair)
		}
	}
	o.cmd.Env = append(o.cmd.Env, "LANG=en_US.UTF-8", "HOME="+t.TempDir(), "LIBGL_ALWAYS_SOFTWARE=1")
	if display != "" {
		o.cmd.Env = append(o.cmd.Env, "DISPLAY="+display)
	}
	o.cmd.Stderr = &o.said
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(o.ended)
		_ = o.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = o.cmd.Process.Kill()
		<-o.ended
		o.log()
	})
	return o
}

// open starts the window on a home and waits until it is seen.
func open(t *testing.T, display string, home local.Home, args ...string) *opened {
	t.Helper()
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	o := call(t, program, display, home, args...)
	o.seen()
	return o
}

// seen waits until the window is seen.
func (o *opened) seen() {
	o.t.Helper()
	until(o.t, "the window is seen", func() bool {
		select {
		case <-o.ended:
			o.t.Fatalf("the program has ended: %s", o.said.String())
		default:
		}
		return o.tool("xdotool", "search", "--onlyvisible", "--name", "^Dialpad Sync$") == nil
	})
}

// tool runs a program on the window's display.
func (o *opened) tool(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+o.display)
	if err := cmd.Run(); err != nil {
		var code *exec.ExitError
		if !errors.As(err, &code) {
			o.t.Fatal(err)
		}
		return err
	}
	return nil
}

// keys types keys into the window, once the window manager lets it.
func (o *opened) keys(keys ...string) {
	o.t.Helper()
	args := append([]string{"search", "--onlyvisible", "--name", "^Dialpad Sync$", "windowactivate", "--sync", "key", "--clearmodifiers"}, keys...)
	until(o.t, "keys can be typed", func() bool { return o.tool("xdotool", args...) == nil })
}

// close presses the window manager's button.
func (o *opened) close() {
	o.t.Helper()
	until(o.t, "the window can be closed", func() bool { return o.tool("wmctrl", "-F", "-c", "Dialpad Sync") == nil })
}

// wave moves the mouse over the window until the program has ended: the toolkit
// takes moves that come while it closes.
func (o *opened) wave() {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for x := 0; ; x = (x + 37) % 600 {
			select {
			case <-o.ended:
				return
			default:
				_ = o.tool("xdotool", "mousemove", fmt.Sprint(340+x), "360", "mousemove", fmt.Sprint(350+x), "380")
			}
		}
	}()
	o.t.Cleanup(func() { <-ended })
}

// exit waits for the end of the program and returns its exit code.
func (o *opened) exit() int {
	o.t.Helper()
	select {
	case <-o.ended:
	case <-time.After(patience):
		o.t.Fatal("the program does not end")
	}
	return o.cmd.ProcessState.ExitCode()
}

// log fails the test for what the toolkit says of a widget that was touched
// outside the UI thread, or of anything else that went wrong in it.
func (o *opened) log() {
	text, err := os.ReadFile(filepath.Join(o.home.LogFolder(), "window.log"))
	if err != nil {
		return // it logged nothing
	}
	for _, wrong := range []string{"Error in Fyne call thread", "panic"} {
		if strings.Contains(string(text), wrong) {
			o.t.Errorf("the log says:\n%s", text)
			return
		}
	}
}

// newHome is an empty home.
func newHome(t *testing.T) local.Home {
	t.Helper()
	home, err := local.FindHome(filepath.Join(t.TempDir(), "home"))
	if err != nil {
		t.Fatal(err)
	}
	return home
}
