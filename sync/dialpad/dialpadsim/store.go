package dialpadsim

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"
	"unique"

	"dialpadsync.app/sync/sim"
)

// meta is what a client writes about a node.
type meta struct {
	typ, status, title                      string
	source, externalID, mimeType, url, body string
	extra, contentExtra                     map[string]json.RawMessage // never changed in place
}

func (m meta) key() key { return key{m.typ, m.source, m.externalID} }

// interned shares the strings that most nodes have in common.
func (m meta) interned() meta {
	for _, s := range []*string{&m.typ, &m.status, &m.source, &m.mimeType} {
		*s = unique.Make(*s).Value()
	}
	return m
}

const (
	published   = "published"
	unpublished = "unpublished"
	archived    = "archived" // a soft delete
)

// key identifies a document of one origin; incomplete keys never collide.
type key struct{ typ, source, externalID string }

func (k key) complete() bool { return k.source != "" && k.externalID != "" }

// node is one node. Its fields are guarded by the store's lock.
type node struct {
	meta
	id               string
	seq              int64
	locale           string
	created, updated time.Time
	revision         int
	contents         []variant
	gone             bool
	past             []snapshot // oldest first; only while listings lag
}

// variant is the content in one locale.
type variant struct {
	locale string
	blob   *blob
}

// snapshot is a node as listings showed it until a moment.
type snapshot struct {
	until  time.Time
	view   view
	listed bool
}

// view is a copy of a node's fields that is safe outside of the lock.
type view struct {
	meta
	id               string
	seq              int64
	locale           string
	created, updated time.Time
	revision         int
}

func (n *node) view() view {
	return view{n.meta, n.id, n.seq, n.locale, n.created, n.updated, n.revision}
}

// store holds the nodes in the order of their creation.
type store struct {
	clock *sim.Clock
	seed  uint64

	mu         sync.RWMutex
	lag        time.Duration
	byID       map[string]*node
	byKey      map[key][]*node
	order      []*node // by seq; may hold nodes that are gone
	goneCount  int
	lastSeq    int64
	generation int64
	lastStamp  time.Time
	blobs      blobs
	watch      func(n Node, gone bool) // nil: nobody watches
}

func newStore(clock *sim.Clock, seed uint64) *store {
	s := &store{clock: clock, seed: seed}
	s.reset()
	return s
}

func (s *store) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID, s.byKey, s.blobs = make(map[string]*node), make(map[key][]*node), make(blobs)
	s.order, s.goneCount, s.lastSeq, s.generation = nil, 0, 0, 0
	s.lastStamp = time.Time{}
}

// newID is node_ and 32 hexadecimal digits that follow from the seed.
func (s *store) newID() string {
	var in [16]byte
	binary.BigEndian.PutUint64(in[:8], s.seed)
	binary.BigEndian.PutUint64(in[8:], uint64(s.lastSeq))
	sum := sha256.Sum256(in[:])
	return "node_" + hex.EncodeToString(sum[:16])
}

// stamp returns the time of a change; no two changes share one.
func (s *store) stamp() time.Time {
	now := s.clock.Now().UTC().Truncate(time.Microsecond)
	if !now.After(s.lastStamp) {
		now = s.lastStamp.Add(time.Microsecond)
	}
	s.lastStamp = now
	return now
}

// add creates a node. The lock is held.
func (s *store) add(m meta, locale string) *node {
	s.lastSeq++
	s.generation++
	now := s.stamp()
	n := &node{
		meta: m.interned(), id: s.newID(), seq: s.lastSeq, locale: unique.Make(locale).Value(),
		created: now, updated: now, revision: 1,
	}
	s.byID[n.id] = n
	s.order = append(s.order, n)
	s.index(n)
	if s.lag > 0 {
		n.past = []snapshot{{until: now}}
	}
	s.tell(n)
	return n
}

// tell lets whoever watches know of a change. The lock is held.
func (s *store) tell(n *node) {
	if s.watch != nil {
		s.watch(n.export(), n.gone)
	}
}

// change lets f alter a node and stamps it. The lock is held.
func (s *store) change(n *node, f func()) {
	now := s.stamp()
	s.keepPast(n, now)
	s.unindex(n)
	f()
	n.meta = n.meta.interned()
	s.index(n)
	n.updated = now
	n.revision++
	s.generation++
	s.tell(n)
}

// remove deletes a node, softly or for good. The lock is held.
func (s *store) remove(n *node, soft bool) {
	if soft {
		s.change(n, func() { n.status = archived })
		return
	}
	now := s.stamp()
	s.keepPast(n, now)
	s.unindex(n)
	s.generation++
	n.gone, n.updated = true, now
	s.tell(n)
	s.goneCount++
	delete(s.byID, n.id)
	for _, v := range n.contents {
		s.blobs.drop(v.blob)
	}
	n.contents = nil
	s.compact()
}

// index makes the node findable by its key; a deleted node has none.
func (s *store) index(n *node) {
	if k := n.key(); k.complete() && n.status != archived {
		s.byKey[k] = append(s.byKey[k], n)
	}
}

func (s *store) unindex(n *node) {
	k := n.key()
	rest := slices.DeleteFunc(s.byKey[k], func(other *node) bool { return other == n })
	if len(rest) == 0 {
		delete(s.byKey, k)
		return
	}
	s.byKey[k] = rest
}

// keepPast remembers how listings show the node until the lag has passed.
func (s *store) keepPast(n *node, now time.Time) {
	fresh := func(p snapshot) bool { return p.until.Add(s.lag).After(now) }
	n.past = slices.DeleteFunc(n.past, func(p snapshot) bool { return !fresh(p) })
	if s.lag > 0 {
		n.past = append(n.past, snapshot{until: now, view: n.view(), listed: true})
	}
	if len(n.past) == 0 {
		n.past = nil
	}
}

// compact forgets nodes that are gone from every listing once they are many.
func (s *store) compact() {
	if s.goneCount < 1000 || s.goneCount < len(s.order)/2 {
		return
	}
	horizon := s.clock.Now().Add(-s.lag)
	s.order = slices.DeleteFunc(s.order, func(n *node) bool {
		drop := n.gone && (len(n.past) == 0 || !n.past[len(n.past)-1].until.After(horizon))
		if drop {
			s.goneCount--
		}
		return drop
	})
}

// find returns a node that is not deleted. The lock is held.
func (s *store) find(id string) *node {
	if n := s.byID[id]; n != nil && n.status != archived {
		return n
	}
	return nil
}

// setContent replaces the content of one locale. The lock is held.
func (s *store) setContent(n *node, locale, body string) {
	fresh := s.blobs.keep(body)
	s.change(n, func() {
		for i, v := range n.contents {
			if v.locale == locale {
				s.blobs.drop(v.blob)
				n.contents[i].blob = fresh
				return
			}
		}
		n.contents = append(n.contents, variant{unique.Make(locale).Value(), fresh})
	})
}

// content returns the blob of a locale, or the first one when no locale is
// asked for. The lock is held.
func (n *node) content(locale string) *blob {
	for _, v := range n.contents {
		if v.locale == locale || locale == "" {
			return v.blob
		}
	}
	return nil
}
