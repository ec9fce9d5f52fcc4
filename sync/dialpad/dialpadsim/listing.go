package dialpadsim

import (
	"slices"
	"time"
)

// filter is what a listing asks for; empty fields do not filter.
type filter struct{ typ, status string }

func (f filter) matches(m meta) bool {
	return (f.typ == "" || m.typ == f.typ) && (f.status == "" || m.status == f.status) && m.status != archived
}

// list returns at most limit nodes after a sequence number, as they were a lag
// ago, and whether there are more.
func (s *store) list(f filter, after int64, limit int) (entries []view, more bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	at := s.clock.Now().Add(-s.lag)
	from, _ := slices.BinarySearchFunc(s.order, after+1, func(n *node, seq int64) int { return int(n.seq - seq) })
	for _, n := range s.order[from:] {
		v, listed := n.asOf(at)
		if !listed || !f.matches(v.meta) {
			continue
		}
		if len(entries) == limit {
			return entries, true
		}
		entries = append(entries, v)
	}
	return entries, false
}

// asOf returns the node as it was, and whether it existed.
func (n *node) asOf(at time.Time) (view, bool) {
	for _, p := range n.past {
		if p.until.After(at) {
			return p.view, p.listed
		}
	}
	return n.view(), !n.gone
}

// setLag changes how far listings lag behind from now on.
func (s *store) setLag(lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = lag
}

// currentGeneration moves with every write.
func (s *store) currentGeneration() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.generation
}
