//go:build long

package main

import (
	"slices"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// recorder writes down what both sides hold while it changes.
type recorder struct {
	mu              sync.Mutex
	source, dialpad history
	nodes           map[string]map[string]dialpadsim.Node // of ours that are there now: by key, by id
	keyOf           map[string]string                     // of every node there ever was
	hand            string                                // the key of what somebody is changing in Dialpad now
	kept            map[string][]period
}

func newRecorder() *recorder {
	return &recorder{
		source: history{}, dialpad: history{}, kept: map[string][]period{},
		nodes: map[string]map[string]dialpadsim.Node{}, keyOf: map[string]string{},
	}
}

// stateOf is what is compared of a document.
func stateOf(title, body string) string { return title + "\n" + body }

// bodyOf is the text of a node as it was before it was sent.
func bodyOf(n dialpadsim.Node) string {
	return strings.TrimSuffix(strings.TrimPrefix(n.Content, "<html><body>"), "</body></html>")
}

// article notes what the help center shows for a key since an event.
func (r *recorder) article(key string, e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.source[key] = append(r.source[key], e)
}

// node notes a change in Dialpad; it is a watcher of the double. A state that
// somebody's hand made stays theirs: what leaves it as it is does not count, and
// a text of theirs may come to light when the program removes a double.
func (r *recorder) node(n dialpadsim.Node, gone bool) {
	if n.Source != havocValue {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := n.ExternalID
	r.keyOf[n.ID] = key
	if r.nodes[key] == nil {
		r.nodes[key] = map[string]dialpadsim.Node{}
	}
	r.nodes[key][n.ID] = n
	if gone {
		delete(r.nodes[key], n.ID)
	}
	state := nothing
	for _, n := range r.nodes[key] {
		state = stateOf(n.Title, bodyOf(n))
		if n.Status != "published" {
			state = unpublished
		}
	}
	if len(r.nodes[key]) > 1 {
		state = twice
	}
	events := r.dialpad[key]
	if len(events) > 0 && events[len(events)-1].state == state {
		return
	}
	theirs := state != nothing && state != twice &&
		slices.ContainsFunc(events, func(e event) bool { return e.byHand && e.state == state })
	r.dialpad[key] = append(events, event{from: n.Updated, to: time.Now(), state: state, byHand: theirs || r.hand == key})
}

// byHand lets somebody change a document in Dialpad.
func (r *recorder) byHand(key string, do func() error) error {
	set := func(key string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.hand = key
	}
	set(key)
	defer set("")
	return do()
}

func (r *recorder) keptFrom(key string, from time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[key] = append(r.kept[key], period{from: from})
}

// keptUntil ends a period of keeping, if there is one.
func (r *recorder) keptUntil(key string, to time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.kept[key]); n > 0 && r.kept[key][n-1].to.IsZero() {
		r.kept[key][n-1].to = to
	}
}

// truth is what is known so far.
func (h *havoc) truth() *truth {
	byArrival := func(a, b entry) int { return a.Time.Compare(b.Time) }
	h.records.mu.Lock()
	defer h.records.mu.Unlock()
	t := &truth{
		interval: 15 * time.Minute, lag: time.Second, // as in settings.toml
		source: h.records.source, dialpad: h.records.dialpad, keyOf: h.records.keyOf, kept: h.records.kept,
		toSource:  slices.SortedFunc(slices.Values(h.zendesk.Journal().Entries()), byArrival),
		toDialpad: slices.SortedFunc(slices.Values(h.dialpad.Journal().Entries()), byArrival),
	}
	return t.retimed(func(t time.Time) time.Time { return t }) // a copy
}
