package magento

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

// tree reads the category tree. What is younger than a minute is not asked for
// again.
func (s *Source) tree(ctx context.Context) (category, error) {
	if err := s.gate.take(ctx); err != nil {
		return category{}, err
	}
	defer s.gate.give()
	if time.Since(s.treeAt) < fresh {
		return s.categories, nil
	}
	var root category
	if _, err := s.get(ctx, "read categories", "", "categories", "", &root); err != nil {
		return category{}, err
	}
	s.categories, s.treeAt = root, time.Now()
	return root, nil
}

// below are the ids of the chosen categories and of all that are in them. One
// that the shop does not have is CodeSelection.
func (s *Source) below(ctx context.Context, c corner) (map[int64]bool, error) {
	ids := map[int64]bool{}
	if len(c.category) == 0 || c.products {
		return ids, nil
	}
	root, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	found := map[int64]bool{}
	var walk func(at category, inside bool)
	walk = func(at category, inside bool) {
		if c.category[at.ID] {
			inside, found[at.ID] = true, true
		}
		if inside {
			ids[at.ID] = true
		}
		for _, child := range at.Children {
			walk(child, inside)
		}
	}
	walk(root, false)
	for id := range c.category {
		if !found[id] {
			return nil, s.notThere("there is no category:%d", id)
		}
	}
	return ids, nil
}

// wireAttribute is a product attribute as the shop describes it.
type wireAttribute struct {
	ID     int64  `json:"attribute_id"`
	Code   string `json:"attribute_code"`
	Shown  flag   `json:"is_visible_on_front"`
	Label  string `json:"default_frontend_label"`
	Labels []struct {
		Store number `json:"store_id"`
		Label string `json:"label"`
	} `json:"frontend_labels"`
	Options []struct {
		Label string `json:"label"`
		Value string `json:"value"`
	} `json:"options"`
}

// shownAttributes are the attributes that the shop shows beside its products,
// with the labels of a store view. A shop that does not tell has none: its
// products are copied without the table.
func (s *Source) shownAttributes(ctx context.Context, v view) (attributes, error) {
	if err := s.gate.take(ctx); err != nil {
		return nil, err
	}
	defer s.gate.give()
	if held, ok := s.attrs[v.code]; ok && time.Since(held.at) < attributesFor {
		return held.list, nil
	}
	var list attributes
	q := query{filters: []filter{equals("is_visible_on_front", 1)}, order: "attribute_id", size: pageSize}
	_, err := every(ctx, s, "read attributes", v.code, "products/attributes", q, func(a wireAttribute) int64 { return a.ID }, func(a wireAttribute) error {
		if a.Shown {
			list = append(list, a.shown(v))
		}
		return nil
	})
	if err != nil && source.KindOf(err) != source.Forbidden && !hasStatus(err, http.StatusNotFound) {
		return nil, err
	}
	s.attrs[v.code] = heldAttributes{list: list, at: time.Now()}
	return list, nil
}

// attributesFor is how long attributes are not asked for again: they are made
// when a shop is set up, and a label that changes comes with the next import.
const attributesFor = time.Hour

type heldAttributes struct {
	list attributes
	at   time.Time
}

func (a wireAttribute) shown(v view) shownAttribute {
	out := shownAttribute{code: a.Code, label: cmp.Or(a.Label, a.Code), options: map[string]string{}}
	if i := slices.IndexFunc(a.Labels, func(l struct {
		Store number `json:"store_id"`
		Label string `json:"label"`
	}) bool {
		return int64(l.Store) == v.id && l.Label != ""
	}); i >= 0 {
		out.label = a.Labels[i].Label
	}
	for _, o := range a.Options {
		if o.Value != "" {
			out.options[o.Value] = o.Label
		}
	}
	return out
}
