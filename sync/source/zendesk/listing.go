package zendesk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"dialpadsync.app/sync/source"
)

// pageWeight is how much HTML a page hands over; what comes after it is read
// one by one.
const pageWeight = 8 << 20

// byCreation is a page of the listing whose order edits do not disturb: by last
// change an edited article would move while the pages are read, and by offset
// every deletion would push one past the reader.
func byCreation(p place, locale, token string, clip int) request {
	return listing(p, locale, token, clip, "created_at", "asc")
}

// byChange is a page of the listing with the newest changes first.
func byChange(p place, locale, token string) request {
	return listing(p, locale, token, bodyLimit, "updated_at", "desc")
}

func listing(p place, locale, token string, clip int, by, order string) request {
	q := localised(p.Host, locale, "list articles", "/articles")
	q.clip, q.bodies = clip, true
	q.query = url.Values{"sort_by": {by}, "sort_order": {order}, "page[size]": {strconv.Itoa(pageSize)}}
	if token != "" {
		q.query.Set("page[after]", token)
	}
	return q
}

// refusedToken says that the server no longer takes a page token.
func refusedToken(err error, token string) bool {
	return token != "" && hasStatus(err, http.StatusBadRequest, http.StatusGone, http.StatusUnprocessableEntity)
}

// entry is one article of a page: converted, or by name only.
type entry struct {
	change  source.Change
	id      int64
	section int64
	updated int64 // Unix seconds
	// shut is why it may not be copied wherever it lies: a draft, restricted.
	shut source.Removal
}

// shut says why the article may not be copied wherever it lies, or nothing.
func (s *Source) shut(a *article) source.Removal {
	switch {
	case a.Draft && !s.drafts:
		return source.Unpublished
	case a.restricted() && !s.restricted:
		return source.Restricted
	}
	return ""
}

// collect reads a page of articles in one language. Articles that may be copied
// are converted if the request asked for bodies; those that are too large, and
// all after pageWeight, stay notices, so that a page takes a bounded amount of
// memory.
func (s *Source) collect(ctx context.Context, p place, locale string, q request) ([]entry, listed, error) {
	var found []entry
	weight := 0
	base := s.address(p.Host)
	begin := func() { found, weight = nil, 0 }
	got, err := page(ctx, s, q, "articles", begin, func(a article, asked time.Time) {
		if !a.is(locale) {
			return
		}
		now := s.clocks(asked)
		e := entry{
			change: source.Change{Key: keyOf(a.ID, locale), Version: version(a.changed(), now)},
			id:     a.ID, section: a.SectionID, updated: a.UpdatedAt.Unix(), shut: s.shut(&a),
		}
		if e.shut == "" && q.clip == bodyLimit && !clipped(a.Body) && weight < pageWeight {
			e.change.Document = document(&a, locale, base, now)
			weight += len(e.change.Document.HTML)
		}
		found = append(found, e)
	})
	if err != nil {
		return nil, got, s.unreachable(ctx, q, p, err)
	}
	s.saw(p.Host, found)
	return found, got, nil
}

// unreachable says what a 404 for a whole list means: there is no help center
// any more, or none in this language. Other errors come back as they are.
func (s *Source) unreachable(ctx context.Context, q request, p place, err error) error {
	if !hasStatus(err, http.StatusNotFound) {
		return err
	}
	_, _, asking := s.languages(ctx, p.Host)
	switch {
	case hasStatus(asking, http.StatusNotFound) && p.Host != "":
		return s.fail(q, source.CodeNoHelpCenter, errSilent)
	case asking != nil:
		return asking
	}
	return s.fail(q, source.CodeNoHelpCenter, errors.New("the help center cannot be reached in this language"))
}

// visible leaves out what may not be copied or lies outside the selection, by
// the sections we know. An article whose section nobody knows stays, as a
// notice: Read has the last word.
func (s *Source) visible(ctx context.Context, p place, locale string, found []entry) ([]entry, error) {
	kept := found[:0]
	for _, e := range found {
		if e.shut != "" {
			continue
		}
		v, err := s.lies(ctx, p, locale, e.section, anyAge)
		switch {
		case errors.Is(err, errUndecided):
			e.change.Document = nil
		case err != nil:
			return nil, err
		case v == outside:
			continue
		}
		kept = append(kept, e)
	}
	return kept, nil
}

func changesOf(entries []entry) []source.Change {
	changes := make([]source.Change, 0, len(entries))
	for _, e := range entries {
		changes = append(changes, e.change)
	}
	return changes
}
