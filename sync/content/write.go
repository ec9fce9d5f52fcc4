package content

import "strings"

const whiteSpace = " \t\n"

// text writes what a person sees of a text. Outside pre, white space only
// separates words.
func (c *cleaner) text(s string) {
	if c.stack.sight().hidden() {
		return
	}
	s = visible(s)
	if c.pre > 0 {
		c.verbatim(s)
		return
	}
	for s != "" {
		rest := strings.TrimLeft(s, whiteSpace)
		if len(rest) < len(s) {
			c.breakWord()
		}
		end := strings.IndexAny(rest, whiteSpace)
		if end < 0 {
			end = len(rest)
		}
		if end > 0 {
			c.flush()
			c.write(textEscaper.Replace(rest[:end]))
			c.word = true
		}
		s = rest[end:]
	}
}

func (c *cleaner) verbatim(s string) {
	if s == "" {
		return
	}
	c.flush()
	if c.atPre && s[0] == '\n' {
		c.write("\n") // readers drop the first line break of a pre
	}
	c.write(textEscaper.Replace(s))
	c.word = !strings.HasSuffix(s, "\n")
}

// breakWord makes sure that the next word stands apart from the last one.
func (c *cleaner) breakWord() {
	c.space = c.space || c.word
}

// flush writes the start tags that waited for content, and the space that is
// due before it.
func (c *cleaner) flush() {
	for ; c.pending < len(c.stack.open); c.pending++ {
		e := &c.stack.open[c.pending]
		if e.start == "" || e.written {
			continue
		}
		if e.tag.is(block) {
			c.word, c.space = false, false
		} else {
			c.writeSpace()
		}
		c.write(e.start)
		e.written = true
		c.atPre = e.tag.name == "pre"
	}
	c.writeSpace()
}

func (c *cleaner) writeSpace() {
	if !c.space {
		return
	}
	c.space, c.word = false, false
	if c.pre > 0 {
		c.write("\n")
	} else {
		c.write(" ")
	}
}

func (c *cleaner) write(s string) {
	c.out.WriteString(s)
	c.atPre = false
}
