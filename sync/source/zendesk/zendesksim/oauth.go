package zendesksim

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
)

// codeLife is how long an authorization code is good, in seconds
// (developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens).
const codeLife = 120

// grant is what a person is asked to allow, and then what a code stands for.
type grant struct {
	client    string
	redirect  string
	scope     string
	state     string
	challenge string // of PKCE, S256; "" for confidential clients without it
	session   string // the browser session the page was made for
	person    *person
	made      int64
}

// session is the name of the cookie of a signed-in browser.
const sessionCookie = "_zendesk_session"

// authorize is the address a program opens in the browser. An unknown client or
// redirect URI gets an error page and no redirect (RFC 6749 §4.1.2.1); any other
// mistake goes back to the program.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	client := s.client(q.Get("client_id"))
	if client == nil {
		showError(w, "Unknown client", "No OAuth client with this identifier is registered in this account.")
		return
	}
	if !slices.Contains(client.RedirectURIs, q.Get("redirect_uri")) {
		showError(w, "Invalid redirect URL", "The redirect URL is not registered for this client. It must match exactly.")
		return
	}
	g := &grant{client: client.ID, redirect: q.Get("redirect_uri"), scope: q.Get("scope"), state: q.Get("state"), challenge: q.Get("code_challenge")}
	if code, text := checkRequest(client, q); code != "" {
		redirectBack(w, r, g, url.Values{"error": {code}, "error_description": {text}})
		return
	}
	switch s.config.AutoConsent {
	case Approve:
		s.mu.Lock()
		g.person = s.auth.main
		s.mu.Unlock()
		s.approve(w, r, g)
	case Deny:
		deny(w, r, g)
	default:
		s.askConsent(w, r, g)
	}
}

func (s *Server) client(id string) *Client {
	i := slices.IndexFunc(s.config.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &s.config.Clients[i]
}

// checkRequest returns the OAuth error of an authorization request, or "".
func checkRequest(client *Client, q url.Values) (code, text string) {
	switch {
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "The authorization server does not support this response type."
	case client.Public && q.Get("code_challenge") == "":
		return "invalid_request", "Public clients must use PKCE: code_challenge is missing."
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		return "invalid_request", "code_challenge_method must be S256."
	}
	return "", ""
}

// askConsent shows the login page, or the consent page to who is signed in.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request, g *grant) {
	session := ""
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		session = cookie.Value
	}
	s.mu.Lock()
	g.person = s.auth.sessions[session]
	suggested := s.auth.main.email
	id := rand.Text()
	if g.person != nil {
		g.session = session
		s.auth.pending[id] = g
	}
	s.mu.Unlock()
	if g.person == nil {
		showPage(w, http.StatusOK, "login", loginPage{Email: suggested, ReturnTo: r.URL.RequestURI()})
		return
	}
	showPage(w, http.StatusOK, "consent", consentPage{Client: g.client, Person: g.person.name, Email: g.person.email, Scope: g.scope, ID: id})
}

// login takes any password: the double has nothing to protect.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if s.guard.Check(r) != nil {
		http.Error(w, "Only this page's own form may do that.", http.StatusForbidden)
		return
	}
	back, err := url.Parse(r.PostFormValue("return_to"))
	if err != nil || back.IsAbs() || back.Host != "" || back.Path != "/oauth/authorizations/new" {
		showError(w, "Sign-in failed", "This page was not opened by a sign-in.")
		return
	}
	s.mu.Lock()
	i := slices.IndexFunc(s.auth.people, func(p *person) bool { return p.email == r.PostFormValue("email") })
	session := rand.Text()
	if i >= 0 {
		s.auth.sessions[session] = s.auth.people[i]
	}
	s.mu.Unlock()
	if i < 0 || r.PostFormValue("password") == "" {
		showPage(w, http.StatusUnauthorized, "login", loginPage{Email: r.PostFormValue("email"), ReturnTo: back.RequestURI(), Wrong: true})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, back.RequestURI(), http.StatusSeeOther)
}

// consent takes the answer of the consent page. The page's id works once, and
// only in the browser session it was made for.
func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	if s.guard.Check(r) != nil {
		http.Error(w, "Only this page's own form may do that.", http.StatusForbidden)
		return
	}
	cookie, _ := r.Cookie(sessionCookie)
	id := r.PostFormValue("id")
	s.mu.Lock()
	g := s.auth.pending[id]
	good := g != nil && cookie != nil && cookie.Value == g.session
	if good {
		delete(s.auth.pending, id)
	}
	s.mu.Unlock()
	switch {
	case !good:
		showError(w, "This page is out of date", "Start the sign-in again from the program.")
	case r.PostFormValue("decision") == Approve:
		s.approve(w, r, g)
	default:
		deny(w, r, g)
	}
}

// approve makes a code and sends the browser back with it.
func (s *Server) approve(w http.ResponseWriter, r *http.Request, g *grant) {
	code := rand.Text()
	s.mu.Lock()
	g.made = s.now()
	s.auth.codes[code] = g
	s.mu.Unlock()
	redirectBack(w, r, g, url.Values{"code": {code}})
}

func deny(w http.ResponseWriter, r *http.Request, g *grant) {
	redirectBack(w, r, g, url.Values{
		"error": {"access_denied"}, "error_description": {"The end-user or authorization server denied the request."},
	})
}

func redirectBack(w http.ResponseWriter, r *http.Request, g *grant, answer url.Values) {
	back, err := url.Parse(g.redirect)
	if err != nil {
		showError(w, "Invalid redirect URL", "The registered redirect URL cannot be read.")
		return
	}
	q := back.Query()
	for name, values := range answer {
		q[name] = values
	}
	if g.state != "" {
		q.Set("state", g.state)
	}
	back.RawQuery = q.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func showError(w http.ResponseWriter, title, text string) {
	showPage(w, http.StatusBadRequest, "error", errorPage{Title: title, Text: text})
}
