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
// complete listing of each chosen language; a language that is not chosen has
// the help center's own number, drafts included.
func (s *Source) Collections(ctx context.Context) ([]source.Collection, error) {
	l, err := s.layout(ctx, 0)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(l.places, l.others)
	var list []source.Collection
	languages := map[string]*source.Collection{}
	for _, p := range all {
		shelf, err := s.readShelf(ctx, p, languages)
		if err != nil {
			return nil, err
		}
		parent := ""
		if len(all) > 1 && p.Brand != 0 {
			parent = collectionID("brand", p.Brand)
			list = append(list, shelf.total.collection(parent, "", l.names[p.Brand]))
		}
		list = append(list, shelf.collections(parent)...)
	}
	return append(list, s.languageList(ctx, l, languages)...), nil
}

func collectionID(kind string, id int64) string { return kind + ":" + strconv.FormatInt(id, 10) }

// tally counts articles by who may read them.
type tally struct{ open, restricted, drafts int }

func (t *tally) add(u tally) {
	t.open += u.open
	t.restricted += u.restricted
	t.drafts += u.drafts
}

func (t tally) collection(id, parent, name string) source.Collection {
	return source.Collection{ID: id, Parent: parent, Name: name, Count: t.open, Restricted: t.restricted, Drafts: t.drafts}
}

// shelf is what one help center holds.
type shelf struct {
	categories []category
	sections   []section
	counts     map[int64]tally // by section
	total      tally
}

func (s *Source) readShelf(ctx context.Context, p place, languages map[string]*source.Collection) (*shelf, error) {
	sh := &shelf{counts: map[int64]tally{}}
	for _, locale := range p.Locales {
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
		before := sh.total
		if err := s.countArticles(ctx, p, locale, sh); err != nil {
			return nil, err
		}
		lang := languageOf(languages, locale)
		lang.Count += sh.total.open - before.open
		lang.Restricted += sh.total.restricted - before.restricted
		lang.Drafts += sh.total.drafts - before.drafts
	}
	return sh, nil
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
		var part map[int64]tally
		var found []entry
		q := byCreation(p, locale, whole.token, textLimit)
		begin := func() { part, found = map[int64]tally{}, nil }
		got, err := page(ctx, s, q, "articles", begin, func(a article, _ time.Time) {
			if !a.is(locale) {
				return
			}
			t := part[a.SectionID]
			t.add(tallyOf(&a))
			part[a.SectionID], found = t, append(found, entry{id: a.ID})
		})
		if err == nil {
			err = whole.add(s, q, found, got)
		}
		if err != nil {
			return err
		}
		for id, t := range part {
			sum := sh.counts[id]
			sum.add(t)
			sh.counts[id] = sum
			sh.total.add(t)
		}
		if whole.token == "" {
			return nil
		}
	}
}

func tallyOf(a *article) tally {
	switch {
	case a.Draft:
		return tally{drafts: 1}
	case a.restricted():
		return tally{restricted: 1}
	}
	return tally{open: 1}
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
		list = append(list, sum.collection(id, parent, cat.Name))
		list = append(list, below...)
	}
	return list
}

func (sh *shelf) below(parent string, children map[string][]section) (list []source.Collection, sum tally) {
	sections := children[parent]
	delete(children, parent) // sections that contain each other are shown once
	for _, sec := range sections {
		id := collectionID("section", sec.ID)
		inner, t := sh.below(id, children)
		t.add(sh.counts[sec.ID])
		sum.add(t)
		list = append(append(list, t.collection(id, parent, sec.Name)), inner...)
	}
	return list, sum
}

// languageList adds the languages that are not chosen and sorts them all.
func (s *Source) languageList(ctx context.Context, l *layout, counted map[string]*source.Collection) []source.Collection {
	exact := map[string]bool{}
	for locale := range counted {
		exact[locale] = true
	}
	for host, locales := range l.languages {
		for _, locale := range locales {
			c := languageOf(counted, locale)
			if exact[locale] {
				continue
			}
			if n, ok := s.count(ctx, host, locale); ok {
				c.Count += n
			}
		}
	}
	list := make([]source.Collection, 0, len(counted))
	for _, c := range counted {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b source.Collection) int { return strings.Compare(a.ID, b.ID) })
	return list
}
