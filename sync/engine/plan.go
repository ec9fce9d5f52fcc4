package engine

import (
	"time"

	"dialpadsync.app/sync/source"
)

// step is what a change asks for.
type step int

const (
	skip    step = iota // nothing to do
	ask                 // the source has to be asked for the document
	create              // Dialpad has no node yet
	update              // the known node is rewritten
	compare             // a found node's content is read before anything is written
	settle              // only the checkpoint's word is brought up to date
	hold                // the removal is collected for the end of the pass
	forget              // the row goes; Dialpad has nothing of it
	park                // a create waits for a later listing of Dialpad
)

// plan decides what a change asks for, from the change and the row there is
// (the zero Row without one). It reads no clock and does no I/O.
func plan(c source.Change, row Row, sum [16]byte, now time.Time) step {
	switch {
	case row.State == Parked:
		return skip // only a listing of Dialpad can tell; see resolveParked
	case c.Removed != "":
		return planRemoval(row)
	case c.Document == nil:
		return planNotice(c, row, now)
	}
	switch {
	case row.Node == "":
		if waitsForRetry(c, row, now) {
			return skip
		}
		return create
	case row.State == Adopted:
		return compare
	case row.State != Clean || row.Sum != sum:
		if waitsForRetry(c, row, now) {
			return skip
		}
		return update
	case row.Version != MarkOf(c.Version) || row.Hold != "" || row.Kept || row.Failed():
		return settle
	}
	return skip
}

func planRemoval(row Row) step {
	switch {
	case row.Kept:
		return skip
	case row.Node != "":
		return hold
	case row.Key != "":
		return forget
	}
	return skip
}

func planNotice(c source.Change, row Row, now time.Time) step {
	applied := row.Key != "" && row.State == Clean && !row.Failed() && row.Hold == "" &&
		!row.Kept && row.Version != 0 && row.Version == MarkOf(c.Version)
	if applied || waitsForRetry(c, row, now) {
		return skip
	}
	return ask
}

// waitsForRetry says that this very version has failed and its next try is not
// due, so that the overlap of two polls does not hammer one bad document.
func waitsForRetry(c source.Change, row Row, now time.Time) bool {
	return row.Failed() && row.Version != 0 && row.Version == MarkOf(c.Version) && !row.retryDue(now)
}

// longestRetry is the longest distance between two tries of one document.
const longestRetry = 24 * time.Hour

// retryDue says whether the row's next try is due. A time further ahead than
// any distance comes from a clock that was wrong.
func (r Row) retryDue(now time.Time) bool {
	return !now.Before(r.RetryAt) || r.RetryAt.Sub(now) > longestRetry
}

// seenBy says whether a removal that waits did so at the moment seen. A time
// ahead of now comes from a clock that was wrong.
func (r Row) seenBy(seen, now time.Time) bool {
	return !r.HeldAt.After(seen) || r.HeldAt.After(now)
}

// retryAfter is the growing distance between tries of one document: a refused
// document is asked about from an hour to a day, anything else from five
// seconds to six hours.
func retryAfter(kind source.Kind, attempts int) time.Duration {
	first, last := 5*time.Second, 6*time.Hour
	if kind == source.BadDocument {
		first, last = time.Hour, longestRetry
	}
	d := first
	for i := 1; i < attempts && d < last; i++ {
		d *= 2
	}
	return min(d, last)
}
