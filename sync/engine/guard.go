package engine

import "time"

// guardWindow is how long removals add up.
const guardWindow = 24 * time.Hour

// Window sums the removals of 24 hours.
type Window struct {
	Start time.Time `json:"start,omitzero"`
	// Base is what was held in Dialpad when the window began.
	Base int `json:"base"`
	// Removed is what has been carried out since.
	Removed int `json:"removed"`
}

// limit is how many removals may be carried out in one window without asking:
// 20 or a fifth of the base, whichever is more, but never more than half of an
// account above three documents.
func (w Window) limit() int {
	n := max(20, w.Base/5)
	if w.Base > 3 {
		n = min(n, w.Base/2)
	}
	return n
}

// roll starts a new window when the old one is over. A start in the future,
// left by a clock that was wrong, becomes now; what was removed still counts.
func (w Window) roll(now time.Time, held int) Window {
	if w.Start.IsZero() || !now.Before(w.Start.Add(guardWindow)) {
		return Window{Start: now, Base: held}
	}
	if w.Start.After(now) {
		w.Start = now
	}
	return w
}

// without is the window when n documents have left it by the person's word:
// what may still go without asking is measured by what is left.
func (w Window) without(n int) Window {
	w.Base = max(0, w.Base-n)
	return w
}

// guard decides about all removals of a pass at once: either the window's sum
// stays within its limit, or none of them is carried out.
func guard(w Window, removals int) bool {
	return w.Removed+removals <= w.limit()
}
