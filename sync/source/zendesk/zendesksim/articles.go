package zendesksim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// listArticles serves the listings of articles: all, of a section, of a
// category; with or without a locale.
func (s *Server) listArticles(c *call) {
	s.rescanIfDue()
	v, ok := s.articleView(c)
	if !ok {
		return
	}
	desc := c.query("sort_order") == "desc"
	// The whole view is the cursor's order: a cursor of another selection is
	// of no use here.
	p, ok := s.parsePaging(c, fmt.Sprintf("%d/%s/%d/%d/%s/%s", v.brand, v.locale, v.category, v.section, v.labels, v.sortBy), desc)
	if !ok {
		return
	}
	include := strings.Split(c.query("include"), ",")
	s.mu.Lock()
	page := cutPage(p, s.world.view(v))
	items := make([]any, 0, len(page.items))
	for _, it := range page.items {
		j := s.world.render(c.base, it.value, s.world.shown(it.value, v.locale))
		if slices.Contains(include, "translations") {
			j.Translations = s.translationsOf(c, it.value)
		}
		items = append(items, j)
	}
	extra := s.sideloads(c, include, page.items)
	s.mu.Unlock()
	after := tail(c, p, page)
	if page.next {
		s.turnPage()
	}
	c.writeList("articles", items, extra, after)
}

// articleView reads which articles are asked for, in which order.
func (s *Server) articleView(c *call) (view, bool) {
	v := view{
		brand: c.brand.ID, who: c.who.audience(), locale: c.locale, labels: labelList(c.query("label_names")), sortBy: c.query("sort_by"),
	}
	if v.who != staff && v.locale == "" {
		c.notFound()
		return v, false
	}
	switch v.sortBy {
	case "":
		v.sortBy = byPosition
	case byPosition, byCreated, byUpdated:
	case byTitle, byEdited:
		if v.locale == "" {
			writeJSON(c.w, http.StatusBadRequest, plainError{"InvalidSort", v.sortBy + " needs a locale in the path"})
			return v, false
		}
	default:
		writeJSON(c.w, http.StatusBadRequest, plainError{"InvalidSort", "sort_by is not one of position, title, created_at, updated_at, edited_at"})
		return v, false
	}
	return v, s.narrow(c, &v)
}

// narrow limits the view to the section or category that the path names.
func (s *Server) narrow(c *call, v *view) bool {
	if c.r.PathValue("id") == "" {
		return true
	}
	id, found := c.id(), false
	s.mu.Lock()
	if strings.HasPrefix(c.r.URL.Path, helpCenter+"sections/") {
		v.section = id
		sec := s.world.section(id)
		found = sec != nil && sec.category.brand == c.brand
	} else {
		v.category = id
		cat := s.world.category(id)
		found = cat != nil && cat.brand == c.brand
	}
	s.mu.Unlock()
	if !found {
		c.notFound()
	}
	return found
}

// sideloads collects what include asks for besides translations. The caller
// holds the lock.
func (s *Server) sideloads(c *call, include []string, items []item[*article]) any {
	out := make(map[string]any)
	if slices.Contains(include, "users") {
		out["users"] = []userJSON{userOf(s.auth.people[0], s.auth.people[0].role)}
	}
	sections, categories := []sectionJSON{}, []categoryJSON{}
	seen := make(map[int64]bool)
	for _, it := range items {
		sec := it.value.section
		if !seen[sec.id] {
			seen[sec.id] = true
			sections = append(sections, s.renderSection(c, sec))
		}
		if !seen[sec.category.id] {
			seen[sec.category.id] = true
			categories = append(categories, s.renderCategory(c, sec.category))
		}
	}
	if slices.Contains(include, "sections") {
		out["sections"] = sections
	}
	if slices.Contains(include, "categories") {
		out["categories"] = categories
	}
	return out
}

// oneArticle serves a single article.
func (s *Server) oneArticle(c *call) {
	s.rescanIfDue()
	a, t, ok := s.requested(c)
	if !ok {
		c.notFound()
		return
	}
	s.mu.Lock()
	out := s.world.render(c.base, a, &t)
	s.mu.Unlock()
	writeJSON(c.w, http.StatusOK, map[string]articleJSON{"article": out})
}
