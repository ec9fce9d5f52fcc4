package zendesksim

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// helpCenterPage serves the public help center: /hc/{locale} and
// /hc/{locale}/articles/{id}-slug. Nothing in an article's body may run.
func (s *Server) helpCenterPage(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/hc/"), "/"), "/")
	locale := strings.ToLower(parts[0])
	index, _ := s.brandOf(r)
	switch {
	case !s.hasLocale(locale):
		http.NotFound(w, r)
	case len(parts) == 1:
		s.helpCenterList(w, r, index, locale)
	case len(parts) == 3 && parts[1] == "articles":
		s.helpCenterArticle(w, r, index, locale, parts[2])
	default:
		http.NotFound(w, r)
	}
}

const articlesPerPage = 50

func (s *Server) helpCenterList(w http.ResponseWriter, r *http.Request, brandIndex int, locale string) {
	number := max(1, atoi(r.URL.Query().Get("page")))
	out := helpPage{Locale: locale, Page: number}
	s.mu.Lock()
	b := s.world.brands[brandIndex]
	list := s.world.view(view{brand: b.ID, locale: locale, sortBy: byPosition})
	page := cutPage(paging{size: articlesPerPage, page: number}, list)
	out.Brand = b.Name
	for _, it := range page.items {
		title := s.world.title(it.value, s.world.shown(it.value, locale))
		out.Articles = append(out.Articles, linkTo{Title: title, Path: publicPath(locale, it.value.id, title)})
	}
	if page.next {
		out.Next = number + 1
	}
	out.Previous = number - 1
	s.mu.Unlock()
	showPage(w, http.StatusOK, "helpcenter", out)
}

func (s *Server) helpCenterArticle(w http.ResponseWriter, r *http.Request, brandIndex int, locale, name string) {
	digits, _, _ := strings.Cut(name, "-")
	id, _ := strconv.ParseInt(digits, 10, 64)
	s.mu.Lock()
	a := s.world.live(id)
	var out *helpArticle
	if a != nil && a.section.category.brand == s.world.brands[brandIndex] {
		if t := s.world.shown(a, locale); t != nil && everybody.sees(a, t) {
			out = &helpArticle{
				Brand: a.section.category.brand.Name, Locale: locale, Section: a.section.name, Title: s.world.title(a, t), Body: template.HTML(s.world.body(a, t)),
				Updated: readableTime(t.updated),
			}
		}
	}
	s.mu.Unlock()
	if out == nil {
		http.NotFound(w, r)
		return
	}
	showPage(w, http.StatusOK, "article", out)
}

// atoi reads a number; what is none is 0.
func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
