package zendesksim

import (
	"net/http"
	"strconv"
	"strings"
)

type userJSON struct {
	ID        *int64 `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Role      Role   `json:"role"`
	Active    bool   `json:"active"`
	Suspended bool   `json:"suspended"`
	Locale    string `json:"locale"`
}

func userOf(p *person, role Role) userJSON {
	return userJSON{ID: &p.id, Name: p.name, Email: p.email, Role: role, Active: true, Locale: "en-US"}
}

// me says who is signed in; without a token it is a person whose id is null.
func (s *Server) me(c *call) {
	user := userJSON{Name: "Anonymous user", Email: "invalid@example.com", Role: EndUser, Locale: "en-US"}
	if p := c.who.person; p != nil {
		user = userOf(p, c.who.role)
	}
	writeJSON(c.w, http.StatusOK, map[string]userJSON{"user": user})
}

type brandJSON struct {
	ID              int64  `json:"id"`
	Name            string `json:"name"`
	Subdomain       string `json:"subdomain"`
	BrandURL        string `json:"brand_url"`
	HasHelpCenter   bool   `json:"has_help_center"`
	HelpCenterState string `json:"help_center_state"`
	Active          bool   `json:"active"`
	Default         bool   `json:"default"`
}

// listBrands needs staff; end users get the 403 whose error is an object.
func (s *Server) listBrands(c *call) {
	if !c.who.role.staff() {
		refuse(c.w, c.r, http.StatusForbidden)
		return
	}
	out := []brandJSON{}
	for i, b := range s.config.Brands {
		j := brandJSON{
			ID: b.ID, Name: b.Name, Subdomain: b.Subdomain, BrandURL: strings.TrimSuffix(b.Base, "/"),
			HasHelpCenter: !b.NoHelpCenter, HelpCenterState: "enabled", Active: true, Default: i == 0,
		}
		if b.NoHelpCenter {
			j.HelpCenterState = "disabled"
		}
		if j.BrandURL == "" {
			j.BrandURL = c.base
		}
		out = append(out, j)
	}
	servePage(c, "brands", sliceOf(out, func(b brandJSON) int64 { return b.ID }), func(b brandJSON) any { return b }, nil)
}

type tokenJSON struct {
	ID        int64    `json:"id"`
	ClientID  int64    `json:"client_id"`
	UserID    int64    `json:"user_id"`
	Token     string   `json:"token"` // its first ten characters
	Scopes    []string `json:"scopes"`
	CreatedAt string   `json:"created_at"`
	ExpiresAt *string  `json:"expires_at"`
}

// currentToken describes the token that was sent.
func (s *Server) currentToken(c *call) {
	t := c.who.token
	if t == nil {
		refuse(c.w, c.r, http.StatusUnauthorized)
		return
	}
	out := tokenJSON{
		ID: t.id, ClientID: 3, UserID: c.who.person.id, Token: t.access[:10], Scopes: strings.Fields(t.scope), CreatedAt: stamp(t.created),
	}
	if t.expires != 0 {
		at := stamp(t.expires)
		out.ExpiresAt = &at
	}
	writeJSON(c.w, http.StatusOK, map[string]tokenJSON{"token": out})
}

// deleteToken signs out: the current token, or one of the same person by its
// number.
func (s *Server) deleteToken(c *call) {
	own := c.who.token
	if own == nil {
		refuse(c.w, c.r, http.StatusUnauthorized)
		return
	}
	if s.config.Quirks.ReadTokenStays && !strings.Contains(own.scope, "write") {
		writeJSON(c.w, http.StatusForbidden, plainError{"Forbidden", "You are missing the following required scopes: write"})
		return
	}
	id := own.id
	if text := c.r.PathValue("id"); text != "" {
		id, _ = strconv.ParseInt(text, 10, 64)
	}
	s.mu.Lock()
	var found *token
	for _, t := range s.auth.byAccess {
		if t.id == id && t.person.id == c.who.person.id {
			found = t
		}
	}
	if found != nil {
		s.auth.revoke(found)
	}
	s.mu.Unlock()
	if found == nil {
		c.notFound()
		return
	}
	c.w.WriteHeader(http.StatusNoContent)
}
