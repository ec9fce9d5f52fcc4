package zendesksim

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"dialpadsync.app/sync/sim"
)

// controls sets up /__sim/: what package sim serves for every double, and the
// calls below. POST /__sim/reset builds the world again and keeps the tokens.
func (s *Server) controls(layer *sim.Layer) {
	s.control = sim.NewControl(layer, s.key, func() { _ = s.build() })
	s.control.Handle("POST /__sim/edit", s.controlEdit)
	s.control.Handle("GET /__sim/state", s.controlState)
}

// serveControl lets programs in without a key when none is configured; web
// pages of other origins never.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if s.guard.Check(r) != nil || !s.ownHost(r.Host) {
		sim.WriteJSON(w, http.StatusForbidden, map[string]string{"error": "control is not for web pages"})
		return
	}
	if s.config.Key == "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Sim-Key", s.key)
	}
	s.control.ServeHTTP(w, r)
}

// editRequest is the body of POST /__sim/edit. Op is one of add, edit,
// edit_translation, add_translation, remove_translation, publish, unpublish,
// archive, restore, restrict, unrestrict, move, label, add_category,
// add_section, bulk_touch, expire_cursors, revoke, role, rescan.
type editRequest struct {
	Op       string   `json:"op"`
	ID       int64    `json:"id"`
	Locale   string   `json:"locale"`
	Title    string   `json:"title"`
	Body     string   `json:"body"`
	Section  int64    `json:"section"`
	Category int64    `json:"category"`
	Brand    int64    `json:"brand"`
	Name     string   `json:"name"`
	Labels   []string `json:"labels"`
	Draft    bool     `json:"draft"`
	// Restricted is for op add.
	Restricted bool `json:"restricted"`
	// Bump is for op edit_translation: whether updated_at moves.
	Bump bool `json:"bump"`
	N    int  `json:"n"`
	From Role `json:"from"`
	To   Role `json:"to"`
}

func (s *Server) controlEdit(w http.ResponseWriter, r *http.Request) {
	var in editRequest
	if !sim.ReadJSON(w, r, &in) {
		return
	}
	id, err := s.edit(in)
	if err != nil {
		sim.WriteJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	sim.WriteJSON(w, http.StatusOK, map[string]int64{"id": id})
}

// edit carries out one request and returns the id of what it is about.
func (s *Server) edit(in editRequest) (int64, error) {
	switch in.Op {
	case "add":
		return s.AddArticle(NewArticle{
			Section: in.Section, Locale: in.Locale, Title: in.Title, Body: in.Body, Labels: in.Labels, Draft: in.Draft, Restricted: in.Restricted,
		})
	case "add_category":
		return s.AddCategory(in.Brand, in.Name)
	case "add_section":
		return s.AddSection(in.Category, in.Section, in.Name)
	case "edit":
		return in.ID, s.Edit(in.ID, in.Locale, in.Title, in.Body)
	case "edit_translation":
		return in.ID, s.EditTranslation(in.ID, in.Locale, in.Title, in.Body, in.Bump)
	case "add_translation":
		return in.ID, s.AddTranslation(in.ID, in.Locale, in.Title, in.Body)
	case "remove_translation":
		return in.ID, s.RemoveTranslation(in.ID, in.Locale)
	case "move":
		return in.ID, s.Move(in.ID, in.Section)
	case "label":
		return in.ID, s.SetLabels(in.ID, in.Labels...)
	case "bulk_touch":
		return 0, s.BulkTouch(in.N)
	case "rescan":
		return 0, s.Rescan()
	case "revoke":
		s.RevokeAll()
		return 0, nil
	case "expire_cursors":
		s.ExpireCursors()
		return 0, nil
	case "role":
		s.SetRole(in.From, in.To)
		return 0, nil
	}
	return in.ID, s.act(in.Op, in.ID, in.Locale)
}

// visibleJSON is one entry of GET /__sim/state?visible=1.
type visibleJSON struct {
	ID     int64  `json:"id"`
	Locale string `json:"locale"`
	Title  string `json:"title"`
	// Body is the SHA-256 of the body, in hexadecimal.
	Body string `json:"body_sha256"`
}

// controlState answers with counts, and with ?visible=1 or ?visible=en-us,fr
// with what everybody may read.
func (s *Server) controlState(w http.ResponseWriter, r *http.Request) {
	type counts struct {
		Articles   int            `json:"articles"`
		Archived   int            `json:"archived"`
		Visible    map[string]int `json:"visible"`
		Drafts     map[string]int `json:"drafts"`
		Restricted int            `json:"restricted"`
		Sections   int            `json:"sections"`
		Tokens     int            `json:"tokens"`
		Listed     []visibleJSON  `json:"listed,omitempty"`
	}
	out := counts{Visible: make(map[string]int), Drafts: make(map[string]int)}
	want := r.URL.Query().Get("visible")
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Sections, out.Tokens = len(s.world.sections), len(s.auth.byAccess)
	for _, a := range s.world.order {
		if a.archived {
			out.Archived++
			continue
		}
		out.Articles++
		if a.segment != 0 {
			out.Restricted++
		}
		for i := range a.texts {
			if a.texts[i].draft {
				out.Drafts[a.texts[i].locale]++
			}
		}
	}
	s.world.eachVisible(nil, func(a *article, t *translation) {
		out.Visible[t.locale]++
		if want == "1" || (want != "" && strings.Contains(","+want+",", ","+t.locale+",")) {
			sum := sha256.Sum256([]byte(s.world.body(a, t)))
			out.Listed = append(out.Listed, visibleJSON{a.id, t.locale, s.world.title(a, t), hex.EncodeToString(sum[:])})
		}
	})
	sim.WriteJSON(w, http.StatusOK, out)
}
