package engine

import (
	"slices"
	"time"
)

// guardWindow is how long removals add up. One counts until the hour in which it
// was carried out lies wholly behind the window.
const guardWindow = 24 * time.Hour

// Window sums the removals of the last 24 hours, hour by hour, so that nowhere
// in time more can go than its limit. It has a clock of its own, which moves on
// only as far as this computer's clock and the source's both do: setting one of
// them, forth or back, lets nothing go earlier.
type Window struct {
	// Elapsed is the time on the window's clock.
	Elapsed time.Duration `json:"elapsed,omitempty"`
	// Here and There are what this computer's clock and the source's showed when
	// Elapsed was last moved; There is zero where the source does not tell.
	Here  time.Time `json:"here,omitzero"`
	There time.Time `json:"there,omitzero"`
	// Hours are those of the window in which there was a pass, oldest first.
	Hours []Hour `json:"hours,omitempty"`
	// Found is what Dialpad held when a pass began that did not learn the
	// source's time, plus one; 0 where there was none. It belongs to the next hour.
	Found int `json:"found,omitempty"`
}

// Hour is one hour of a Window.
type Hour struct {
	// Number counts hours on the window's clock.
	Number int64 `json:"number"`
	// Held is what Dialpad held when the hour's first pass began, Removed what has
	// been removed in it without the person's word.
	Held    int `json:"held"`
	Removed int `json:"removed,omitempty"`
}

// moved is the window once both clocks show these times. there is zero where the
// source does not tell its time.
func (w Window) moved(here, there time.Time) Window {
	d := here.Sub(w.Here)
	if !there.IsZero() && !w.There.IsZero() {
		d = min(d, there.Sub(w.There))
	}
	if !w.Here.IsZero() && d > 0 {
		w.Elapsed += d
	}
	w.Here, w.There = here.Round(0), there.Round(0)
	oldest := w.hour() - int64(guardWindow/time.Hour)
	w.Hours = slices.DeleteFunc(slices.Clone(w.Hours), func(h Hour) bool { return h.Number < oldest })
	return w
}

func (w Window) hour() int64 { return int64(w.Elapsed / time.Hour) }

// noting is the window with an hour for now, in which held was there.
func (w Window) noting(held int) Window {
	if w.Found > 0 {
		held = w.Found - 1
	}
	w.Found = 0
	if n := len(w.Hours); n == 0 || w.Hours[n-1].Number < w.hour() {
		w.Hours = append(slices.Clone(w.Hours), Hour{Number: w.hour(), Held: held})
	}
	return w
}

// finding is the window once a pass began, while the source's time is unknown.
func (w Window) finding(held int) Window {
	if w.Found == 0 {
		w.Found = held + 1
	}
	return w
}

// base is what was held when the window began.
func (w Window) base() int {
	if len(w.Hours) == 0 {
		return 0
	}
	return w.Hours[0].Held
}

// Removed is what has been removed in the window without the person's word.
func (w Window) Removed() int {
	n := 0
	for _, h := range w.Hours {
		n += h.Removed
	}
	return n
}

// same says that two windows differ in nothing but the time on their clocks.
func (w Window) same(v Window) bool { return slices.Equal(w.Hours, v.Hours) && w.Found == v.Found }

// counting is the window after n more removals.
func (w Window) counting(n int) Window {
	w = w.noting(w.base())
	w.Hours = slices.Clone(w.Hours)
	w.Hours[len(w.Hours)-1].Removed += n
	return w
}

// without is the window when n documents have left it by the person's word:
// what may still go without asking is measured by what is left.
func (w Window) without(n int) Window {
	w.Hours = slices.Clone(w.Hours)
	for i := range w.Hours {
		w.Hours[i].Held = max(0, w.Hours[i].Held-n)
	}
	if w.Found > 0 {
		w.Found = max(1, w.Found-n)
	}
	return w
}

// limit is how many removals may be carried out in one window without asking:
// 20 or a fifth of what was held when it began, whichever is more, but never
// more than half of an account above three documents. held is what was there
// before the pass wrote anything; it is the account's size where the window began
// with next to nothing.
func (w Window) limit(held int) int {
	size := w.base()
	n := max(20, size/5)
	if size <= 3 {
		size = held + w.Removed()
	}
	if size > 3 {
		n = min(n, size/2)
	}
	return n
}

// allows decides about all removals of a pass at once: either the window's sum
// stays within its limit, or none of them is carried out.
func (w Window) allows(removals, held int) bool {
	return w.Removed()+removals <= w.limit(held)
}
