package content

const (
	// maxWritten is how deep the written elements nest; parsers that read the
	// result stop at 512.
	maxWritten = 200
	// maxOpen bounds the memory of documents that open elements without end.
	// Beyond it a start tag is dropped, the words stay.
	maxOpen = 20_000
)

// element is an open element of the input.
type element struct {
	name string
	tag  tag
	// start and end are the tags to write; empty for an element whose tags are
	// dropped.
	start, end string
	written    bool
	// ended says that the end tag was read while blocks inside were open.
	ended bool
	sight sight
	attrs map[string]string
}

// isolates says that only the element's own end tag counts inside it.
func (e element) isolates() bool {
	switch e.name {
	case "template", "select", "datalist":
		return true
	}
	return false
}

// stack holds the open elements and, for every question asked of it, the
// positions that answer it, so that no answer needs a search.
type stack struct {
	open   []element
	byName map[string][]int
	blocks []int // elements with the trait block
	stops  []int
	cells  []int
	kept   int // elements with tags to write
}

func (s *stack) push(e element) {
	at := len(s.open)
	s.open = append(s.open, e)
	s.byName[e.name] = append(s.byName[e.name], at)
	s.index(e, func(list *[]int) { *list = append(*list, at) })
	if e.start != "" {
		s.kept++
	}
}

// pop takes the innermost element off.
func (s *stack) pop() element {
	at := len(s.open) - 1
	e := s.open[at]
	s.open[at] = element{}
	s.open = s.open[:at]
	drop := func(list *[]int) { *list = (*list)[:len(*list)-1] }
	names := s.byName[e.name]
	s.byName[e.name] = names[:len(names)-1]
	s.index(e, drop)
	if e.start != "" {
		s.kept--
	}
	return e
}

// index calls do for every list in which the element stands.
func (s *stack) index(e element, do func(*[]int)) {
	if e.tag.is(block) {
		do(&s.blocks)
	}
	if e.tag.is(stop) {
		do(&s.stops)
	}
	if e.tag.is(cell) {
		do(&s.cells)
	}
}

// last is the position of the innermost open element of these names, or -1.
func (s *stack) last(names ...string) int {
	at := -1
	for _, name := range names {
		at = max(at, tip(s.byName[name]))
	}
	return at
}

func tip(list []int) int {
	if len(list) == 0 {
		return -1
	}
	return list[len(list)-1]
}

// top is the innermost open element, or one without a name.
func (s *stack) top() element {
	if len(s.open) == 0 {
		return element{}
	}
	return s.open[len(s.open)-1]
}

// sight is what a person sees of text written now.
func (s *stack) sight() sight {
	if len(s.open) == 0 {
		return plainSight()
	}
	return s.top().sight
}
