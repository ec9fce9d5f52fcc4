package signin

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// fakeOpener puts a program called xdg-open first in the way, as the browser
// library finds it.
func fakeOpener(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
}

func TestBrowserOpens(t *testing.T) {
	shown := filepath.Join(t.TempDir(), "shown")
	fakeOpener(t, `echo noise; echo noise >&2; printf %s "$1" > `+shown)
	read := capture(t)
	const page = "https://acme.zendesk.com/oauth/authorizations/new?a=1&b=2"
	err := Browser(page)
	printed := read()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(shown); err != nil || string(got) != page {
		t.Errorf("opened %q (%v)", got, err)
	}
	if printed != "" {
		t.Errorf("what the browser printed came through: %q", printed)
	}
}

// capture collects what this process and its children print until the returned
// function is called.
func capture(t *testing.T) func() string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	var saved [3]int
	for _, fd := range []int{1, 2} {
		if saved[fd], err = syscall.Dup(fd); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(f.Fd()), fd, 0); err != nil {
			t.Fatal(err)
		}
	}
	return func() string {
		for _, fd := range []int{1, 2} {
			if err := errors.Join(syscall.Dup3(saved[fd], fd, 0), syscall.Close(saved[fd])); err != nil {
				t.Error(err)
			}
		}
		text, err := os.ReadFile(f.Name())
		if err := errors.Join(err, f.Close()); err != nil {
			t.Error(err)
		}
		return string(text)
	}
}

func TestBrowserFails(t *testing.T) {
	fakeOpener(t, "exit 3")
	if err := Browser("https://x.example/"); err == nil {
		t.Error("a browser that failed counts as opened")
	}
	t.Setenv("PATH", t.TempDir())
	if err := Browser("https://x.example/"); err == nil {
		t.Error("no browser counts as opened")
	}
}

// A command that ends only with the browser does not hold us up.
func TestBrowserStaysOpen(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Fatal(err)
	}
	fakeOpener(t, "read line < "+pipe)
	start := time.Now()
	if err := Browser("https://x.example/"); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took < openPatience || took > 2*openPatience {
		t.Errorf("took %v", took)
	}
	if err := os.WriteFile(pipe, []byte("closed\n"), 0o600); err != nil { // the person closes the browser
		t.Fatal(err)
	}
}

func TestBrowserRefuses(t *testing.T) {
	fakeOpener(t, `: > "$0.called"`)
	for _, page := range []string{"file:///etc/passwd", "--version", "", "javascript:alert(1)", "http://x.example/"} {
		if err := Browser(page); err == nil {
			t.Errorf("%q was opened", page)
		}
	}
}

// A real browser, a consent page with a button, an authorization server of
// somebody else's.
func TestSignInWithChromium(t *testing.T) {
	const path = "/usr/bin/chromium"
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is not installed; `make deps` installs what the tests need", path)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	tab, closeTab := chromedp.NewContext(allocator)
	defer closeTab()

	v := newVendor(t)
	var heading, text string
	token, err := Run(ctx, Config{Provider: v.provider(), OpenURL: func(page string) error {
		err := chromedp.Do(tab, chromedp.Navigate(page), chromedp.Click(chromedp.CSS("#approve")), chromedp.WaitVisible(chromedp.CSS("main h1")))
		if err != nil {
			return err
		}
		if heading, err = chromedp.Run(tab, chromedp.Text(chromedp.CSS("h1"))); err != nil {
			return err
		}
		text, err = chromedp.Run(tab, chromedp.Text(chromedp.CSS("main p")))
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !v.accepts(t, token.Access.Reveal()) {
		t.Error("the token does not work")
	}
	if heading != "You are signed in to Zendesk" || !strings.Contains(text, "close this tab") {
		t.Errorf("the person reads %q, %q", heading, text)
	}
}
