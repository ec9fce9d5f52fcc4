package magento

import (
	"html"
	"net/url"
	"strings"
)

// maxDepth is how deep blocks are put into each other (contract §2.5).
const maxDepth = 3

// resolver turns the directives of a stored text into what they stand for:
// REST gives texts as they are kept, "{{store url="x"}}" included.
type resolver struct {
	link, media *url.URL
	// block gives a block's text by its identifier or number, or false.
	block func(name string) (string, bool)
}

// resolve returns the text with every directive resolved or taken out. What a
// condition surrounds is taken out with it, because nobody here knows whether
// it holds.
func (r resolver) resolve(text string) string { return r.inside(text, nil) }

// inside resolves a text that is part of the blocks in path.
func (r resolver) inside(text string, path []string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.Contains(inner, "{{") {
			// Not a directive: the braces go, what is between them is text.
			text = rest
			continue
		}
		text = after
		name, args := directive(inner)
		switch name {
		case "depend", "if", "for":
			text = afterEnd(after, name)
		case "block", "widget":
			out.WriteString(r.put(name, args, path))
		default:
			out.WriteString(r.value(name, args, inner))
		}
	}
}

// afterEnd is what follows the end of a region, those of its kind inside it
// counted; a region without end is its tag alone.
func afterEnd(text, name string) string {
	depth, rest := 1, text
	for depth > 0 {
		_, found, ok := strings.Cut(rest, "{{")
		if !ok {
			return text
		}
		switch {
		case strings.HasPrefix(found, "/"+name):
			depth--
		case strings.HasPrefix(found, name+" "):
			depth++
		}
		if _, rest, ok = strings.Cut(found, "}}"); !ok {
			return text
		}
	}
	return rest
}

// value is what a directive that is an address or a text stands for.
func (r resolver) value(name string, args map[string]string, inner string) string {
	switch name {
	case "store":
		path := args["url"]
		if path == "" {
			path = args["direct_url"]
		}
		return html.EscapeString(within(r.link, path))
	case "media":
		if args["url"] == "" {
			return ""
		}
		return html.EscapeString(within(r.media, args["url"]))
	case "trans":
		return html.EscapeString(quoted(inner))
	}
	return ""
}

// within is an address below a base; one that leads out of it is the base.
func within(base *url.URL, path string) string {
	path = strings.TrimLeft(path, "/")
	to, err := base.Parse(path)
	if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || !strings.HasPrefix(to.Path, base.Path) {
		return base.String()
	}
	return to.String()
}

// put is the text of a block, or of a widget that shows a block. A widget that
// shows a link keeps its words; all others go.
func (r resolver) put(name string, args map[string]string, path []string) string {
	id := args["id"]
	if name == "widget" {
		kind := strings.ReplaceAll(args["type"], `\\`, `\`)
		switch {
		case strings.HasSuffix(kind, `Cms\Block\Widget\Block`), args["block_id"] != "":
			id = args["block_id"]
		case strings.Contains(kind, "Link"):
			return html.EscapeString(firstOf(args["anchor_text"], args["title"]))
		default:
			return ""
		}
	}
	if id == "" || len(path) >= maxDepth {
		return ""
	}
	for _, around := range path {
		if around == id {
			return ""
		}
	}
	text, ok := r.block(id)
	if !ok {
		return ""
	}
	return r.inside(text, append(path[:len(path):len(path)], id))
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// directive splits the inside of a directive into its name and arguments.
// Editors write quotes as &quot; where the directive stands in an attribute.
func directive(inner string) (name string, args map[string]string) {
	inner = strings.TrimSpace(html.UnescapeString(inner))
	name, rest, _ := strings.Cut(inner, " ")
	args = map[string]string{}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		key, value, found := strings.Cut(rest, "=")
		if !found {
			break
		}
		key = strings.TrimSpace(key)
		if i := strings.LastIndexAny(key, " \t\n"); i >= 0 {
			key = key[i+1:]
		}
		value = strings.TrimSpace(value)
		var end int
		switch quote := value[:min(1, len(value))]; quote {
		case `"`, `'`:
			if end = strings.Index(value[1:], quote); end < 0 {
				return name, args // broken: what was read so far counts
			}
			args[key], rest = value[1:1+end], value[end+2:]
		default:
			if end = strings.IndexAny(value, " \t\n"); end < 0 {
				end = len(value)
			}
			args[key], rest = value[:end], value[end:]
		}
	}
	return name, args
}

// quoted is the first quoted text.
func quoted(inner string) string {
	inner = html.UnescapeString(inner)
	i := strings.IndexAny(inner, `"'`)
	if i < 0 {
		return ""
	}
	text, _, _ := strings.Cut(inner[i+1:], inner[i:i+1])
	return text
}
