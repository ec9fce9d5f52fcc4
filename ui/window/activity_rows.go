package window

import (
	"strings"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
)

// keptRows is how many rows of activity are kept, as many as the agent has.
const keptRows = 2000

// ledger is the activity the window knows, oldest first, and what of it the
// person wants to see, newest first.
type ledger struct {
	limit int
	rows  []local.ActivityRow
	// text and deed choose what is seen; empty means all.
	text string
	deed engine.Deed
	seen []int // places in rows
}

// add takes rows that came after the known ones and says how many of them are
// seen.
func (l *ledger) add(rows []local.ActivityRow) int {
	known := l.last()
	for _, row := range rows {
		if row.Number > l.last() {
			l.rows = append(l.rows, row)
		}
	}
	if over := len(l.rows) - l.limit; over > 0 {
		l.rows = append([]local.ActivityRow(nil), l.rows[over:]...)
	}
	l.choose(l.text, l.deed)
	added := 0
	for added < len(l.seen) && l.at(added).Number > known {
		added++
	}
	return added
}

// last is the number of the newest row.
func (l *ledger) last() int64 {
	if len(l.rows) == 0 {
		return 0
	}
	return l.rows[len(l.rows)-1].Number
}

// choose shows the rows whose title or key has the text, in any case, and that
// are of the deed.
func (l *ledger) choose(text string, deed engine.Deed) {
	l.text, l.deed = text, deed
	wanted := strings.ToLower(strings.TrimSpace(text))
	l.seen = l.seen[:0]
	for i := len(l.rows) - 1; i >= 0; i-- {
		row := l.rows[i]
		if deed != "" && row.Deed != deed {
			continue
		}
		if wanted == "" || strings.Contains(strings.ToLower(row.Title), wanted) || strings.Contains(strings.ToLower(string(row.Key)), wanted) {
			l.seen = append(l.seen, i)
		}
	}
}

// at is the row in sight at a place.
func (l *ledger) at(i int) local.ActivityRow { return l.rows[l.seen[i]] }

// find is the place in sight of the row with a number, or -1.
func (l *ledger) find(number int64) int {
	for i, at := range l.seen {
		if l.rows[at].Number == number {
			return i
		}
	}
	return -1
}
