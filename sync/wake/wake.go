// Package wake tells when it is worth looking at once: the computer may have
// slept, the network has come back, or the clock was set. On Linux the system
// says so over its message bus (logind, NetworkManager); everywhere Clock
// finds out at the ticks its caller has anyway. It also knows whether the
// computer runs on battery or on a network that costs money.
//
// Nothing here wakes the computer by itself, except for a look once a minute
// for a bus that has died.
package wake

import (
	"errors"
	"time"
)

// Reason says what has happened.
type Reason string

// What has happened.
const (
	Slept   Reason = "slept"   // the computer may have slept
	Network Reason = "network" // the network is back
	Clock   Reason = "clock"   // the clock was set back
)

// ErrNone says that this system tells nothing by itself; a Watch does not need
// it to.
var ErrNone = errors.New("this system tells nothing of sleep and network")

// Watch finds sleep and clock changes from one tick of its owner to the next.
// Its zero value is ready.
type Watch struct {
	// Every is the longest the owner means to wait between two ticks; where the
	// system's steady clock goes on during sleep, only a longer gap tells. Zero
	// means that the owner's ticks have no rhythm.
	Every time.Duration

	last time.Time
}

// Tick says what must have happened since the last tick, or "". now is
// time.Now(), with its monotonic part.
func (w *Watch) Tick(now time.Time) Reason {
	last := w.last
	w.last = now
	if last.IsZero() {
		return ""
	}
	return between(now.Round(0).Sub(last.Round(0)), now.Sub(last), w.Every)
}

// slack is a difference that timers, load and a clock service explain.
const slack = 10 * time.Second

// between compares how far the wall clock and the steady clock have come. A
// jump ahead and sleep look the same.
func between(wall, steady, every time.Duration) Reason {
	switch {
	case wall < steady-slack:
		return Clock
	case wall > steady+slack, every > 0 && steady > every+slack:
		return Slept
	}
	return ""
}
