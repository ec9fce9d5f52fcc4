package zendesksim

import (
	"fmt"
	"slices"
)

// NewArticle is an article to be made.
type NewArticle struct {
	// Section is where it goes; 0 is the first section, which is made if there
	// is none.
	Section int64
	// Locale is the source locale; "" is the default locale.
	Locale      string
	Title, Body string
	// Translations are further locales.
	Translations map[string]Text
	Labels       []string
	Draft        bool // in every locale
	Restricted   bool // for signed-in people only
}

// Text is what a translation says.
type Text struct{ Title, Body string }

// AddArticle makes an article now and returns its id.
func (s *Server) AddArticle(n NewArticle) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, now := s.world, s.now()
	if n.Section == 0 {
		n.Section = w.anySection(now).id
	}
	sec := w.section(n.Section)
	if sec == nil {
		return 0, fmt.Errorf("add an article to section %d: %w", n.Section, ErrUnknown)
	}
	if n.Locale == "" {
		n.Locale = w.locales[0]
	}
	a := &article{id: w.newID(), section: sec, source: n.Locale, created: now, updated: now, number: -1, labels: slices.Clone(n.Labels)}
	if n.Restricted {
		a.segment = SegmentSignedIn
	}
	texts := map[string]Text{n.Locale: {n.Title, n.Body}}
	for locale, text := range n.Translations {
		texts[locale] = text
	}
	for locale := range texts {
		if !slices.Contains(w.locales, locale) {
			return 0, fmt.Errorf("add an article in %s: %w", locale, ErrUnknown)
		}
	}
	for _, locale := range w.locales {
		if text, ok := texts[locale]; ok {
			a.texts = append(a.texts, translation{
				locale: locale, title: text.Title, body: text.Body, draft: n.Draft, created: now, updated: now, edited: now,
			})
		}
	}
	w.add(a)
	return a.id, nil
}

// anySection returns the first section, made if there is none.
func (w *world) anySection(now int64) *section {
	if len(w.sections) > 0 {
		return w.sections[0]
	}
	return w.addSection(w.addCategory(w.brands[0], w.newID(), "General", now), w.newID(), "General", now)
}

// Edit gives a translation another title and body now.
func (s *Server) Edit(id int64, locale, title, body string) error {
	return s.EditTranslation(id, locale, title, body, s.bumps(id, locale))
}

// EditTranslation is Edit that decides whether the article's updated_at moves,
// and with it the incremental feed.
func (s *Server) EditTranslation(id int64, locale, title, body string, bumpUpdatedAt bool) error {
	return s.changeText("edit", id, locale, bumpUpdatedAt, func(t *translation, now int64) {
		t.title, t.body, t.generated, t.edited = title, body, false, now
	})
}

// AddTranslation gives an article a published translation it does not have.
func (s *Server) AddTranslation(id int64, locale, title, body string) error {
	return s.changeArticle("translate", id, func(w *world, a *article, now int64) error {
		if a.text(locale) != nil || !slices.Contains(w.locales, locale) {
			return ErrUnknown
		}
		a.texts = append(a.texts, translation{locale: locale, title: title, body: body, created: now, updated: now, edited: now})
		a.touch(locale, now, s.config.Quirks)
		return nil
	})
}

// RemoveTranslation takes a translation away; the source locale's stays.
func (s *Server) RemoveTranslation(id int64, locale string) error {
	return s.changeArticle("remove a translation of", id, func(_ *world, a *article, now int64) error {
		if a.text(locale) == nil || locale == a.source {
			return ErrUnknown
		}
		a.texts = slices.DeleteFunc(slices.Clone(a.texts), func(t translation) bool { return t.locale == locale })
		a.touch(locale, now, s.config.Quirks)
		return nil
	})
}

// Unpublish makes a translation a draft.
func (s *Server) Unpublish(id int64, locale string) error { return s.setDraft(id, locale, true) }

// Publish makes a draft translation public.
func (s *Server) Publish(id int64, locale string) error { return s.setDraft(id, locale, false) }

func (s *Server) setDraft(id int64, locale string, draft bool) error {
	return s.changeText("publish", id, locale, s.bumps(id, locale), func(t *translation, _ int64) { t.draft = draft })
}

// Archive takes an article away: no listing has it any more, its id answers
// 404 and nothing reports that it is gone.
func (s *Server) Archive(id int64) error {
	return s.changeArticle("archive", id, func(_ *world, a *article, _ int64) error {
		a.archived = true
		return nil
	})
}

// Restore brings an archived article back under its id.
func (s *Server) Restore(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.world.articles[id]
	if a == nil || !a.archived {
		return fmt.Errorf("restore article %d: %w", id, ErrUnknown)
	}
	s.world.change(a, func() { a.archived, a.updated = false, s.now() })
	return nil
}

// Restrict lets only signed-in people read an article.
func (s *Server) Restrict(id int64) error { return s.setSegment(id, SegmentSignedIn) }

// Unrestrict lets everybody read an article.
func (s *Server) Unrestrict(id int64) error { return s.setSegment(id, 0) }

func (s *Server) setSegment(id, segment int64) error {
	return s.changeArticle("restrict", id, func(_ *world, a *article, now int64) error {
		a.segment, a.updated = segment, now
		return nil
	})
}

// Move puts an article into another section.
func (s *Server) Move(id, section int64) error {
	return s.changeArticle("move", id, func(w *world, a *article, now int64) error {
		sec := w.section(section)
		if sec == nil {
			return ErrUnknown
		}
		a.section, a.updated = sec, now
		return nil
	})
}

// SetLabels gives an article other labels.
func (s *Server) SetLabels(id int64, labels ...string) error {
	return s.changeArticle("label", id, func(_ *world, a *article, now int64) error {
		a.labels, a.updated = slices.Clone(labels), now
		return nil
	})
}

// BulkTouch changes something about the first n articles that is not their
// text, all in one second.
func (s *Server) BulkTouch(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, left := s.now(), n
	for _, a := range s.world.order {
		if left == 0 {
			return nil
		}
		if !a.archived {
			left--
			s.world.change(a, func() { a.promoted, a.updated = !a.promoted, now })
		}
	}
	if left > 0 {
		return fmt.Errorf("touch %d articles, %d of them: %w", n, left, ErrUnknown)
	}
	return nil
}

// AddCategory makes a category in a brand (0 is the first) and returns its id.
func (s *Server) AddCategory(brandID int64, name string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range s.world.brands {
		if b.ID == brandID || (brandID == 0 && i == 0) {
			return s.world.addCategory(b, s.world.newID(), name, s.now()).id, nil
		}
	}
	return 0, fmt.Errorf("add a category to brand %d: %w", brandID, ErrUnknown)
}

// AddSection makes a section in a category (0 is the first, made if there is
// none), inside another section unless parent is 0, and returns its id.
func (s *Server) AddSection(categoryID, parent int64, name string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world
	if categoryID == 0 {
		categoryID = w.anySection(s.now()).category.id
	}
	cat, above := w.category(categoryID), w.section(parent)
	if cat == nil || (parent != 0 && (above == nil || above.category != cat)) {
		return 0, fmt.Errorf("add a section to category %d: %w", categoryID, ErrUnknown)
	}
	sec := w.addSection(cat, w.newID(), name, s.now())
	sec.parent = parent
	return sec.id, nil
}

// AddAttachment gives an article a file and returns the path it is served
// under.
func (s *Server) AddAttachment(id int64, name, contentType string, data []byte, inline bool) (string, error) {
	path := ""
	err := s.changeArticle("attach a file to", id, func(w *world, a *article, now int64) error {
		f := &attachment{id: w.newID(), article: a, name: name, mime: contentType, data: append([]byte{}, data...), inline: inline, created: now}
		a.files = slices.Clip(a.files)
		w.attach(f)
		path = f.path()
		return nil
	})
	return path, err
}

// bumps tells whether a change of this translation moves the article's
// updated_at.
func (s *Server) bumps(id int64, locale string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.world.live(id)
	return a == nil || locale == a.source || !s.config.Quirks.TranslationsKeepUpdatedAt
}

// touch moves updated_at for a change of the translation in locale.
func (a *article) touch(locale string, now int64, q Quirks) {
	if locale == a.source || !q.TranslationsKeepUpdatedAt {
		a.updated = now
	}
}

func (s *Server) changeText(what string, id int64, locale string, bump bool, edit func(*translation, int64)) error {
	return s.changeArticle(what, id, func(_ *world, a *article, now int64) error {
		t := a.text(locale)
		if t == nil {
			return ErrUnknown
		}
		edit(t, now)
		t.updated = now
		if bump {
			a.updated = now
		}
		return nil
	})
}

func (s *Server) changeArticle(what string, id int64, edit func(*world, *article, int64) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.world.live(id)
	if a == nil {
		return fmt.Errorf("%s article %d: %w", what, id, ErrUnknown)
	}
	var err error
	s.world.change(a, func() { err = edit(s.world, a, s.now()) })
	if err != nil {
		return fmt.Errorf("%s article %d: %w", what, id, err)
	}
	return nil
}
