package magentosim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func (s *Server) listProducts(w http.ResponseWriter, r *http.Request, v scope) error {
	s.mu.Lock()
	var rows []row
	for _, id := range slices.Sorted(maps.Keys(s.world.products)) {
		p := s.world.products[id]
		rows = append(rows, row{id: id, shown: shownProduct(p, v), fields: map[string][]string{
			"entity_id": {fmt.Sprint(id)}, "sku": {p.SKU}, "status": {fmt.Sprint(p.Status)}, "visibility": {fmt.Sprint(p.Visibility)},
			"updated_at": {stamp(p.Updated)}, "created_at": {stamp(p.Created)}, "name": {p.text("name", v)}, "url_key": {p.text("url_key", v)},
			"category_id": texts(p.Categories),
		}})
	}
	s.mu.Unlock()
	return s.answer(w, r, rows)
}

func (s *Server) oneProduct(w http.ResponseWriter, r *http.Request, v scope) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.world.products {
		if p.SKU == r.PathValue("sku") {
			writeJSON(w, http.StatusOK, project(shownProduct(p, v), r.URL.Query().Get("fields")))
			return nil
		}
	}
	return &fault{http.StatusNotFound, "The product that was requested doesn't exist. Verify the product and try again.", nil}
}

func texts(ids []int64) []string {
	out := []string{}
	for _, id := range ids {
		out = append(out, fmt.Sprint(id))
	}
	return out
}

// text is an attribute as a view shows it.
func (p *Product) text(code string, v scope) string {
	if own, ok := p.Own[v.Code][code]; ok && !v.all {
		return own
	}
	return p.Texts[code]
}

func shownProduct(p *Product, v scope) map[string]any {
	links, custom := []any{}, []any{}
	for _, id := range p.Categories {
		links = append(links, map[string]any{"position": 0, "category_id": fmt.Sprint(id)})
	}
	for _, code := range slices.Sorted(maps.Keys(p.Texts)) {
		if code != "name" {
			custom = append(custom, map[string]any{"attribute_code": code, "value": p.text(code, v)})
		}
	}
	custom = append(custom, map[string]any{"attribute_code": "category_ids", "value": texts(p.Categories)})
	return map[string]any{
		"id": p.ID, "sku": p.SKU, "name": p.text("name", v), "attribute_set_id": 4, "price": p.Price, "status": p.Status, "visibility": p.Visibility,
		"type_id": "simple", "created_at": stamp(p.Created), "updated_at": stamp(p.Updated),
		"extension_attributes": map[string]any{"website_ids": p.Websites, "category_links": links},
		"product_links":        []any{}, "options": []any{}, "media_gallery_entries": []any{}, "tier_prices": []any{}, "custom_attributes": custom,
	}
}

// project keeps the fields that were asked for (contract §2.1): names separated
// by commas, those inside in brackets.
func project(value any, fields string) any {
	if fields == "" {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range split(fields) {
			if have, ok := v[name]; ok {
				out[name] = project(have, inner)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = project(item, fields)
		}
		return out
	}
	return value
}

// split cuts "a,b[c,d]" into a and b, with what is in b's brackets.
func split(fields string) map[string]string {
	out := map[string]string{}
	depth, from := 0, 0
	add := func(part string) {
		name, inner, _ := strings.Cut(strings.TrimSpace(part), "[")
		if name != "" {
			out[name] = strings.TrimSuffix(inner, "]")
		}
	}
	for i, c := range fields {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				add(fields[from:i])
				from = i + 1
			}
		}
	}
	add(fields[from:])
	return out
}
