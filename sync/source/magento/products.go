package magento

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"dialpadsync.app/sync/source"
)

const (
	lightProduct = "id,sku,name,status,visibility,updated_at,extension_attributes[website_ids,category_links]"
	wholeProduct = lightProduct + ",custom_attributes"
)

var errOther = errors.New("the answer is about something else than was asked for")

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// standing says why a product is not copied, or nothing.
func (c corner) standingOf(p *product, below map[int64]bool) source.Removal {
	website := len(p.Extension.Websites) == 0 || c.website == 0 || slices.Contains(p.Extension.Websites, number(c.website))
	switch {
	case p.Status != enabled, p.Visibility == notIndividually, !website:
		return source.Unpublished
	case c.products, slices.ContainsFunc(p.categories(), func(id int64) bool { return below[id] }):
		return ""
	}
	return source.Deselected
}

// onwards fails where a listing goes back, or ends before its end.
func onwards[T any](s *Source, op string, after int64, found []T, total int, id func(T) int64) error {
	last := after
	for _, item := range found {
		if id(item) <= last {
			return s.fail(op, source.CodeCutShort, errors.New("the listing goes back instead of on"))
		}
		last = id(item)
	}
	if len(found) == 0 && total > 0 {
		return s.fail(op, source.CodeCutShort, errors.New("the listing ends before its end"))
	}
	return nil
}

func productID(p product) int64 { return p.ID }

// productsAfter reads one page of the products that a store view sells, by id.
func (s *Source) productsAfter(ctx context.Context, v view, after int64, fields string) (found []product, more bool, asked time.Time, err error) {
	q := query{
		filters: []filter{equals("status", enabled), {"visibility", "2,3,4", "in"}, {"entity_id", itoa(after), "gt"}},
		order:   "entity_id", size: pageSize, fields: fields,
	}
	found, total, asked, err := search[product](ctx, s, "list products", v.code, "products", q)
	if err != nil {
		return nil, false, asked, err
	}
	return found, total > len(found), asked, onwards(s, "list products", after, found, total, productID)
}

// productsChanged reads those that changed since an instant, sold or not.
func (s *Source) productsChanged(ctx context.Context, v view, since time.Time, after int64) (found []product, more bool, asked time.Time, err error) {
	q := query{
		filters: []filter{from("updated_at", since), {"entity_id", itoa(after), "gt"}},
		order:   "entity_id", size: pageSize, fields: wholeProduct,
	}
	found, total, asked, err := search[product](ctx, s, "read changes of products", v.code, "products", q)
	if err != nil {
		return nil, false, asked, err
	}
	return found, total > len(found), asked, onwards(s, "read changes of products", after, found, total, productID)
}

// change is what a product that was read whole says.
func (c corner) change(p *product, below map[int64]bool, attrs attributes, asked time.Time) source.Change {
	out := source.Change{Key: keyOf(productKind, p.ID, c.view), Version: version(p.Updated.Time, asked, "")}
	if out.Removed = c.standingOf(p, below); out.Removed == "" {
		out.Document = c.productDocument(p, attrs, asked)
	}
	return out
}

// readProduct reads one product as a store view sells it.
func (s *Source) readProduct(ctx context.Context, c corner, key source.Key, id int64) (source.Change, error) {
	q := query{filters: []filter{equals("entity_id", id)}, order: "entity_id", size: 1, fields: wholeProduct}
	found, total, asked, err := search[product](ctx, s, "read product", c.code, "products", q)
	switch {
	case err != nil:
		return source.Change{}, err
	case len(found) == 0 && total == 0:
		return source.Change{Key: key, Removed: source.Deleted}, nil
	case len(found) != 1 || found[0].ID != id:
		return source.Change{}, s.fail("read product", source.CodeNotData, errOther)
	}
	below, err := s.below(ctx, c)
	if err != nil {
		return source.Change{}, err
	}
	attrs, err := s.shownAttributes(ctx, c.view)
	if err != nil {
		return source.Change{}, err
	}
	out := c.change(&found[0], below, attrs, asked)
	out.Key = key
	return out, nil
}
