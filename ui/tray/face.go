package tray

import (
	"strings"
	"time"
	"unicode/utf16"

	"dialpadsync.app/ui/view"
)

// slots is how many accounts have a line of their own in the menu. The menu is
// made once; lines without an account are hidden.
const slots = 8

// face is everything the tray shows. Equal faces look the same.
type face struct {
	icon view.Icon
	// line is the text at the pointer; first the first line of the menu, the same
	// or its first sentence.
	line, first string
	accounts    [slots]entry
	// setUp says that there is something to sync, and paused that it is held.
	setUp, paused bool
}

// entry is one account's line; an empty label means none.
type entry struct{ account, label string }

// tomorrow is eight in the morning of the next day, in now's time zone.
func tomorrow(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+1, 8, 0, 0, 0, now.Location())
}

// unmarked is a label whose every letter is meant: marker is what the system
// takes for "the next letter chooses this entry".
func unmarked(label, marker string) string {
	return strings.ReplaceAll(label, marker, marker+marker)
}

// short cuts a text to a number of UTF-16 units, as Windows counts, and shows
// that something is missing.
func short(text string, units int) string {
	if len(utf16.Encode([]rune(text))) <= units {
		return text
	}
	var kept strings.Builder
	for used := 1; ; { // the ellipsis
		r := []rune(text[kept.Len():])[0]
		if used += utf16.RuneLen(r); used > units {
			return kept.String() + "…"
		}
		kept.WriteRune(r)
	}
}
