package magentosim

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxBody bounds a page that is saved.
const maxBody = 16 << 20

var identifierForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_/-]+(\.[a-z0-9_-]+)?$`)

// sent is a page or block in a request; what is absent stays as it is.
type sent struct {
	Identifier *string `json:"identifier"`
	Title      *string `json:"title"`
	Heading    *string `json:"content_heading"`
	Content    *string `json:"content"`
	Keywords   *string `json:"meta_keywords"`
	Active     *bool   `json:"active"`
}

// saveText creates or changes a page or block. It belongs to the store view of
// the request's address; a change through one view narrows it to that view
// (contract §5).
func (s *Server) saveText(block bool) handler {
	return func(w http.ResponseWriter, r *http.Request, v scope) error {
		in, err := readSent(r, block)
		if err != nil {
			return err
		}
		store := v.ID
		if v.all {
			store = 0
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		all := s.texts(block)
		p := &Page{Active: true, Created: s.now()}
		if r.Method == http.MethodPut {
			id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
			if all[id] == nil {
				return noSuch("page_id", r.PathValue("id"))
			}
			held := *all[id]
			p = &held
		}
		in.apply(p)
		p.Stores, p.Updated = []int64{store}, s.now()
		if err := s.valid(p, all); err != nil {
			return err
		}
		if p.ID == 0 {
			last := &s.world.lastPage
			if block {
				last = &s.world.lastBlock
			}
			*last++
			p.ID = *last
		}
		all[p.ID] = p
		writeJSON(w, http.StatusOK, project(shownText(p, block), r.URL.Query().Get("fields")))
		return nil
	}
}

func readSent(r *http.Request, block bool) (sent, error) {
	var in struct {
		Page  *sent `json:"page"`
		Block *sent `json:"block"`
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	if err != nil {
		return sent{}, &fault{http.StatusBadRequest, "Decoding error: " + err.Error(), nil}
	}
	got, name := in.Page, "page"
	if block {
		got, name = in.Block, "block"
	}
	if got == nil {
		return sent{}, &fault{http.StatusBadRequest, `"%fieldName" is required. Enter and try again.`, map[string]any{"fieldName": name}}
	}
	return *got, nil
}

func (in sent) apply(p *Page) {
	set := func(to *string, value *string) {
		if value != nil {
			*to = *value
		}
	}
	set(&p.Identifier, in.Identifier)
	set(&p.Title, in.Title)
	set(&p.Heading, in.Heading)
	set(&p.Content, in.Content)
	set(&p.Keywords, in.Keywords)
	if in.Active != nil {
		p.Active = *in.Active
	}
}

// valid refuses what Magento refuses: identifiers of another form, longer than
// 100, numbers, and ones that another page of the view has.
func (s *Server) valid(p *Page, all map[int64]*Page) error {
	_, numeric := strconv.ParseInt(p.Identifier, 10, 64)
	switch {
	case p.Identifier == "" || len(p.Identifier) > 100 || !identifierForm.MatchString(p.Identifier):
		return &fault{http.StatusBadRequest, "The page URL key can't use capital letters or disallowed symbols. Remove the letters and symbols and try again.", nil}
	case numeric == nil:
		return &fault{http.StatusBadRequest, "The page URL key can't use only numbers. Add letters or words and try again.", nil}
	case len(p.Title) > 255:
		return &fault{http.StatusBadRequest, "The title is too long.", nil}
	}
	for _, other := range all {
		if other.ID != p.ID && other.Identifier == p.Identifier && shareStore(other, p) {
			return &fault{http.StatusBadRequest, "The value specified in the URL Key field would generate a URL that already exists.", nil}
		}
	}
	return nil
}

func shareStore(a, b *Page) bool {
	for _, store := range a.Stores {
		if store == 0 || slices.Contains(b.Stores, 0) || slices.Contains(b.Stores, store) {
			return true
		}
	}
	return false
}

func (s *Server) deleteText(block bool) handler {
	return func(w http.ResponseWriter, r *http.Request, _ scope) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		if s.texts(block)[id] == nil {
			return noSuch("page_id", r.PathValue("id"))
		}
		delete(s.texts(block), id)
		writeJSON(w, http.StatusOK, true)
		return nil
	}
}

// storefront shows the shop to a person: its pages and products, one on each
// address. Texts are shown as they are kept, directives and all.
func (s *Server) storefront(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.Trim(r.URL.Path, "/")
	view := scope{View: s.config.Views[0]}
	for _, v := range s.config.Views[1:] {
		if rest, ok := strings.CutPrefix(path+"/", v.Code+"/"); ok {
			view, path = scope{View: v}, strings.Trim(rest, "/")
		}
	}
	front := s.front(view)
	switch p, ok := s.page(path, view); {
	case path == "":
	case ok:
		front.Page = p
	default:
		w.WriteHeader(http.StatusNotFound)
		front.Missing = true
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = frontTemplate.Execute(w, front)
}
