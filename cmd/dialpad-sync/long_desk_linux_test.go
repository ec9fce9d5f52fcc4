//go:build long

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
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// desktop is a person's desk: a screen, a panel, a password store, and a
// browser in which they sign in. All of it is real and the test's own.
type desktop struct {
	t *testing.T
	*panel
	display string
	// shots is where pictures of the screen go.
	shots string
	pages chan string // that were opened in the browser
	env   []string
}

// windowBinary builds the window as it is shipped, once, and returns its path
// beside the agent's.
var windowBinary = sync.OnceValue(func() string {
	path := filepath.Join(filepath.Dir(binary()), windowProgram)
	build := exec.Command("go", "build", "-o", path, "../dialpad-sync-window")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the window: %v\n%s", err, out))
	}
	return path
})

// shotsEnv names the folder pictures of the screen are kept in; without it they
// go with the test.
const shotsEnv = "DIALPAD_SYNC_SHOTS"

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	windowBinary()
	d := &desktop{t: t, panel: newPanel(t), shots: os.Getenv(shotsEnv), pages: make(chan string, 10)}
	if d.shots == "" {
		d.shots = t.TempDir()
	}
	d.screen()
	opener, opened := t.TempDir(), filepath.Join(t.TempDir(), "opened")
	d.must(syscall.Mkfifo(opened, 0o600))
	d.must(os.WriteFile(filepath.Join(opener, "xdg-open"), []byte("#!/bin/sh\nprintf '%s\\n' \"$1\" >"+opened+"\n"), 0o700))
	d.readPages(opened)
	home := t.TempDir()
	d.env = []string{
		"DISPLAY=" + d.display, "DBUS_SESSION_BUS_ADDRESS=" + d.bus.Address, "PATH=" + opener + ":/usr/bin:/bin",
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/.config", "XDG_STATE_HOME=" + home + "/.state",
		"XDG_RUNTIME_DIR=" + runtimeDir(), "XDG_DATA_HOME=" + home, "LANG=en_US.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1",
	}
	d.keyring()
	return d
}

func (d *desktop) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// command is a program on this desktop. It ends with the test.
func (d *desktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(d.t.Context(), name, args...)
	cmd.Env, cmd.Dir = d.env, d.t.TempDir()
	return cmd
}

// serve starts a program that ends with the test, and returns its output.
func (d *desktop) serve(cmd *exec.Cmd) {
	d.t.Helper()
	runtime.LockOSThread() // the system ends a program with the thread that started it
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	d.must(cmd.Start())
	d.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
}

// screen starts an X server on a free display, and a window manager.
func (d *desktop) screen() {
	d.t.Helper()
	for _, tool := range []string{"Xvfb", "openbox", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			d.t.Fatalf("%s is not installed; `make deps` installs what the tests need", tool)
		}
	}
	read, write, err := os.Pipe()
	d.must(err)
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24", "+extension", "GLX", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	d.serve(server)
	_ = write.Close()
	number, err := bufio.NewReader(read).ReadString('\n')
	d.must(err)
	_ = read.Close()
	d.display = ":" + strings.TrimSpace(number)
	manager := exec.Command("openbox")
	manager.Env = []string{"DISPLAY=" + d.display, "HOME=" + d.t.TempDir(), "PATH=/usr/bin:/bin"}
	d.serve(manager)
}

// keyring starts gnome-keyring, unlocked, and waits until it serves.
func (d *desktop) keyring() {
	d.t.Helper()
	daemon := d.command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	daemon.Stdin = strings.NewReader("pw")
	d.serve(daemon)
	conn := d.bus.Connect()
	for owned := false; !owned; {
		d.must(conn.BusObject().CallWithContext(d.t.Context(), "org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&owned))
	}
}

// readPages hands over every page that is opened in the browser.
func (d *desktop) readPages(fifo string) {
	file, err := os.OpenFile(fifo, os.O_RDWR, 0) // also a writer, so that it never ends
	d.must(err)
	var reader sync.WaitGroup
	reader.Go(func() {
		for lines := bufio.NewScanner(file); lines.Scan(); {
			d.pages <- lines.Text()
		}
	})
	d.t.Cleanup(func() { _ = file.Close(); reader.Wait() })
}

// consent signs in on the page that was opened, in a real browser, as somebody
// of the double, and presses the button.
func (d *desktop) consent(email string, buttons ...string) {
	d.t.Helper()
	page := d.opened()
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Minute)
	defer cancel()
	allocator, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	defer stop()
	tab, closeTab := chromedp.NewContext(allocator)
	defer closeTab()
	d.must(chromedp.Do(tab, chromedp.Navigate(page)))
	if email != "" {
		d.must(chromedp.Do(tab, chromedp.SetValue(chromedp.CSS("#email"), email), chromedp.SendKeys(chromedp.CSS("#password"), "x"), chromedp.Click(chromedp.CSS("#login"))))
	}
	for _, button := range buttons {
		d.must(chromedp.Do(tab, chromedp.Click(chromedp.CSS(button))))
	}
	// The vendor's pages have headings too: the sign-in is over when ours is shown,
	// and a browser that is ended earlier never brings the answer.
	d.until("the end of the sign-in in the browser", func() bool {
		text, err := chromedp.Run(tab, chromedp.Text(chromedp.CSS("main p"))) // fails while a page is left
		d.must(ctx.Err())
		return err == nil && strings.Contains(text, "close this tab")
	})
}

// opened is the next page that is opened in the browser.
func (d *desktop) opened() string {
	d.t.Helper()
	select {
	case page := <-d.pages:
		return page
	case <-time.After(time.Minute):
		d.shot("no-page")
		d.t.Fatal("no page was opened")
		return ""
	}
}

// x runs xdotool.
func (d *desktop) x(args ...string) (string, error) {
	cmd := d.command("xdotool", args...)
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	return strings.TrimSpace(out.String()), err
}

// titled waits for a window whose title has the text, and makes it the one that
// gets the keys.
func (d *desktop) titled(text string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if id, err := d.x("search", "--onlyvisible", "--name", text); err == nil && id != "" {
			if _, err := d.x("windowactivate", "--sync", strings.Fields(id)[0]); err == nil {
				return
			}
		}
	}
	d.shot("no-window")
	d.t.Fatalf("no window is called %q", text)
}

// keys presses keys one after the other.
func (d *desktop) keys(names ...string) {
	d.t.Helper()
	for _, name := range names {
		_, err := d.x("key", "--clearmodifiers", "--delay", "40", name)
		d.must(err)
	}
}

// types writes over what the entry with the focus holds.
func (d *desktop) types(text string) {
	d.t.Helper()
	d.keys("ctrl+a")
	_, err := d.x("type", "--clearmodifiers", "--delay", "30", text)
	d.must(err)
}

// shot keeps a picture of the screen.
func (d *desktop) shot(name string) {
	d.t.Helper()
	path := filepath.Join(d.shots, time.Now().Format("2006-01-02")+"-"+name+".png")
	cmd := d.command("import", "-window", "root", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Errorf("a picture of the screen: %v: %s", err, out)
	}
}

// until waits for a condition and takes a picture when it never comes.
func (d *desktop) until(what string, is func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Minute)
	defer cancel()
	for !is() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			d.shot("waiting")
			d.t.Fatalf("%s never came", what)
		}
		d.must(d.t.Context().Err())
	}
}

// settled waits until the screen has stopped changing, but for a blinking
// cursor, and keeps a picture of it.
func (d *desktop) settled(name string) {
	d.t.Helper()
	const cursor, apart, calm = 1500, 300 * time.Millisecond, 3
	dir := d.t.TempDir()
	before, now := filepath.Join(dir, "before.png"), filepath.Join(dir, "now.png")
	still := 0
	d.until("a screen that has settled for "+name, func() bool {
		d.must(d.command("import", "-window", "root", now).Run())
		out, _ := d.command("compare", "-metric", "AE", before, now, "null:").CombinedOutput() // it exits 1 when they differ
		var differ float64
		if _, err := fmt.Sscan(string(out), &differ); err == nil && differ < cursor {
			still++
		} else {
			still = 0
		}
		d.must(os.Rename(now, before))
		<-time.After(apart)
		return still >= calm
	})
	d.shot(name)
}
