package content

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// attributes reads those attributes of the current start tag that anything
// here asks for. The tokenizer gives the first of a doubled one.
func attributes(z *html.Tokenizer) map[string]string {
	var out map[string]string
	for more := true; more; {
		var name, value []byte
		name, value, more = z.TagAttr()
		if !readAttributes[string(name)] {
			continue
		}
		if out == nil {
			out = make(map[string]string)
		}
		out[string(name)] = string(value)
	}
	return out
}

var readAttributes = map[string]bool{
	"href": true, "title": true, "src": true, "srcset": true, "alt": true,
	"data-src": true, "data-original": true, "data-lazy-src": true,
	"width": true, "height": true, "colspan": true, "rowspan": true, "scope": true,
	"start": true, "reversed": true, "type": true, "value": true,
	"dir": true, "lang": true, "style": true, "hidden": true, "open": true,
	"class": true, "id": true, "popover": true, "media": true, "data-pb-style": true,
	"bgcolor": true, "background": true, "color": true, "fill": true, "fill-opacity": true,
	"display": true, "visibility": true, "opacity": true, "font-size": true, "transform": true,
}

var (
	language  = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
	wholeSize = regexp.MustCompile(`^[0-9]{1,5}$`)
)

// startTag builds the tag to write for an element that is kept, attributes in
// a fixed order. It is "" for one that says nothing: a link that leads
// nowhere, a span without a language.
func (c *cleaner) startTag(name string, attrs map[string]string) string {
	if len(attrs) == 0 && name != "a" && name != "span" {
		return "<" + name + ">"
	}
	var out strings.Builder
	out.WriteString("<" + name)
	switch name {
	case "a":
		address, ok := absolute(c.base, attrs["href"], linkSchemes)
		if _, given := attrs["href"]; !given || !ok {
			return ""
		}
		put(&out, "href", address)
		putText(&out, "title", attrs["title"])
	case "abbr":
		putText(&out, "title", attrs["title"])
	case "td", "th":
		putSpan(&out, "colspan", attrs["colspan"])
		putSpan(&out, "rowspan", attrs["rowspan"])
		putOneOf(&out, "scope", attrs["scope"], "row", "col", "rowgroup", "colgroup")
	case "ol":
		putInteger(&out, "start", attrs["start"])
		putOneOf(&out, "type", attrs["type"], "1", "a", "A", "i", "I")
		if _, ok := attrs["reversed"]; ok {
			put(&out, "reversed", "reversed")
		}
	case "li":
		putInteger(&out, "value", attrs["value"])
	}
	bare := out.Len()
	putOneOf(&out, "dir", strings.ToLower(attrs["dir"]), "ltr", "rtl", "auto")
	if language.MatchString(attrs["lang"]) {
		put(&out, "lang", attrs["lang"])
	}
	if name == "span" && out.Len() == bare {
		return ""
	}
	out.WriteByte('>')
	return out.String()
}

// picture builds an img tag, or "" for one that nobody sees or that cannot be
// had from outside the page: no http address, a counting pixel.
func (c *cleaner) picture(attrs map[string]string) string {
	if isPixel(attrs) {
		return ""
	}
	for _, ref := range []string{
		attrs["src"], largest(attrs["srcset"]),
		attrs["data-src"], attrs["data-original"], attrs["data-lazy-src"],
	} {
		address, ok := absolute(c.base, ref, mediaSchemes)
		if ref == "" || !ok {
			continue
		}
		var out strings.Builder
		out.WriteString("<img")
		put(&out, "src", address)
		put(&out, "alt", oneLine(attrs["alt"]))
		putText(&out, "title", attrs["title"])
		for _, side := range []string{"width", "height"} {
			if wholeSize.MatchString(attrs[side]) {
				put(&out, side, attrs[side])
			}
		}
		out.WriteByte('>')
		return out.String()
	}
	return ""
}

// isPixel recognises pictures and frames of at most one pixel, which count
// visitors.
func isPixel(attrs map[string]string) bool {
	dot := func(side string) bool {
		n, unit, ok := number(strings.TrimSpace(attrs[side]))
		return ok && (unit == "" || unit == "px") && n <= 1
	}
	return dot("width") && dot("height")
}

func put(out *strings.Builder, name, value string) {
	out.WriteString(" " + name + `="`)
	out.WriteString(attributeEscaper.Replace(value))
	out.WriteByte('"')
}

func putText(out *strings.Builder, name, value string) {
	if value = oneLine(value); value != "" {
		put(out, name, value)
	}
}

func putOneOf(out *strings.Builder, name, value string, allowed ...string) {
	if slices.Contains(allowed, value) {
		put(out, name, value)
	}
}

func putInteger(out *strings.Builder, name, value string) {
	if n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32); err == nil {
		put(out, name, strconv.FormatInt(n, 10))
	}
}

// putSpan writes how many columns or rows a cell covers. The standard's upper
// bound for columns is 1000.
func putSpan(out *strings.Builder, name, value string) {
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n > 1 && n <= 1000 {
		put(out, name, strconv.Itoa(n))
	}
}

var (
	attributeEscaper = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")
	textEscaper      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// oneLine is the visible text with every run of white space as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(visible(s)), " ") }
