package setup

import (
	"strings"

	"dialpadsync.app/sync/source"
)

// tick is whether something is chosen.
type tick int

const (
	off tick = iota
	partly
	on
)

// node is one collection in the tree. What is chosen is said by the leaves; a
// parent shows what is chosen below it.
type node struct {
	source.Collection
	parent   *node
	children []*node
	depth    int
	ticked   bool // of a leaf
	open     bool
}

// tick is what the node's box shows.
func (n *node) tick() tick {
	if len(n.children) == 0 {
		if n.ticked {
			return on
		}
		return off
	}
	first := n.children[0].tick()
	for _, c := range n.children[1:] {
		if c.tick() != first {
			return partly
		}
	}
	return first
}

func (n *node) set(ticked bool) {
	n.ticked = ticked
	for _, c := range n.children {
		c.set(ticked)
	}
}

// tree is what can be ticked. Everything is, at first.
type tree struct {
	roots []*node
	byID  map[string]*node
}

// languagePrefix begins the id of a collection that is a language.
const languagePrefix = "locale:"

// fewRows is how many rows are shown open at first.
const fewRows = 14

// newTree sorts collections under their parents. Languages are no part of it. A
// collection whose parent was not listed before it stands by itself.
func newTree(collections []source.Collection) *tree {
	t := &tree{byID: map[string]*node{}}
	for _, c := range collections {
		if strings.HasPrefix(c.ID, languagePrefix) || t.byID[c.ID] != nil {
			continue
		}
		n := &node{Collection: c, parent: t.byID[c.Parent], ticked: true}
		t.byID[c.ID] = n
		if n.parent == nil {
			t.roots = append(t.roots, n)
			continue
		}
		n.depth = n.parent.depth + 1
		n.parent.children = append(n.parent.children, n)
	}
	for _, n := range t.byID {
		n.open = len(t.byID) <= fewRows || len(t.roots) == 1 && n.depth == 0
	}
	return t
}

// choose ticks what the ids name, with everything below it; no ids tick all.
func (t *tree) choose(ids []string) {
	for _, r := range t.roots {
		r.set(len(ids) == 0)
	}
	for _, id := range ids {
		if n := t.byID[id]; n != nil {
			n.set(true)
		}
	}
}

// toggle ticks a node that is not completely ticked, else unticks it.
func (t *tree) toggle(n *node) { n.set(n.tick() != on) }

// empty says that nothing is ticked, which is not the same as a selection
// without ids.
func (t *tree) empty() bool {
	for _, r := range t.roots {
		if r.tick() != off {
			return false
		}
	}
	return len(t.roots) > 0
}

// chosen is the shortest list of ids that says what is ticked: a parent stands
// for all below it, today's and tomorrow's. It is empty when all is ticked.
func (t *tree) chosen() []string {
	ids := []string{}
	whole := true
	var collect func(n *node)
	collect = func(n *node) {
		switch n.tick() {
		case on:
			ids = append(ids, n.ID)
		case partly:
			whole = false
			for _, c := range n.children {
				collect(c)
			}
		default:
			whole = false
		}
	}
	for _, r := range t.roots {
		collect(r)
	}
	if whole {
		return []string{}
	}
	return ids
}

// rows are the nodes in sight, in order. With a filter these are the ones whose
// name contains it, what lies above them, and what lies below them.
func (t *tree) rows(filter string) []*node {
	filter = strings.ToLower(strings.TrimSpace(filter))
	var rows []*node
	var walk func(n *node, inside bool)
	walk = func(n *node, inside bool) {
		inside = inside || filter != "" && strings.Contains(strings.ToLower(n.Name), filter)
		if filter != "" && !inside && !n.holds(filter) {
			return
		}
		rows = append(rows, n)
		if n.open || filter != "" {
			for _, c := range n.children {
				walk(c, inside)
			}
		}
	}
	for _, r := range t.roots {
		walk(r, false)
	}
	return rows
}

// holds says whether a name below contains the filter.
func (n *node) holds(filter string) bool {
	for _, c := range n.children {
		if strings.Contains(strings.ToLower(c.Name), filter) || c.holds(filter) {
			return true
		}
	}
	return false
}

// recount gives every node the numbers of these languages, where the source
// told them language by language.
func (t *tree) recount(locales []string) {
	for _, n := range t.byID {
		if n.ByLocale == nil {
			continue
		}
		n.Count, n.Restricted, n.Drafts = 0, 0, 0
		for _, locale := range locales {
			c := n.ByLocale[locale]
			n.Count, n.Restricted, n.Drafts = n.Count+c.Count, n.Restricted+c.Restricted, n.Drafts+c.Drafts
		}
	}
}

// hidden counts what a tick leaves out unless it is asked for.
func (t *tree) hidden() (restricted, drafts int) {
	for _, r := range t.roots {
		restricted, drafts = restricted+r.Restricted, drafts+r.Drafts
	}
	return restricted, drafts
}
