package content

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// sheet holds the rules of a document's own style elements that name an element
// by its tag, classes, id or attributes, alone or inside others. Rules for other
// media than screens, for states and for parts of elements are left out.
type sheet struct {
	rules map[string][]rule // by the id, class or tag their last part asks for
	count int
	looks int
}

// rule is one selector with its declarations.
type rule struct {
	parts  []compound
	weight int
	order  int
	list   []declaration
}

// compound is "p.note#top[data-x=y]".
type compound struct {
	tag, id string
	classes []string
	attr    string // name, and "=value" where one is asked for
}

const (
	// maxRules, maxAncestors, maxDepth and maxLooks bound what a style sheet can
	// cost. When all looks at the elements around are used up, what a rule asks of
	// them counts as given: more is hidden then, not less.
	maxRules     = 120
	maxAncestors = 64
	maxDepth     = 4
	maxLooks     = 5_000_000
)

// documentSheet reads the style elements of a document.
func documentSheet(document string) *sheet {
	s := &sheet{rules: map[string][]rule{}}
	if !mentions(document, "<style") {
		return s
	}
	z := html.NewTokenizer(strings.NewReader(document))
	for inside := false; ; {
		switch z.Next() {
		case html.ErrorToken:
			return s
		case html.StartTagToken:
			name, _ := z.TagName()
			inside = string(name) == "style" && mediaSeen(attributes(z)["media"])
		case html.TextToken:
			if inside {
				s.read(string(z.Text()), 0)
			}
			inside = false
		}
	}
}

// mediaSeen says that a list of media is for a screen of any size.
func mediaSeen(media string) bool {
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "" || media == "all" || strings.HasPrefix(media, "screen") || strings.HasPrefix(media, "only screen")
}

// read takes in a style sheet, or what is inside so many conditions.
func (s *sheet) read(text string, depth int) {
	text = strings.NewReplacer("<!--", "", "-->", "").Replace(withoutComments(text))
	for text != "" && s.count < maxRules && depth < maxDepth {
		prelude, rest, found := strings.Cut(text, "{")
		if !found {
			return
		}
		if at := strings.LastIndexAny(prelude, ";}"); at >= 0 {
			prelude = prelude[at+1:] // @import, a stray brace
		}
		prelude = strings.TrimSpace(prelude)
		var body string
		body, text = closeBrace(rest)
		media, isMedia := strings.CutPrefix(strings.ToLower(prelude), "@media")
		switch {
		case isMedia && mediaSeen(media):
			s.read(body, depth+1)
		case strings.HasPrefix(prelude, "@supports"), strings.HasPrefix(prelude, "@layer"):
			s.read(body, depth+1)
		case !strings.HasPrefix(prelude, "@"):
			s.add(prelude, declarations(body))
		}
	}
}

// closeBrace splits a style sheet behind the brace that closes the open one.
func closeBrace(text string) (body, rest string) {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:i], text[i+1:]
			}
		}
	}
	return text, ""
}

func (s *sheet) add(selectors string, list []declaration) {
	if !relevant(list) {
		return
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		parts, weight, ok := parseSelector(selector)
		if !ok || s.count >= maxRules {
			continue
		}
		last := parts[len(parts)-1]
		key := cmp.Or(last.tag, "*")
		switch {
		case last.id != "":
			key = "#" + last.id
		case len(last.classes) > 0:
			key = "." + last.classes[0]
		}
		s.count++
		s.rules[key] = append(s.rules[key], rule{parts, weight, s.count, list})
	}
}

// relevant says that something here can hide or show.
func relevant(list []declaration) bool {
	for _, d := range list {
		after := plainSight().inside([]declaration{d}, plainSight())
		if after.hidden() || strings.HasPrefix(d.name, "--") || d.name == "display" || d.name == "visibility" ||
			d.name == "position" || d.name == "overflow" || strings.HasPrefix(d.name, "font") || d.name == "opacity" ||
			strings.Contains(d.name, "color") || d.name == "background" || strings.HasSuffix(d.name, "height") || strings.HasSuffix(d.name, "width") ||
			d.name == "left" || d.name == "top" || d.name == "clip" {
			return true
		}
	}
	return false
}

// parseSelector reads compounds with blanks and ">" between them.
func parseSelector(text string) (parts []compound, weight int, ok bool) {
	text = strings.NewReplacer(">", " ", ":root", "html", "::-", ":-").Replace(text)
	for _, word := range strings.Fields(text) {
		c, n, ok := parseCompound(word)
		if !ok {
			return nil, 0, false
		}
		weight += n
		parts = append(parts, c)
	}
	return parts, weight, len(parts) > 0
}

func parseCompound(word string) (c compound, weight int, ok bool) {
	for word != "" {
		kind := word[0]
		if kind == '[' {
			inner, rest, found := strings.Cut(word[1:], "]")
			name, value, asked := strings.Cut(inner, "=")
			if !found || c.attr != "" || strings.ContainsAny(name, "~|^$*") {
				return c, 0, false
			}
			c.attr = strings.ToLower(name)
			if asked {
				c.attr += "=" + strings.Trim(value, `"'`)
			}
			word, weight = rest, weight+100
			continue
		}
		if kind == '.' || kind == '#' {
			word = word[1:]
		}
		end := strings.IndexAny(word, ".#[:+~")
		if end < 0 {
			end = len(word)
		}
		name := word[:end]
		if name == "" || end < len(word) && strings.IndexByte(":+~", word[end]) >= 0 {
			return c, 0, false
		}
		switch kind {
		case '.':
			c.classes, weight = append(c.classes, name), weight+100
		case '#':
			c.id, weight = name, weight+10_000
		default:
			if name != "*" {
				c.tag, weight = strings.ToLower(name), weight+1
			}
		}
		word = word[end:]
	}
	return c, weight, true
}

// matches says that an element is one the compound asks for.
func (c compound) matches(name string, attrs map[string]string) bool {
	if c.tag != "" && c.tag != name && stackName(c.tag) != name || c.id != "" && c.id != attrs["id"] {
		return false
	}
	if len(c.classes) > 0 {
		for _, class := range c.classes {
			if !hasWord(attrs["class"], class) {
				return false
			}
		}
	}
	if c.attr == "" {
		return true
	}
	attr, value, asked := strings.Cut(c.attr, "=")
	got, there := attrs[attr]
	return there && (!asked || got == value)
}

// hasWord finds a word in a list with blanks between.
func hasWord(list, word string) bool {
	for list != "" {
		var one string
		if at := strings.IndexAny(list, " \t\n\r\f"); at >= 0 {
			one, list = list[:at], list[at+1:]
		} else {
			one, list = list, ""
		}
		if one == word {
			return true
		}
	}
	return false
}

// outside says that a compound is about what is around every document.
func (c compound) outside() bool {
	return c.tag == "html" || c.tag == "body" || c.id == "html-body"
}

// of are the declarations for an element inside these, the weightiest last.
func (s *sheet) of(name string, attrs map[string]string, around []element) []declaration {
	if s.count == 0 {
		return nil
	}
	found := s.matching(nil, "*", name, attrs, around)
	found = s.matching(found, name, name, attrs, around)
	if id := attrs["id"]; id != "" {
		found = s.matching(found, "#"+id, name, attrs, around)
	}
	for _, class := range strings.Fields(attrs["class"]) {
		found = s.matching(found, "."+class, name, attrs, around)
	}
	slices.SortFunc(found, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.order, b.order))
	})
	var list []declaration
	for _, r := range found {
		list = append(list, r.list...)
	}
	return list
}

func (s *sheet) matching(found []rule, key, name string, attrs map[string]string, around []element) []rule {
	for _, r := range s.rules[key] {
		if r.parts[len(r.parts)-1].matches(name, attrs) && s.isInside(r.parts[:len(r.parts)-1], around) {
			found = append(found, r)
		}
	}
	return found
}

// isInside finds the compounds among the elements around, from the inside out.
func (s *sheet) isInside(parts []compound, around []element) bool {
	n := len(parts)
	if s.looks > maxLooks {
		return true
	}
	for i := len(around) - 1; n > 0 && i >= max(0, len(around)-maxAncestors); i-- {
		s.looks++
		if parts[n-1].matches(around[i].name, around[i].attrs) {
			n--
		}
	}
	for n > 0 && parts[n-1].outside() {
		n--
	}
	return n == 0
}

// withoutComments takes /* … */ out of a style sheet.
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
		out.WriteByte(' ')
	}
}

// mentions says that a document has this text, which begins with "<", in any
// case.
func mentions(document, what string) bool {
	for rest := document; ; {
		at := strings.IndexByte(rest, '<')
		if at < 0 || at+len(what) > len(rest) {
			return false
		}
		if strings.EqualFold(rest[at:at+len(what)], what) {
			return true
		}
		rest = rest[at+1:]
	}
}
