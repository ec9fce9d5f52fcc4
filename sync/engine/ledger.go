package engine

import (
	"sync"

	"dialpadsync.app/sync/source"
)

// ledger is what the source said in this pass since its keys were listed: the
// listing itself, and the words about single keys that came later.
type ledger struct {
	mu    sync.Mutex
	open  bool
	rows  *snapshot           // has nearly all of the listed keys anyway, and is marked
	noted int                 // how many of its rows are
	keys  keySet              // the others
	later map[source.Key]bool // true: exists; false: removed
}

// begin opens the ledger for a new listing.
func (l *ledger) begin(rows *snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open, l.later = true, map[source.Key]bool{}
	l.rows, l.noted, l.keys = rows, 0, keySet{}
	for i := range rows.flags {
		rows.flags[i] &^= listedFlag
	}
}

// list notes a key of the listing, until keys are sealed.
func (l *ledger) list(key source.Key) {
	at := l.rows.at(printOf(key))
	switch {
	case at < 0:
		l.keys.add(key)
	case !l.rows.has(at, listedFlag):
		l.rows.flags[at] |= listedFlag
		l.noted++
	}
}

// listed says whether the listing had the key.
func (l *ledger) listed(key source.Key) bool {
	at := l.rows.at(printOf(key))
	return at >= 0 && l.rows.has(at, listedFlag) || l.keys.has(key)
}

// heard notes the source's word about one key.
func (l *ledger) heard(c source.Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.open || (c.Document == nil && c.Removed == "") {
		return
	}
	l.later[c.Key] = c.Removed == ""
}

// has says whether the source has the key, by its latest word.
func (l *ledger) has(key source.Key) bool {
	if exists, ok := l.later[key]; ok {
		return exists
	}
	return l.listed(key)
}

// size is the number of keys the source has, by its latest word.
func (l *ledger) size() int {
	n := l.keys.size() + l.noted
	for key, exists := range l.later {
		if listed := l.listed(key); exists && !listed {
			n++
		} else if !exists && listed {
			n--
		}
	}
	return n
}
