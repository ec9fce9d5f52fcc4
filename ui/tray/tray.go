// Package tray is the agent's face in the panel: an icon, a line at the
// pointer, and a menu. It shows what ui/view says about the newest picture of
// the engine and hands what the person chooses to the agent.
//
// It holds the one global thing the tray library has: Run works once in a
// process. On Linux the icon lives on the library's shared connection to the
// session bus, which the password store uses as well; Run closes it at its
// end, so it has to be among the last things that end.
package tray

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// ErrNone says that there is no tray here: no desktop session, or a system
// without one. The agent says so once and goes on without.
var ErrNone = errors.New("there is no tray here")

// errAgain says that the process has had its tray.
var errAgain = errors.New("the tray runs once in a process")

// Agent is what the menu does. Its methods are called one after another and
// return soon; longer work goes on behind them.
type Agent interface {
	// Sync makes one pass, comparing everything if full.
	Sync(full bool)
	// Pause holds syncing until then, or for the zero time until Resume.
	Pause(until time.Time)
	Resume()
	// Open shows an account in the window, or the window for "".
	Open(account string)
}

// Config is what a tray shows and does.
type Config struct {
	// Pictures gives the engine's status; the newest one is shown. When it is
	// closed, the last one stays.
	Pictures <-chan engine.Status
	Agent    Agent
	// Words is what it says now; another answer than before is another language.
	Words func() *view.Words
	// Quit is the menu's last entry: it ends the agent, and with it Run's ctx.
	Quit func()
	// NoPanel is called at most once, when no panel has shown interest in
	// icons for some seconds; the icon appears later if one does. It may be nil.
	NoPanel func()
	Log     *slog.Logger

	timing timing
}

// timing is how patient a tray is.
type timing struct {
	pace   time.Duration // at least, between two refreshes
	hiccup time.Duration // how long a trouble lasts before it shows
	recheck,
	grace, // before a missing panel is told of
	retry time.Duration // between two looks for a bus that died
}

var patient = timing{pace: time.Second, hiccup: view.Hiccup, recheck: time.Minute, grace: 10 * time.Second, retry: 30 * time.Second}

var ran atomic.Bool

// Run shows the tray until ctx ends. It returns nil then, or an error that is
// ErrNone at once. A desktop whose message bus or panel dies is waited for.
func Run(ctx context.Context, config Config) error {
	if !ran.CompareAndSwap(false, true) {
		return errAgain
	}
	if config.timing == (timing{}) {
		config.timing = patient
	}
	if config.NoPanel == nil {
		config.NoPanel = func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return run(ctx, config)
}
