package zendesk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dialpadsync.app/sync/source"
)

// notThere is the error for something chosen that the account does not have.
func (s *Source) notThere(op, format string, args ...any) error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeSelection, Op: op, Side: "source", Host: s.base.Host,
		Err: fmt.Errorf(format, args...),
	}
}

// checkLocales refuses a chosen language that no help center has.
func (s *Source) checkLocales(all []string) error {
	for _, locale := range s.locales {
		if !containsFold(all, locale) {
			slices.Sort(all)
			return s.notThere("choose languages", "the help center has no language %q; it has %s", locale, strings.Join(slices.Compact(all), ", "))
		}
	}
	return nil
}

// checkTicked looks for every ticked collection, given the ids of all brands,
// and says in amiss which one the account does not have. A section that is in
// no listing (it may lack a translation) is asked for by its id. The gate is
// held.
func (s *Source) checkTicked(ctx context.Context, l *layout, brands map[int64]bool) (amiss, err error) {
	for id := range s.ticked.brands {
		if !brands[id] {
			return s.notThere("choose brands", "there is no %s", collectionID("brand", id)), nil
		}
	}
	sections, categories := map[int64]bool{}, map[int64]bool{}
	for _, p := range slices.Concat(l.places, l.others) {
		for id, sec := range s.trees[p.Host].sections {
			sections[id], categories[sec.CategoryID] = true, true
		}
	}
	for _, group := range []struct {
		kind, path    string
		ticked, known map[int64]bool
	}{
		{"category", "/categories/", s.ticked.categories, categories},
		{"section", "/sections/", s.ticked.sections, sections},
	} {
		for id := range group.ticked {
			if group.known[id] {
				continue
			}
			found, err := s.exists(ctx, l, group.path, id)
			if err != nil {
				return nil, err
			}
			if !found {
				return s.notThere("choose "+group.kind, "there is no %s", collectionID(group.kind, id)), nil
			}
		}
	}
	return nil, nil
}

// exists asks every help center for a section or category by its id: as an
// agent without a language, as anybody else in each of the chosen ones.
func (s *Source) exists(ctx context.Context, l *layout, path string, id int64) (bool, error) {
	for _, p := range slices.Concat(l.places, l.others) {
		for _, locale := range append([]string{""}, p.Locales...) {
			q := request{host: p.Host, op: "look for what is chosen", path: helpCenter, template: helpCenter + path + "{id}"}
			if locale != "" {
				q.path, q.template = q.path+"/"+locale, helpCenter+"/{locale}"+path+"{id}"
			}
			q.path += path + strconv.FormatInt(id, 10)
			_, err := s.object(ctx, q, new(struct{}))
			if err == nil {
				return true, nil
			}
			if !hasStatus(err, http.StatusNotFound) {
				return false, err
			}
		}
	}
	if l.silent {
		return false, s.fail(request{op: "look for what is chosen"}, source.CodeNoHelpCenter, errSilent)
	}
	return false, nil
}
