package zendesksim

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// The user segments of the account. An article without one is for everybody.
const (
	SegmentSignedIn int64 = 360000700001
	SegmentStaff    int64 = 360000700002
)

// article is one article as the account stores it. Times are unix seconds, as
// fine as the API shows them.
type article struct {
	id       int64
	section  *section
	source   string // locale
	segment  int64
	created  int64
	updated  int64
	archived bool
	promoted bool
	position int64
	number   int // which generated article it is; -1 for others
	labels   []string
	texts    []translation
	files    []*attachment
}

type translation struct {
	locale    string
	title     string
	body      string
	generated bool // title and body come from the article's number
	draft     bool
	created   int64
	updated   int64
	edited    int64
}

type category struct {
	id       int64
	brand    *brand
	name     string
	position int64
	created  int64
}

type section struct {
	id       int64
	category *category
	parent   int64
	name     string
	position int64
	created  int64
}

type brand struct {
	Brand
	host string
}

// world is everything an account holds. The caller holds the server's lock.
type world struct {
	brands     []*brand
	locales    []string
	articles   map[int64]*article
	order      []*article // as they were made, archived ones included
	categories []*category
	sections   []*section
	taken      map[int64]bool // ids of every kind
	files      map[int64]*attachment
	tops       map[string]*category // of loaded folders
	folders    map[string]*section  // by "category/section"
	views      map[view]*sorted[*article]
	gen        generator
	fallback   bool // Quirks.LocaleFallback
	next       int64
}

func newWorld(c Config) *world {
	w := &world{
		locales:  slices.Clone(c.Locales),
		articles: make(map[int64]*article),
		taken:    make(map[int64]bool),
		files:    make(map[int64]*attachment),
		tops:     make(map[string]*category),
		folders:  make(map[string]*section),
		views:    make(map[view]*sorted[*article]),
		gen:      generator{seed: c.Seed, size: c.BodySize, words: languages()},
		fallback: c.Quirks.LocaleFallback,
		next:     firstMadeID,
	}
	for _, b := range c.Brands {
		w.brands = append(w.brands, &brand{Brand: b, host: hostOf(b.Base)})
	}
	return w
}

// firstMadeID is where the ids of things made while the double runs begin.
const firstMadeID = 460000000000

// newID returns an id nobody has.
func (w *world) newID() int64 {
	for {
		w.next += 101
		if w.take(w.next) {
			return w.next
		}
	}
}

// take reserves an id and reports whether it was free.
func (w *world) take(id int64) bool {
	if w.taken[id] {
		return false
	}
	w.taken[id] = true
	return true
}

// add puts a new article into the world.
func (w *world) add(a *article) {
	w.articles[a.id] = a
	w.order = append(w.order, a)
	w.change(a, func() {})
}

// change lets edit alter an article and keeps every live order right.
func (w *world) change(a *article, edit func()) {
	for v, list := range w.views {
		if k, ok := v.key(w, a); ok {
			list.remove(k)
		}
	}
	edit()
	for v, list := range w.views {
		if k, ok := v.key(w, a); ok {
			list.insert(k, a)
		}
	}
}

// live returns an article that is not archived, or nil.
func (w *world) live(id int64) *article {
	if a := w.articles[id]; a != nil && !a.archived {
		return a
	}
	return nil
}

func (w *world) category(id int64) *category {
	i := slices.IndexFunc(w.categories, func(c *category) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return w.categories[i]
}

func (w *world) section(id int64) *section {
	i := slices.IndexFunc(w.sections, func(s *section) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return w.sections[i]
}

func (w *world) addCategory(b *brand, id int64, name string, now int64) *category {
	c := &category{id: id, brand: b, name: name, position: int64(len(w.categories)), created: now}
	w.categories = append(w.categories, c)
	return c
}

func (w *world) addSection(c *category, id int64, name string, now int64) *section {
	s := &section{id: id, category: c, name: name, position: int64(len(w.sections)), created: now}
	w.sections = append(w.sections, s)
	return s
}

// text returns the translation in a locale, or nil.
func (a *article) text(locale string) *translation {
	for i := range a.texts {
		if a.texts[i].locale == locale {
			return &a.texts[i]
		}
	}
	return nil
}

// shown returns the translation that a call for this locale displays, or nil;
// a call without a locale displays the source locale.
func (w *world) shown(a *article, locale string) *translation {
	if locale == "" {
		return a.text(a.source)
	}
	t := a.text(locale)
	if t == nil && w.fallback {
		t = a.text(a.source)
	}
	return t
}

// title returns the title of a translation of a.
func (w *world) title(a *article, t *translation) string {
	if t.generated {
		return w.gen.title(a.number, t.locale)
	}
	return t.title
}

// body returns the body of a translation of a.
func (w *world) body(a *article, t *translation) string {
	if t.generated {
		return w.gen.body(a.number, a.files, t.locale)
	}
	return t.body
}

// audience is whose eyes a listing is for.
type audience int

const (
	everybody audience = iota
	signedIn
	staff
)

// sees tells whether the audience may read this translation of a.
func (who audience) sees(a *article, t *translation) bool {
	if who == staff {
		return true
	}
	return !t.draft && (a.segment == 0 || (who == signedIn && a.segment == SegmentSignedIn))
}

// slug is the readable end of an article's public address: the words of its
// title in any script, joined by dashes.
func slug(title string) string {
	words := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// publicPath is the article's path in the public help center, as it stands in
// an address.
func publicPath(locale string, id int64, title string) string {
	path := fmt.Sprintf("/hc/%s/articles/%d", locale, id)
	if s := slug(title); s != "" {
		path += "-" + url.PathEscape(s)
	}
	return path
}

// stamp spells a time as the API does.
func stamp(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

// isLocale accepts tags as Zendesk spells them: "fr", "en-us", "zh-hant".
func isLocale(s string) bool {
	language, region, two := strings.Cut(s, "-")
	return len(language) == 2 && isWord(language, false) && (!two || (len(region) >= 2 && len(region) <= 4 && isWord(region, true)))
}

func isWord(s string, digits bool) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (!digits || r < '0' || r > '9') {
			return false
		}
	}
	return true
}
