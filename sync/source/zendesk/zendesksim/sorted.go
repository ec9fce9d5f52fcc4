package zendesksim

import (
	"cmp"
	"iter"
	"slices"
)

// key is a place in an order: a number or a text, then the id.
type key struct {
	num  int64
	text string
	id   int64
}

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.num, other.num), cmp.Compare(k.text, other.text), cmp.Compare(k.id, other.id))
}

type item[T any] struct {
	key   key
	value T
}

// sorted keeps items in the order of their keys, in chunks, so that a change
// costs about the square root of the length and a page costs its own length.
type sorted[T any] struct {
	chunks [][]item[T]
	count  int
}

const chunkSize = 128

// newSorted sorts the items in place and takes them over.
func newSorted[T any](items []item[T]) *sorted[T] {
	slices.SortFunc(items, func(a, b item[T]) int { return a.key.compare(b.key) })
	s := &sorted[T]{count: len(items)}
	for chunk := range slices.Chunk(items, chunkSize) {
		s.chunks = append(s.chunks, slices.Clip(chunk))
	}
	return s
}

// place is an item's position; a chunk of len(chunks) is the end.
type place struct{ chunk, pos int }

// seek returns the place of the first item that is not before k.
func (s *sorted[T]) seek(k key) place {
	chunk, _ := slices.BinarySearchFunc(s.chunks, k, func(c []item[T], k key) int { return c[len(c)-1].key.compare(k) })
	if chunk == len(s.chunks) {
		return place{chunk, 0}
	}
	pos, _ := slices.BinarySearchFunc(s.chunks[chunk], k, func(it item[T], k key) int { return it.key.compare(k) })
	return place{chunk, pos}
}

func (s *sorted[T]) insert(k key, value T) {
	s.count++
	at := s.seek(k)
	if at.chunk == len(s.chunks) {
		if at.chunk == 0 {
			s.chunks = append(s.chunks, []item[T]{{k, value}})
			return
		}
		at = place{at.chunk - 1, len(s.chunks[at.chunk-1])}
	}
	chunk := slices.Insert(s.chunks[at.chunk], at.pos, item[T]{k, value})
	if len(chunk) > 2*chunkSize {
		s.chunks = slices.Insert(s.chunks, at.chunk+1, slices.Clone(chunk[chunkSize:]))
		chunk = slices.Clip(chunk[:chunkSize])
	}
	s.chunks[at.chunk] = chunk
}

func (s *sorted[T]) remove(k key) {
	at := s.seek(k)
	if at.chunk == len(s.chunks) || s.chunks[at.chunk][at.pos].key != k {
		return
	}
	s.count--
	chunk := slices.Delete(s.chunks[at.chunk], at.pos, at.pos+1)
	if len(chunk) == 0 {
		s.chunks = slices.Delete(s.chunks, at.chunk, at.chunk+1)
		return
	}
	s.chunks[at.chunk] = chunk
}

// offset returns the place of the nth item, counted from 0 in the direction.
func (s *sorted[T]) offset(n int, desc bool) place {
	if n >= s.count {
		return s.end(desc)
	}
	if desc {
		n = s.count - 1 - n
	}
	for i, chunk := range s.chunks {
		if n < len(chunk) {
			return place{i, n}
		}
		n -= len(chunk)
	}
	return s.end(desc)
}

func (s *sorted[T]) end(desc bool) place {
	if desc {
		return place{-1, 0}
	}
	return place{len(s.chunks), 0}
}

// beyond returns the place of the first item after k in the direction.
func (s *sorted[T]) beyond(k key, desc bool) place {
	at := s.seek(k)
	if desc {
		return s.step(at, true)
	}
	if at.chunk < len(s.chunks) && s.chunks[at.chunk][at.pos].key == k {
		return s.step(at, false)
	}
	return at
}

func (s *sorted[T]) step(at place, desc bool) place {
	if !desc {
		if at.pos+1 < len(s.chunks[at.chunk]) {
			return place{at.chunk, at.pos + 1}
		}
		return place{at.chunk + 1, 0}
	}
	if at.pos > 0 {
		return place{at.chunk, at.pos - 1}
	}
	if at.chunk > 0 {
		return place{at.chunk - 1, len(s.chunks[at.chunk-1]) - 1}
	}
	return s.end(true)
}

// from yields the items from a place on, in the direction.
func (s *sorted[T]) from(at place, desc bool) iter.Seq[item[T]] {
	return func(yield func(item[T]) bool) {
		for ; at.chunk >= 0 && at.chunk < len(s.chunks); at = s.step(at, desc) {
			if !yield(s.chunks[at.chunk][at.pos]) {
				return
			}
		}
	}
}
