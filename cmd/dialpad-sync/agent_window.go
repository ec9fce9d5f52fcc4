package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
)

// windowProgram is the window's file, beside the agent's own.
const windowProgram = "dialpad-sync-window"

// launcher starts the window program, one at a time, and ends it with the agent.
type launcher struct {
	args  []string // that lead to the agent's home
	log   *slog.Logger
	start chan startWindow
}

type startWindow struct {
	want   local.Show
	answer chan error
}

// windowEnds is how long a window that was told to close has for it.
const windowEnds = 2 * time.Second

// run starts a window whenever asked, unless the last one still runs, and
// returns after ctx ends and the window has gone.
func (w *launcher) run(ctx context.Context) error {
	var gone chan struct{} // closed when the window that was started has ended
	for {
		select {
		case ask := <-w.start:
			var err error
			if gone == nil {
				gone, err = w.launch(ctx, ask.want)
			}
			ask.answer <- err
		case <-gone:
			gone = nil
		case <-ctx.Done():
			if gone != nil {
				<-gone
			}
			return nil
		}
	}
}

func (w *launcher) launch(ctx context.Context, want local.Show) (gone chan struct{}, err error) {
	path, err := windowPath()
	if err != nil {
		return nil, err
	}
	args := append([]string{"--page", string(want.Page)}, w.args...)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = windowEnds
	if err := cmd.Start(); err != nil {
		return nil, noWindow(err)
	}
	gone = make(chan struct{})
	go func() {
		defer close(gone)
		if err := cmd.Wait(); err != nil && ctx.Err() == nil {
			w.log.Warn("the window ended", slog.Any("error", err))
		}
	}()
	return gone, nil
}

// windowPath finds the window program beside this one and a screen to show it
// on.
func windowPath() (string, error) {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return "", noWindow(errors.New("there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set"))
	}
	self, err := os.Executable()
	if err != nil {
		return "", noWindow(err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	name := windowProgram
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(path); err != nil {
		return "", noWindow(err)
	}
	return path, nil
}

func noWindow(err error) error {
	return &source.Error{Kind: source.Fatal, Code: source.CodeNoWindow, Op: "show the window", Err: err}
}

// Show brings the window forward, or starts it where none follows the agent.
func (a *agent) Show(want local.Show) error {
	if a.hasWindow() {
		a.change(func(p *local.Picture) {
			p.Show = local.Show{Count: p.Show.Count + 1, Page: want.Page, Account: want.Account}
		})
		return nil
	}
	a.change(func(p *local.Picture) { p.Show.Page, p.Show.Account = want.Page, want.Account })
	ask := startWindow{want: want, answer: make(chan error, 1)}
	select {
	case a.launcher.start <- ask:
		return <-ask.answer
	case <-time.After(windowEnds):
		return noWindow(errors.New("the agent is ending"))
	}
}

// OpenAgain implements local.Opener.
func (a *agent) OpenAgain() error { return a.desk.OpenAgain() }

// OpenDocument shows a document's public page in the browser.
func (a *agent) OpenDocument(ctx context.Context, ask local.DocumentRequest) error {
	url, err := a.page(ctx, ask)
	if err != nil {
		return err
	}
	if err := a.home.browser()(url); err != nil {
		return &source.Error{Kind: source.Fatal, Code: source.CodeNoBrowser, Op: "open the page of an answer", Err: err}
	}
	return nil
}
