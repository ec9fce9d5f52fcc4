package magento

import (
	"context"
	"errors"
	"time"

	"dialpadsync.app/sync/source"
)

// Fetch returns the page after the cursor. A cursor made for another selection
// or by another converter starts the import again.
func (s *Source) Fetch(ctx context.Context, after source.Cursor) (source.Page, error) {
	at, ok := decodeCursor(after, s.print)
	age := fresh
	if !ok || at.atStart() {
		age = 0
	}
	if ok && at.Phase == phaseDelta {
		age = fresh // a new store view or another address waits for the hourly listing
	}
	corners, err := s.corners(ctx, age)
	if err != nil {
		return source.Page{}, err
	}
	if !ok {
		if at, err = s.beginning(ctx); err != nil {
			return source.Page{}, err
		}
	}
	if at.Phase == phaseImport {
		return s.importPage(ctx, corners, at)
	}
	return s.deltaPage(ctx, corners, at)
}

// beginning takes the position that changes are read from after the import: the
// shop's own time now.
func (s *Source) beginning(ctx context.Context) (cursor, error) {
	_, asked, err := s.blocksMoved(ctx, time.Now().Add(-overlap))
	if err != nil {
		return cursor{}, err
	}
	if asked.IsZero() {
		return cursor{}, s.fail("begin import", source.CodeNotData, errors.New("the answer has no Date header"))
	}
	return cursor{Format: cursorFormat, Print: s.print, Phase: phaseImport, Mark: asked.Unix()}, nil
}

// importPage reads one page of everything.
func (s *Source) importPage(ctx context.Context, corners []corner, at cursor) (source.Page, error) {
	out := source.Page{Import: true, More: true}
	for len(out.Changes) == 0 {
		if at.Corner >= len(corners) {
			at.settle()
			// What changed meanwhile is read in the same pass.
			out.Next = at.encode()
			return out, nil
		}
		c := corners[at.Corner]
		var err error
		var more bool
		if at.Part == products {
			out.Changes, more, err = s.importProducts(ctx, c, &at)
		} else {
			out.Changes, more, err = s.importPages(ctx, c, &at)
		}
		if err != nil {
			return source.Page{}, err
		}
		if !more {
			at.next()
		}
	}
	out.Next = at.encode()
	return out, nil
}

func (s *Source) importPages(ctx context.Context, c corner, at *cursor) (changes []source.Change, more bool, err error) {
	if !c.anyPages() {
		return nil, false, nil
	}
	if at.Part == ownPages {
		changes, err = s.importOwn(ctx, c)
		return changes, false, err
	}
	texts, err := s.blocksOf(ctx, c.view)
	if err != nil {
		return nil, false, err
	}
	found, more, asked, err := s.pagesAfter(ctx, 0, at.After, "", fullPage)
	for i := range found {
		p := &found[i]
		at.After = p.ID
		if c.standing(p) != "" {
			continue
		}
		doc := c.pageDocument(p, texts, asked)
		changes = append(changes, source.Change{Key: doc.Key, Version: doc.Version, Document: doc})
	}
	return changes, more, err
}

// importOwn gives notice of the pages that this view shows and not all do. A
// search by view may or may not bring those that all views show (contract §2.3),
// so that their texts are not read twice.
func (s *Source) importOwn(ctx context.Context, c corner) (changes []source.Change, err error) {
	shared := map[int64]bool{}
	err = s.pagesOf(ctx, 0, func(p *page, _ time.Time) error {
		shared[p.ID] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.pagesOf(ctx, c.id, func(p *page, asked time.Time) error {
		if shared[p.ID] || c.standing(p) != "" {
			return nil
		}
		notice, err := s.notice(ctx, c, p, asked)
		changes = append(changes, notice)
		return err
	})
	return changes, err
}

func (s *Source) importProducts(ctx context.Context, c corner, at *cursor) (changes []source.Change, more bool, err error) {
	if !c.anyProducts() {
		return nil, false, nil
	}
	below, err := s.below(ctx, c)
	if err != nil {
		return nil, false, err
	}
	attrs, err := s.shownAttributes(ctx, c.view)
	if err != nil {
		return nil, false, err
	}
	found, more, asked, err := s.productsAfter(ctx, c.view, at.After, wholeProduct)
	for i := range found {
		at.After = found[i].ID
		if change := c.change(&found[i], below, attrs, asked); change.Document != nil {
			changes = append(changes, change)
		}
	}
	return changes, more, err
}

// deltaPage reads what changed since the mark: blocks, then pages for all store
// views at once, then the products of each. It goes on until something is found
// or all is read.
func (s *Source) deltaPage(ctx context.Context, corners []corner, at cursor) (source.Page, error) {
	since := time.Unix(at.Mark, 0).Add(-overlap)
	var out source.Page
	if at.atStart() && at.Since == 0 {
		if err := s.beginRound(ctx, corners, &at, since); err != nil {
			return source.Page{}, err
		}
	}
	for len(out.Changes) == 0 && at.Corner < len(corners) {
		c := corners[at.Corner]
		var err error
		var more bool
		if at.Part == products {
			out.Changes, more, err = s.deltaProducts(ctx, c, &at, since)
		} else {
			out.Changes, more, err = s.deltaPages(ctx, corners, &at, since)
		}
		if err != nil {
			return source.Page{}, err
		}
		if !more {
			at.next()
		}
	}
	if at.Corner >= len(corners) {
		at.settle()
	} else {
		out.More = true
	}
	out.Next = at.encode()
	return out, nil
}

// beginRound looks whether blocks have changed, and takes the shop's time.
func (s *Source) beginRound(ctx context.Context, corners []corner, at *cursor, since time.Time) error {
	if !anyPages(corners) {
		return nil
	}
	moved, asked, err := s.blocksMoved(ctx, since)
	if err != nil {
		return err
	}
	at.Redo = moved
	return s.began(at, asked)
}

// began notes when a round began, by the first answer in it.
func (s *Source) began(at *cursor, asked time.Time) error {
	if at.Since > 0 {
		return nil
	}
	if asked.IsZero() {
		return s.fail("read changes", source.CodeNotData, errors.New("the answer has no Date header"))
	}
	at.Since = asked.Unix()
	return nil
}

func anyPages(corners []corner) bool {
	for _, c := range corners {
		if c.anyPages() {
			return true
		}
	}
	return false
}

// deltaPages gives notice of changed pages; Read knows which store views show
// them. After a block has changed every page that is shown is noticed as well:
// its version tells whether anything has to be read.
func (s *Source) deltaPages(ctx context.Context, corners []corner, at *cursor, since time.Time) (changes []source.Change, more bool, err error) {
	c := corners[at.Corner]
	if at.Redo && c.anyPages() && at.Part == ownPages {
		err = s.everyPage(ctx, c.view, func(p *page, asked time.Time) error {
			notice, err := s.notice(ctx, c, p, asked)
			changes = append(changes, notice)
			return err
		})
		return changes, false, err
	}
	// One question is for all views: it is asked with the first of them.
	if at.Corner > 0 || at.Part != sharedPages || !anyPages(corners) {
		return nil, false, nil
	}
	found, more, asked, err := s.pagesChanged(ctx, since, at.After)
	if err != nil {
		return nil, false, err
	}
	for i := range found {
		at.After = found[i].ID
		for _, c := range corners {
			if !c.anyPages() {
				continue
			}
			notice, err := s.notice(ctx, c, &found[i], asked)
			if err != nil {
				return nil, false, err
			}
			changes = append(changes, notice)
		}
	}
	return changes, more, nil
}

// notice is what a light page says: its removal, or that it changed.
func (s *Source) notice(ctx context.Context, c corner, p *page, asked time.Time) (source.Change, error) {
	texts, err := s.blocksOf(ctx, c.view)
	if err != nil {
		return source.Change{}, err
	}
	return source.Change{
		Key: keyOf(pageKind, p.ID, c.view), Version: version(p.Updated.Time, asked, texts.print()), Removed: c.standing(p),
	}, nil
}

func (s *Source) deltaProducts(ctx context.Context, c corner, at *cursor, since time.Time) (changes []source.Change, more bool, err error) {
	if !c.anyProducts() {
		return nil, false, nil
	}
	found, more, asked, err := s.productsChanged(ctx, c.view, since, at.After)
	if err == nil {
		err = s.began(at, asked)
	}
	if err != nil || len(found) == 0 {
		return nil, more, err
	}
	below, err := s.below(ctx, c)
	if err != nil {
		return nil, false, err
	}
	attrs, err := s.shownAttributes(ctx, c.view)
	if err != nil {
		return nil, false, err
	}
	for i := range found {
		at.After = found[i].ID
		changes = append(changes, c.change(&found[i], below, attrs, asked))
	}
	return changes, more, nil
}
