package magento

import (
	"context"
	"time"

	"dialpadsync.app/sync/source"
)

// Collections lists what can be ticked: the store views, in each its pages one
// by one, and its products by category. Counts come from complete listings.
func (s *Source) Collections(ctx context.Context) ([]source.Collection, error) {
	views, err := s.views(ctx, 0)
	if err != nil {
		return nil, err
	}
	root, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	var list []source.Collection
	for _, v := range views {
		part, err := s.collectionsOf(ctx, corner{v, everything}, root)
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

func (s *Source) collectionsOf(ctx context.Context, c corner, root category) ([]source.Collection, error) {
	whole := source.Collection{ID: "view:" + c.code, Name: c.name}
	shelf := source.Collection{ID: "pages:" + c.code, Parent: whole.ID, Name: "Pages"}
	var pages []source.Collection
	err := s.everyPage(ctx, c.view, func(p *page, _ time.Time) error {
		why := c.standing(p)
		if why == source.Deselected && p.Identifier == c.home {
			pages = append(pages, source.Collection{ID: pageKind + ":" + itoa(p.ID) + ":" + c.code, Parent: whole.ID, Name: p.Title, Count: 1})
		}
		if why == "" {
			shelf.Count++
			pages = append(pages, source.Collection{ID: pageKind + ":" + itoa(p.ID) + ":" + c.code, Parent: shelf.ID, Name: p.Title, Count: 1})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	goods := source.Collection{ID: "products:" + c.code, Parent: whole.ID, Name: "Products"}
	inside := map[int64][]int64{} // products by category
	err = s.everyProduct(ctx, c, func(p *product, _ time.Time) error {
		goods.Count++
		for _, id := range p.categories() {
			inside[id] = append(inside[id], p.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	whole.Count = shelf.Count + goods.Count
	list := append([]source.Collection{whole, shelf}, pages...)
	list = append(list, goods)
	for _, child := range root.Children {
		below, _ := categoryTree(child, goods.ID, c.code, inside)
		list = append(list, below...)
	}
	return list, nil
}

// categoryTree lists a category and what is in it, parents first. A product in
// several of them counts once in each, and once in those around them.
func categoryTree(at category, parent, code string, inside map[int64][]int64) ([]source.Collection, map[int64]bool) {
	all := map[int64]bool{}
	for _, id := range inside[at.ID] {
		all[id] = true
	}
	me := source.Collection{ID: "category:" + itoa(at.ID) + ":" + code, Parent: parent, Name: at.Name}
	var below []source.Collection
	for _, child := range at.Children {
		list, ids := categoryTree(child, me.ID, code, inside)
		below = append(below, list...)
		for id := range ids {
			all[id] = true
		}
	}
	me.Count = len(all)
	return append([]source.Collection{me}, below...), all
}
