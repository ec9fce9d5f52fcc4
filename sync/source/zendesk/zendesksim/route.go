package zendesksim

import (
	"net/http"
	"strconv"
	"strings"

	"dialpadsync.app/sync/sim"
)

const helpCenter = "/api/v2/help_center/"

// resources are the words that may follow help_center/; anything else there is
// a locale.
var resources = map[string]bool{"articles": true, "sections": true, "categories": true, "locales": true, "incremental": true}

// call is one API request on its way.
type call struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	brand  *brand
	base   string // scheme and host of the brand
	locale string // of the path; "" when it has none
	who    caller
}

func (s *Server) routes() {
	s.mux = http.NewServeMux()
	api := func(pattern, scope string, h func(*call)) {
		method, path, _ := strings.Cut(pattern, " ")
		s.mux.HandleFunc(method+" /api/v2"+path, func(w http.ResponseWriter, r *http.Request) { s.serveAPI(w, r, scope, h) })
	}
	api("GET /users/me", "users", s.me)
	api("GET /oauth/tokens/current", anyScope, s.currentToken)
	api("DELETE /oauth/tokens/current", anyScope, s.deleteToken)
	api("DELETE /oauth/tokens/{id}", anyScope, s.deleteToken)
	api("GET /brands", "", s.listBrands)
	api("GET /help_center/locales", "hc", s.locales)
	api("GET /help_center/categories", "hc", s.listCategories)
	api("GET /help_center/categories/{id}", "hc", s.oneCategory)
	api("GET /help_center/categories/{id}/sections", "hc", s.listSections)
	api("GET /help_center/categories/{id}/articles", "hc", s.listArticles)
	api("GET /help_center/sections", "hc", s.listSections)
	api("GET /help_center/sections/{id}", "hc", s.oneSection)
	api("GET /help_center/sections/{id}/articles", "hc", s.listArticles)
	api("GET /help_center/articles", "hc", s.listArticles)
	api("GET /help_center/articles/{id}", "hc", s.oneArticle)
	api("GET /help_center/articles/{id}/translations", "hc", s.listTranslations)
	api("GET /help_center/articles/{id}/translations/missing", "hc", s.missingTranslations)
	api("GET /help_center/articles/{id}/translations/{translation}", "hc", s.oneTranslation)
	api("GET /help_center/articles/{id}/attachments", "hc", s.listAttachments)
	api("GET /help_center/articles/{id}/attachments/{kind}", "hc", s.listAttachments)
	// "attachments" is a variable because the word itself is not to be told
	// from the {id} of the patterns above.
	api("GET /help_center/articles/{attachments}/{id}", "hc", s.oneAttachment)
	api("GET /help_center/incremental/articles", "hc", s.incremental)
	s.mux.HandleFunc(helpCenter, s.localised)
	s.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.serveAPI(w, r, anyScope, (*call).noEndpoint)
	})
	s.mux.HandleFunc("POST /oauth/tokens", s.exchange)
	s.mux.HandleFunc("GET /oauth/authorizations/new", s.authorize)
	s.mux.HandleFunc("POST /oauth/authorizations", s.consent)
	s.mux.HandleFunc("POST /access/login", s.login)
	s.mux.HandleFunc("GET /hc/article_attachments/{id}/{name}", s.serveAttachment)
	s.mux.HandleFunc("GET /hc/files/{path...}", s.serveFile)
	s.mux.HandleFunc("GET /hc/", s.helpCenterPage)
	s.mux.HandleFunc("GET /{$}", s.showList)
	s.mux.HandleFunc("GET /edit", s.showEdit)
	s.mux.HandleFunc("POST /edit", s.saveEdit)
	s.mux.HandleFunc("POST /do/{action}", s.saveAction)
	s.mux.HandleFunc(sim.ControlPrefix, s.serveControl)
}

// localised takes the locale out of a Help Center path and serves the rest as
// if it had none.
func (s *Server) localised(w http.ResponseWriter, r *http.Request) {
	locale, rest, ok := splitLocale(r.URL.Path)
	if !ok {
		s.serveAPI(w, r, anyScope, (*call).noEndpoint)
		return
	}
	in := withPath(r, rest)
	in.SetPathValue("locale", locale)
	s.mux.ServeHTTP(w, in)
}

// splitLocale cuts "/api/v2/help_center/fr/articles" into "fr" and the path
// without it.
func splitLocale(path string) (locale, rest string, ok bool) {
	after, found := strings.CutPrefix(path, helpCenter)
	first, tail, more := strings.Cut(after, "/")
	if !found || !more || resources[first] || !isLocale(strings.ToLower(first)) {
		return "", "", false
	}
	next, _, _ := strings.Cut(tail, "/")
	// The list of locales and the incremental feed have no locale in their path.
	if next == "locales" || next == "incremental" || !resources[next] {
		return "", "", false
	}
	return strings.ToLower(first), helpCenter + tail, true
}

// describe tells the layer what a request is about.
func (s *Server) describe(r *http.Request) sim.Route {
	route := sim.Routes(s.mux)(r)
	if locale, rest, ok := splitLocale(r.URL.Path); ok {
		route = sim.Routes(s.mux)(withPath(r, rest))
		route.Locale = locale
		route.Template = helpCenter + "{locale}/" + strings.TrimPrefix(route.Template, helpCenter)
	}
	vendor := strings.HasPrefix(route.Template, "/api/") || route.Template == "/oauth/tokens" || strings.HasPrefix(route.Template, "/hc/article_attachments/")
	if !vendor {
		return sim.Route{Internal: true}
	}
	if who, ok := s.authenticate(r); ok && who.token != nil {
		route.TokenID = strconv.FormatInt(who.token.id, 10)
	}
	return route
}

// serveAPI counts the request against the plan, checks the token and its scope,
// and hands it on.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, scope string, h func(*call)) {
	if !s.admit(w) {
		refuse(w, r, http.StatusTooManyRequests)
		return
	}
	who, ok := s.authenticate(r)
	if !ok || (who.token == nil && s.config.Quirks.SignInRequired) {
		refuse(w, r, http.StatusUnauthorized)
		return
	}
	if who.token != nil && !who.token.allows(scope) {
		writeJSON(w, http.StatusForbidden, plainError{"Forbidden", "You are missing the following required scopes: " + missingScope(scope)})
		return
	}
	index, base := s.brandOf(r)
	s.mu.Lock()
	b := s.world.brands[index]
	s.mu.Unlock()
	c := &call{s: s, w: w, r: r, brand: b, base: base, who: who, locale: r.PathValue("locale")}
	if strings.HasPrefix(r.URL.Path, helpCenter) && (b.NoHelpCenter || (c.locale != "" && !s.hasLocale(c.locale))) {
		c.notFound()
		return
	}
	h(c)
}

func (s *Server) hasLocale(locale string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.world.locales {
		if l == locale {
			return true
		}
	}
	return false
}

// id is the number in the path, or 0, which nothing has.
func (c *call) id() int64 {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// query returns a parameter of the query.
func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }
