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

// windowOpens is how long a window that was started may take to follow the
// agent; afterwards it counts as one that hangs.
const windowOpens = 20 * time.Second

// child is a window that was started.
type child struct {
	began time.Time
	gone  chan struct{} // closed when it has ended; nil while there is none
	end   context.CancelFunc
}

// hangs says that it has had enough time to follow the agent. Nobody asks while
// one follows.
func (c child) hangs() bool { return c.gone != nil && time.Since(c.began) > windowOpens }

// run starts a window whenever asked, unless the last one is still opening, and
// returns after ctx ends and the window has gone.
func (w *launcher) run(ctx context.Context) error {
	var last child
	for {
		select {
		case ask := <-w.start:
			if last.hangs() {
				last.end()
				<-last.gone
				last = child{}
			}
			var err error
			if last.gone == nil {
				last, err = w.launch(ctx, ask.want)
			}
			ask.answer <- err
		case <-last.gone:
			last.end()
			last = child{}
		case <-ctx.Done():
			if last.gone != nil {
				<-last.gone
			}
			return nil
		}
	}
}

func (w *launcher) launch(ctx context.Context, want local.Show) (child, error) {
	path, err := windowPath()
	if err != nil {
		return child{}, err
	}
	ctx, end := context.WithCancel(ctx)
	args := append([]string{"--page", string(want.Page)}, w.args...)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = windowEnds
	if err := cmd.Start(); err != nil {
		end()
		return child{}, noWindow(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if err := cmd.Wait(); err != nil && ctx.Err() == nil {
			w.log.Warn("the window ended", slog.Any("error", err))
		}
	}()
	return child{began: time.Now(), gone: gone, end: end}, nil
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

// windowComes is how long a window has to answer a wish to see it; afterwards it
// counts as one that hangs.
const windowComes = 4 * time.Second

// Show brings the window forward, or starts it where none follows the agent. One
// that hangs is ended first: nobody could see another beside it.
func (a *agent) Show(want local.Show) error {
	a.showing.Lock()
	defer a.showing.Unlock()
	if len(a.windows()) > 0 {
		if a.comes(want) {
			return nil
		}
		a.endWindows()
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

// comes asks the window that follows to come forward and says whether it does.
// At the end of the agent it does not matter.
func (a *agent) comes(want local.Show) bool {
	count := 0
	a.change(func(p *local.Picture) {
		count = p.Show.Count + 1
		p.Show = local.Show{Count: count, Page: want.Page, Account: want.Account}
	})
	ctx, cancel := a.within(windowComes)
	defer cancel()
	return a.await(ctx, func() bool { return a.came >= count }) || a.hasEnded()
}

// endWindows ends the windows that follow, and returns when they no longer do.
func (a *agent) endWindows() {
	for _, id := range a.windows() {
		a.log.Warn("the window does not answer and is ended", slog.Int("process", id))
		process, err := os.FindProcess(id)
		if err == nil {
			err = process.Kill()
		}
		if err != nil {
			a.log.Warn("the window could not be ended", slog.Any("error", err))
		}
	}
	ctx, cancel := a.within(windowEnds)
	defer cancel()
	a.await(ctx, func() bool { return len(a.following()) == 0 })
}

// within is a context that lasts for a while, or until the agent ends.
func (a *agent) within(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, done := a.untilEnd(context.Background())
	ctx, cancel := context.WithTimeout(ctx, d)
	return ctx, func() { cancel(); done() }
}

// untilEnd is ctx for work that goes on when ctx ends, but not when the agent
// does.
func (a *agent) untilEnd(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-a.over:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); <-stopped }
}

// hasEnded says that nothing is wired any more.
func (a *agent) hasEnded() bool {
	select {
	case <-a.over:
		return true
	default:
		return false
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
