package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"dialpadsync.app/sync/source"
)

// maxRestarts is how often a listing begins again because a page token was
// refused.
const maxRestarts = 3

// beginImport takes the position that changes are read from afterwards, then
// reads the first page.
func (s *Source) beginImport(ctx context.Context, restarts int) (source.Page, error) {
	l, err := s.chosen(ctx, 0)
	if err != nil {
		return source.Page{}, err
	}
	if l.asked.IsZero() {
		return source.Page{}, s.fail(request{op: "begin import"}, source.CodeNotData, errors.New("the answer has no Date header"))
	}
	at := cursor{
		Format: cursorFormat, Print: s.print, Phase: phaseImport,
		Restarts: restarts, Places: l.places,
	}.clone()
	for i := range at.Places {
		p := &at.Places[i]
		if p.Mark, err = s.beginning(ctx, *p, l.asked); err != nil {
			return source.Page{}, err
		}
		if i == 0 || p.Mark < at.Start {
			at.Start = p.Mark
		}
	}
	return s.importPage(ctx, at)
}

// importPage reads one page of the listing by creation date.
func (s *Source) importPage(ctx context.Context, at cursor) (source.Page, error) {
	if len(at.Places) == 0 {
		at.Phase = phaseDelta
		return source.Page{Next: at.encode(), Import: true}, nil
	}
	p := at.Places[at.Place]
	locale := p.Locales[at.Locale]
	q := byCreation(p, locale, at.Token, bodyLimit)
	found, got, err := s.collect(ctx, p, locale, q)
	switch {
	case refusedToken(err, at.Token) && at.Restarts < maxRestarts:
		return s.beginImport(ctx, at.Restarts+1)
	case refusedToken(err, at.Token):
		return source.Page{}, fmt.Errorf("%w: %w", source.ErrCursorExpired, err)
	case err != nil:
		return source.Page{}, err
	}
	visible, err := s.visible(ctx, p, locale, found)
	if err != nil {
		return source.Page{}, err
	}
	token, err := s.after(q, got)
	if err != nil {
		return source.Page{}, err
	}
	if at.Seen == 0 && at.Total == 0 {
		at.Total = s.expected(ctx, at, token == "", got.n)
	}
	at.Seen += got.n
	if token != "" && at.Total > 0 && at.Seen > 2*at.Total+feedPage {
		return source.Page{}, s.fail(q, source.CodeCutShort, errors.New("the listing does not end"))
	}
	out := source.Page{Changes: changesOf(visible), More: true, Import: true, Total: at.Total}
	out.Next = at.afterImport(token).encode()
	return out, nil
}

// afterImport is the place after a page: the next page, the next listing, or
// the changes since the import began.
func (c cursor) afterImport(token string) cursor {
	if token != "" {
		c.Token = token
	} else if !c.nextListing() {
		c.Phase, c.Total, c.Seen, c.Restarts = phaseDelta, 0, 0, 0
	}
	return c
}

// expected is how many articles the import is going to list, or 0 when the help
// center does not tell. A single short page is its own answer; else each listing
// is asked for its number, which offset pagination gives.
func (s *Source) expected(ctx context.Context, at cursor, last bool, n int) int {
	if last && len(at.Places) == 1 && len(at.Places[0].Locales) == 1 {
		return n
	}
	total := 0
	for _, p := range at.Places {
		for _, locale := range p.Locales {
			count, ok := s.count(ctx, p.Host, locale)
			if !ok {
				return 0
			}
			total += count
		}
	}
	return total
}

// count is the number of articles in a listing, drafts and restricted ones that
// the sign-in may see included. It feeds what people see, so that a failure is
// only a number nobody knows.
func (s *Source) count(ctx context.Context, host, locale string) (n int, ok bool) {
	q := localised(host, locale, "count articles", "/articles")
	q.query = url.Values{"page": {"1"}, "per_page": {"1"}}
	got, err := page(ctx, s, q, "articles", func() {}, func(article, time.Time) {})
	if err != nil || got.Count == nil {
		return 0, false
	}
	return *got.Count, true
}
