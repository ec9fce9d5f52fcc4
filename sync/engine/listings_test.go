package engine_test

import (
	"context"
	"hash/fnv"
	"iter"
	"maps"
	"slices"
	"time"

	"dialpadsync.app/sync/engine"
)

// listings are what Dialpad's listing shows: every node as it was a lag ago,
// and so neither what was made since nor that anything has gone.
type listings struct {
	lag time.Duration
	// uneven: some entries lag and some do not, others in every listing, as
	// where several copies answer.
	uneven bool
	owned  int // listings asked for
	past   map[string][]former
}

// former is a node as listings go on showing it for a lag after a moment.
type former struct {
	until time.Time
	node  *engine.Node // nil: it was not there
}

// before remembers how the node was before it is changed, made or deleted.
func (w *world) before(id string) {
	if w.past == nil {
		w.past = map[string][]former{}
	}
	was := former{until: time.Now()}
	if w.nodes[id] != nil {
		node := w.node(id)
		was.node = &node
	}
	w.past[id] = append(w.past[id], was)
}

// shown is the node as a listing shows it, or nil.
func (w *world) shown(id string) *engine.Node {
	at := time.Now()
	h := fnv.New32()
	_, _ = h.Write([]byte(id))
	if !w.uneven || (int(h.Sum32())+w.owned)%3 > 0 {
		at = at.Add(-w.lag)
	}
	for _, was := range w.past[id] {
		if was.until.After(at) {
			return was.node
		}
	}
	if n := w.nodes[id]; n != nil && !n.foreign {
		node := w.node(id)
		return &node
	}
	return nil
}

// listed is what a listing that begins now shows.
func (w *world) listed() []engine.Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.owned++
	ids := slices.AppendSeq(slices.Collect(maps.Keys(w.nodes)), maps.Keys(w.past))
	slices.Sort(ids)
	var nodes []engine.Node
	for _, id := range slices.Compact(ids) {
		if n := w.shown(id); n != nil {
			nodes = append(nodes, *n)
		}
	}
	return nodes
}

// Owned implements engine.Destination.
func (d dialpad) Owned(context.Context) iter.Seq2[engine.Node, error] {
	return func(yield func(engine.Node, error) bool) {
		for i, n := range d.listed() {
			if i%d.perPage == 0 {
				d.mu.Lock()
				err := d.ask("owned", false)
				d.mu.Unlock()
				if err != nil {
					yield(engine.Node{}, err)
					return
				}
			}
			if !yield(n, nil) {
				return
			}
		}
	}
}
