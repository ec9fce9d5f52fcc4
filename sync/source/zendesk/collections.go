package zendesk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// Collections lists what can be ticked: brands where there are several, their
// categories, the sections in them, and the languages. Counts come from one
// complete listing of each language.
func (s *Source) Collections(ctx context.Context) ([]source.Collection, error) {
	l, err := s.layout(ctx, 0)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(l.places, l.others)
	var list []source.Collection
	languages := map[string]*source.Collection{}
	for _, p := range all {
		shelf, err := s.readShelf(ctx, p, l.languages[p.Host], languages)
		if err != nil {
			return nil, err
		}
		parent := ""
		if len(all) > 1 && p.Brand != 0 {
			parent = collectionID("brand", p.Brand)
			list = append(list, shelf.collection(shelf.total, parent, "", l.names[p.Brand]))
		}
		list = append(list, shelf.collections(parent)...)
	}
	return append(list, sorted(languages)...), nil
}

func collectionID(kind string, id int64) string { return kind + ":" + strconv.FormatInt(id, 10) }

// tallies counts articles by language.
type tallies map[string]source.Tally

func (t tallies) add(locale string, more source.Tally) {
	sum := t[locale]
	sum.Count += more.Count
	sum.Restricted += more.Restricted
	sum.Drafts += more.Drafts
	t[locale] = sum
}

func (t tallies) addAll(more tallies) {
	for locale, n := range more {
		t.add(locale, n)
	}
}

// shelf is what one help center holds.
type shelf struct {
	chosen     []string // languages
	categories []category
	sections   []section
	counts     map[int64]tallies // by section
	total      tallies
}

// readShelf reads a help center in all its languages, the chosen ones first, so
// that names are in one of those.
func (s *Source) readShelf(ctx context.Context, p place, offered []string, languages map[string]*source.Collection) (*shelf, error) {
	sh := &shelf{chosen: p.Locales, counts: map[int64]tallies{}, total: tallies{}}
	for _, locale := range inOrder(p.Locales, offered) {
		categories, _, err := every[category](ctx, s, localised(p.Host, locale, "list categories", "/categories"), "categories")
		if err != nil {
			return nil, err
		}
		sections, _, err := every[section](ctx, s, localised(p.Host, locale, "list sections", "/sections"), "sections")
		if err != nil {
			return nil, err
		}
		sh.categories = addNew(sh.categories, categories, func(c category) int64 { return c.ID })
		sh.sections = addNew(sh.sections, sections, func(s section) int64 { return s.ID })
		if err := s.countArticles(ctx, p, locale, sh); err != nil {
			return nil, err
		}
		lang, sum := languageOf(languages, locale), sh.total[locale]
		lang.Count += sum.Count
		lang.Restricted += sum.Restricted
		lang.Drafts += sum.Drafts
		lang.Default = lang.Default || len(s.locales) == 0 && slices.Contains(p.Locales, locale)
	}
	return sh, nil
}

// inOrder is first, then what else there is.
func inOrder(first, all []string) []string {
	out := slices.Clone(first)
	for _, text := range all {
		if !slices.Contains(first, text) {
			out = append(out, text)
		}
	}
	return out
}

// addNew appends what is not in the list yet.
func addNew[T any](list, more []T, id func(T) int64) []T {
	have := make(map[int64]bool, len(list))
	for _, e := range list {
		have[id(e)] = true
	}
	for _, e := range more {
		if !have[id(e)] {
			list = append(list, e)
		}
	}
	return list
}

func languageOf(languages map[string]*source.Collection, locale string) *source.Collection {
	c, ok := languages[locale]
	if !ok {
		c = &source.Collection{ID: "locale:" + locale, Name: locale}
		languages[locale] = c
	}
	return c
}

// countArticles counts the articles of one language by section. It keeps no
// text of them.
func (s *Source) countArticles(ctx context.Context, p place, locale string, sh *shelf) error {
	whole := newCensus()
	for {
		var part map[int64]tallies
		var found []entry
		q := byCreation(p, locale, whole.token, textLimit)
		begin := func() { part, found = map[int64]tallies{}, nil }
		got, err := page(ctx, s, q, "articles", begin, func(a article, _ time.Time) {
			if !a.is(locale) {
				return
			}
			if part[a.SectionID] == nil {
				part[a.SectionID] = tallies{}
			}
			part[a.SectionID].add(locale, tallyOf(&a))
			found = append(found, entry{id: a.ID})
		})
		if err == nil {
			err = whole.add(s, q, found, got)
		}
		if err != nil {
			return err
		}
		for id, t := range part {
			if sh.counts[id] == nil {
				sh.counts[id] = tallies{}
			}
			sh.counts[id].addAll(t)
			sh.total.addAll(t)
		}
		if whole.token == "" {
			return nil
		}
	}
}

func tallyOf(a *article) source.Tally {
	switch {
	case a.Draft:
		return source.Tally{Drafts: 1}
	case a.restricted():
		return source.Tally{Restricted: 1}
	}
	return source.Tally{Count: 1}
}

func (sh *shelf) collection(t tallies, id, parent, name string) source.Collection {
	sum := tallies{}
	for _, locale := range sh.chosen {
		sum.add("", t[locale])
	}
	n := sum[""]
	return source.Collection{
		ID: id, Parent: parent, Name: name, Count: n.Count, Restricted: n.Restricted, Drafts: n.Drafts, ByLocale: t,
	}
}

// collections lists categories and sections, parents before children. Counts
// of a section include those of the sections in it.
func (sh *shelf) collections(parent string) []source.Collection {
	known := map[int64]bool{}
	for _, sec := range sh.sections {
		known[sec.ID] = true
	}
	children := map[string][]section{}
	for _, sec := range sh.sections {
		around := collectionID("category", sec.CategoryID)
		if known[sec.ParentID] && sec.ParentID != sec.ID {
			around = collectionID("section", sec.ParentID)
		}
		children[around] = append(children[around], sec)
	}
	var list []source.Collection
	for _, cat := range sh.categories {
		id := collectionID("category", cat.ID)
		below, sum := sh.below(id, children)
		list = append(list, sh.collection(sum, id, parent, cat.Name))
		list = append(list, below...)
	}
	return list
}

func (sh *shelf) below(parent string, children map[string][]section) (list []source.Collection, sum tallies) {
	sum = tallies{}
	sections := children[parent]
	delete(children, parent) // sections that contain each other are shown once
	for _, sec := range sections {
		id := collectionID("section", sec.ID)
		inner, t := sh.below(id, children)
		t.addAll(sh.counts[sec.ID])
		sum.addAll(t)
		list = append(append(list, sh.collection(t, id, parent, sec.Name)), inner...)
	}
	return list, sum
}

// sorted lists the languages by name.
func sorted(languages map[string]*source.Collection) []source.Collection {
	list := make([]source.Collection, 0, len(languages))
	for _, c := range languages {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b source.Collection) int { return strings.Compare(a.ID, b.ID) })
	return list
}
