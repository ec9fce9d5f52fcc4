package content

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// maxTitle is the longest title sent to Dialpad, in runes. Dialpad names no
// limit; 255 is what such fields commonly hold.
const maxTitle = 255

// Title returns a title fit for Dialpad: one line of valid UTF-8 in NFC,
// without control or invisible characters, trimmed, at most 255 runes. It
// changes nothing in its own result.
func Title(s string) string {
	for {
		next := cut(norm.NFC.String(oneLine(s)))
		if next == s {
			return s
		}
		s = next
	}
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxTitle {
		return s
	}
	return string([]rune(s)[:maxTitle])
}

// Text returns the visible text of a document: what Clean keeps of it, every
// block on a line of its own, cells apart by a tab. Pictures give no text.
func Text(document string) string {
	var out lines
	z := html.NewTokenizer(strings.NewReader(Clean(document, nil)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.text.String()
		case html.TextToken:
			out.add(string(z.Text()))
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch t := tags[string(name)]; {
			case string(name) == "td" || string(name) == "th":
				out.apart("\t")
			case string(name) == "br" || t.is(block):
				out.apart("\n")
			}
		}
	}
}

// lines builds text whose separators do not pile up: of those between two
// texts, one is written.
type lines struct {
	text      strings.Builder
	separator string
}

func (l *lines) add(text string) {
	if l.text.Len() > 0 {
		l.text.WriteString(l.separator)
	}
	l.separator = ""
	l.text.WriteString(text)
}

// apart asks for a separator; a line break outdoes a tab.
func (l *lines) apart(separator string) {
	if l.separator != "\n" {
		l.separator = separator
	}
}
