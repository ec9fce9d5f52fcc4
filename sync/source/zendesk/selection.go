package zendesk

import (
	"fmt"
	"strconv"
	"strings"
)

// selection is what the person ticked. Nothing ticked means all.
type selection struct {
	brands, categories, sections map[int64]bool
	// locales come from "locale:" entries.
	locales []string
}

// parseSelection reads entries such as "brand:1", "category:36001",
// "section:360000222" and "locale:en-us", as Collections names them.
func parseSelection(entries []string) (selection, error) {
	s := selection{brands: map[int64]bool{}, categories: map[int64]bool{}, sections: map[int64]bool{}}
	for _, entry := range entries {
		kind, value, _ := strings.Cut(entry, ":")
		if kind == "locale" {
			s.locales = append(s.locales, value)
			continue
		}
		into, known := map[string]map[int64]bool{"brand": s.brands, "category": s.categories, "section": s.sections}[kind]
		id, err := strconv.ParseInt(value, 10, 64)
		if !known || err != nil || id <= 0 {
			return s, fmt.Errorf("%q is not a collection; write brand:, category: or section: and a number", entry)
		}
		into[id] = true
	}
	return s, nil
}

// everything says that nothing is left out.
func (s selection) everything() bool { return len(s.brands) == 0 && !s.needsTree() }

// needsTree says that some sections are chosen and others are not.
func (s selection) needsTree() bool { return len(s.categories)+len(s.sections) > 0 }

// wholeBrand says that everything of the brand is chosen.
func (s selection) wholeBrand(brand int64) bool { return s.everything() || s.brands[brand] }

// verdict says whether a section belongs to what was ticked.
type verdict int

const (
	unknown verdict = iota
	inside
	outside
)

// tree is a help center's sections, by id.
type tree map[int64]section

// judge says where a section lies. A section that is not in the tree, or whose
// parent is not, is unknown unless something on the way up is ticked.
func (t tree) judge(s selection, id int64) verdict {
	for range len(t) + 1 {
		at, found := t[id]
		switch {
		case s.sections[id], found && s.categories[at.CategoryID]:
			return inside
		case !found:
			return unknown
		case at.ParentID == 0:
			return outside
		}
		id = at.ParentID
	}
	return unknown // the parents go in a circle
}

// holds says whether anything ticked is in the tree.
func (t tree) holds(s selection) bool {
	for id := range t {
		if t.judge(s, id) == inside {
			return true
		}
	}
	return false
}
