package content

// trait says how an element behaves in the stack of open elements.
type trait uint8

const (
	// block starts on its own line: it closes an open paragraph, and an inline
	// end tag does not reach out of it. Every block is written.
	block trait = 1 << iota
	// stop is a block that keeps a list item around it open when the next list
	// item starts inside.
	stop
	// cell ends the reach of everything outside it (a table and its cells).
	cell
	// formatting is an inline element whose end tag counts also when blocks
	// inside it are still open.
	formatting
	// void has no content and no end tag.
	void
	// gone is not seen, with all it contains.
	gone
)

// tag is what is known of an element. An empty name means that its own tags
// are dropped and its content stays.
type tag struct {
	name   string
	traits trait
}

func (t tag) is(x trait) bool { return t.traits&x != 0 }

const stopBlock = block | stop

// tags holds the elements of the HTML standard that are not dropped with their
// content kept, which is what happens to unknown ones.
var tags = map[string]tag{
	"p": {"p", block}, "div": {"div", block},
	"h1": {"h1", stopBlock}, "h2": {"h2", stopBlock}, "h3": {"h3", stopBlock},
	"h4": {"h4", stopBlock}, "h5": {"h5", stopBlock}, "h6": {"h6", stopBlock},
	"ul": {"ul", stopBlock}, "ol": {"ol", stopBlock}, "li": {"li", stopBlock},
	"dl": {"dl", stopBlock}, "dt": {"dt", stopBlock}, "dd": {"dd", stopBlock},
	"blockquote": {"blockquote", stopBlock}, "pre": {"pre", stopBlock},
	"figure": {"figure", stopBlock}, "figcaption": {"figcaption", stopBlock},
	"details": {"details", stopBlock}, "summary": {"summary", stopBlock},
	"table": {"table", stopBlock | cell}, "caption": {"caption", stopBlock | cell},
	"thead": {"thead", stopBlock}, "tbody": {"tbody", stopBlock}, "tfoot": {"tfoot", stopBlock},
	"tr": {"tr", stopBlock}, "td": {"td", stopBlock | cell}, "th": {"th", stopBlock | cell},

	// Containers that only differ in meaning.
	"address": {"div", block}, "article": {"div", block}, "aside": {"div", block},
	"center": {"div", block}, "dialog": {"div", block}, "fieldset": {"div", block},
	"footer": {"div", block}, "form": {"div", block}, "header": {"div", block},
	"hgroup": {"div", block}, "legend": {"div", block}, "main": {"div", block},
	"nav": {"div", block}, "search": {"div", block}, "section": {"div", block},
	"dir": {"ul", stopBlock}, "menu": {"ul", stopBlock},
	"listing": {"pre", stopBlock}, "plaintext": {"pre", stopBlock}, "xmp": {"pre", stopBlock},

	"a": {"a", formatting}, "b": {"b", formatting}, "code": {"code", formatting},
	"em": {"em", formatting}, "i": {"i", formatting}, "s": {"s", formatting},
	"small": {"small", formatting}, "strike": {"s", formatting}, "strong": {"strong", formatting},
	"tt": {"code", formatting}, "u": {"u", formatting},
	"big": {"", formatting}, "font": {"", formatting}, "nobr": {"", formatting},

	"abbr": {"abbr", 0}, "acronym": {"abbr", 0}, "bdi": {"bdi", 0}, "cite": {"cite", 0},
	"del": {"del", 0}, "dfn": {"dfn", 0}, "ins": {"ins", 0}, "kbd": {"kbd", 0},
	"mark": {"mark", 0}, "q": {"q", 0}, "rt": {"rt", 0}, "ruby": {"ruby", 0},
	"samp": {"samp", 0}, "span": {"span", 0}, "sub": {"sub", 0}, "sup": {"sup", 0}, "var": {"var", 0},

	"br": {"br", void}, "hr": {"hr", block | void}, "img": {"img", void},
	"area": {"", void}, "base": {"", void}, "basefont": {"", void}, "bgsound": {"", void},
	"col": {"", void}, "embed": {"", void}, "frame": {"", void}, "input": {"", void},
	"keygen": {"", void}, "link": {"", void}, "meta": {"", void}, "param": {"", void},
	"source": {"", void}, "track": {"", void}, "wbr": {"", void},
	"html": {"", void}, "head": {"", void}, "body": {"", void}, "colgroup": {"", void},

	"script": {"", gone}, "style": {"", gone}, "template": {"", gone}, "title": {"", gone},
	"noscript": {"", gone}, "noembed": {"", gone}, "noframes": {"", gone},
	"iframe": {"", gone}, "audio": {"", gone}, "video": {"", gone}, "canvas": {"", gone},
	"select": {"", gone}, "datalist": {"", gone}, "textarea": {"", gone},
	"meter": {"", gone}, "progress": {"", gone},
	"annotation": {"", gone}, "annotation-xml": {"", gone}, "desc": {"", gone}, "metadata": {"", gone},
	"defs": {"", gone}, "symbol": {"", gone}, "clippath": {"", gone}, "mask": {"", gone}, "pattern": {"", gone},
	"marker": {"", gone}, "mphantom": {"", gone}, "rp": {"", gone},
}

// heading is the name under which all six levels stand in the stack: any
// heading's end tag closes any other.
const heading = "h"

// stackName is the name an element is found by in the stack.
func stackName(name string) string {
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		return heading
	}
	return name
}
