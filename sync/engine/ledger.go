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
	later map[source.Key]bool // true: exists; false: removed
}

// begin opens the ledger for a new listing.
func (l *ledger) begin(expected int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open, l.later = true, map[source.Key]bool{}
	l.keys = keySet{prints: make([]keyPrint, 0, expected+expected/16+16)}
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
	return l.keys.has(key)
}

// size is the number of keys the source has, by its latest word.
func (l *ledger) size() int {
	n := l.keys.size()
	for key, exists := range l.later {
		if listed := l.keys.has(key); exists && !listed {
			n++
		} else if !exists && listed {
			n--
		}
	}
	return n
}
