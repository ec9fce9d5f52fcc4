package content

// makeRoom closes what a start tag closes without saying so, and reports
// whether the element may stand here: parts of a table outside one may not.
// The rules are those of browsers where they can be told from the stack alone.
// https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody
func (c *cleaner) makeRoom(name string, t tag) bool {
	s := &c.stack
	if t.is(block) {
		if p := s.last("p"); p >= 0 { // never around a table, which closes it too
			c.closeTo(p)
		}
	}
	switch name {
	case "caption", "thead", "tbody", "tfoot":
		return c.closeInside("table")
	case "tr":
		return c.closeInside("table", "thead", "tbody", "tfoot")
	case "td", "th":
		return c.rowForCell()
	case "table":
		if at := s.last("table"); at >= 0 && at == tip(s.cells) {
			c.closeTo(at)
		}
	case "li":
		c.closeSibling("li")
	case "dt", "dd":
		c.closeSibling("dt", "dd")
	case "h1", "h2", "h3", "h4", "h5", "h6":
		if at := s.last(heading); at >= 0 && at == tip(s.blocks) {
			c.closeTo(at)
		}
	case "a":
		if at := s.last("a"); at > tip(s.blocks) {
			c.closeTo(at)
		}
	}
	return true
}

// closeSibling closes the innermost of these elements unless another list or
// section was opened inside it.
func (c *cleaner) closeSibling(names ...string) {
	if at := c.stack.last(names...); at >= 0 && at == tip(c.stack.stops) {
		c.closeTo(at)
	}
}

// closeInside closes everything inside the innermost of these parts of the
// innermost table, and reports false where no table is open.
func (c *cleaner) closeInside(parts ...string) bool {
	if c.stack.last("table") < 0 {
		return false
	}
	c.closeTo(c.stack.last(parts...) + 1)
	return true
}

// rowForCell makes a table's row the innermost open element, opening one where
// the document forgot to.
func (c *cleaner) rowForCell() bool {
	table := c.stack.last("table")
	if table < 0 {
		return false
	}
	if c.stack.last("tr") < table {
		c.closeInside("table", "thead", "tbody", "tfoot")
		c.open("tr", tags["tr"], nil)
	}
	c.closeTo(c.stack.last("tr") + 1)
	return true
}

// end deals with an end tag.
func (c *cleaner) end(name string) {
	top := c.stack.top()
	if top.isolates() && top.name != name {
		return
	}
	t := tags[name]
	if name == "br" {
		c.start("br", nil, false)
		return
	}
	at := c.stack.last(stackName(name))
	switch {
	case at < 0 || at < c.reach(name):
		// It closes nothing that is open here.
	case t.is(block), t.is(gone), at > tip(c.stack.blocks):
		c.closeTo(at)
	case t.is(formatting):
		c.stack.open[at].ended = true
	}
}

// reach is the position before which an end tag closes nothing.
func (c *cleaner) reach(name string) int {
	s := &c.stack
	switch name {
	case "table":
		return 0
	case "caption", "thead", "tbody", "tfoot", "tr", "td", "th":
		return s.last("table")
	case "li":
		return max(tip(s.cells), s.last("ul", "ol", "dir", "menu"))
	}
	return tip(s.cells)
}

// closeTo closes elements until n are open, and those around whose end tags
// came before.
func (c *cleaner) closeTo(n int) {
	for len(c.stack.open) > n {
		c.pop()
	}
	for len(c.stack.open) > 0 && c.stack.top().ended {
		c.pop()
	}
}

func (c *cleaner) push(e element) {
	if e.tag.is(block) && !e.sight.gone {
		c.breakWord()
	}
	if e.start != "" {
		switch e.tag.name {
		case "a":
			c.link = len(c.stack.open)
		case "pre":
			c.pre++
		}
	}
	c.stack.push(e)
}

func (c *cleaner) pop() {
	e := c.stack.pop()
	at := len(c.stack.open)
	c.pending = min(c.pending, at)
	if c.link == at {
		c.link = -1
	}
	if e.start != "" && e.tag.name == "pre" {
		c.pre--
	}
	switch {
	case e.written && e.tag.is(block):
		c.write(e.end)
		c.word, c.space = false, false
	case e.written:
		c.write(e.end)
	case e.tag.is(block) && !e.sight.gone:
		c.breakWord()
	}
}
