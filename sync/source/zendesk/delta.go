package zendesk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dialpadsync.app/sync/source"
)

// feedPath is the incremental endpoint
// (developer.zendesk.com/documentation/help_center/help-center-api/understanding-incremental-article-exports).
const feedPath = helpCenter + "/incremental/articles"

// deltaPage reads one page of what changed, one help center after the other.
// A round through all of them ends with a page that has no more.
func (s *Source) deltaPage(ctx context.Context, at cursor) (source.Page, error) {
	at = at.clone()
	if at.atStart() {
		if err := s.renew(ctx, &at); err != nil {
			return source.Page{}, err
		}
	}
	if len(at.Places) == 0 {
		return source.Page{Next: at.encode()}, nil
	}
	p := &at.Places[at.Place]
	var changes []source.Change
	var done bool
	var err error
	switch {
	case at.Sweep != 0:
		changes, err = s.sweep(ctx, &at, p)
	case p.Listed:
		changes, done, err = s.listChanged(ctx, &at, p)
	default:
		changes, done, err = s.feed(ctx, &at, p)
		if hasStatus(err, http.StatusForbidden, http.StatusNotFound) {
			p.Listed, at.From = true, 0
			changes, done, err = s.listChanged(ctx, &at, p)
		}
	}
	if err != nil {
		return source.Page{}, err
	}
	more := !done || at.nextPlace()
	return source.Page{Changes: changes, Next: at.encode(), More: more}, nil
}

// renew takes over what has been learned about the account since the cursor was
// made. A help center or language that is new has been listed by Keys, so its
// changes are wanted from where the others' are known.
func (s *Source) renew(ctx context.Context, at *cursor) error {
	l, err := s.chosen(ctx, anyAge)
	if err != nil {
		return err
	}
	if l.read.IsZero() {
		return nil // it came from a cursor itself
	}
	earliest := at.Start
	for i, p := range at.Places {
		if i == 0 || p.Mark < earliest {
			earliest = p.Mark
		}
	}
	places := make([]place, 0, len(l.places))
	for _, now := range l.places {
		p := now.clone()
		p.Mark = earliest
		if i := slices.IndexFunc(at.Places, now.same); i >= 0 {
			p = at.Places[i].as(now)
		}
		places = append(places, p)
	}
	at.Places = places
	return nil
}

// feed reads one incremental page. Its rules follow the answers that the
// endpoint is known to give:
//
//   - the start is inclusive and the newest change comes back at every poll;
//   - an empty page says end_time 1, which is no position;
//   - positions only move forward, and never past the clocks;
//   - next_page null means drained: the position moves to shortly before the
//     clocks, as long as they agree, so that the last burst does not come back
//     for ever; else it stays at what the pages show;
//   - a full page that does not get past its own start holds more changes of
//     one second than a page can: everything is listed once instead;
//   - a start younger than a minute may be refused, as the ticket exports do:
//     the rest then comes at the next round.
func (s *Source) feed(ctx context.Context, at *cursor, p *place) (changes []source.Change, done bool, err error) {
	from := at.From
	if from == 0 {
		from = max(p.Mark-overlap, p.Swept, 1)
	}
	q := request{
		host: p.Host, op: "list changed articles", path: feedPath, template: feedPath,
		query: url.Values{"start_time": {strconv.FormatInt(from, 10)}}, bodies: true,
	}
	var found []entry
	begin := func() { changes, found = nil, nil }
	got, err := page(ctx, s, q, "articles", begin, func(a article, asked time.Time) {
		found = append(found, entry{id: a.ID})
		changes = append(changes, notices(p.Locales, &a, s.clocks(asked))...)
	})
	if from > p.Mark-overlap && hasStatus(err, http.StatusUnprocessableEntity) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	s.saw(p.Host, found)
	if got.asked.IsZero() {
		return nil, false, s.fail(q, source.CodeNotData, errors.New("the answer has no Date header"))
	}
	if err := believable(p.Mark, s.latest(got.asked)); err != nil {
		return nil, false, err
	}
	if got.n == 0 {
		return nil, true, nil
	}
	end := min(got.EndTime, s.latest(got.asked))
	past, _ := s.surelyPast(got.asked) // 0 moves nothing
	p.Mark = max(p.Mark, end)
	switch {
	case got.NextPage == "":
		p.Mark = max(p.Mark, past)
		return changes, true, nil
	case end > from:
		at.From = end
		return changes, false, nil
	case got.n >= feedPage:
		at.Sweep = max(end+1, past)
		return changes, false, nil
	}
	return changes, true, nil
}

// notices says that an article changed, in every language it is read in. Only
// the language that the answer shows has its own edited_at.
func notices(locales []string, a *article, now clocks) []source.Change {
	changes := make([]source.Change, 0, len(locales))
	for _, locale := range locales {
		changed := a.UpdatedAt
		if a.is(locale) {
			changed = a.changed()
		}
		changes = append(changes, source.Change{Key: keyOf(a.ID, locale), Version: version(changed, now)})
	}
	return changes
}

// sweep reads one page of the full listing that replaces a stuck incremental
// page. Its articles are notices; only those not held are read.
func (s *Source) sweep(ctx context.Context, at *cursor, p *place) ([]source.Change, error) {
	locale := p.Locales[at.Locale]
	q := byCreation(*p, locale, at.Token, textLimit)
	found, got, err := s.collect(ctx, *p, locale, q)
	if refusedToken(err, at.Token) {
		q = byCreation(*p, locale, "", textLimit)
		found, got, err = s.collect(ctx, *p, locale, q)
	}
	if err != nil {
		return nil, err
	}
	visible, err := s.visible(ctx, *p, locale, found)
	if err != nil {
		return nil, err
	}
	token, err := s.after(q, got)
	switch {
	case err != nil:
		return nil, err
	case token != "":
		at.Token = token
	case at.Locale+1 < len(p.Locales):
		at.Locale, at.Token = at.Locale+1, ""
	default:
		at.From, p.Swept = at.Sweep, at.Sweep
		at.Locale, at.Token, at.Sweep = 0, "", 0
	}
	return changesOf(visible), nil
}

// listChanged reads one page of the listing by last change, for a sign-in that may
// not use the incremental endpoint. It goes down to shortly before the newest
// change that the previous complete listing has shown; equal instants are
// normal and are read again.
func (s *Source) listChanged(ctx context.Context, at *cursor, p *place) (changes []source.Change, done bool, err error) {
	locale := p.Locales[at.Locale]
	q := byChange(*p, locale, at.Token)
	found, got, err := s.collect(ctx, *p, locale, q)
	if refusedToken(err, at.Token) {
		q = byChange(*p, locale, "")
		found, got, err = s.collect(ctx, *p, locale, q)
	}
	if err != nil {
		return nil, false, err
	}
	token, err := s.after(q, got)
	if err != nil {
		return nil, false, err
	}
	latest := s.latest(got.asked)
	if err := believable(p.mark(at.Locale), latest); err != nil {
		return nil, false, err
	}
	floor := p.mark(at.Locale) - margin
	for _, e := range found {
		at.Latest = max(at.Latest, min(e.updated, latest))
		if e.updated < floor {
			token = ""
			break
		}
		change, err := s.said(ctx, *p, locale, e)
		if err != nil {
			return nil, false, err
		}
		changes = append(changes, change)
	}
	if token != "" {
		at.Token = token
		return changes, false, nil
	}
	p.markUp(at.Locale, at.Latest)
	at.Latest, at.Token = 0, ""
	if at.Locale+1 < len(p.Locales) {
		at.Locale++
		return changes, false, nil
	}
	at.Locale = 0
	return changes, true, nil
}

// said is what a listing says about an article that changed: the document, its
// removal, or, where a section may have moved since we looked, a notice.
func (s *Source) said(ctx context.Context, p place, locale string, e entry) (source.Change, error) {
	if e.shut != "" {
		return source.Change{Key: e.change.Key, Version: e.change.Version, Removed: e.shut}, nil
	}
	v, err := s.lies(ctx, p, locale, e.section, anyAge)
	if err != nil && !errors.Is(err, errUndecided) {
		return source.Change{}, err
	}
	if v != inside {
		e.change.Document = nil
	}
	return e.change, nil
}
