package dialpadsim

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// pending is a consent page that nobody has answered yet.
type pending struct {
	code
	state string
	at    time.Time
}

// authorize is GET /oauth2/authorize of dialpad.com, the page in the browser.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	redirect, problem := s.auth.registered(query)
	if problem != "" {
		// RFC 6749 section 4.1.2.1: never redirect to an unproved address.
		s.pages.problem(w, http.StatusBadRequest, problem)
		return
	}
	state := query.Get("state")
	if code, message := unacceptable(query); code != "" {
		sendBack(w, r, redirect, url.Values{"error": {code}, "error_description": {message}}, state)
		return
	}
	p := pending{state: state, at: s.clock.Now(), code: code{
		redirect: redirect, challenge: query.Get("code_challenge"), method: query.Get("code_challenge_method"), scope: query.Get("scope"),
	}}
	switch s.Switches().Consent {
	case "approve":
		s.answerConsent(w, r, p, true)
	case "deny":
		s.answerConsent(w, r, p, false)
	default:
		s.pages.consent(w, s.auth.hold(p), strings.Fields(p.scope))
	}
}

// registered checks client and redirect URI, and names the problem.
func (a *authority) registered(query url.Values) (redirect, problem string) {
	redirect = query.Get("redirect_uri")
	switch {
	case query.Get("client_id") != credentials().SignIn.ClientID:
		return "", "This client id is not registered."
	case redirect == "":
		return "", "redirect_uri is missing."
	case strings.Contains(redirect, "#"):
		return "", "redirect_uri must not have a fragment."
	}
	for _, allowed := range a.redirects {
		if sameRedirect(allowed, redirect) {
			return redirect, ""
		}
	}
	return "", "This redirect_uri is not registered."
}

// sameRedirect compares exactly, but for a port of * and for query parameters,
// which may be added.
func sameRedirect(allowed, sent string) bool {
	sent, _, _ = strings.Cut(sent, "?")
	before, after, any := strings.Cut(allowed, ":*/")
	if !any {
		return allowed == sent
	}
	rest, ok := strings.CutPrefix(sent, before+":")
	port, path, found := strings.Cut(rest, "/")
	return ok && found && port != "" && strings.Trim(port, "0123456789") == "" && path == after
}

// unacceptable returns an OAuth error code for a request that must be refused.
func unacceptable(query url.Values) (code, message string) {
	method, challenge := query.Get("code_challenge_method"), query.Get("code_challenge")
	switch {
	case query.Has("response_type") && query.Get("response_type") != "code":
		return "unsupported_response_type", "only code is supported"
	case method != "" && method != "S256" && method != "plain":
		return "invalid_request", "code_challenge_method is S256 or plain"
	case method != "" && challenge == "":
		return "invalid_request", "code_challenge is missing"
	case challenge != "" && (len(challenge) < 43 || len(challenge) > 128):
		return "invalid_request", "code_challenge has 43 to 128 characters"
	}
	return "", ""
}

// hold keeps a request until its page is answered, and returns its ticket.
func (a *authority) hold(p pending) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for ticket, old := range a.pending {
		if p.at.Sub(old.at) > time.Hour {
			delete(a.pending, ticket)
		}
	}
	ticket := a.next("ticket")
	a.pending[ticket] = p
	return ticket
}

// consent is the answer to the page; each page can be answered once.
func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	ticket := r.PostFormValue("ticket")
	s.auth.mu.Lock()
	p, ok := s.auth.pending[ticket]
	delete(s.auth.pending, ticket)
	s.auth.mu.Unlock()
	if !ok {
		s.pages.problem(w, http.StatusBadRequest, "This page was answered before, or is too old. Start again in the app.")
		return
	}
	s.answerConsent(w, r, p, r.PostFormValue("answer") == "approve")
}

func (s *Server) answerConsent(w http.ResponseWriter, r *http.Request, p pending, approved bool) {
	if !approved {
		refused := url.Values{"error": {"access_denied"}, "error_description": {"The person said no."}}
		sendBack(w, r, p.redirect, refused, p.state)
		return
	}
	fresh := p.code
	fresh.expires = s.clock.Now().Add(codeLife)
	s.auth.mu.Lock()
	name := s.auth.next("code")
	s.auth.codes[name] = &fresh
	s.auth.mu.Unlock()
	sendBack(w, r, p.redirect, url.Values{"code": {name}}, p.state)
}

// sendBack redirects to the app; the query parameters of redirect are kept.
func sendBack(w http.ResponseWriter, r *http.Request, redirect string, answer url.Values, state string) {
	u, err := url.Parse(redirect)
	if err != nil {
		http.Error(w, "redirect_uri is no URL", http.StatusBadRequest)
		return
	}
	query := u.Query()
	for name, values := range answer {
		query[name] = values
	}
	if state != "" {
		query.Set("state", state)
	}
	u.RawQuery = query.Encode()
	http.Redirect(w, r, u.String(), http.StatusFound)
}
