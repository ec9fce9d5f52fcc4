package model_test

import (
	"maps"
	"math"
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

// change is that a document of the source begins to hold a text, or to be away.
type change struct {
	seq  int
	at   time.Time // by both sides' clock
	text string    // see textOf; empty: it is not to be in Dialpad
	// told: the source's order of changes tells of it. Otherwise only a
	// comparison of keys shows it.
	told bool
}

// textOf is a document's state in one string.
func textOf(title, body string) string { return title + "\x00" + body }

// history is what the source had of each document, in the order of time; what
// is chosen is part of it.
type history map[source.Key][]change

// now is the text a document has, or empty.
func (h history) now(key source.Key) string {
	all := h[key]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].text
}

// since are the texts a document had at some moment from an event on, the state
// in force at that event included.
func (h history) since(key source.Key, seq int) []string {
	texts := []string{""}
	for _, c := range h[key] {
		if c.seq <= seq {
			texts = texts[:0]
		}
		texts = append(texts, c.text)
	}
	return texts
}

// awaySince says whether a document was away at some moment from the given one
// on.
func (h history) awaySince(key source.Key, from time.Time) bool {
	state := ""
	for _, c := range h[key] {
		if c.at.After(from) && state == "" {
			return true
		}
		state = c.text
	}
	return state == ""
}

// unseen says whether a change of the document may still be unknown to somebody
// who followed the order of changes up to the event told and compared keys at
// the event listed.
func (h history) unseen(key source.Key, told, listed int) bool {
	return slices.ContainsFunc(h[key], func(c change) bool {
		return c.seq > listed && (!c.told || c.seq > told)
	})
}

// before is the last event up to which everything happened before a moment.
func (h history) before(moment time.Time) int {
	last := math.MaxInt
	for _, changes := range h {
		for _, c := range changes {
			if c.at.After(moment) {
				last = min(last, c.seq-1)
			}
		}
	}
	return last
}

// note adds what has changed against the given state.
func (h history) note(seq int, at time.Time, state map[source.Key]string, told func(source.Key) bool) {
	for key := range maps.Keys(h) {
		if _, ok := state[key]; !ok && h.now(key) != "" {
			h[key] = append(h[key], change{seq, at, "", told(key)})
		}
	}
	for key, text := range state {
		if h.now(key) != text {
			h[key] = append(h[key], change{seq, at, text, told(key)})
		}
	}
}
