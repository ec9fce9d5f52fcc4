package zendesksim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// tokenRequest is the body of POST /oauth/tokens.
type tokenRequest struct {
	GrantType             string `json:"grant_type"`
	Code                  string `json:"code"`
	RefreshToken          string `json:"refresh_token"`
	ClientID              string `json:"client_id"`
	ClientSecret          string `json:"client_secret"`
	RedirectURI           string `json:"redirect_uri"`
	Scope                 string `json:"scope"`
	CodeVerifier          string `json:"code_verifier"`
	ExpiresIn             int64  `json:"expires_in"`
	RefreshTokenExpiresIn int64  `json:"refresh_token_expires_in"`
}

// tokenAnswer leaves out what a token without expiry does not have.
type tokenAnswer struct {
	AccessToken           string `json:"access_token"`
	RefreshToken          string `json:"refresh_token,omitempty"`
	TokenType             string `json:"token_type"`
	Scope                 string `json:"scope"`
	ExpiresIn             int64  `json:"expires_in,omitempty"`
	RefreshTokenExpiresIn int64  `json:"refresh_token_expires_in,omitempty"`
}

const (
	invalidGrant  = "The provided access grant is invalid, expired, or revoked (e.g. invalid assertion, expired authorization token, bad end-user password credentials, or mismatching authorization code and redirection URI)."
	invalidClient = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
)

// maxTokenRequest bounds the body of POST /oauth/tokens.
const maxTokenRequest = 64 << 10

// exchange turns a code or a refresh token into a new pair. The pair that a
// refresh token belongs to is gone at once, whether or not the answer arrives.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	var in tokenRequest
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" || json.NewDecoder(io.LimitReader(r.Body, maxTokenRequest)).Decode(&in) != nil {
		badGrant(w, http.StatusBadRequest, "invalid_request", "The request body must be JSON.")
		return
	}
	if e := s.checkClient(in); e != nil {
		writeJSON(w, http.StatusUnauthorized, e)
		return
	}
	if text := checkBounds(in); text != "" {
		badGrant(w, http.StatusBadRequest, "invalid_request", text)
		return
	}
	if s.config.Quirks.UnknownScopeRefused && !knownScope(in.Scope) {
		badGrant(w, http.StatusBadRequest, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
		return
	}
	var t *token
	s.mu.Lock()
	switch in.GrantType {
	case "authorization_code":
		t = s.redeem(in)
	case "refresh_token":
		t = s.rotate(in)
	default:
		s.mu.Unlock()
		badGrant(w, http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.")
		return
	}
	s.mu.Unlock()
	if t == nil {
		badGrant(w, s.config.Quirks.GrantErrorStatus, "invalid_grant", invalidGrant)
		return
	}
	answer := tokenAnswer{AccessToken: t.access, RefreshToken: t.refresh, TokenType: "bearer", Scope: t.scope}
	if t.expires != 0 {
		answer.ExpiresIn, answer.RefreshTokenExpiresIn = t.expires-t.created, t.refreshExpires-t.created
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusCreated, answer)
}

func badGrant(w http.ResponseWriter, status int, code, text string) {
	writeJSON(w, status, grantError{code, text})
}

// checkClient refuses unknown clients and wrong secrets.
func (s *Server) checkClient(in tokenRequest) *grantError {
	client := s.client(in.ClientID)
	refreshing := in.GrantType == "refresh_token"
	switch {
	case client == nil,
		!client.Public && in.ClientSecret != client.Secret && (in.ClientSecret != "" || in.CodeVerifier == ""),
		client.Public && in.ClientSecret != "",
		client.Public && refreshing && s.config.Quirks.RefreshNeedsSecret:
		return &grantError{"invalid_client", invalidClient}
	}
	return nil
}

// checkBounds holds the lifetimes to "more than" and "less than" of the
// reference.
func checkBounds(in tokenRequest) string {
	if n := in.ExpiresIn; n != 0 && (n <= 300 || n >= 172800) {
		return "expires_in must be more than 300 and less than 172800."
	}
	if n := in.RefreshTokenExpiresIn; n != 0 && (n <= 604800 || n >= 7776000) {
		return "refresh_token_expires_in must be more than 604800 and less than 7776000."
	}
	return ""
}

// redeem spends a code; it works once and for two minutes. The caller holds the
// lock.
func (s *Server) redeem(in tokenRequest) *token {
	g := s.auth.codes[in.Code]
	delete(s.auth.codes, in.Code)
	if g == nil || g.client != in.ClientID || g.redirect != in.RedirectURI || s.now()-g.made >= codeLife || !g.verifies(in.CodeVerifier) {
		return nil
	}
	scope := g.scope
	if scope == "" {
		scope = in.Scope
	}
	return s.auth.issue(s.lifetimes(token{client: g.client, person: g.person, scope: scope}, in.ExpiresIn, in.RefreshTokenExpiresIn))
}

// verifies compares the PKCE verifier with the challenge (RFC 7636 §4.6).
func (g *grant) verifies(verifier string) bool {
	if g.challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == g.challenge
}

// rotate replaces a pair. A refresh token that was used before is unknown by
// then. The caller holds the lock.
func (s *Server) rotate(in tokenRequest) *token {
	old := s.auth.byRefresh[in.RefreshToken]
	if in.RefreshToken == "" || old == nil || s.now() >= old.refreshExpires || (old.client != "" && old.client != in.ClientID) {
		return nil
	}
	s.auth.revoke(old)
	return s.auth.issue(s.lifetimes(token{client: in.ClientID, person: old.person, scope: old.scope}, in.ExpiresIn, in.RefreshTokenExpiresIn))
}

func knownScope(scope string) bool {
	known := []string{"read", "write", "impersonate"}
	for _, word := range strings.Fields(scope) {
		resource, action, two := strings.Cut(word, ":")
		if two && (action == "read" || action == "write") && resource != "" {
			continue
		}
		if !slices.Contains(known, word) {
			return false
		}
	}
	return true
}
