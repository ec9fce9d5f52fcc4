package magento

import (
	"context"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// marker begins the keywords of a page that this program has published in the
// shop: it came from Dialpad and is never copied back there.
const marker = "dialpad-sync:"

// neverCopied are pages of the shop's own machinery (contract §3).
var neverCopied = []string{"no-route", "enable-cookies", "privacy-policy-cookie-restriction-mode"}

// lightPage is what is asked for of a page where its text is not needed.
const lightPage = "id,identifier,title,active,update_time,meta_keywords"

// standing says why a page is not copied, or nothing.
func (c corner) standing(p *page) source.Removal {
	switch {
	case !bool(p.Active):
		return source.Unpublished
	case strings.HasPrefix(strings.TrimSpace(p.Keywords), marker), slices.Contains(neverCopied, p.Identifier):
		return source.Deselected
	case c.page[p.ID]:
		return ""
	case !c.pages, p.Identifier == c.home:
		return source.Deselected
	}
	return ""
}

// pagesAfter reads one page of the listing of a store's pages, by id. Store 0
// holds what all views show.
func (s *Source) pagesAfter(ctx context.Context, store, after int64, fields string, size int) (found []page, more bool, asked time.Time, err error) {
	q := query{
		filters: []filter{equals("store_id", store), equals("is_active", 1), {"page_id", itoa(after), "gt"}},
		order:   "page_id", size: size, fields: fields,
	}
	found, total, asked, err := search[page](ctx, s, "list pages", everyView, "cmsPage/search", q)
	if err != nil {
		return nil, false, asked, err
	}
	return found, total > len(found), asked, onwards(s, "list pages", after, found, total, func(p page) int64 { return p.ID })
}

// everyPage lists the pages that a store view shows, each once.
func (s *Source) everyPage(ctx context.Context, v view, each func(*page, time.Time) error) error {
	seen := map[int64]bool{}
	for _, store := range []int64{0, v.id} {
		err := s.pagesOf(ctx, store, func(p *page, asked time.Time) error {
			if seen[p.ID] {
				return nil
			}
			seen[p.ID] = true
			return each(p, asked)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pagesOf lists the active pages of a store, without their texts. Store 0 holds
// what all views show.
func (s *Source) pagesOf(ctx context.Context, store int64, each func(*page, time.Time) error) error {
	for after, more := int64(0), true; more; {
		found, further, asked, err := s.pagesAfter(ctx, store, after, lightPage, pageSize)
		if err != nil {
			return err
		}
		for i := range found {
			after = found[i].ID
			if err := each(&found[i], asked); err != nil {
				return err
			}
		}
		more = further
	}
	return nil
}

// pagesChanged reads the pages that changed since an instant, by id, whatever
// views show them.
func (s *Source) pagesChanged(ctx context.Context, since time.Time, after int64) (found []page, more bool, asked time.Time, err error) {
	q := query{
		filters: []filter{from("update_time", since), {"page_id", itoa(after), "gt"}},
		order:   "page_id", size: pageSize, fields: lightPage,
	}
	found, total, asked, err := search[page](ctx, s, "read changes of pages", everyView, "cmsPage/search", q)
	if err != nil {
		return nil, false, asked, err
	}
	return found, total > len(found), asked, onwards(s, "read changes of pages", after, found, total, func(p page) int64 { return p.ID })
}

// readPage reads one page as a store view shows it. One that the view does not
// show is there for others, or nowhere.
func (s *Source) readPage(ctx context.Context, c corner, key source.Key, id int64) (source.Change, error) {
	for _, store := range []int64{c.id, 0} {
		p, asked, err := s.onePage(ctx, equals("page_id", id), equals("store_id", store))
		if err != nil {
			return source.Change{}, err
		}
		if p == nil {
			continue
		}
		texts, err := s.blocksOf(ctx, c.view)
		if err != nil {
			return source.Change{}, err
		}
		change := source.Change{Key: key, Version: version(p.Updated.Time, asked, texts.print())}
		if change.Removed = c.standing(p); change.Removed == "" {
			change.Document = c.pageDocument(p, texts, asked)
		}
		return change, nil
	}
	p, asked, err := s.onePage(ctx, equals("page_id", id))
	switch {
	case err != nil:
		return source.Change{}, err
	case p == nil:
		return source.Change{Key: key, Removed: source.Deleted}, nil
	}
	return source.Change{Key: key, Version: version(p.Updated.Time, asked, ""), Removed: source.Unpublished}, nil
}

func (s *Source) onePage(ctx context.Context, filters ...filter) (*page, time.Time, error) {
	q := query{filters: filters, order: "page_id", size: 1}
	found, total, asked, err := search[page](ctx, s, "read page", everyView, "cmsPage/search", q)
	if err != nil || len(found) == 0 && total == 0 {
		return nil, asked, err
	}
	if len(found) != 1 {
		return nil, asked, s.fail("read page", source.CodeNotData, errOther)
	}
	return &found[0], asked, nil
}
