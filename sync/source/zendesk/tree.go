package zendesk

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"dialpadsync.app/sync/source"
)

// errUndecided says that a section is in no listing, so that nobody can say
// whether it is ticked.
var errUndecided = errors.New("the article's section is in no listing")

// heldTree is a help center's sections as of a moment of this computer's clock.
type heldTree struct {
	sections tree
	read     time.Time
}

// sections gives a help center's tree, from what is held if that is not older
// than oldest.
func (s *Source) sections(ctx context.Context, p place, oldest time.Duration) (tree, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if t, ok := s.trees[p.Host]; ok && recent(t.read, oldest) {
		return t.sections, nil
	}
	return s.readTree(ctx, p)
}

// readTree lists the sections in every chosen language, because a section may
// lack a translation. The gate is held.
func (s *Source) readTree(ctx context.Context, p place) (tree, error) {
	t := tree{}
	for _, locale := range p.Locales {
		q := localised(p.Host, locale, "list sections", "/sections")
		list, _, err := every[section](ctx, s, q, "sections")
		if err != nil {
			return nil, s.unreachable(ctx, q, p, err)
		}
		for _, sec := range list {
			t[sec.ID] = sec
		}
	}
	s.trees[p.Host] = heldTree{sections: t, read: time.Now()}
	return t, nil
}

// localised is a request for something that exists per language.
func localised(host, locale, op, path string) request {
	return request{host: host, op: op, path: helpCenter + "/" + locale + path, template: helpCenter + "/{locale}" + path}
}

// lies says whether a section belongs to what was ticked, by a tree not older
// than oldest. A section the tree does not know is looked up: the tree is read
// again, then the section itself. What stays unknown is errUndecided, because
// "never heard of it" is not "not selected".
func (s *Source) lies(ctx context.Context, p place, locale string, id int64, oldest time.Duration) (verdict, error) {
	if s.ticked.wholeBrand(p.Brand) {
		return inside, nil
	}
	if !s.ticked.needsTree() {
		return outside, nil
	}
	t, err := s.sections(ctx, p, oldest)
	if err != nil {
		return unknown, err
	}
	if v := t.judge(s.ticked, id); v != unknown {
		return v, nil
	}
	if t, err = s.sections(ctx, p, 0); err != nil {
		return unknown, err
	}
	if v := t.judge(s.ticked, id); v != unknown {
		return v, nil
	}
	return s.askSection(ctx, p, locale, t, id)
}

// askSection asks for the one section, and for those around it, that the tree
// does not have.
func (s *Source) askSection(ctx context.Context, p place, locale string, t tree, id int64) (verdict, error) {
	known := make(tree, len(t)+1)
	for i, sec := range t {
		known[i] = sec
	}
	q := localised(p.Host, locale, "read section", "/sections/{id}")
	undecided := s.fail(q, "", errUndecided)
	for missing := id; ; {
		if _, again := known[missing]; again {
			return unknown, undecided
		}
		q := q
		q.path = helpCenter + "/" + locale + "/sections/" + strconv.FormatInt(missing, 10)
		var answer struct {
			Section section `json:"section"`
		}
		_, err := s.object(ctx, q, &answer)
		switch {
		case hasStatus(err, http.StatusNotFound) || err == nil && answer.Section.ID != missing:
			return unknown, undecided
		case err != nil:
			return unknown, err
		}
		known[missing] = answer.Section
		if v := known.judge(s.ticked, id); v != unknown {
			return v, nil
		}
		missing = answer.Section.ParentID
	}
}

var _ source.Chooser = (*Source)(nil)
