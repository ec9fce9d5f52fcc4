package sim

import (
	"sync"
	"time"
)

// Clock is the time a double lives in. It is safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	frozen bool
	base   time.Time     // where a frozen clock stands
	offset time.Duration // how far a running clock was moved
	skew   time.Duration
}

// NewClock returns a clock that runs with the computer's time.
func NewClock() *Clock { return &Clock{} }

// NewFrozenClock returns a clock that stands at start and moves only by Advance.
func NewFrozenClock(start time.Time) *Clock { return &Clock{frozen: true, base: start} }

// Now returns the double's time: what decides expiry, timestamps and windows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen {
		return c.base
	}
	return time.Now().Add(c.offset)
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base = c.base.Add(d)
	c.offset += d
}

// SetSkew makes the Date header wrong by d; Now is not affected.
func (c *Clock) SetSkew(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew = d
}

// Date returns what the Date header says: Now plus the skew.
func (c *Clock) Date() time.Time {
	c.mu.Lock()
	skew := c.skew
	c.mu.Unlock()
	return c.Now().Add(skew)
}

// Reset undoes every Advance and SetSkew of a running clock; a frozen clock
// stays where it stands and loses its skew.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.skew = 0, 0
}
