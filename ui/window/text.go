package window

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestTitle is how many characters of a title are shown; drawing a megabyte
// would take seconds.
const longestTitle = 300

// oneLine makes a foreign text fit for one line: no line breaks, no control
// characters, not longer than longestTitle.
func oneLine(text string) string {
	var line strings.Builder
	seen := 0
	for _, r := range text {
		if seen == longestTitle {
			line.WriteRune('…')
			break
		}
		switch {
		case unicode.IsSpace(r):
			r = ' '
		case unicode.IsControl(r) || r == utf8.RuneError:
			r = '·'
		}
		line.WriteRune(r)
		seen++
	}
	return strings.TrimSpace(line.String())
}
