package content

import "strings"

// sight is what styles and attributes leave visible of an element and, where
// descendants inherit it or may set it anew, how.
type sight struct {
	gone      bool // with everything inside
	invisible bool // visibility
	shifted   bool // text-indent
	squeezed  bool // letter-spacing
	font      float64
	opacity   float64
	ink       colour // of the text
	filled    bool   // by a fill, which outdoes colours
	paper     colour // behind it
	vars      map[string]string
}

// plainSight is that of a page nobody has styled.
func plainSight() sight {
	return sight{font: 16, opacity: 1, ink: rgb(0, 0, 0), paper: rgb(255, 255, 255)}
}

const (
	// unreadable is the font size in pixels, and the opacity, below which
	// nobody reads.
	unreadablePixels  = 2
	unreadableOpacity = 0.05
)

// unseen says that neither text nor pictures are seen.
func (s sight) unseen() bool { return s.gone || s.invisible || s.opacity < unreadableOpacity }

// hidden says that text is not seen.
func (s sight) hidden() bool {
	return s.unseen() || s.shifted || s.squeezed || s.font < unreadablePixels || s.ink.sameAs(s.paper)
}

// box is what the declarations of one element say together about its place.
type box struct {
	none, placed, away, clipped   bool
	small, cut                    bool
	turned, oneSided, paintedText bool
}

// inside is the sight of an element with these declarations, the weightiest
// last; s is what it has of itself in the parent.
func (s sight) inside(list []declaration, parent sight) sight {
	var b box
	s.remember(list)
	for _, d := range list {
		value := d.value
		if strings.Contains(value, "var(") {
			value = resolve(value, s.vars)
		}
		if value == "inherit" && d.name == "color" {
			s.ink = parent.ink
		}
		if value == "inherit" || value == "unset" || value == "revert" || value == "" {
			continue
		}
		was, wasBox := s, b
		s.inherited(d.name, value, parent)
		b.own(d.name, value, &s)
		if d.torn && !s.hidden() && !b.hides() {
			s, b = was, wasBox
		}
	}
	if b.paintedText {
		s.ink = colour{} // a picture shows through the letters
	}
	s.gone = s.gone || b.hides()
	return s
}

// remember keeps custom properties.
func (s *sight) remember(list []declaration) {
	copied := false
	for _, d := range list {
		if !strings.HasPrefix(d.name, "--") || len(s.vars) >= maxVars || len(d.value) > maxLength {
			continue
		}
		if !copied {
			vars := make(map[string]string, len(s.vars)+1)
			for name, value := range s.vars {
				vars[name] = value
			}
			s.vars, copied = vars, true
		}
		s.vars[d.name] = d.value
	}
}

// inherited takes in what descendants inherit. What is no value of a property
// changes nothing.
func (s *sight) inherited(name, value string, parent sight) {
	switch name {
	case "visibility":
		switch value {
		case "hidden", "collapse":
			s.invisible = true
		case "visible", "initial":
			s.invisible = false
		}
	case "font-size":
		if px, ok := fontSize(value, parent.font); ok {
			s.font = px
		}
	case "font":
		for _, word := range words(value) {
			if n, unit, ok := number(word); ok && unit == "" && n != 0 {
				continue // a weight
			}
			if px, ok := fontSize(word, parent.font); ok {
				s.font = px
				return // what follows is the height of a line
			}
		}
	case "text-indent":
		if n, unit, ok := number(value); ok {
			s.shifted = farOut(value) || unit == "%" && n >= 100
		}
	case "letter-spacing":
		if px, ok := pixels(value); ok {
			s.squeezed = px <= -10
		} else if value == "normal" {
			s.squeezed = false
		}
	case "color":
		if !s.filled {
			s.ink = inkOf(value, s.ink)
		}
	case "-webkit-text-fill-color":
		s.ink, s.filled = inkOf(value, s.ink), true
	}
}

// fontSize is a font size in pixels.
func fontSize(value string, parent float64) (px float64, ok bool) {
	switch value {
	case "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial":
		return 16, true
	case "smaller":
		return parent / 1.2, true
	case "larger":
		return parent * 1.2, true
	}
	n, unit, ok := number(value)
	switch {
	case !ok || n < 0:
		return 0, false
	case unit == "em" || unit == "ex" || unit == "ch":
		return n * parent, true
	case unit == "%":
		return n * parent / 100, true
	case unit == "" && n != 0:
		return 0, false
	case unit == "rem":
		return n * 16, true
	}
	return pixels(value)
}

// own takes in what belongs to the element's own box.
func (b *box) own(name, value string, s *sight) {
	switch name {
	case "display":
		switch {
		case value == "none":
			b.none = true
		case isDisplay(value):
			b.none = false
		}
	case "content-visibility":
		s.gone = s.gone || value == "hidden"
	case "opacity":
		if _, _, ok := number(value); ok {
			s.opacity *= share(value)
		}
	case "filter":
		for _, word := range words(value) {
			if in, ok := call(word, "opacity"); ok && len(in) == 1 {
				s.opacity *= share(in[0])
			}
		}
	case "position":
		b.placed = value == "absolute" || value == "fixed" || value == "relative" || value == "sticky"
	case "left", "top", "right", "bottom", "inset", "inset-inline", "inset-block",
		"inset-inline-start", "inset-block-start", "inset-inline-end", "inset-block-end":
		b.away = b.away || anyFarOut(value)
	case "margin", "margin-left", "margin-top", "margin-inline-start", "margin-block-start", "margin-inline", "margin-block":
		s.gone = s.gone || pushedAway(value)
	case "padding", "padding-left", "padding-top", "padding-inline-start", "padding-block-start":
		s.gone = s.gone || pushedAway(value)
	case "clip":
		b.clipped = emptyClip(value)
	case "clip-path":
		s.gone = s.gone || emptyClipPath(value)
	case "transform", "scale", "translate", "rotate", "zoom", "backface-visibility":
		b.moved(name, value, s)
	case "height", "max-height", "width", "max-width", "block-size", "inline-size", "max-block-size", "max-inline-size", "line-height":
		b.small = b.small || nothing(value)
	case "overflow", "overflow-x", "overflow-y", "contain":
		b.cut = value != "visible" && value != "initial" && value != "none" && value != "layout" && value != "style"
	case "background", "background-color":
		s.paper = paperOf(value, s.paper)
	case "background-clip":
		b.paintedText = value == "text"
	}
}

// hides says that the box shows nothing of what is in it.
func (b *box) hides() bool {
	return b.none || b.placed && (b.away || b.clipped) || b.small && b.cut || b.turned && b.oneSided
}

// moved judges transformations: to no size, on edge, off the page.
func (b *box) moved(name, value string, s *sight) {
	switch name {
	case "backface-visibility":
		b.oneSided = value == "hidden"
		return
	case "scale", "zoom":
		for _, word := range words(value) {
			s.gone = s.gone || atMost(word, 0.05) && !strings.HasPrefix(word, "-")
		}
		return
	case "translate":
		s.gone = s.gone || anyFarOut(value)
		return
	}
	for _, word := range strings.SplitAfter(value, ")") {
		word = strings.TrimSpace(word)
		function, _, _ := strings.Cut(word, "(")
		in, ok := call(word, function)
		if !ok || len(in) == 0 {
			continue
		}
		switch function {
		case "scale", "scalex", "scaley", "scale3d":
			for _, n := range in {
				s.gone = s.gone || atMost(n, 0.05) && !strings.HasPrefix(n, "-")
			}
		case "translate", "translatex", "translatey", "translate3d":
			for _, n := range in {
				s.gone = s.gone || farOut(n)
			}
		case "matrix":
			n, _, ok := number(in[0])
			s.gone = s.gone || ok && n == 0 && len(in) == 6 && atMost(in[3], 0.05)
		case "rotatex", "rotatey":
			n, unit, ok := number(in[0])
			if ok && (unit == "deg" || unit == "") {
				s.gone = s.gone || n == 90 || n == -90 || n == 270
				b.turned = b.turned || n == 180 || n == -180
			}
		}
	}
}

// share is an opacity from 0 to 1.
func share(value string) float64 {
	n, unit, ok := number(value)
	if unit == "%" {
		n /= 100
	}
	if !ok {
		return 1
	}
	return min(1, max(0, n))
}

// isDisplay recognises the values of display that show something.
func isDisplay(value string) bool {
	for _, word := range strings.Fields(value) {
		switch word {
		case "block", "inline", "flex", "grid", "table", "contents", "list-item", "flow", "flow-root", "ruby", "math", "initial", "run-in":
		default:
			if !strings.HasPrefix(word, "inline-") && !strings.HasPrefix(word, "table-") && !strings.HasPrefix(word, "ruby-") && word != "-webkit-box" {
				return false
			}
		}
	}
	return value != ""
}

// emptyClip recognises the rectangles of no size that hide text from the eye
// but not from screen readers: rect(0,0,0,0), rect(1px 1px 1px 1px).
func emptyClip(value string) bool {
	sides, ok := call(value, "rect")
	if !ok || len(sides) != 4 {
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
	return bottom <= top || right <= left || bottom-top <= 1 && right-left <= 1
}

// emptyClipPath recognises inset(50%) and more, circles of no size and
// polygons of one point.
func emptyClipPath(value string) bool {
	if sides, ok := call(value, "inset"); ok {
		for _, side := range sides {
			if n, unit, ok := number(side); !ok || unit != "%" || n < 50 {
				return false
			}
		}
		return len(sides) > 0
	}
	for _, round := range []string{"circle", "ellipse"} {
		if in, ok := call(value, round); ok {
			n, _, valid := number(strings.Join(in[:min(1, len(in))], ""))
			return valid && n == 0
		}
	}
	if points, ok := call(value, "polygon"); ok {
		return len(points) > 0 && allSame(points)
	}
	return emptyClip(value)
}

func allSame(list []string) bool {
	for _, s := range list {
		n, _, ok := number(s)
		m, _, _ := number(list[0])
		if !ok || n != m {
			return false
		}
	}
	return true
}
