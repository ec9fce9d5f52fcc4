package zendesksim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// editPage is the form of one article; ID 0 is a new one.
type editPage struct {
	Heading, Locale     string
	Title, Body, Public string
	ID, Section         int64
	Sections            []choice
}

type choice struct {
	ID   int64
	Name string
}

func (s *Server) showEdit(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id, _ := strconv.ParseInt(q.Get("id"), 10, 64)
	index, _ := s.brandOf(r)
	s.mu.Lock()
	b := s.world.brands[index]
	out := editPage{Heading: "New article", Locale: q.Get("locale"), ID: id}
	if out.Locale == "" {
		out.Locale = s.world.locales[0]
	}
	found := id == 0
	if a := s.world.live(id); a != nil && a.section.category.brand == b {
		if t := a.text(out.Locale); t != nil {
			found = true
			out.Heading, out.Title, out.Body, out.Section = "Edit", s.world.title(a, t), s.world.body(a, t), a.section.id
			if everybody.sees(a, t) {
				out.Public = publicPath(t.locale, a.id, out.Title)
			}
		}
	}
	s.world.anySection(s.now())
	for _, sec := range s.world.sections {
		if sec.category.brand == b {
			out.Sections = append(out.Sections, choice{sec.id, sec.category.name + " / " + sec.name})
		}
	}
	s.mu.Unlock()
	if !found {
		showPage(w, http.StatusNotFound, "error", errorPage{"No such article", "It may have been archived."})
		return
	}
	showPage(w, http.StatusOK, "edit", out)
}

func (s *Server) saveEdit(w http.ResponseWriter, r *http.Request) {
	if !s.ownPage(w, r) {
		return
	}
	id, _ := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
	section, _ := strconv.ParseInt(r.PostFormValue("section"), 10, 64)
	locale := r.PostFormValue("locale")
	// Browsers send line ends as CR LF; the textarea was given LF.
	text := Text{strings.TrimSpace(r.PostFormValue("title")), strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n")}
	if err := s.save(id, locale, section, text); err != nil {
		showPage(w, http.StatusNotFound, "error", errorPage{"That did not work", "The article or its section is not there any more."})
		return
	}
	http.Redirect(w, r, "/?"+url.Values{"locale": {locale}, "done": {"saved"}}.Encode(), http.StatusSeeOther)
}

// save writes only what differs, so that saving an untouched form changes
// nothing.
func (s *Server) save(id int64, locale string, section int64, text Text) error {
	if id == 0 {
		_, err := s.AddArticle(NewArticle{Section: section, Locale: locale, Title: text.Title, Body: text.Body})
		return err
	}
	old, ok := s.Text(id, locale)
	if !ok {
		return ErrUnknown
	}
	if old != text {
		if err := s.Edit(id, locale, text.Title, text.Body); err != nil {
			return err
		}
	}
	if section == 0 || section == s.sectionOf(id) {
		return nil
	}
	return s.Move(id, section)
}

func (s *Server) sectionOf(id int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.world.live(id); a != nil {
		return a.section.id
	}
	return 0
}
