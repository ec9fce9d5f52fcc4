package dialpadsim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// codeLife is how long an authorization code can be exchanged.
const codeLife = 60 * time.Second

// code is an authorization code.
type code struct {
	redirect, challenge, method, scope string
	expires                            time.Time
	family                             *lineage // once it was exchanged
}

func invalidGrant(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_grant", message: message}
}

// exchange is POST /oauth2/token of dialpad.com.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	req, x := readTokenRequest(r)
	if x != nil {
		s.refuse(w, r, x)
		return
	}
	sw := s.Switches()
	s.auth.mu.Lock()
	answer, x := s.auth.exchange(req, sw)
	s.auth.mu.Unlock()
	if x != nil {
		s.refuse(w, r, x)
		return
	}
	answerToken(w, answer)
}

func (a *authority) exchange(req tokenRequest, sw Switches) (tokenAnswer, *refusal) {
	grantType := req.Get("grant_type")
	if grantType != "authorization_code" && grantType != "refresh_token" {
		return tokenAnswer{}, unsupportedGrant()
	}
	if x := a.client(req); x != nil {
		return tokenAnswer{}, x
	}
	if a.revoked {
		return tokenAnswer{}, invalidGrant("access was withdrawn")
	}
	if grantType == "authorization_code" {
		return a.redeem(req, sw)
	}
	return a.renew(req, sw)
}

// client checks who asks. Dialpad lists both values as optional: a client may
// stay anonymous, since the code's verifier or the refresh token proves it; a
// secret that is sent must be right.
func (a *authority) client(req tokenRequest) *refusal {
	app := credentials().SignIn
	switch {
	case req.clientID == "" && req.secret == "":
		return nil
	case req.clientID == app.ClientID && req.secret == "":
		return nil
	case app.matches(req.clientID, req.secret):
		return nil
	}
	return invalidClient()
}

func (a *authority) redeem(req tokenRequest, sw Switches) (tokenAnswer, *refusal) {
	c := a.codes[req.Get("code")]
	switch {
	case c == nil:
		return tokenAnswer{}, invalidGrant("the code is not known")
	case c.family != nil:
		c.family.revoked = true
		return tokenAnswer{}, invalidGrant("the code was used before; its tokens are withdrawn")
	case !a.clock.Now().Before(c.expires):
		return tokenAnswer{}, invalidGrant("the code has expired")
	case req.Has("redirect_uri") && req.Get("redirect_uri") != c.redirect:
		return tokenAnswer{}, invalidGrant("redirect_uri differs from the one of the code")
	case !c.proves(req.Get("code_verifier")):
		return tokenAnswer{}, invalidGrant("code_verifier does not fit the code")
	case c.challenge == "" && req.secret == "":
		return tokenAnswer{}, invalidClient()
	}
	c.family = &lineage{scope: c.scope}
	return a.pair(c.family, sw, offline(c.scope)), nil
}

// proves checks the verifier (RFC 7636 section 4.6).
func (c *code) proves(verifier string) bool {
	want := verifier
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		want = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if c.challenge == "" {
		return verifier == ""
	}
	return subtle.ConstantTimeCompare([]byte(want), []byte(c.challenge)) == 1
}

func offline(scope string) bool {
	return strings.Contains(" "+scope+" ", " offline_access ")
}

func (a *authority) renew(req tokenRequest, sw Switches) (tokenAnswer, *refusal) {
	token := req.Get("refresh_token")
	family := a.refresh[token]
	if family == nil || family.revoked || family.refresh != token {
		return tokenAnswer{}, invalidGrant("the refresh token is not valid")
	}
	answer := a.pair(family, sw, sw.Refresh == "rotate")
	if sw.Refresh == "same" {
		answer.RefreshToken = token
	}
	return answer, nil
}

// pair issues an access token and, if so asked, a new refresh token.
func (a *authority) pair(family *lineage, sw Switches, refresh bool) tokenAnswer {
	answer := tokenAnswer{
		AccessToken: a.issue(faceDialpad, time.Duration(sw.TokenSeconds)*time.Second, false, family),
		TokenType:   "bearer", ExpiresIn: sw.TokenSeconds, Scope: family.scope,
	}
	if refresh {
		family.refresh = a.next("refresh")
		a.refresh[family.refresh] = family
		answer.RefreshToken = family.refresh
	}
	return answer
}

// deauthorize is POST /oauth2/deauthorize: it withdraws the whole sign-in.
func (s *Server) deauthorize(w http.ResponseWriter, r *http.Request) {
	g, x := s.auth.check(bearer(r))
	if x == nil && g.family == nil {
		x = unauthorized("unauthorized", "the token is not from a sign-in")
	}
	if x != nil {
		s.refuse(w, r, x)
		return
	}
	s.auth.mu.Lock()
	g.family.revoked = true
	s.auth.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
