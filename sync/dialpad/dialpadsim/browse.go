package dialpadsim

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed browse
var browseFiles embed.FS

const (
	stylePath = "/style.css"
	pageSize  = 50
	maxForm   = 64 << 20
)

// browseHandler serves the pages on which a person looks at what Dialpad holds
// and changes it by hand.
func (s *Server) browseHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showList)
	mux.HandleFunc("GET /documents/{id}", s.showDocument)
	mux.HandleFunc("POST /documents/{id}/edit", s.hand(func(r *http.Request, id string) error {
		return s.EditByHand(id, r.PostFormValue("title"), r.PostFormValue("html"))
	}))
	mux.HandleFunc("POST /documents/{id}/unpublish", s.hand(func(_ *http.Request, id string) error { return s.UnpublishByHand(id) }))
	mux.HandleFunc("POST /documents/{id}/publish", s.hand(func(_ *http.Request, id string) error { return s.PublishByHand(id) }))
	mux.HandleFunc("POST /documents/{id}/delete", s.hand(func(_ *http.Request, id string) error { return s.DeleteByHand(id) }))
	mux.HandleFunc("GET "+stylePath, func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, browseFiles, "browse/style.css")
	})
	// A page on another site must not press these buttons.
	return http.NewCrossOriginProtection().Handler(mux)
}

// hand wraps a change by hand; a deleted document leads back to the list.
func (s *Server) hand(do func(*http.Request, string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			s.pages.problem(w, http.StatusBadRequest, "The form is too large or broken.")
			return
		}
		if err := do(r, id); err != nil {
			s.pages.problem(w, http.StatusNotFound, "This document is no longer there.")
			return
		}
		next := "/documents/" + url.PathEscape(id)
		if _, err := s.Node(id); err != nil {
			next = "/"
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

// listPage is what the list shows.
type listPage struct {
	Query      string
	Total      int
	Published  int
	Rows       []Node
	Next, Prev string
}

func (s *Server) showList(w http.ResponseWriter, r *http.Request) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	page = max(page, 1)
	p := s.listPage(query, page)
	link := func(n int) string { return "/?" + url.Values{"q": {query}, "page": {strconv.Itoa(n)}}.Encode() }
	if page > 1 {
		p.Prev = link(page - 1)
	}
	if len(p.Rows) > pageSize {
		p.Rows, p.Next = p.Rows[:pageSize], link(page+1)
	}
	s.pages.show(w, http.StatusOK, "list.html", p)
}

// listPage counts everything and copies the rows of one page, and one more if
// there are more.
func (s *Server) listPage(query string, page int) listPage {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	p := listPage{Query: query, Total: len(s.store.byID)}
	skip := (page - 1) * pageSize
	needle := strings.ToLower(query)
	for i := len(s.store.order) - 1; i >= 0; i-- { // newest first
		n := s.store.order[i]
		if n.gone {
			continue
		}
		if n.status == published {
			p.Published++
		}
		if !n.mentions(needle) || len(p.Rows) > pageSize {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		p.Rows = append(p.Rows, n.export())
	}
	return p
}

func (n *node) mentions(needle string) bool {
	if needle == "" {
		return true
	}
	for _, field := range []string{n.title, n.externalID, n.source, n.url, n.id} {
		if strings.Contains(strings.ToLower(field), needle) {
			return true
		}
	}
	return false
}

// documentPage is what one document's page shows.
type documentPage struct {
	Node
	Frame string // the whole page inside the sandboxed frame
	Link  string // URL if it is one that a person may follow
	Plain bool
}

func (s *Server) showDocument(w http.ResponseWriter, r *http.Request) {
	n, err := s.Node(r.PathValue("id"))
	if err != nil {
		s.pages.problem(w, http.StatusNotFound, "This document is not there, or no longer.")
		return
	}
	p := documentPage{Node: n, Plain: n.MimeType != "text/html"}
	if checkLink(n.URL) == nil {
		p.Link = n.URL
	}
	if n.HasContent && !p.Plain {
		p.Frame = frame(r.Host, n.Content)
	}
	s.pages.show(w, http.StatusOK, "document.html", p)
}

// frame is the document as the frame's srcdoc. The frame is sandboxed without
// any permission; its policy repeats that it may load the page's style only.
func frame(host, content string) string {
	policy := "default-src 'none'; img-src data:; style-src http://" + host + " https://" + host
	return `<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="` +
		template.HTMLEscapeString(policy) + `"><link rel="stylesheet" href="` + stylePath + `"><div class="content">` + content + `</div>`
}
