package zendesksim

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// listPage is the page at "/".
type listPage struct {
	Brand, Locale, Query        string
	Locales                     []string
	Rows                        []row
	Count                       int
	Page, Pages, Previous, Next int
	Notice                      *notice
}

// row is one article of the list.
type row struct {
	ID                int64
	Locale, Title     string
	Section, Updated  string
	Draft, Restricted bool
	Actions           []button
}

// button is a form with one button that acts on an article.
type button struct {
	Action, Label, Title string
	ID                   int64
	Locale, Query        string
	Page                 int
	Danger               bool
}

type notice struct {
	Text string
	Undo *button
}

const rowsPerPage = 25

// showList shows the articles in one locale, drafts and restricted ones
// included, the last changed first.
func (s *Server) showList(w http.ResponseWriter, r *http.Request) {
	s.rescanIfDue()
	q := r.URL.Query()
	index, _ := s.brandOf(r)
	locale := q.Get("locale")
	if !s.hasLocale(locale) {
		locale = ""
	}
	out := listPage{Query: strings.TrimSpace(q.Get("q")), Page: max(1, atoi(q.Get("page")))}
	s.mu.Lock()
	b := s.world.brands[index]
	out.Brand, out.Locales = b.Name, append([]string{}, s.world.locales...)
	if locale == "" {
		locale = out.Locales[0]
	}
	out.Locale = locale
	found := s.find(b, locale, out.Query)
	page := cutPage(paging{size: rowsPerPage, page: out.Page, desc: true}, found)
	out.Count, out.Pages = page.total, (page.total+rowsPerPage-1)/rowsPerPage
	for _, it := range page.items {
		out.Rows = append(out.Rows, s.world.row(it.value, locale, out.Query, out.Page))
	}
	out.Notice = s.world.notice(q, locale)
	s.mu.Unlock()
	out.Previous = min(out.Page-1, out.Pages)
	if page.next {
		out.Next = out.Page + 1
	}
	showPage(w, http.StatusOK, "list", out)
}

// find returns the articles whose title has the text. The caller holds the
// lock.
func (s *Server) find(b *brand, locale, text string) *sorted[*article] {
	all := s.world.view(view{brand: b.ID, who: staff, locale: locale, sortBy: byUpdated})
	if text == "" {
		return all
	}
	text = strings.ToLower(text)
	var items []item[*article]
	for it := range all.from(all.offset(0, false), false) {
		title := s.world.title(it.value, s.world.shown(it.value, locale))
		if strings.Contains(strings.ToLower(title), text) {
			items = append(items, it)
		}
	}
	return newSorted(items)
}

func (w *world) row(a *article, locale, query string, page int) row {
	t := w.shown(a, locale)
	out := row{
		ID: a.id, Locale: t.locale, Title: w.title(a, t), Section: a.section.category.name + " / " + a.section.name,
		Updated: readableTime(a.updated), Draft: t.draft, Restricted: a.segment != 0,
	}
	add := func(action, label string, danger bool) {
		out.Actions = append(out.Actions, button{action, label, out.Title, a.id, t.locale, query, page, danger})
	}
	if t.draft {
		add("publish", "Publish", false)
	} else {
		add("unpublish", "Unpublish", false)
	}
	if a.segment == 0 {
		add("restrict", "Restrict", false)
	} else {
		add("unrestrict", "Make public", false)
	}
	add("archive", "Archive", true)
	return out
}

// notice says what the last button did; an archived article can come back.
func (w *world) notice(q url.Values, locale string) *notice {
	words := map[string]string{
		"saved": "Saved.", "publish": "Published.", "unpublish": "Unpublished: a draft now.", "restrict": "For signed-in people only now.",
		"unrestrict": "Public now.", "archive": "Archived.", "restore": "Restored.",
	}
	text := words[q.Get("done")]
	if text == "" {
		return nil
	}
	out := &notice{Text: text}
	id, _ := strconv.ParseInt(q.Get("id"), 10, 64)
	if a := w.articles[id]; q.Get("done") == "archive" && a != nil && a.archived {
		out.Undo = &button{Action: "restore", Label: "Undo", Title: "archive", ID: id, Locale: locale, Page: 1}
	}
	return out
}

// saveAction carries out one button.
func (s *Server) saveAction(w http.ResponseWriter, r *http.Request) {
	if !s.ownPage(w, r) {
		return
	}
	id, _ := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
	locale, action := r.PostFormValue("locale"), r.PathValue("action")
	if err := s.act(action, id, locale); err != nil {
		showPage(w, http.StatusNotFound, "error", errorPage{"That did not work", "The article is not there any more. Go back and reload the list."})
		return
	}
	back := url.Values{"locale": {locale}, "q": {r.PostFormValue("q")}, "page": {r.PostFormValue("page")}, "done": {action}, "id": {strconv.FormatInt(id, 10)}}
	http.Redirect(w, r, "/?"+back.Encode(), http.StatusSeeOther)
}

func (s *Server) act(action string, id int64, locale string) error {
	switch action {
	case "publish":
		return s.Publish(id, locale)
	case "unpublish":
		return s.Unpublish(id, locale)
	case "archive":
		return s.Archive(id)
	case "restore":
		return s.Restore(id)
	case "restrict":
		return s.Restrict(id)
	case "unrestrict":
		return s.Unrestrict(id)
	}
	return fmt.Errorf("action %q: %w", action, ErrUnknown)
}

// ownPage lets only the double's own pages change anything: not another web
// page, and not one that reaches this computer under a name of its own.
func (s *Server) ownPage(w http.ResponseWriter, r *http.Request) bool {
	if s.guard.Check(r) == nil && s.ownHost(r.Host) {
		return true
	}
	showPage(w, http.StatusForbidden, "error", errorPage{"Not allowed", "Only this page itself may change articles."})
	return false
}

// ownHost accepts addresses and names that no stranger can point here.
func (s *Server) ownHost(hostport string) bool {
	for _, b := range s.config.Brands {
		if b.Base != "" && hostOf(b.Base) == hostport {
			return true
		}
	}
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(strings.Trim(host, "[]")) != nil
}
