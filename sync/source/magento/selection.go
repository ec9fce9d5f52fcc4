package magento

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// ticked is what the person chose in one store view.
type ticked struct {
	pages, products bool // all of them
	page, category  map[int64]bool
}

// selection is what was chosen, by the code of the store view. An empty one
// means everything public in the default view.
type selection map[string]*ticked

var codeForm = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// parseSelection reads entries as Collections names them: "view:de",
// "pages:de", "page:12:de", "products:de" and "category:7:de".
func parseSelection(entries []string) (selection, error) {
	s := selection{}
	for _, entry := range entries {
		part := strings.Split(entry, ":")
		code := part[len(part)-1]
		if len(part) < 2 || len(part) > 3 || !codeForm.MatchString(code) {
			return nil, notACollection(entry)
		}
		t := s[code]
		if t == nil {
			t = &ticked{page: map[int64]bool{}, category: map[int64]bool{}}
			s[code] = t
		}
		id := int64(0)
		if len(part) == 3 {
			var err error
			if id, err = strconv.ParseInt(part[1], 10, 64); err != nil || id <= 0 {
				return nil, notACollection(entry)
			}
		}
		switch kind := part[0]; {
		case kind == "view" && id == 0:
			t.pages, t.products = true, true
		case kind == "pages" && id == 0:
			t.pages = true
		case kind == "products" && id == 0:
			t.products = true
		case kind == "page" && id > 0:
			t.page[id] = true
		case kind == "category" && id > 0:
			t.category[id] = true
		default:
			return nil, notACollection(entry)
		}
	}
	return s, nil
}

func notACollection(entry string) error {
	return fmt.Errorf("%q is not a collection; write view:, pages: or products: and the code of a store view, or page: or category:, a number and the code, such as category:7:default", entry)
}

// everything is what an empty selection means.
var everything = &ticked{pages: true, products: true}

// anyPages and anyProducts say whether pages or products are read at all.
func (t *ticked) anyPages() bool    { return t.pages || len(t.page) > 0 }
func (t *ticked) anyProducts() bool { return t.products || len(t.category) > 0 }

// corner is what is read of one store view.
type corner struct {
	view
	*ticked
}

// corners are the store views that are read, in the order of the shop's list.
// One that was chosen and is not there is CodeSelection.
func (s *Source) corners(ctx context.Context, age time.Duration) ([]corner, error) {
	views, err := s.views(ctx, age)
	if err != nil {
		return nil, err
	}
	if len(s.chosen) == 0 {
		return []corner{{views[0], everything}}, nil
	}
	var out []corner
	for _, v := range views {
		if t := s.chosen[v.code]; t != nil {
			out = append(out, corner{v, t})
		}
	}
	if len(out) == len(s.chosen) {
		return out, nil
	}
	for code := range s.chosen {
		if !hasView(views, code) {
			return nil, s.notThere("there is no store view %q", code)
		}
	}
	return out, nil
}

func hasView(views []view, code string) bool {
	for _, v := range views {
		if v.code == code {
			return true
		}
	}
	return false
}

func (s *Source) notThere(format string, args ...any) error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeSelection, Op: "Magento: look for what is chosen", Side: "source", Host: s.base.Host,
		Err: fmt.Errorf(format, args...),
	}
}
