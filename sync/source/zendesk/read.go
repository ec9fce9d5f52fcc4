package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dialpadsync.app/sync/source"
)

// Read asks for one translation of one article. It says that the article is
// gone only when every help center of the account that has this language
// answered 404 for it and still lists its articles.
func (s *Source) Read(ctx context.Context, key source.Key) (source.Change, error) {
	id, locale, ok := parseKey(key)
	if !ok {
		return source.Change{}, &source.Error{
			Kind: source.BadDocument, Op: "read article", Side: "source", Host: s.base.Host,
			Err: errors.New("the key is not one of this source's"),
		}
	}
	if len(s.locales) > 0 && !containsFold(s.locales, locale) {
		return source.Change{Key: key, Removed: source.Deselected}, nil
	}
	c, err := s.find(ctx, key, id, locale)
	if err == nil && c.Removed == source.Deselected {
		// It is only if everything that was chosen is still there.
		_, err = s.chosen(ctx, fresh)
	}
	if err != nil {
		return source.Change{}, err
	}
	return c, nil
}

// find looks for the article in every help center that has the language.
func (s *Source) find(ctx context.Context, key source.Key, id int64, locale string) (source.Change, error) {
	gone := source.Change{Key: key, Removed: source.Deselected}
	l, err := s.layoutWith(ctx, locale)
	if err != nil {
		return source.Change{}, err
	}
	missing := 0
	for _, p := range s.likelyFirst(l.places, id) {
		if !containsFold(p.Locales, locale) {
			continue
		}
		missing++
		change, found, err := s.readAt(ctx, p, key, id, locale)
		if err != nil || found {
			return change, err
		}
	}
	left, err := s.leftOut(ctx, l, id, locale)
	switch {
	case err != nil:
		return source.Change{}, err
	case left:
		return gone, nil
	case l.silent:
		return source.Change{}, s.fail(request{op: "read article"}, source.CodeNoHelpCenter,
			fmt.Errorf("%w, so nobody can say whether the article is gone", errSilent))
	case missing == 0 && len(s.locales) == 0:
		return gone, nil // another language has become the default
	}
	gone.Removed = source.Deleted
	return gone, nil
}

// layoutWith gives the layout; a language that none of the help centers we know
// is read in is looked for once more.
func (s *Source) layoutWith(ctx context.Context, locale string) (*layout, error) {
	l, err := s.chosen(ctx, anyAge)
	if err != nil || slices.ContainsFunc(l.places, func(p place) bool { return containsFold(p.Locales, locale) }) {
		return l, err
	}
	return s.chosen(ctx, fresh)
}

// likelyFirst puts the help center that last showed the article first.
func (s *Source) likelyFirst(places []place, id int64) []place {
	s.mu.Lock()
	host, ok := s.seen[id]
	s.mu.Unlock()
	i := slices.IndexFunc(places, func(p place) bool { return p.Host == host })
	if !ok || i <= 0 {
		return places
	}
	return slices.Concat(places[i:i+1], places[:i], places[i+1:])
}

// saw remembers which help center the articles of the current page are in.
func (s *Source) saw(host string, articles []entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.seen)
	for _, a := range articles {
		s.seen[a.id] = host
	}
}

// readAt asks one help center. found is false when it answers that it has no
// such article while its listing can be read.
func (s *Source) readAt(ctx context.Context, p place, key source.Key, id int64, locale string) (c source.Change, found bool, err error) {
	a, asked, err := s.article(ctx, p, id, locale)
	switch {
	case hasStatus(err, http.StatusNotFound):
		return c, false, s.stillListed(ctx, p, locale)
	case err != nil:
		return c, false, err
	}
	now := s.clocks(asked)
	c = source.Change{Key: key, Version: version(a.changed(), now)}
	if !a.is(locale) {
		c.Removed = source.Deleted // the answer shows another language: there is no such translation
		return c, true, nil
	}
	if c.Removed = s.shut(a); c.Removed != "" {
		return c, true, nil
	}
	v, err := s.lies(ctx, p, locale, a.SectionID, fresh)
	if err != nil {
		return source.Change{}, false, err
	}
	if v == outside {
		c.Removed = source.Deselected
		return c, true, nil
	}
	c.Document = document(a, locale, s.address(p.Host), now)
	return c, true, nil
}

// article reads one article. One that is too large to hold is a BadDocument.
func (s *Source) article(ctx context.Context, p place, id int64, locale string) (*article, time.Time, error) {
	q := localised(p.Host, locale, "read article", "/articles/{id}")
	q.path = helpCenter + "/" + locale + "/articles/" + strconv.FormatInt(id, 10)
	q.clip, q.bodies, q.single = readLimit, true, true
	var answer struct {
		Article *article `json:"article"`
	}
	var asked time.Time
	err := s.stream(ctx, q, func(at time.Time, body io.Reader) error {
		asked, answer.Article = at, nil
		if err := json.NewDecoder(body).Decode(&answer); err != nil {
			return early(err)
		}
		if answer.Article == nil || answer.Article.ID != id {
			return errNotList
		}
		return nil
	})
	if err != nil {
		return nil, asked, err
	}
	if clipped(answer.Article.Body) {
		return nil, asked, &source.Error{
			Kind: source.BadDocument, Code: source.CodeTooLarge, Op: q.op, Side: "source", Host: s.name(p.Host),
			Err: fmt.Errorf("the body has more than %d bytes", readLimit),
		}
	}
	return answer.Article, asked, nil
}

// stillListed fails unless the help center's listing can be read in this
// language: when the whole help center or the language is out of reach, every
// article in it answers 404.
func (s *Source) stillListed(ctx context.Context, p place, locale string) error {
	q := localised(p.Host, locale, "confirm absence", "/articles")
	q.query = url.Values{"page[size]": {"1"}}
	_, err := page(ctx, s, q, "articles", func() {}, func(article, time.Time) {})
	if hasStatus(err, http.StatusNotFound) {
		return s.fail(q, source.CodeNoHelpCenter, errors.New("the help center cannot be reached in this language"))
	}
	return err
}

// leftOut says whether the article is in a help center that is not ticked.
func (s *Source) leftOut(ctx context.Context, l *layout, id int64, locale string) (bool, error) {
	for _, p := range l.others {
		if !containsFold(p.Locales, locale) {
			continue
		}
		_, _, err := s.article(ctx, p, id, locale)
		switch {
		case err == nil || source.CodeOf(err) == source.CodeTooLarge:
			return true, nil
		case !hasStatus(err, http.StatusNotFound):
			return false, err
		}
	}
	return false, nil
}
