package zendesksim

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"
)

// person is somebody who can sign in. There is one for each role at first.
type person struct {
	id    int64
	name  string
	email string
	role  Role // read under the server's lock
}

// token is a pair of access and refresh token.
type token struct {
	id             int64
	client         string
	person         *person
	scope          string
	access         string
	refresh        string // "" when it never expires
	created        int64
	expires        int64 // 0: never
	refreshExpires int64
}

// accounts are the people, their sessions and their tokens. The caller holds
// the server's lock.
type accounts struct {
	people    []*person
	main      *person // who signs in when nobody says otherwise
	byAccess  map[string]*token
	byRefresh map[string]*token
	codes     map[string]*grant
	sessions  map[string]*person
	pending   map[string]*grant // consent pages that are open
	last      int64
}

func newAccounts(role Role) *accounts {
	a := &accounts{
		people: []*person{
			{7, "Ada Example", "ada@example.com", Admin},
			{8, "Alan Example", "alan@example.com", Agent},
			{9, "Eve Example", "eve@example.com", EndUser},
		},
		byAccess: make(map[string]*token), byRefresh: make(map[string]*token), codes: make(map[string]*grant),
		sessions: make(map[string]*person), pending: make(map[string]*grant), last: 10,
	}
	a.main = a.withRole(role)
	return a
}

func (a *accounts) withRole(role Role) *person {
	i := slices.IndexFunc(a.people, func(p *person) bool { return p.role == role })
	if i < 0 {
		return a.people[0]
	}
	return a.people[i]
}

// issue makes a new pair and remembers it.
func (a *accounts) issue(t token) *token {
	a.last++
	t.id = a.last
	t.access = "at-" + rand.Text() + rand.Text()
	a.byAccess[t.access] = &t
	if t.refreshExpires != 0 {
		t.refresh = "rt-" + rand.Text() + rand.Text()
		a.byRefresh[t.refresh] = &t
	}
	return &t
}

// revoke makes both tokens of a pair useless.
func (a *accounts) revoke(t *token) {
	delete(a.byAccess, t.access)
	delete(a.byRefresh, t.refresh)
}

// caller is who sent a request, and the role at that moment. Without a token
// the pointers are nil.
type caller struct {
	person *person
	token  *token
	role   Role
}

func (who caller) audience() audience {
	switch {
	case who.role.staff():
		return staff
	case who.person != nil:
		return signedIn
	}
	return everybody
}

// authenticate finds the caller; false means a token that is not good.
func (s *Server) authenticate(r *http.Request) (caller, bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return caller{}, true
	}
	scheme, secret, _ := strings.Cut(header, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.auth.byAccess[strings.TrimSpace(secret)]
	if !strings.EqualFold(scheme, "Bearer") || t == nil || (t.expires != 0 && s.now() >= t.expires) {
		return caller{}, false
	}
	return caller{person: t.person, token: t, role: t.person.role}, true
}

// anyScope marks a call that every token may make.
const anyScope = "*"

// allows tells whether the scope of the token covers reading a resource; ""
// is a resource without a scope of its own, which needs plain read.
func (t *token) allows(resource string) bool {
	scopes := strings.Fields(t.scope)
	return resource == anyScope || slices.Contains(scopes, "read") || (resource != "" && slices.Contains(scopes, resource+":read"))
}

func missingScope(resource string) string {
	if resource == "" || resource == "hc" {
		return "read"
	}
	return "read, " + resource + ":read"
}

// Token signs a person of this role in without a browser, with the scope
// "read", and returns the pair.
func (s *Server) Token(role Role) (access, refresh string) { return s.TokenFor(role, "read") }

// TokenFor is Token with another scope.
func (s *Server) TokenFor(role Role, scope string) (access, refresh string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.auth.issue(s.lifetimes(token{person: s.auth.withRole(role), scope: scope}, 0, 0))
	return t.access, t.refresh
}

// lifetimes fills in when a pair ends; zero seconds stand for the default.
func (s *Server) lifetimes(t token, access, refresh int64) token {
	t.created = s.now()
	if s.config.Quirks.TokensWithoutExpiry {
		return t
	}
	if access == 0 {
		access = int64(s.config.AccessLife / time.Second)
	}
	if refresh == 0 {
		refresh = int64(s.config.RefreshLife / time.Second)
	}
	t.expires, t.refreshExpires = t.created+access, t.created+refresh
	return t
}

// RevokeAll makes every token useless, as an admin who removes the client does.
func (s *Server) RevokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.auth.byAccess)
	clear(s.auth.byRefresh)
}

// Refreshes says whether a refresh token would be taken now. It uses nothing up.
func (s *Server) Refreshes(refresh string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.auth.byRefresh[refresh]
	return refresh != "" && t != nil && s.now() < t.refreshExpires
}

// SetRole gives everybody who has the first role the second one; their tokens
// stay good.
func (s *Server) SetRole(from, to Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.auth.people {
		if p.role == from {
			p.role = to
		}
	}
}
