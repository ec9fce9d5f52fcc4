package magento

import (
	"context"
	"errors"
	"iter"
	"time"

	"dialpadsync.app/sync/source"
)

// errStop ends a listing that nobody wants to hear further.
var errStop = errors.New("enough")

// Keys lists every page and product that is copied, in every chosen store view.
func (s *Source) Keys(ctx context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		corners, err := s.corners(ctx, 0)
		if err != nil {
			yield(source.Item{}, err)
			return
		}
		say := func(item source.Item) error {
			if !yield(item, nil) {
				return errStop
			}
			return nil
		}
		s.forgetBlocks()
		for _, c := range corners {
			err := s.pageKeys(ctx, c, say)
			if err == nil {
				err = s.productKeys(ctx, c, say)
			}
			if err != nil {
				if !errors.Is(err, errStop) {
					yield(source.Item{}, err)
				}
				return
			}
		}
	}
}

func (s *Source) pageKeys(ctx context.Context, c corner, say func(source.Item) error) error {
	if !c.anyPages() {
		return nil
	}
	texts, err := s.blocksOf(ctx, c.view)
	if err != nil {
		return err
	}
	return s.everyPage(ctx, c.view, func(p *page, asked time.Time) error {
		if c.standing(p) != "" {
			return nil
		}
		return say(source.Item{Key: keyOf(pageKind, p.ID, c.view), Version: version(p.Updated.Time, asked, texts.print())})
	})
}

func (s *Source) productKeys(ctx context.Context, c corner, say func(source.Item) error) error {
	return s.everyProduct(ctx, c, func(p *product, asked time.Time) error {
		return say(source.Item{Key: keyOf(productKind, p.ID, c.view), Version: version(p.Updated.Time, asked, "")})
	})
}

// everyProduct lists the products that are copied, each once.
func (s *Source) everyProduct(ctx context.Context, c corner, each func(*product, time.Time) error) error {
	if !c.anyProducts() {
		return nil
	}
	below, err := s.below(ctx, c)
	if err != nil {
		return err
	}
	fields := lightProduct
	if len(below) > 0 {
		fields = wholeProduct // older shops name a product's categories there only
	}
	for after, more := int64(0), true; more; {
		found, further, asked, err := s.productsAfter(ctx, c.view, after, fields)
		if err != nil {
			return err
		}
		for i := range found {
			after = found[i].ID
			if c.standingOf(&found[i], below) != "" {
				continue
			}
			if err := each(&found[i], asked); err != nil {
				return err
			}
		}
		more = further
	}
	return nil
}

// Read asks for one key. A store view that is not chosen, or has another
// language than the key says, has nothing under it.
func (s *Source) Read(ctx context.Context, key source.Key) (source.Change, error) {
	k, ok := parseKey(key)
	if !ok {
		return source.Change{}, &source.Error{
			Kind: source.BadDocument, Code: source.CodeRefused, Op: "Magento: read", Side: "source", Host: s.base.Host,
			Err: errors.New("this is no key of a page or product"),
		}
	}
	corners, err := s.corners(ctx, fresh)
	if err != nil {
		return source.Change{}, err
	}
	for _, c := range corners {
		switch {
		case c.code != k.view || c.locale != k.tag:
			continue
		case k.kind == pageKind:
			return s.readPage(ctx, c, key, k.id)
		}
		return s.readProduct(ctx, c, key, k.id)
	}
	return source.Change{Key: key, Removed: source.Deselected}, nil
}
