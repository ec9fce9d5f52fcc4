package dialpadsim

import (
	"net/http"

	"dialpadsync.app/sync/sim"
)

// signedIn admits tokens of dialpad.com only.
func (s *Server) signedIn(w http.ResponseWriter, r *http.Request) bool {
	g, x := s.auth.check(bearer(r))
	if x == nil && g.face != faceDialpad {
		x = unauthorized("unauthorized", "this token is not from dialpad.com")
	}
	if x != nil {
		s.refuse(w, r, x)
		return false
	}
	return true
}

// company is GET /api/v2/company of dialpad.com; ids are strings of digits there.
func (s *Server) company(w http.ResponseWriter, r *http.Request) {
	if s.signedIn(w, r) {
		sim.WriteJSON(w, http.StatusOK, map[string]any{
			"id": "5000000000000001", "name": "Meadow Teas", "domain": "meadow.example", "country": "gb", "office_count": 1,
		})
	}
}

// me is GET /api/v2/users/me of dialpad.com.
func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	if s.signedIn(w, r) {
		sim.WriteJSON(w, http.StatusOK, map[string]any{
			"id": "5000000000000002", "first_name": "Ada", "last_name": "Meadow", "display_name": "Ada Meadow",
			"emails": []string{"ada@meadow.example"}, "company_id": "5000000000000001", "is_admin": true, "state": "active",
		})
	}
}
