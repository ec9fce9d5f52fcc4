package view

import (
	"math"
	"time"

	"dialpadsync.app/sync/engine"
)

// Bar is how far a phase has come.
type Bar struct {
	Done, Total int
	// PerSecond is the mean rate of the phase, 0 while unknown.
	PerSecond float64
	// Left is the time left, 0 while unknown.
	Left time.Duration
}

// settleTime is how long a phase runs before its rate means anything.
const settleTime = 3 * time.Second

// Progress is the bar of the account's present phase.
func Progress(a engine.AccountStatus, now time.Time) Bar {
	bar := Bar{Done: a.Done, Total: max(a.Total, a.Done)}
	if a.Total == 0 {
		bar.Total = 0
	}
	gone := now.Sub(a.Began)
	if a.Began.IsZero() || gone < settleTime || a.Done == 0 {
		return bar
	}
	bar.PerSecond = float64(a.Done) / gone.Seconds()
	if bar.Total > 0 {
		bar.Left = time.Duration(float64(bar.Total-bar.Done) / bar.PerSecond * float64(time.Second))
	}
	return bar
}

// Share is the finished part from 0 to 1, or 0 while the total is unknown.
func (b Bar) Share() float64 {
	if b.Total == 0 {
		return 0
	}
	return math.Min(1, float64(b.Done)/float64(b.Total))
}

// Progress is "320 of 1,204, about 4 minutes left", or less where less is
// known.
func (w *Words) Progress(b Bar) string {
	args := Args{"done": b.Done, "total": b.Total}
	switch {
	case b.Total == 0:
		return w.Text("state.done", args)
	case b.Left <= 0:
		return w.Text("state.done_of", args)
	}
	args["left"] = w.left(b.Left)
	return w.Text("state.done_of_left", args)
}
