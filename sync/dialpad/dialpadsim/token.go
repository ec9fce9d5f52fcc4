package dialpadsim

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"dialpadsync.app/sync/sim"
)

// tokenAnswer is the answer of both token endpoints (RFC 6749 section 5.1).
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// tokenRequest is the body of a token endpoint, JSON or form, with the client
// from HTTP Basic or the body.
type tokenRequest struct {
	url.Values
	clientID, secret string
}

func readTokenRequest(r *http.Request) (tokenRequest, *refusal) {
	invalid := &refusal{status: http.StatusBadRequest, code: "invalid_request", message: "the body is neither JSON nor a form"}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxJSON))
	if err != nil {
		return tokenRequest{}, invalid
	}
	var req tokenRequest
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch mediaType {
	case "application/json":
		var fields map[string]string
		if json.Unmarshal(body, &fields) != nil {
			return req, invalid
		}
		req.Values = make(url.Values, len(fields))
		for name, value := range fields {
			req.Set(name, value)
		}
	case "application/x-www-form-urlencoded":
		if req.Values, err = url.ParseQuery(string(body)); err != nil {
			return req, invalid
		}
	default:
		return req, invalid
	}
	req.clientID, req.secret = req.Get("client_id"), req.Get("client_secret")
	if id, secret, ok := r.BasicAuth(); ok {
		// RFC 6749 section 2.3.1: both are form-encoded before Basic.
		id, idErr := url.QueryUnescape(id)
		secret, secretErr := url.QueryUnescape(secret)
		if idErr != nil || secretErr != nil {
			return req, invalid
		}
		req.clientID, req.secret = id, secret
	}
	return req, nil
}

func invalidClient() *refusal {
	return unauthorized("invalid_client", "the client is not known, or its secret is wrong")
}

// clientCredentials is POST /oauth/token of the knowledge API.
func (s *Server) clientCredentials(w http.ResponseWriter, r *http.Request) {
	req, x := readTokenRequest(r)
	if x == nil && req.Get("grant_type") != "client_credentials" {
		x = unsupportedGrant()
	}
	if x != nil {
		s.refuse(w, r, x)
		return
	}
	life := s.Switches().TokenSeconds
	s.auth.mu.Lock()
	var token string
	for _, pair := range []Credential{credentials().Knowledge, credentials().ReadOnly} {
		if pair.matches(req.clientID, req.secret) && !s.auth.revoked {
			token = s.auth.issue(faceKarehq, time.Duration(life)*time.Second, pair.ReadOnly, nil)
		}
	}
	s.auth.mu.Unlock()
	if token == "" {
		s.refuse(w, r, invalidClient())
		return
	}
	answerToken(w, tokenAnswer{AccessToken: token, TokenType: "Bearer", ExpiresIn: life})
}

func unsupportedGrant() *refusal {
	return &refusal{status: http.StatusBadRequest, code: "unsupported_grant_type", message: "this grant type is not supported"}
}

func answerToken(w http.ResponseWriter, answer tokenAnswer) {
	w.Header().Set("Cache-Control", "no-store")
	sim.WriteJSON(w, http.StatusOK, answer)
}
