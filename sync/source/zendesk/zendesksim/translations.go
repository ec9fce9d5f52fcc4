package zendesksim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// requested returns the article that the path names, and the translation that
// the call displays, if this caller may read it. Without a locale end users
// find nothing.
func (s *Server) requested(c *call) (*article, translation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.world.live(c.id())
	who := c.who.audience()
	if a == nil || a.section.category.brand != c.brand || (who != staff && c.locale == "") {
		return nil, translation{}, false
	}
	t := s.world.shown(a, c.locale)
	if t == nil || !who.sees(a, t) {
		return nil, translation{}, false
	}
	return a, *t, true
}

// article returns the article that the path names if this caller may read any
// of its translations. The caller holds the lock.
func (s *Server) article(c *call) *article {
	a := s.world.live(c.id())
	if a == nil || a.section.category.brand != c.brand || !readable(a, c.who.audience()) {
		return nil
	}
	return a
}

// translationsOf returns the translations this caller may read. The caller
// holds the lock.
func (s *Server) translationsOf(c *call, a *article) []translationJSON {
	out := []translationJSON{}
	for i := range a.texts {
		if c.who.audience().sees(a, &a.texts[i]) {
			out = append(out, s.world.renderTranslation(c.base, a, &a.texts[i]))
		}
	}
	return out
}

// listTranslations serves an article's translations, or those that the filters
// locales, draft and outdated let through.
func (s *Server) listTranslations(c *call) {
	s.mu.Lock()
	a := s.article(c)
	var out []translationJSON
	if a != nil {
		out = slices.DeleteFunc(s.translationsOf(c, a), func(t translationJSON) bool { return !c.asksFor(t) })
	}
	s.mu.Unlock()
	if a == nil {
		c.notFound()
		return
	}
	servePage(c, "translations", sliceOf(out, func(t translationJSON) int64 { return t.ID }), func(t translationJSON) any { return t }, nil)
}

func (c *call) asksFor(t translationJSON) bool {
	locales := strings.ToLower(c.query("locales"))
	if locales != "" && !slices.Contains(strings.Split(locales, ","), t.Locale) {
		return false
	}
	is := func(param string, have bool) bool {
		want := c.query(param)
		return want == "" || want == strconv.FormatBool(have)
	}
	return is("draft", t.Draft) && is("outdated", t.Outdated)
}

func (s *Server) oneTranslation(c *call) {
	locale := strings.ToLower(c.r.PathValue("translation"))
	s.mu.Lock()
	a := s.article(c)
	var out *translationJSON
	if a != nil {
		if t := a.text(locale); t != nil && c.who.audience().sees(a, t) {
			j := s.world.renderTranslation(c.base, a, t)
			out = &j
		}
	}
	s.mu.Unlock()
	if out == nil {
		c.notFound()
		return
	}
	writeJSON(c.w, http.StatusOK, map[string]*translationJSON{"translation": out})
}

// missingTranslations lists the account's locales that the article lacks.
func (s *Server) missingTranslations(c *call) {
	s.mu.Lock()
	a := s.article(c)
	out := []string{}
	if a != nil {
		for _, locale := range s.world.locales {
			if a.text(locale) == nil {
				out = append(out, locale)
			}
		}
	}
	s.mu.Unlock()
	if a == nil || !c.who.role.staff() {
		c.notFound()
		return
	}
	writeJSON(c.w, http.StatusOK, map[string][]string{"locales": out})
}
