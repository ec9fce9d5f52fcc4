package content

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Clean returns the document as a fragment of clean HTML: of the elements and
// attributes only those that carry text, structure, links and pictures; every
// address absolute against base (or the document's own base element); nothing
// that runs, no form controls, no comments, nothing that a person cannot see.
// Players and other frames become links, and of a srcset the largest picture
// is kept where there is no plain address. White space stays in pre and
// becomes single spaces elsewhere.
//
// The result depends on the arguments only, cleaning it again gives it back,
// and it is valid UTF-8. Without a base, relative links lose their link and
// relative pictures are dropped.
func Clean(document string, base *url.URL) string {
	c := cleaner{
		base:  documentBase(document, base),
		sheet: documentSheet(document),
		stack: stack{byName: make(map[string][]int)},
		link:  -1,
	}
	c.out.Grow(len(document) / 2)
	c.read(html.NewTokenizer(strings.NewReader(strings.ReplaceAll(document, "\x00", ""))))
	return c.out.String()
}

// cleaner is the state of one Clean: what is open in the input, and what the
// output ends with.
type cleaner struct {
	base  *url.URL
	sheet *sheet
	stack stack
	out   strings.Builder

	// link is the position of the open link that has a tag to write, or -1.
	link int
	// linked says that the open player needs no further link.
	linked bool
	// freshPre says that the last token opened a pre, whose first line break
	// does not count.
	freshPre bool

	// pending is the position of the first open element whose start tag may
	// still have to be written. Start tags wait for content, so that elements
	// left empty leave no trace.
	pending int
	// word says that the output ends in a word, space that one is due before
	// the next.
	word, space bool
	// pre counts the open pre elements that have tags to write.
	pre int
	// atPre says that nothing was written since a <pre>.
	atPre bool
}

func (c *cleaner) read(z *html.Tokenizer) {
	for {
		fresh := c.freshPre
		c.freshPre = false
		switch z.Next() {
		case html.ErrorToken: // the end: reading a string does not fail
			c.closeTo(0)
			return
		case html.TextToken:
			text := string(z.Text())
			if fresh {
				text = strings.TrimPrefix(text, "\n")
			}
			c.text(text)
		case html.StartTagToken:
			name, _ := z.TagName()
			c.start(string(name), attributes(z), false)
		case html.SelfClosingTagToken:
			name, _ := z.TagName()
			c.start(string(name), attributes(z), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			c.end(string(name))
		}
	}
}

// start deals with a start tag. The slash of a self-closing one counts only
// for elements that HTML does not know, as in SVG.
func (c *cleaner) start(name string, attrs map[string]string, closed bool) {
	if top := c.stack.top(); top.isolates() && top.name != name {
		return
	}
	t, known := tags[name]
	switch {
	case name == "source":
		c.playerSource(attrs)
	case len(c.stack.open) >= maxOpen:
		c.breakWord()
	case !known && closed, !c.makeRoom(name, t):
		// Its words, if it has any, belong to what is open already.
	case t.is(void):
		c.void(name, attrs)
	default:
		c.open(name, t, attrs)
	}
}

// open puts an element on the stack, with the tags to write for it.
func (c *cleaner) open(name string, t tag, attrs map[string]string) {
	now := c.sight(name, attrs)
	if t.is(gone) {
		c.player(name, attrs, now)
		now.gone = true
	}
	e := element{name: stackName(name), tag: t, sight: now, attrs: attrs}
	if t.name != "" && c.stack.kept < maxWritten {
		e.start = c.startTag(t.name, attrs)
	}
	if t.name == "a" && e.start != "" && !c.freeLink() {
		e.start = ""
	}
	if e.start != "" {
		e.end = "</" + t.name + ">"
	}
	c.push(e)
	c.freshPre = name == "pre" || name == "listing"
	if (name == "td" || name == "th") && !now.gone {
		c.flush() // an empty cell still keeps its neighbours in their columns
	}
}

// freeLink makes sure that no other link is open, and reports whether that
// could be had: links do not nest. An outer one that has shown nothing yet
// gives way.
func (c *cleaner) freeLink() bool {
	if c.link < 0 {
		return true
	}
	outer := &c.stack.open[c.link]
	if outer.written {
		return false
	}
	outer.start = ""
	c.stack.kept--
	c.link = -1
	return true
}

// void deals with an element that has no content.
func (c *cleaner) void(name string, attrs map[string]string) {
	if now := c.sight(name, attrs); now.unseen() {
		return
	}
	switch name {
	case "img":
		if picture := c.picture(attrs); picture != "" {
			c.flush()
			c.write(picture)
			c.word = true
		}
	case "br", "hr":
		c.space = false
		c.flush()
		c.write("<" + name + ">")
		c.word, c.space = false, false
	}
}

// player writes a link in place of a frame or player. What these elements
// contain is for browsers that cannot show them.
func (c *cleaner) player(name string, attrs map[string]string, now sight) {
	switch name {
	case "iframe", "video", "audio":
		c.linked = now.hidden()
		c.playerLink(attrs)
	}
}

// playerSource links the first source of a player that has no address itself.
func (c *cleaner) playerSource(attrs map[string]string) {
	if top := c.stack.top(); top.name == "video" || top.name == "audio" {
		c.playerLink(attrs)
	}
}

func (c *cleaner) playerLink(attrs map[string]string) {
	address, ok := absolute(c.base, attrs["src"], mediaSchemes)
	if c.linked || attrs["src"] == "" || !ok || isPixel(attrs) || c.link >= 0 {
		return
	}
	c.linked = true
	address = watchable(address)
	c.breakWord()
	c.flush()
	label := textEscaper.Replace(address)
	if c.stack.kept < maxWritten {
		label = c.startTag("a", map[string]string{"href": address}) + label + "</a>"
	}
	c.write(label)
	c.word = true
	c.breakWord()
}
