package content

import (
	"iter"
	"strconv"
	"strings"
)

// sight is what styles and attributes leave visible of an element. The first
// field holds for everything inside; the others are CSS properties that a
// descendant may set anew.
type sight struct {
	gone      bool
	invisible bool // visibility
	tiny      bool // font-size
	shifted   bool // text-indent
}

func (s sight) hidden() bool { return s.gone || s.invisible || s.tiny || s.shifted }

const (
	// offScreen is how far, in pixels, text must be moved to count as hidden.
	// Layouts move things by a screen's width; hiding uses -999px and more.
	offScreen = 900
	// unreadable is the font size in pixels, and the opacity, below which
	// nobody reads.
	unreadablePixels  = 2
	unreadableOpacity = 0.05
)

// inside is the sight of an element with this inline style inside s.
func (s sight) inside(style string) sight {
	var none, clear, placed, away, clipped bool
	for name, value := range declarations(style) {
		switch name {
		case "display":
			none = value == "none"
		case "opacity":
			clear = transparent(value)
		case "visibility":
			s.invisible = value == "hidden" || value == "collapse"
		case "font-size":
			s.tiny = unreadable(value, s.tiny)
		case "text-indent":
			s.shifted = farOut(value)
		case "position":
			placed = value == "absolute" || value == "fixed"
		case "left", "top", "right", "bottom", "inset-inline-start", "inset-block-start":
			away = away || farOut(value)
		case "margin-left", "margin-top":
			none = none || farOut(value)
		case "clip":
			clipped = emptyClip(value)
		case "clip-path":
			none = none || emptyClipPath(value)
		}
	}
	s.gone = s.gone || none || clear || placed && (away || clipped)
	return s
}

func transparent(value string) bool {
	n, unit, ok := number(value)
	if unit == "%" {
		n /= 100
	}
	return ok && n < unreadableOpacity
}

// unreadable judges a font size. A size relative to the parent's keeps what
// the parent had, unless it is nothing itself.
func unreadable(value string, parent bool) bool {
	n, unit, ok := number(value)
	switch {
	case !ok:
		return parent && (value == "smaller" || value == "larger")
	case unit == "em" || unit == "%" || unit == "ex" || unit == "ch":
		return n == 0 || parent
	case unit == "px" || unit == "pt":
		return n < unreadablePixels
	}
	return n == 0
}

// farOut says whether a length moves text out of everybody's sight to the left
// or top.
func farOut(value string) bool {
	n, unit, ok := number(value)
	if !ok || n >= 0 {
		return false
	}
	switch unit {
	case "em", "rem", "ch", "ex":
		n *= 10
	case "%", "vw", "vh":
		n *= 9
	}
	return n <= -offScreen
}

// emptyClip recognises the rectangles of no size that hide text from the eye
// but not from screen readers: rect(0,0,0,0), rect(1px 1px 1px 1px).
func emptyClip(value string) bool {
	inner, ok := strings.CutPrefix(value, "rect(")
	if !ok {
		return false
	}
	sides := strings.FieldsFunc(strings.TrimSuffix(inner, ")"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(sides) != 4 {
		return false
	}
	var edge [4]float64
	for i, side := range sides {
		n, _, ok := number(side)
		if !ok {
			return false
		}
		edge[i] = n
	}
	top, right, bottom, left := edge[0], edge[1], edge[2], edge[3]
	return bottom <= top || right <= left
}

// emptyClipPath recognises inset(50%) and more, and circles of no size.
func emptyClipPath(value string) bool {
	if inner, ok := strings.CutPrefix(value, "inset("); ok {
		n, unit, ok := number(strings.TrimSuffix(inner, ")"))
		return ok && unit == "%" && n >= 50
	}
	return strings.HasPrefix(value, "circle(0")
}

// declarations yields the lower-cased properties and values of an inline
// style, without those that say "inherit"; "!important" is not weighed.
func declarations(style string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for part := range strings.SplitSeq(withoutComments(strings.ToLower(style)), ";") {
			name, value, found := strings.Cut(part, ":")
			if !found {
				continue
			}
			value = strings.TrimSpace(value)
			value = strings.TrimSpace(strings.TrimSuffix(value, "important"))
			value = strings.TrimSpace(strings.TrimSuffix(value, "!"))
			if value == "inherit" {
				continue
			}
			if !yield(strings.TrimSpace(name), value) {
				return
			}
		}
	}
}

// withoutComments takes /* … */ out of a style.
func withoutComments(style string) string {
	if !strings.Contains(style, "/*") {
		return style
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(style, "/*")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, style, _ = strings.Cut(rest, "*/")
	}
}

// number splits a CSS number from its unit.
func number(value string) (n float64, unit string, ok bool) {
	end := strings.IndexFunc(value, func(r rune) bool {
		return (r < '0' || r > '9') && r != '.' && r != '-' && r != '+'
	})
	if end < 0 {
		end = len(value)
	}
	n, err := strconv.ParseFloat(value[:end], 64)
	return n, strings.TrimSpace(value[end:]), err == nil
}
