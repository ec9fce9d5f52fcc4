package magentosim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const timeForm = "2006-01-02 15:04:05"

func stamp(t time.Time) string { return t.UTC().Format(timeForm) }

// answer runs a search over rows and writes Magento's envelope.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, rows []row) error {
	c := parseCriteria(r.URL.Query())
	if !c.given {
		return &fault{http.StatusBadRequest, `"%fieldName" is required. Enter and try again.`, map[string]any{"fieldName": "searchCriteria"}}
	}
	if limit := s.config.PageLimit; limit > 0 && (c.size == 0 || c.size > limit) {
		if c.size > limit {
			return &fault{http.StatusBadRequest, "Maximum SearchCriteria pageSize is %max", map[string]any{"max": limit}}
		}
		c.size = min(limit, 20)
	}
	found, total, err := c.run(rows, s.config.RepeatLast)
	if err != nil {
		return err
	}
	items := make([]any, 0, len(found))
	for _, f := range found {
		items = append(items, f.shown)
	}
	body := map[string]any{
		"items": items, "total_count": total,
		"search_criteria": map[string]any{"filter_groups": []any{}, "page_size": c.size, "current_page": c.current},
	}
	writeJSON(w, http.StatusOK, project(body, r.URL.Query().Get("fields")))
	return nil
}

// listTexts answers a search of CMS pages or blocks.
func (s *Server) listTexts(block bool) handler {
	return func(w http.ResponseWriter, r *http.Request, _ scope) error {
		s.mu.Lock()
		var rows []row
		for _, id := range slices.Sorted(maps.Keys(s.texts(block))) {
			rows = append(rows, s.textRow(s.texts(block)[id], block))
		}
		s.mu.Unlock()
		return s.answer(w, r, rows)
	}
}

func (s *Server) texts(block bool) map[int64]*Page {
	if block {
		return s.world.blocks
	}
	return s.world.pages
}

func (s *Server) textRow(p *Page, block bool) row {
	id, name := "page_id", "page"
	if block {
		id, name = "block_id", "block"
	}
	_ = name
	return row{id: p.ID, shown: shownText(p, block), fields: map[string][]string{
		id: {fmt.Sprint(p.ID)}, "identifier": {p.Identifier}, "title": {p.Title}, "is_active": {oneIf(p.Active)},
		"creation_time": {stamp(p.Created)}, "update_time": {stamp(p.Updated)}, "store_id": s.stores(p),
	}}
}

// stores are the numbers a search by store view finds the text under.
func (s *Server) stores(p *Page) []string {
	var out []string
	for _, id := range p.Stores {
		out = append(out, fmt.Sprint(id))
		if id == 0 && !s.config.OwnViewOnly {
			for _, v := range s.config.Views {
				out = append(out, fmt.Sprint(v.ID))
			}
		}
	}
	return out
}

func oneIf(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func shownText(p *Page, block bool) map[string]any {
	out := map[string]any{
		"id": p.ID, "identifier": p.Identifier, "title": p.Title, "content": p.Content,
		"creation_time": stamp(p.Created), "update_time": stamp(p.Updated), "active": p.Active,
	}
	if !block {
		out["page_layout"], out["content_heading"], out["meta_title"], out["sort_order"] = "1column", p.Heading, nil, "0"
		out["meta_keywords"] = p.Keywords
	}
	return out
}

func (s *Server) oneText(block bool) handler {
	return func(w http.ResponseWriter, r *http.Request, _ scope) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		p := s.texts(block)[id]
		if p == nil {
			return noSuch("page_id", r.PathValue("id"))
		}
		writeJSON(w, http.StatusOK, project(shownText(p, block), r.URL.Query().Get("fields")))
		return nil
	}
}

func (s *Server) storeViews(w http.ResponseWriter, _ *http.Request, _ scope) error {
	list := []any{map[string]any{"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1}}
	for _, v := range s.config.Views {
		list = append(list, map[string]any{"id": v.ID, "code": v.Code, "name": v.Name, "website_id": v.Website, "store_group_id": 1, "is_active": 1})
	}
	writeJSON(w, http.StatusOK, list)
	return nil
}

func (s *Server) storeConfigs(w http.ResponseWriter, r *http.Request, _ scope) error {
	list := []any{}
	base := baseOf(r)
	for _, v := range s.config.Views {
		list = append(list, map[string]any{
			"id": v.ID, "code": v.Code, "website_id": v.Website, "locale": v.Locale, "timezone": "Europe/Berlin", "base_currency_code": "EUR",
			"base_url": base, "base_link_url": s.link(r, v), "base_static_url": base + "static/", "base_media_url": base + "media/",
			"secure_base_url": base, "secure_base_link_url": s.link(r, v), "secure_base_static_url": base + "static/", "secure_base_media_url": base + "media/",
		})
	}
	writeJSON(w, http.StatusOK, list)
	return nil
}

func baseOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + "/"
}

// link is where a view's pages are: the code is in the address of all but the
// first.
func (s *Server) link(r *http.Request, v View) string {
	if v.ID == s.config.Views[0].ID {
		return baseOf(r)
	}
	return baseOf(r) + v.Code + "/"
}

func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Query string `json:"query"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&asked); err != nil || !strings.Contains(asked.Query, "availableStores") {
		writeJSON(w, http.StatusOK, map[string]any{"errors": []any{map[string]any{"message": "Syntax Error: Unexpected <EOF>"}}})
		return
	}
	list := []any{}
	for _, v := range s.config.Views {
		list = append(list, map[string]any{
			"store_code": v.Code, "store_name": v.Name, "locale": v.Locale, "product_url_suffix": ".html", "cms_home_page": "home",
			"secure_base_link_url": s.link(r, v), "secure_base_media_url": baseOf(r) + "media/",
		})
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"availableStores": list}})
}

func (s *Server) categoryTree(w http.ResponseWriter, _ *http.Request, _ scope) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var below func(c Category, level int) map[string]any
	below = func(c Category, level int) map[string]any {
		children := []any{}
		for _, other := range s.world.categories {
			if other.Parent == c.ID {
				children = append(children, below(other, level+1))
			}
		}
		return map[string]any{
			"id": c.ID, "parent_id": c.Parent, "name": c.Name, "is_active": true, "position": 1, "level": level, "product_count": 0, "children_data": children,
		}
	}
	writeJSON(w, http.StatusOK, below(s.world.categories[0], 1))
	return nil
}

func (s *Server) listAttributes(w http.ResponseWriter, r *http.Request, _ scope) error {
	s.mu.Lock()
	var rows []row
	for _, a := range s.world.attributes {
		options := []any{}
		for _, value := range slices.Sorted(maps.Keys(a.Options)) {
			options = append(options, map[string]any{"label": a.Options[value], "value": value})
		}
		rows = append(rows, row{id: a.ID, shown: map[string]any{
			"attribute_id": a.ID, "attribute_code": a.Code, "is_visible_on_front": "1", "default_frontend_label": a.Label, "frontend_labels": []any{}, "options": options,
		}, fields: map[string][]string{"attribute_id": {fmt.Sprint(a.ID)}, "attribute_code": {a.Code}, "is_visible_on_front": {"1"}}})
	}
	s.mu.Unlock()
	return s.answer(w, r, rows)
}
