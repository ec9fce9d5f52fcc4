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

// What is noted about a row of a snapshot.
const (
	heldFlag   uint8 = 1 << iota // the checkpoint has it
	seenFlag                     // the listing showed it
	listedFlag                   // the source's listing did; see ledger
	restFlag                     // nothing is open about the row
	parkedFlag                   // the row is parked
	keptFlag                     // the person keeps it
)

// snapshot is what the checkpoint held at one moment, sorted for look-ups. The
// columns are packed, 33 bytes a row; a look-up returns the place of a row in
// all of them. A pass has one, which it takes anew for each listing.
type snapshot struct {
	prints   []keyPrint
	nodes    []Mark // of Dialpad's ids
	versions []Mark // of one side, as the checkpoint knows them
	flags    []uint8
	sorted   int // so many rows are in order
}

// side says whose versions a snapshot has.
type side uint8

const (
	sourceSide side = iota
	dialpadSide
)

// begin makes room for so many rows and lets go of all that is known of those
// there are, but for what the source listed.
func (s *snapshot) begin(rows int) {
	more := max(0, rows-s.Len())
	s.prints = slices.Grow(s.prints, more)
	s.nodes = slices.Grow(s.nodes, more)
	s.versions = slices.Grow(s.versions, more)
	s.flags = slices.Grow(s.flags, more)
	for i := range s.flags {
		s.flags[i] &= listedFlag
	}
}

// take notes what the checkpoint has, with the version of one side.
func (s *snapshot) take(row Row, of side) {
	p := printOf(row.Key)
	i := s.at(p)
	if i < 0 {
		i = s.Len()
		s.prints, s.nodes, s.versions, s.flags = append(s.prints, p), append(s.nodes, 0), append(s.versions, 0), append(s.flags, 0)
	}
	s.nodes[i], s.versions[i] = MarkOf(row.Node), row.Version
	if of == dialpadSide {
		s.versions[i] = row.NodeVersion
	}
	s.flags[i] |= heldFlag
	if !row.Unsettled() {
		s.flags[i] |= restFlag
	}
	if row.State == Parked {
		s.flags[i] |= parkedFlag
	}
	if row.Kept {
		s.flags[i] |= keptFlag
	}
}

// end makes what was taken findable.
func (s *snapshot) end() {
	if s.sorted < s.Len() {
		sort.Sort(s)
	}
	s.sorted = s.Len()
}

// find returns the place of the key's row, or -1.
func (s *snapshot) find(key source.Key) int {
	if i := s.at(printOf(key)); i >= 0 && s.has(i, heldFlag) {
		return i
	}
	return -1
}

// at returns the place of a key that any snapshot of the pass had, or -1.
func (s *snapshot) at(p keyPrint) int {
	i := sort.Search(s.sorted, func(i int) bool { return bytes.Compare(s.prints[i][:], p[:]) >= 0 })
	if i < s.sorted && s.prints[i] == p {
		return i
	}
	return -1
}

// has says whether the row at a place has the flag.
func (s *snapshot) has(i int, flag uint8) bool { return s.flags[i]&flag != 0 }

// Len, Less and Swap implement sort.Interface.
func (s *snapshot) Len() int           { return len(s.prints) }
func (s *snapshot) Less(i, j int) bool { return bytes.Compare(s.prints[i][:], s.prints[j][:]) < 0 }
func (s *snapshot) Swap(i, j int) {
	s.prints[i], s.prints[j] = s.prints[j], s.prints[i]
	s.nodes[i], s.nodes[j] = s.nodes[j], s.nodes[i]
	s.versions[i], s.versions[j] = s.versions[j], s.versions[i]
	s.flags[i], s.flags[j] = s.flags[j], s.flags[i]
}
