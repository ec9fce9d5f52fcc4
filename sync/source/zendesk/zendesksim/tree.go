package zendesksim

import (
	"fmt"
	"net/http"
	"slices"
)

type categoryJSON struct {
	ID           int64  `json:"id"`
	URL          string `json:"url"`
	HTMLURL      string `json:"html_url"`
	Name         string `json:"name"`
	Description  string `json:"description"`
	Locale       string `json:"locale"`
	SourceLocale string `json:"source_locale"`
	Position     int64  `json:"position"`
	Outdated     bool   `json:"outdated"`
	CreatedAt    string `json:"created_at"`
	UpdatedAt    string `json:"updated_at"`
}

type sectionJSON struct {
	categoryJSON
	CategoryID int64  `json:"category_id"`
	ParentID   *int64 `json:"parent_section_id"`
}

// locales lists the help center's languages.
func (s *Server) locales(c *call) {
	s.mu.Lock()
	locales := slices.Clone(s.world.locales)
	s.mu.Unlock()
	writeJSON(c.w, http.StatusOK, struct {
		Locales []string `json:"locales"`
		Default string   `json:"default_locale"`
	}{locales, locales[0]})
}

// treeLocale is the locale a category or section is shown in. The caller holds
// the lock.
func (s *Server) treeLocale(c *call) string {
	if c.locale != "" {
		return c.locale
	}
	return s.world.locales[0]
}

// renderCategory shows a category. The caller holds the lock.
func (s *Server) renderCategory(c *call, cat *category) categoryJSON {
	locale := s.treeLocale(c)
	return categoryJSON{
		ID: cat.id, URL: fmt.Sprintf("%s%s%s/categories/%d.json", c.base, helpCenter, locale, cat.id),
		HTMLURL: fmt.Sprintf("%s/hc/%s/categories/%d", c.base, locale, cat.id), Name: cat.name, Locale: locale,
		SourceLocale: s.world.locales[0], Position: cat.position, CreatedAt: stamp(cat.created), UpdatedAt: stamp(cat.created),
	}
}

// renderSection shows a section. The caller holds the lock.
func (s *Server) renderSection(c *call, sec *section) sectionJSON {
	locale := s.treeLocale(c)
	out := sectionJSON{
		categoryJSON: categoryJSON{
			ID: sec.id, URL: fmt.Sprintf("%s%s%s/sections/%d.json", c.base, helpCenter, locale, sec.id),
			HTMLURL: fmt.Sprintf("%s/hc/%s/sections/%d", c.base, locale, sec.id), Name: sec.name, Locale: locale,
			SourceLocale: s.world.locales[0], Position: sec.position, CreatedAt: stamp(sec.created), UpdatedAt: stamp(sec.created),
		},
		CategoryID: sec.category.id,
	}
	if sec.parent != 0 {
		parent := sec.parent
		out.ParentID = &parent
	}
	return out
}

// needsLocale answers 404 to end users whose path has no locale.
func needsLocale(c *call) bool {
	if c.who.audience() != staff && c.locale == "" {
		c.notFound()
		return true
	}
	return false
}

func (s *Server) listCategories(c *call) {
	s.rescanIfDue()
	if needsLocale(c) {
		return
	}
	out := []categoryJSON{}
	s.mu.Lock()
	for _, cat := range s.world.categories {
		if cat.brand == c.brand {
			out = append(out, s.renderCategory(c, cat))
		}
	}
	s.mu.Unlock()
	servePage(c, "categories", sliceOf(out, func(j categoryJSON) int64 { return j.ID }), func(j categoryJSON) any { return j }, nil)
}

func (s *Server) oneCategory(c *call) {
	s.mu.Lock()
	cat := s.world.category(c.id())
	var out categoryJSON
	if cat != nil {
		out = s.renderCategory(c, cat)
	}
	s.mu.Unlock()
	if cat == nil || cat.brand != c.brand {
		c.notFound()
		return
	}
	writeJSON(c.w, http.StatusOK, map[string]categoryJSON{"category": out})
}

// listSections serves all sections, or those of a category.
func (s *Server) listSections(c *call) {
	s.rescanIfDue()
	if needsLocale(c) {
		return
	}
	within := c.id()
	out := []sectionJSON{}
	s.mu.Lock()
	known := c.r.PathValue("id") == "" || (s.world.category(within) != nil && s.world.category(within).brand == c.brand)
	for _, sec := range s.world.sections {
		if sec.category.brand == c.brand && (c.r.PathValue("id") == "" || sec.category.id == within) {
			out = append(out, s.renderSection(c, sec))
		}
	}
	s.mu.Unlock()
	if !known {
		c.notFound()
		return
	}
	servePage(c, "sections", sliceOf(out, func(j sectionJSON) int64 { return j.ID }), func(j sectionJSON) any { return j }, nil)
}

func (s *Server) oneSection(c *call) {
	s.mu.Lock()
	sec := s.world.section(c.id())
	var out sectionJSON
	if sec != nil {
		out = s.renderSection(c, sec)
	}
	s.mu.Unlock()
	if sec == nil || sec.category.brand != c.brand {
		c.notFound()
		return
	}
	writeJSON(c.w, http.StatusOK, map[string]sectionJSON{"section": out})
}
