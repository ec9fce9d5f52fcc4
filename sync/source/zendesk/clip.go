package zendesk

import (
	"bytes"
	"io"
)

// clipMark ends a JSON string that was cut: an escaped U+0000, which no
// article's text ends in.
const clipMark = `\u0000`

// clip passes JSON through and cuts every string after limit bytes (counted as
// they are sent, escapes included), so that one huge body in a page of a
// thousand articles cannot fill the memory. It need not understand more of JSON
// than where strings begin and end.
type clip struct {
	from  io.Reader
	limit int

	raw  []byte // as read
	kept []byte // what is kept of raw
	out  []byte // the part of kept that was not handed on yet
	err  error

	text   bool // inside a string
	cut    bool // … whose rest is dropped
	size   int  // bytes of the string so far
	escape int  // afterSlash, or hex digits of an escape still to come
}

// afterSlash says that the next byte is what a backslash escapes.
const afterSlash = -1

func newClip(from io.Reader, limit int) *clip {
	return &clip{from: from, limit: limit, raw: make([]byte, 16<<10)}
}

// Read implements io.Reader.
func (c *clip) Read(p []byte) (int, error) {
	for len(c.out) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		var n int
		n, c.err = c.from.Read(c.raw)
		c.kept = c.kept[:0]
		c.pass(c.raw[:n])
		c.out = c.kept
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// pass takes the next bytes of the input in.
func (c *clip) pass(b []byte) {
	for len(b) > 0 {
		n := 1
		switch {
		case !c.text:
			if n = bytes.IndexByte(b, '"') + 1; n == 0 {
				n = len(b)
			} else {
				c.text, c.cut, c.size = true, false, 0
			}
			c.kept = append(c.kept, b[:n]...)
		case c.escape != 0:
			c.escape = afterEscape(c.escape, b[0])
			c.keep(b[:1])
		case b[0] == '"':
			c.text = false
			c.kept = append(c.kept, '"')
		case b[0] == '\\':
			c.room()
			c.escape = afterSlash
			c.keep(b[:1])
		default:
			if n = bytes.IndexAny(b, `"\`); n < 0 {
				n = len(b)
			}
			c.keepUpToLimit(b[:n])
		}
		b = b[n:]
	}
}

// afterEscape is what is still to come of an escape after one more byte of it.
func afterEscape(escape int, b byte) int {
	switch {
	case escape > 0:
		return escape - 1
	case b == 'u':
		return 4
	}
	return 0
}

// room cuts the string if it has reached the limit.
func (c *clip) room() {
	if c.size >= c.limit && !c.cut {
		c.cut = true
		c.kept = append(c.kept, clipMark...)
	}
}

// keep keeps the bytes unless the string has been cut.
func (c *clip) keep(b []byte) {
	if !c.cut {
		c.kept = append(c.kept, b...)
		c.size += len(b)
	}
}

// keepUpToLimit keeps what the limit allows and cuts the string there.
func (c *clip) keepUpToLimit(b []byte) {
	fits := min(len(b), max(0, c.limit-c.size))
	c.keep(b[:fits])
	if fits < len(b) {
		c.room()
	}
}
