package zendesksim

import (
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"strings"
	"unicode"
)

// adoptLocales adds the locales of loaded files. Folders named by locale
// replace the configured list of an account that is empty so far; its first
// locale stays first if it is among them.
func (w *world) adoptLocales(read []fresh, replace bool) {
	preferred := w.locales[0]
	if replace && len(w.order) == 0 && len(read) > 0 {
		w.locales = nil
	}
	for _, f := range read {
		if !slices.Contains(w.locales, f.locale) {
			w.locales = append(w.locales, f.locale)
		}
	}
	if i := slices.Index(w.locales, preferred); i > 0 {
		w.locales = slices.Insert(slices.Delete(w.locales, i, i+1), 0, preferred)
	}
}

// hashedID derives a twelve-digit id from a path; one that is taken gives way
// to the next free one.
func (w *world) hashedID(kind, rel string) int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s", kind, rel)
	const least, span = 100_000_000_000, 900_000_000_000
	n := int64(h.Sum64() % span)
	for !w.take(least + n) {
		n = (n + 1) % span
	}
	return least + n
}

// settle gives the article of a file the file's text. An article that was
// archived by hand stays archived.
func (w *world) settle(f fresh, restricted bool, when int64) {
	segment := int64(0)
	if restricted {
		segment = SegmentSignedIn
	}
	text := translation{locale: f.locale, title: f.title, body: f.page.body(), draft: f.page.draft, created: when, updated: when, edited: when}
	a := w.articles[f.id]
	if a == nil {
		w.add(&article{
			id: f.id, section: w.folderSection(f.rel, when), source: f.locale, created: when, updated: when, number: -1, segment: segment,
			texts: []translation{text},
		})
		return
	}
	old := a.text(f.locale)
	if old != nil {
		text.created = old.created
		if old.title == text.title && old.body == text.body && old.draft == text.draft && a.segment == segment {
			return
		}
	}
	w.change(a, func() {
		a.archived = a.archived && len(a.texts) > 0
		a.segment = segment
		if old != nil {
			*old = text
		} else {
			a.texts = append(slices.Clip(a.texts), text)
		}
		a.created, a.updated = min(a.created, when), max(a.updated, when)
		a.source = w.firstLocale(a)
	})
}

// vanish takes away what a file was: one translation, or the whole article if
// it was the last.
func (w *world) vanish(ref *pageRef, now int64) {
	a := w.articles[ref.id]
	if a == nil || a.text(ref.locale) == nil {
		return
	}
	w.change(a, func() {
		a.texts = slices.DeleteFunc(slices.Clone(a.texts), func(t translation) bool { return t.locale == ref.locale })
		a.source = w.firstLocale(a)
		if len(a.texts) == 0 {
			a.archived = true
		} else {
			a.updated = now
		}
	})
}

// firstLocale is the source locale of an article made of files: the first of
// the account's that it has.
func (w *world) firstLocale(a *article) string {
	for _, locale := range w.locales {
		if a.text(locale) != nil {
			return locale
		}
	}
	return a.source
}

// folderSection returns the section of a path, made if needed.
func (w *world) folderSection(rel string, when int64) *section {
	category, name := general, general
	if parts := strings.Split(path.Dir(rel), "/"); parts[0] != "." {
		category = parts[0]
		if len(parts) > 1 {
			name = parts[1]
		}
	}
	folder := category + "/" + name
	if sec := w.folders[folder]; sec != nil {
		return sec
	}
	cat := w.tops[category]
	if cat == nil {
		cat = w.addCategory(w.brands[0], w.hashedID("category", category), folderName(category), when)
		w.tops[category] = cat
	}
	sec := w.addSection(cat, w.hashedID("section", folder), folderName(name), when)
	w.folders[folder] = sec
	return sec
}

// folderName makes a heading of a folder's or file's name.
func folderName(name string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, name))
	text := []rune(strings.Join(words, " "))
	if len(text) == 0 {
		return name
	}
	text[0] = unicode.ToUpper(text[0])
	return string(text)
}
