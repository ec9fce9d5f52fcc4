package engine

import "time"

// LookEvery is how often whoever waits in the background looks around, so that
// a computer that woke from sleep or whose clock was set is noticed within a
// minute.
const LookEvery = 30 * time.Second

// UntilNext is the time from now to the next whole multiple of every on the
// wall clock. Everything in the background that waits by it is due at the same
// instants, so that an idle process wakes up once for all of them. A timer that
// went off a little early, because the clock is being slewed, is not due again
// at once.
func UntilNext(now time.Time, every time.Duration) time.Duration {
	wall := now.Round(0)
	wait := wall.Truncate(every).Add(every).Sub(wall)
	if wait < every/8 {
		wait += every
	}
	return wait
}
