package content

import (
	"slices"
	"strings"
)

// declaration is one "name: value" of a style, lower-cased, with escapes
// resolved and without comments.
type declaration struct {
	name, value string
	important   bool
	// torn says that a comment stood inside a word. Browsers take that for two
	// words and drop the declaration; here it may hide and never shows.
	torn bool
}

// declarations reads a style as browsers do: escapes are resolved, and a
// semicolon in a string or in parentheses ends nothing.
// https://www.w3.org/TR/css-syntax-3/#consume-declaration
func declarations(style string) []declaration {
	var out []declaration
	r := styleReader{rest: style}
	for r.rest != "" {
		if d, ok := r.declaration(); ok {
			out = append(out, d)
		}
	}
	return out
}

// byWeight puts what is important behind what is not, so that the last one of
// a name counts.
func byWeight(list []declaration) []declaration {
	slices.SortStableFunc(list, func(a, b declaration) int {
		switch {
		case a.important == b.important:
			return 0
		case a.important:
			return 1
		}
		return -1
	})
	return list
}

// styleReader reads one declaration after the other.
type styleReader struct {
	rest string
	name string
	text strings.Builder
	torn bool
}

func (r *styleReader) declaration() (declaration, bool) {
	r.text.Reset()
	r.name, r.torn = "", false
	named, depth := false, 0
	var quote byte
	for r.rest != "" {
		c := r.rest[0]
		switch {
		case c == '\\':
			r.escape()
			continue
		case quote != 0:
			if c == quote || c == '\n' {
				quote = 0
			}
		case strings.HasPrefix(r.rest, "/*"):
			r.comment()
			continue
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth = max(0, depth-1)
		case c == ';' && depth == 0:
			r.rest = r.rest[1:]
			return r.made(named)
		case c == ':' && !named:
			r.name, named = r.text.String(), true
			r.text.Reset()
			r.rest = r.rest[1:]
			continue
		}
		r.text.WriteByte(c)
		r.rest = r.rest[1:]
	}
	return r.made(named)
}

// comment skips one. A word goes on behind it if letters stand on both sides.
func (r *styleReader) comment() {
	_, after, _ := strings.Cut(r.rest[2:], "*/")
	r.rest = after
	if text := r.text.String(); text != "" && after != "" && isWord(text[len(text)-1]) && isWord(after[0]) {
		r.torn = true
	}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c >= 0x80
}

// escape resolves a backslash: up to six hexadecimal digits and one white
// space, or the next character as it is.
func (r *styleReader) escape() {
	r.rest = r.rest[1:]
	n, code := 0, rune(0)
	for n < len(r.rest) && n < 6 && isHex(r.rest[n]) {
		code = code<<4 | rune(hexValue(r.rest[n]))
		n++
	}
	switch {
	case n > 0:
		r.text.WriteRune(code)
		r.rest = r.rest[n:]
		if r.rest != "" && strings.IndexByte(" \t\n\r\f", r.rest[0]) >= 0 {
			r.rest = r.rest[1:]
		}
	case r.rest != "":
		if r.rest[0] != '\n' {
			r.text.WriteByte(r.rest[0])
		}
		r.rest = r.rest[1:]
	}
}

func hexValue(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

func (r *styleReader) made(named bool) (declaration, bool) {
	if !named {
		return declaration{}, false
	}
	value := strings.TrimSpace(strings.ToLower(r.text.String()))
	d := declaration{name: strings.TrimSpace(strings.ToLower(r.name)), torn: r.torn}
	if bare, found := strings.CutSuffix(value, "important"); found {
		if bare, found = strings.CutSuffix(strings.TrimSpace(bare), "!"); found {
			value, d.important = strings.TrimSpace(bare), true
		}
	}
	for _, prefix := range []string{"-webkit-", "-moz-", "-ms-", "-o-"} {
		if bare, found := strings.CutPrefix(d.name, prefix); found && bare != "text-fill-color" {
			d.name = bare
		}
	}
	d.value = value
	return d, d.name != "" && value != ""
}

const (
	// maxVars is how many custom properties are remembered, maxLength how long
	// a value may be that one is put into.
	maxVars   = 64
	maxLength = 4096
)

// resolve puts the values of custom properties in: var(--x), var(--x, none).
func resolve(value string, vars map[string]string) string {
	for range 8 { // values that name others
		at := strings.Index(value, "var(")
		if at < 0 || len(value) > maxLength {
			return value
		}
		inner := value[at+4:]
		end := closing(inner)
		name, fallback, _ := strings.Cut(inner[:end], ",")
		with, known := vars[strings.TrimSpace(name)]
		if !known {
			with = strings.TrimSpace(fallback)
		}
		value = value[:at] + with + inner[min(end+1, len(inner)):]
	}
	return strings.TrimSpace(value)
}

// closing is where the parenthesis that is open before s ends, or its length.
func closing(s string) int {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}
