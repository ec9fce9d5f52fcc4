package magentosim

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// shownPage is one page of the storefront.
type shownPage struct {
	Title string
	Text  template.HTML
}

type frontPage struct {
	View     string
	Pages    []link
	Products []link
	Page     *shownPage
	Missing  bool
}

type link struct{ Address, Text string }

// front lists what a view shows. The lock is held.
func (s *Server) front(v scope) frontPage {
	out := frontPage{View: v.Name}
	prefix := "/"
	if v.ID != s.config.Views[0].ID {
		prefix += v.Code + "/"
	}
	for _, id := range slices.Sorted(maps.Keys(s.world.pages)) {
		if p := s.world.pages[id]; p.Active && slices.Contains(s.stores(p), strconv.FormatInt(v.ID, 10)) {
			out.Pages = append(out.Pages, link{prefix + p.Identifier, p.Title})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.world.products)) {
		if p := s.world.products[id]; p.Status == 1 && p.Visibility != 1 {
			out.Products = append(out.Products, link{prefix + p.text("url_key", v) + ".html", p.text("name", v)})
		}
	}
	return out
}

// page is what the view shows at a path. The lock is held.
func (s *Server) page(path string, v scope) (*shownPage, bool) {
	for _, p := range s.world.pages {
		if p.Identifier == path && p.Active && slices.Contains(s.stores(p), strconv.FormatInt(v.ID, 10)) {
			return &shownPage{p.Title, template.HTML(p.Content)}, true //nolint:gosec // a double shows what it was given
		}
	}
	for _, p := range s.world.products {
		if p.Status == 1 && p.Visibility != 1 && p.text("url_key", v) == strings.TrimSuffix(path, ".html") {
			return &shownPage{p.text("name", v), template.HTML(p.text("description", v))}, true //nolint:gosec // see above
		}
	}
	return nil, false
}

var frontTemplate = template.Must(template.New("front").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{with .Page}}{{.Title}}{{else}}Shop{{end}}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; display: grid; grid-template-columns: 14rem 1fr; gap: 2rem; }
nav ul { list-style: none; padding: 0; } h2 { font-size: 1rem; }
</style></head><body>
<nav><a href="/">{{.View}}</a>
<h2>Pages</h2><ul>{{range .Pages}}<li><a href="{{.Address}}">{{.Text}}</a></li>{{end}}</ul>
<h2>Products</h2><ul>{{range .Products}}<li><a href="{{.Address}}">{{.Text}}</a></li>{{end}}</ul></nav>
<main>{{with .Page}}<h1>{{.Title}}</h1>{{.Text}}{{else}}{{if .Missing}}<h1>404 Not Found</h1>{{else}}<h1>Welcome</h1>{{end}}{{end}}</main>
</body></html>`))
