package zendesksim

import "slices"

// Article is an article as it is now, without its texts.
type Article struct {
	ID           int64         `json:"id"`
	Brand        int64         `json:"brand_id"`
	Section      int64         `json:"section_id"`
	SourceLocale string        `json:"source_locale"`
	Segment      int64         `json:"user_segment_id"` // 0: everybody
	Archived     bool          `json:"archived"`
	CreatedAt    int64         `json:"created_at"` // unix seconds
	UpdatedAt    int64         `json:"updated_at"`
	Labels       []string      `json:"labels,omitempty"`
	Translations []Translation `json:"translations"`
}

// Translation is one locale of an article.
type Translation struct {
	Locale   string `json:"locale"`
	Title    string `json:"title"`
	Draft    bool   `json:"draft"`
	EditedAt int64  `json:"edited_at"`
}

// Articles returns every article in the order they were made, archived ones
// included.
func (s *Server) Articles() []Article {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Article, 0, len(s.world.order))
	for _, a := range s.world.order {
		j := Article{
			ID: a.id, Brand: a.section.category.brand.ID, Section: a.section.id, SourceLocale: a.source, Segment: a.segment,
			Archived: a.archived, CreatedAt: a.created, UpdatedAt: a.updated, Labels: slices.Clone(a.labels),
		}
		for i := range a.texts {
			t := &a.texts[i]
			j.Translations = append(j.Translations, Translation{Locale: t.locale, Title: s.world.title(a, t), Draft: t.draft, EditedAt: t.edited})
		}
		out = append(out, j)
	}
	return out
}

// Ref names one translation of one article.
type Ref struct {
	ID     int64
	Locale string
}

// Visible returns what everybody may read now: the texts of all published
// translations in these locales (none means all) of the articles that are
// neither archived nor restricted, in every brand.
func (s *Server) Visible(locales ...string) map[Ref]Text {
	return s.visible(0, locales)
}

// VisibleIn is Visible for one brand.
func (s *Server) VisibleIn(brandID int64, locales ...string) map[Ref]Text {
	return s.visible(brandID, locales)
}

func (s *Server) visible(brandID int64, locales []string) map[Ref]Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[Ref]Text)
	s.world.eachVisible(locales, func(a *article, t *translation) {
		if brandID == 0 || a.section.category.brand.ID == brandID {
			out[Ref{a.id, t.locale}] = Text{s.world.title(a, t), s.world.body(a, t)}
		}
	})
	return out
}

// CountVisible is how many entries Visible has, without making their texts.
func (s *Server) CountVisible(locales ...string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	s.world.eachVisible(locales, func(*article, *translation) { n++ })
	return n
}

func (w *world) eachVisible(locales []string, do func(*article, *translation)) {
	for _, a := range w.order {
		if a.archived {
			continue
		}
		for i := range a.texts {
			t := &a.texts[i]
			if everybody.sees(a, t) && (len(locales) == 0 || slices.Contains(locales, t.locale)) {
				do(a, t)
			}
		}
	}
}

// Text returns what a translation says now, draft or not.
func (s *Server) Text(id int64, locale string) (Text, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.world.live(id); a != nil {
		if t := a.text(locale); t != nil {
			return Text{s.world.title(a, t), s.world.body(a, t)}, true
		}
	}
	return Text{}, false
}

// Sections returns the ids of all sections in the order they were made.
func (s *Server) Sections() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]int64, 0, len(s.world.sections))
	for _, sec := range s.world.sections {
		out = append(out, sec.id)
	}
	return out
}
