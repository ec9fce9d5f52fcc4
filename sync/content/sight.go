package content

import "strings"

// sight is what is seen of an element that starts here. What a class may have
// given it through a style sheet that is not in the document is not known.
func (c *cleaner) sight(name string, attrs map[string]string) sight {
	parent := c.stack.sight()
	if len(attrs) == 0 && !ownInk[name] && name != "dialog" && c.sheet.count == 0 {
		return parent
	}
	s := parent
	styled := attrs["class"] != "" || attrs["id"] != ""
	if (styled || ownInk[name]) && !s.filled {
		s.ink = colour{}
	}
	if _, painted := attrs["background"]; painted || styled || ownPaper[name] {
		s.paper = colour{}
	}
	list := c.presentation(name, attrs)
	if rules := c.sheet.of(name, attrs, c.stack.open); len(rules) > 0 {
		list = append(list, rules...)
	}
	if style := attrs["style"]; style != "" {
		list = append(list, declarations(style)...)
	}
	if len(list) > 0 {
		s = s.inside(byWeight(list), parent)
	}
	s.gone = s.gone || isHidden(name, attrs)
	return s
}

// ownInk and ownPaper are elements whose text and background browsers paint in
// colours of their own.
var (
	ownInk   = map[string]bool{"a": true, "button": true, "mark": true, "dialog": true}
	ownPaper = map[string]bool{"button": true, "mark": true, "dialog": true}
)

// isHidden judges what is not a style: the hidden attribute (a section that
// the browser's search opens counts as seen), a dialog that is not open, a
// popover, a running text of no size.
func isHidden(name string, attrs map[string]string) bool {
	value, hidden := attrs["hidden"]
	_, open := attrs["open"]
	_, popover := attrs["popover"]
	switch {
	case hidden && !strings.EqualFold(value, "until-found"), popover, name == "dialog" && !open:
		return true
	case name == "marquee" || name == "svg":
		return isNothing(attrs, "width") || isNothing(attrs, "height")
	}
	return false
}

func isNothing(attrs map[string]string, side string) bool {
	value, there := attrs[side]
	return there && nothing(strings.TrimSpace(value))
}

// presentation are the attributes that stand for styles: colours of old HTML,
// and inside a drawing all that SVG knows.
func (c *cleaner) presentation(name string, attrs map[string]string) (list []declaration) {
	add := func(style, attr string) {
		if value := strings.ToLower(strings.TrimSpace(attrs[attr])); value != "" {
			list = append(list, declaration{name: style, value: value})
		}
	}
	add("background-color", "bgcolor")
	if name == "font" {
		add("color", "color")
	}
	if name != "svg" && c.stack.last("svg") < 0 {
		return list
	}
	for _, attr := range []string{"display", "visibility", "opacity", "font-size", "transform"} {
		add(attr, attr)
	}
	add("opacity", "fill-opacity")
	switch attrs["fill"] {
	case "none", "transparent":
		list = append(list, declaration{name: "color", value: "transparent"})
	case "":
	default:
		list = append(list, declaration{name: "color", value: strings.ToLower(attrs["fill"])})
	}
	return list
}
