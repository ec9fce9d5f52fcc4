package magento

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/source"
)

const (
	// soon is how long after a change another one may leave the same version:
	// Magento's times have whole seconds.
	soon = 2 * time.Second
	// unsettled ends the version of a change that young.
	unsettled = "~"
	untitled  = "Untitled"
)

// Kinds of documents, as keys begin with.
const (
	pageKind    = "page"
	productKind = "product"
)

// keyOf names one document in one store view: "page:12:default:en-us". The
// language comes last, because the other side keeps contents by language.
func keyOf(kind string, id int64, v view) source.Key {
	return source.Key(kind + ":" + strconv.FormatInt(id, 10) + ":" + v.code + ":" + v.locale)
}

// parsedKey is what a key says.
type parsedKey struct {
	kind string
	id   int64
	view string
	tag  string
}

func parseKey(key source.Key) (parsedKey, bool) {
	part := strings.Split(string(key), ":")
	if len(part) != 4 || part[0] != pageKind && part[0] != productKind || !codeForm.MatchString(part[2]) {
		return parsedKey{}, false
	}
	id, err := strconv.ParseInt(part[1], 10, 64)
	return parsedKey{part[0], id, part[2], part[3]}, err == nil && id > 0
}

// version is the instant of the last change, with what else the text depends
// on. While that instant is not safely past it ends in "~", so that the next
// look differs and the document is read once more.
func version(changed, asked time.Time, print string) string {
	v := changed.UTC().Format(time.RFC3339) + print
	if asked.Sub(changed) < soon {
		v += unsettled
	}
	return v
}

// document turns a page of a store view into what Dialpad is to hold.
func (c corner) pageDocument(p *page, texts *blocks, asked time.Time) *source.Document {
	address := within(c.link, p.Identifier)
	if p.Identifier == c.home {
		address = c.link.String()
	}
	fragment := c.clean(p.Content, address, texts)
	return &source.Document{
		Key: keyOf(pageKind, p.ID, c.view), Kind: source.Article,
		Title:  c.title(fragment, p.Title, p.Heading),
		HTML:   fragment,
		URL:    address,
		Locale: c.locale, Version: version(p.Updated.Time, asked, texts.print()),
	}
}

// productDocument is a product's texts and the attributes that the shop shows.
// Blocks inside its texts are left out: nothing would tell that they changed.
func (c corner) productDocument(p *product, attrs attributes, asked time.Time) *source.Document {
	address := ""
	if key := p.attribute("url_key"); key != "" {
		address = within(c.link, key+c.suffix)
	}
	texts := p.attribute("short_description") + "\n" + p.attribute("description")
	fragment := c.clean(texts+attrs.table(p), address, nil)
	return &source.Document{
		Key: keyOf(productKind, p.ID, c.view), Kind: source.Article,
		Title:  c.title(fragment, p.Name, p.SKU),
		HTML:   fragment,
		URL:    address,
		Locale: c.locale, Version: version(p.Updated.Time, asked, ""),
	}
}

// clean resolves a stored text and makes clean HTML of it.
func (c corner) clean(text, address string, texts *blocks) string {
	r := resolver{link: c.link, media: c.media, block: texts.text}
	from := c.link
	if u, err := url.Parse(address); err == nil && address != "" {
		from = u
	}
	return content.Clean(flatten(r.resolve(text)), from)
}

// title is the first text that is one, or the first words of the document.
func (c corner) title(fragment string, candidates ...string) string {
	for _, text := range candidates {
		if t := content.Title(text); t != "" {
			return t
		}
	}
	words := strings.Fields(content.Text(fragment))
	if t := content.Title(strings.Join(words[:min(len(words), 8)], " ")); t != "" {
		return t
	}
	return untitled
}

// shownAttribute is a product attribute that the shop shows to its visitors.
type shownAttribute struct {
	code, label string
	options     map[string]string // label by value, where it is a choice
}

// attributes are those, in the shop's order.
type attributes []shownAttribute

// ownPlace are attributes that are elsewhere in the document, or no words.
var ownPlace = []string{"name", "sku", "description", "short_description", "url_key", "price", "special_price", "tier_price", "image", "small_image", "thumbnail", "media_gallery", "category_ids"}

// table lists what the product has of them, or nothing.
func (a attributes) table(p *product) string {
	var rows strings.Builder
	for _, shown := range a {
		value := p.attribute(shown.code)
		if value == "" || slices.Contains(ownPlace, shown.code) {
			continue
		}
		if len(shown.options) > 0 {
			value = shown.labels(value)
		}
		if value != "" {
			fmt.Fprintf(&rows, "<tr><th>%s</th><td>%s</td></tr>", html.EscapeString(shown.label), html.EscapeString(value))
		}
	}
	if rows.Len() == 0 {
		return ""
	}
	return "<table>" + rows.String() + "</table>"
}

// labels are the words of a choice, or of several joined by commas.
func (s shownAttribute) labels(value string) string {
	var words []string
	for part := range strings.SplitSeq(value, ",") {
		if word := s.options[strings.TrimSpace(part)]; word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}
