package zendesk

import (
	"context"
	"errors"
	"iter"
	"slices"

	"dialpadsync.app/sync/source"
)

// Keys lists every article that may be copied, in every chosen language, from
// listings by creation date. What is known about brands, languages and sections
// is at most a minute old then. A listing that repeats an article, goes in a circle, or ends in the
// middle is an error.
func (s *Source) Keys(ctx context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		l, err := s.chosen(ctx, fresh)
		if err != nil {
			yield(source.Item{}, err)
			return
		}
		for _, p := range l.places {
			for _, locale := range p.Locales {
				if !s.keysOf(ctx, p, locale, yield) {
					return
				}
			}
		}
	}
}

// keysOf lists one help center in one language. It returns false when the
// listing is not to go on. A listing whose page token is refused is begun
// again; it may name articles a second time.
func (s *Source) keysOf(ctx context.Context, p place, locale string, yield func(source.Item, error) bool) bool {
	whole := newCensus()
	for restarts := 0; ; {
		q := byCreation(p, locale, whole.token, textLimit)
		found, got, err := s.collect(ctx, p, locale, q)
		if refusedToken(err, whole.token) && restarts < maxRestarts {
			whole = newCensus()
			restarts++
			continue
		}
		if err == nil {
			err = whole.add(s, q, found, got)
		}
		if err == nil {
			found, err = s.visible(ctx, p, locale, found)
		}
		if err != nil {
			yield(source.Item{}, err)
			return false
		}
		for _, e := range found {
			if !yield(source.Item{Key: e.change.Key, Version: e.change.Version}, nil) {
				return false
			}
		}
		if whole.token == "" {
			return true
		}
	}
}

// census watches that a listing is complete.
type census struct {
	token string // of the next page, or empty after the last
	used  map[string]bool
	ids   idSet
	n     int
}

func newCensus() *census {
	return &census{used: map[string]bool{}}
}

// add takes a page in. The order by creation date shows every article once, so
// one that comes back means that a page was repeated and another may be
// missing. A page that promised more and is followed by nothing, or a listing
// shorter than its own count, ended early.
func (c *census) add(s *Source, q request, found []entry, got listed) error {
	for _, e := range found {
		if !c.ids.add(e.id) {
			return s.fail(q, source.CodeCutShort, errors.New("the listing shows an article twice"))
		}
	}
	promised := c.token != ""
	c.n += got.n
	var err error
	if c.token, err = s.after(q, got); err != nil {
		return err
	}
	switch {
	case c.used[c.token]:
		return s.fail(q, source.CodeCutShort, errors.New("the pages go in a circle"))
	case c.token != "":
		c.used[c.token] = true
	case promised && got.n == 0, got.Count != nil && c.n < *got.Count:
		return s.fail(q, source.CodeCutShort, errors.New("the listing ended early"))
	}
	return nil
}

// idSet is a set of ids in little more than eight bytes each: a map takes three
// times as much, and a listing may have a million. Its zero value is empty.
type idSet struct {
	buckets [512][]int64 // by the first bits of a hash, each in order
}

// add says whether the id is new.
func (s *idSet) add(id int64) bool {
	const spread, step = 0x9E3779B97F4A7C15, 16
	b := &s.buckets[uint64(id)*spread>>(64-9)]
	at, found := slices.BinarySearch(*b, id)
	if found {
		return false
	}
	if len(*b) == cap(*b) {
		*b = append(make([]int64, 0, len(*b)+len(*b)/8+step), *b...)
	}
	*b = slices.Insert(*b, at, id)
	return true
}
