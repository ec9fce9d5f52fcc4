package settings

import (
	"fmt"
	"strings"
)

// byteOrderMark is what some editors on Windows begin a file with.
const byteOrderMark = "\uFEFF"

// document is the text of a file with the place of everything it sets. The
// TOML library tells values, not places; the text has been accepted by it, so
// what follows only has to find its way and need not judge.
type document struct {
	text       string
	statements []statement
}

// statement is a header or a key with its value.
type statement struct {
	// path is "home_id", "dialpad.region", "account[0].url"; of a header
	// "dialpad", "account[0]".
	path   string
	header bool
	// start and end are the offsets of the whole lines, the last newline
	// included.
	start, end int
	// value and valueEnd are the offsets of the value alone.
	value, valueEnd int
}

// scan finds the statements of a valid TOML text.
func scan(text string) document {
	c := cursor{text: text}
	if strings.HasPrefix(text, byteOrderMark) {
		c.at = len(byteOrderMark)
	}
	d := document{text: text}
	table, counts := "", map[string]int{}
	for c.skipBlank(); c.at < len(text); c.skipBlank() {
		s := statement{start: c.lineStart()}
		if text[c.at] == '[' {
			table = c.header(counts)
			s.path, s.header = table, true
		} else {
			s.path = join(table, c.key())
			c.at++ // '='
			c.skipSpace()
			s.value = c.at
			c.skipValue()
			s.valueEnd = c.at
		}
		c.skipLine()
		s.end = c.at
		d.statements = append(d.statements, s)
	}
	return d
}

// line is the line, from 1, of the first statement that sets path or a part of
// it or, where there is none, of what is around it; 0 where nothing is.
func (d document) line(path string) int {
	for path != "" {
		for _, s := range d.statements {
			if s.path == path || strings.HasPrefix(s.path, path+".") || strings.HasPrefix(s.path, path+"[") {
				return strings.Count(d.text[:s.start], "\n") + 1
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

func join(table, key string) string {
	if table == "" {
		return key
	}
	return table + "." + key
}

// cursor walks over a text.
type cursor struct {
	text string
	at   int
}

// lineStart is the offset at which the line of the cursor begins.
func (c *cursor) lineStart() int { return strings.LastIndexByte(c.text[:c.at], '\n') + 1 }

// skipSpace passes blanks within a line.
func (c *cursor) skipSpace() {
	for c.at < len(c.text) && (c.text[c.at] == ' ' || c.text[c.at] == '\t') {
		c.at++
	}
}

// skipLine passes the rest of the line with its newline.
func (c *cursor) skipLine() {
	if n := strings.IndexByte(c.text[c.at:], '\n'); n >= 0 {
		c.at += n + 1
		return
	}
	c.at = len(c.text)
}

// skipBlank passes blanks, empty lines and comments.
func (c *cursor) skipBlank() {
	for c.at < len(c.text) {
		switch c.text[c.at] {
		case ' ', '\t', '\r', '\n':
			c.at++
		case '#':
			c.skipLine()
		default:
			return
		}
	}
}

// header reads [table] or [[array]] and returns its path; counts holds how many
// tables each array has so far.
func (c *cursor) header(counts map[string]int) string {
	array := strings.HasPrefix(c.text[c.at:], "[[")
	c.at++
	if array {
		c.at++
	}
	parts := strings.Split(c.key(), ".")
	path := ""
	for i, part := range parts {
		path = join(path, part)
		last := i == len(parts)-1
		if array && last {
			counts[path]++
		}
		if n := counts[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
	}
	return path
}

// key reads a dotted key. A dot inside quotes cannot be told apart afterwards,
// which does no harm: none of our keys has one.
func (c *cursor) key() string {
	var parts []string
	for {
		c.skipSpace()
		start := c.at
		if c.text[c.at] == '"' || c.text[c.at] == '\'' {
			c.skipString()
			parts = append(parts, c.text[start+1:c.at-1])
		} else {
			for c.at < len(c.text) && !strings.ContainsRune(" \t.=]", rune(c.text[c.at])) {
				c.at++
			}
			parts = append(parts, c.text[start:c.at])
		}
		c.skipSpace()
		if c.at >= len(c.text) || c.text[c.at] != '.' {
			return strings.Join(parts, ".")
		}
		c.at++
	}
}

// skipValue passes one value; in arrays and inline tables up to the bracket
// that closes it.
func (c *cursor) skipValue() {
	depth := 0
	for c.at < len(c.text) {
		switch b := c.text[c.at]; {
		case b == '"' || b == '\'':
			c.skipString()
		case b == '[' || b == '{':
			depth++
			c.at++
		case b == ']' || b == '}':
			depth--
			c.at++
		case depth > 0 && b == '#':
			c.skipLine()
		case depth > 0:
			c.at++
		default:
			c.skipBare()
		}
		if depth == 0 {
			return
		}
	}
}

// skipBare passes a number, a truth value or a time, which may hold one blank
// between date and time.
func (c *cursor) skipBare() {
	end := c.at + strings.IndexAny(c.text[c.at:]+"\n", "#\r\n")
	c.at += len(strings.TrimRight(c.text[c.at:end], " \t"))
}

// skipString passes a text in any of TOML's four kinds of quotes.
func (c *cursor) skipString() {
	quote := c.text[c.at : c.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(c.text[c.at:], triple) {
		quote = triple
	}
	c.at += len(quote)
	for c.at < len(c.text) && !strings.HasPrefix(c.text[c.at:], quote) {
		if quote[0] == '"' && c.text[c.at] == '\\' {
			c.at++
		}
		c.at++
	}
	c.at += len(quote)
	for len(quote) == 3 && c.at < len(c.text) && c.text[c.at] == quote[0] {
		c.at++ // up to two quotes may stand right before the closing three
	}
	c.at = min(c.at, len(c.text))
}
