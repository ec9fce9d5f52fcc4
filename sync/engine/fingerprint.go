package engine

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"sort"

	"dialpadsync.app/sync/source"
)

// keyPrint stands for a key in large sets: sixteen bytes, so that a million
// keys fit in 16 MB.
type keyPrint [16]byte

func printOf(key source.Key) keyPrint {
	sum := sha256.Sum256([]byte(key))
	return keyPrint(sum[:16])
}

// keySet is a set of keys: added in any order, then sealed and asked.
type keySet struct {
	prints []keyPrint
}

func (s *keySet) add(key source.Key) { s.prints = append(s.prints, printOf(key)) }

// seal sorts and drops repetitions; a listing may show a key twice when
// documents move between two of its pages.
func (s *keySet) seal() {
	slices.SortFunc(s.prints, func(a, b keyPrint) int { return bytes.Compare(a[:], b[:]) })
	kept := s.prints[:0]
	for i, p := range s.prints {
		if i == 0 || p != s.prints[i-1] {
			kept = append(kept, p)
		}
	}
	s.prints = kept
}

func (s *keySet) size() int { return len(s.prints) }

func (s *keySet) has(key source.Key) bool {
	p := printOf(key)
	i := sort.Search(len(s.prints), func(i int) bool { return bytes.Compare(s.prints[i][:], p[:]) >= 0 })
	return i < len(s.prints) && s.prints[i] == p
}

// heldKey is one row in a snapshot of what the checkpoint holds.
type heldKey struct {
	print   keyPrint
	version Mark
	node    Mark
	reading Mark // the node's version as the checkpoint knows it
	flags   uint8
}

const (
	seenFlag   uint8 = 1 << iota // the listing showed it
	restFlag                     // nothing is open about the row
	parkedFlag                   // the row is parked
	keptFlag                     // the person keeps it
)

// snapshot is what the checkpoint held at one moment, sorted for look-ups.
type snapshot []heldKey

func (s snapshot) find(key source.Key) *heldKey {
	p := printOf(key)
	i := sort.Search(len(s), func(i int) bool { return bytes.Compare(s[i].print[:], p[:]) >= 0 })
	if i < len(s) && s[i].print == p {
		return &s[i]
	}
	return nil
}

func (s snapshot) sort() {
	slices.SortFunc(s, func(a, b heldKey) int { return bytes.Compare(a.print[:], b.print[:]) })
}
