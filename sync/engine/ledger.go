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
	keys  keySet
	rows  *snapshot           // has what keys had, once folded into it
	noted int                 // how many of rows those are
	later map[source.Key]bool // true: exists; false: removed
}

// begin opens the ledger for a new listing.
func (l *ledger) begin(expected int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open, l.later = true, map[source.Key]bool{}
	l.keys = keySet{prints: make([]keyPrint, 0, expected+expected/16+16)}
	l.rows, l.noted = nil, 0
}

// fold notes the listed keys in a sorted snapshot, which has nearly all of them
// anyway, and keeps the others only.
func (l *ledger) fold(rows *snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	others := []keyPrint{}
	for _, p := range l.keys.prints {
		if at := rows.at(p); at >= 0 {
			rows.flags[at] |= listedFlag
			l.noted++
		} else {
			others = append(others, p)
		}
	}
	l.keys, l.rows = keySet{prints: others}, rows
}

// listed says whether the listing had the key.
func (l *ledger) listed(key source.Key) bool {
	if l.rows != nil {
		if at := l.rows.find(key); at >= 0 {
			return l.rows.has(at, listedFlag)
		}
	}
	return l.keys.has(key)
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
