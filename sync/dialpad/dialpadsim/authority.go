package dialpadsim

import (
	"crypto/subtle"
	"fmt"
	"strings"
	"sync"
	"time"

	"dialpadsync.app/sync/sim"
)

// Credential is a client id and its secret.
type Credential struct {
	ClientID, ClientSecret string
	ReadOnly               bool // writes get 403
}

// Credentials of the double. They open nothing but the double itself.
type Credentials struct {
	Knowledge Credential // for POST /oauth/token
	ReadOnly  Credential // the same without the right to write
	SignIn    Credential // for /oauth2/authorize and /oauth2/token
}

// Credentials returns the pairs that this double accepts.
func (s *Server) Credentials() Credentials { return credentials() }

func credentials() Credentials {
	return Credentials{
		Knowledge: Credential{ClientID: "sim-client", ClientSecret: "sim-client-secret"},
		ReadOnly:  Credential{ClientID: "sim-reader", ClientSecret: "sim-reader-secret", ReadOnly: true},
		SignIn:    Credential{ClientID: "sim-app", ClientSecret: "sim-app-secret"},
	}
}

func (c Credential) matches(id, secret string) bool {
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	return same(c.ClientID, id) && same(c.ClientSecret, secret)
}

// face is which of the two hosts issued a token.
type face int

const (
	faceKarehq face = iota
	faceDialpad
)

// grant is one access token.
type grant struct {
	id       string
	face     face
	expires  time.Time
	readOnly bool
	family   *lineage
}

// lineage is everything that came from one sign-in.
type lineage struct {
	revoked bool
	scope   string
	refresh string // the only refresh token that is valid, or ""
}

// authority issues and checks tokens. It is safe for concurrent use.
type authority struct {
	clock     *sim.Clock
	redirects []string

	mu      sync.Mutex
	last    int
	revoked bool // for good
	access  map[string]*grant
	codes   map[string]*code
	refresh map[string]*lineage // also tokens that were used up
	pending map[string]pending
}

func newAuthority(clock *sim.Clock, redirects []string) *authority {
	a := &authority{clock: clock, redirects: redirects}
	a.reset()
	return a
}

func (a *authority) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last, a.revoked = 0, false
	a.access, a.codes = make(map[string]*grant), make(map[string]*code)
	a.refresh, a.pending = make(map[string]*lineage), make(map[string]pending)
}

// next numbers what is issued. The lock is held.
func (a *authority) next(prefix string) string {
	a.last++
	return fmt.Sprintf("%s_%d", prefix, a.last)
}

// issue makes an access token. The lock is held.
func (a *authority) issue(f face, life time.Duration, readOnly bool, family *lineage) string {
	a.forgetOld()
	token := a.next("sim")
	_, id, _ := strings.Cut(token, "_")
	a.access[token] = &grant{id: id, face: f, expires: a.clock.Now().Add(life), readOnly: readOnly, family: family}
	return token
}

// forgetOld keeps a long-running double small: tokens that expired a day ago
// become unknown ones.
func (a *authority) forgetOld() {
	const many = 10_000
	if len(a.access) < many {
		return
	}
	horizon := a.clock.Now().Add(-24 * time.Hour)
	for token, g := range a.access {
		if g.expires.Before(horizon) {
			delete(a.access, token)
		}
	}
}

// check returns the grant of a token that is valid now.
func (a *authority) check(token string) (grant, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	g := a.access[token]
	switch {
	case token == "":
		return grant{}, unauthorized("unauthorized", "the Authorization header is missing or has no bearer token")
	case g == nil || a.revoked || (g.family != nil && g.family.revoked):
		return grant{}, unauthorized("unauthorized", "the token is not valid")
	case !a.clock.Now().Before(g.expires):
		return grant{}, unauthorized("token_expired", "the token has expired")
	}
	return *g, nil
}

// tokenID is the number of a known token, for the journal.
func (a *authority) tokenID(token string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if g := a.access[token]; g != nil {
		return g.id
	}
	return ""
}

func (a *authority) expire(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if g := a.access[token]; g != nil {
		g.expires = a.clock.Now()
	}
}

// ExpireTokens makes every access token expire now; new ones can be had.
func (s *Server) ExpireTokens() {
	a := s.auth
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range a.access {
		g.expires = a.clock.Now()
	}
}

// RevokeAll withdraws every token and all credentials until Restore or Reset.
func (s *Server) RevokeAll() { s.auth.setRevoked(true) }

// Restore undoes RevokeAll; sign-ins are valid again.
func (s *Server) Restore() { s.auth.setRevoked(false) }

func (a *authority) setRevoked(revoked bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked = revoked
}
