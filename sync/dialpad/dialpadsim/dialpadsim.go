// Package dialpadsim is a local double of Dialpad's side: the knowledge API of
// karehq.com with its token endpoint, the sign-in of dialpad.com, and a stub of
// the widget's script, all on one port. It is a real little server with a
// moving clock, switches for what is unknown about the real one, faults, and a
// page where a person sees and changes what it holds.
//
// Where the public sources say nothing (update, delete and resolutions above
// all), it implements this project's assumptions; none of its answers proves
// anything about the real service.
package dialpadsim

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"dialpadsync.app/sync/sim"
)

// Config is how a double starts. The zero value is a usable double whose
// control is closed.
type Config struct {
	// Seed decides node ids and probabilities.
	Seed uint64
	// Clock is the double's time; nil runs with the computer's.
	Clock *sim.Clock
	// Key opens /__sim/ to requests with this X-Sim-Key; empty keeps it closed.
	Key string
	// Switches choose among behaviours; empty fields have their defaults.
	Switches Switches
	// Faults are set from the start, in the syntax of package sim.
	Faults []string
	// Redirects are the redirect URIs registered for sign-in, compared exactly;
	// a port may be *. Nil allows /callback on any port of 127.0.0.1 and localhost.
	Redirects []string
	// JournalEntries bounds the journal; 0 means sim.DefaultEntries.
	JournalEntries int
}

// Server is one double. It is an http.Handler and safe for concurrent use.
type Server struct {
	clock   *sim.Clock
	journal *sim.Journal
	faults  *sim.Faults
	store   *store
	auth    *authority
	pages   *pages

	initial   Switches
	switching sync.Mutex // held while switches change
	switches  atomic.Pointer[Switches]

	api     *http.ServeMux
	browse  http.Handler
	control *sim.Control
	handler http.Handler
}

// New returns a double, or an error that names the switch or fault that is wrong.
func New(c Config) (*Server, error) {
	if c.Clock == nil {
		c.Clock = sim.NewClock()
	}
	if c.Redirects == nil {
		c.Redirects = []string{"http://127.0.0.1:*/callback", "http://localhost:*/callback"}
	}
	switches := c.Switches.withDefaults()
	if err := switches.check(); err != nil {
		return nil, err
	}
	s := &Server{
		clock:   c.Clock,
		journal: sim.NewJournal(c.JournalEntries),
		faults:  sim.NewFaults(c.Clock, c.Seed, "page", "token"),
		initial: switches,
		store:   newStore(c.Clock, c.Seed),
		auth:    newAuthority(c.Clock, c.Redirects),
		pages:   newPages(),
	}
	s.apply(switches)
	if err := s.faults.AddText(c.Faults...); err != nil {
		return nil, err
	}
	s.api = s.routes()
	s.browse = s.browseHandler()
	layer := &sim.Layer{Clock: s.clock, Journal: s.journal, Faults: s.faults, Route: s.route, Refuse: s.refuseStatus}
	s.control = s.newControl(layer, c.Key)
	s.handler = layer.Wrap(http.HandlerFunc(s.dispatch))
	return s, nil
}

// ServeHTTP answers for all faces.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Clock is the double's time.
func (s *Server) Clock() *sim.Clock { return s.clock }

// Journal is what the double was asked; control and the page are not in it.
func (s *Server) Journal() *sim.Journal { return s.journal }

// Faults is the list of faults in force. Beside the words of package sim it
// understands, on listings, page=loop (the next cursor is the one that was
// sent), page=repeat (the first page again), page=empty (no entries, but a
// cursor), page=short (half of the entries and no cursor), page=invalid (400
// invalid_cursor), page=gone (410); and token=expired (the token that was sent
// has expired from now on), token=revoked (RevokeAll).
func (s *Server) Faults() *sim.Faults { return s.faults }

// Reset makes the double as New left it, but without faults: no nodes, no
// tokens, the first switches. The journal is emptied.
func (s *Server) Reset() {
	s.faults.Clear()
	s.journal.Reset()
	s.clock.Reset()
	s.resetState()
}

func (s *Server) resetState() {
	s.switching.Lock()
	s.apply(s.initial)
	s.switching.Unlock()
	s.store.reset()
	s.auth.reset()
}

func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, sim.ControlPrefix):
		s.control.ServeHTTP(w, r)
	case forPeople(r.URL.Path):
		s.browse.ServeHTTP(w, r)
	default:
		s.api.ServeHTTP(w, r)
	}
}

func forPeople(path string) bool {
	return path == "/" || strings.HasPrefix(path, "/documents/") || slices.Contains([]string{stylePath, "/favicon.ico"}, path)
}

func (s *Server) route(r *http.Request) sim.Route {
	if strings.HasPrefix(r.URL.Path, sim.ControlPrefix) || forPeople(r.URL.Path) {
		return sim.Route{Internal: true}
	}
	route := sim.Routes(s.api)(r)
	if route.Template == "/" {
		route.Template = "" // the catch-all is no place of the API
	}
	route.TokenID = s.auth.tokenID(bearer(r))
	route.Locale = r.Header.Get(localeHeader)
	return route
}

// routes lists every path of the three faces.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.clientCredentials)
	mux.HandleFunc("GET /{v}/swagger.json", s.swagger)

	mux.HandleFunc("GET /{v}/kbm/nodes", s.call(nodes, (*Server).list))
	mux.HandleFunc("POST /{v}/kbm/nodes", s.call(nodes, (*Server).create))
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}", s.call(nodes, (*Server).getWithoutSlash))
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}/{$}", s.call(nodes, (*Server).get))
	mux.HandleFunc("PUT /{v}/kbm/nodes/{id}", s.call(nodes, (*Server).update))
	mux.HandleFunc("DELETE /{v}/kbm/nodes/{id}", s.call(nodes, (*Server).remove))
	mux.HandleFunc("POST /{v}/kbm/nodes/{id}/content", s.call(nodes, (*Server).upload))
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}/content/raw", s.call(nodes, (*Server).rawContent))
	mux.HandleFunc("GET /{v}/kbm/nodes/{id}/content/public", s.call(nodes, (*Server).publicContent))

	mux.HandleFunc("GET /{v}/resolutions", s.call(resolutions, (*Server).list))
	mux.HandleFunc("POST /{v}/resolutions", s.call(resolutions, (*Server).create))
	mux.HandleFunc("GET /{v}/resolutions/{id}", s.call(resolutions, (*Server).get))
	mux.HandleFunc("PUT /{v}/resolutions/{id}", s.call(resolutions, (*Server).update))
	mux.HandleFunc("DELETE /{v}/resolutions/{id}", s.call(resolutions, (*Server).remove))

	mux.HandleFunc("GET /oauth2/authorize", s.authorize)
	mux.HandleFunc("POST /oauth2/authorize", s.consent)
	mux.HandleFunc("POST /oauth2/token", s.exchange)
	mux.HandleFunc("POST /oauth2/deauthorize", s.deauthorize)
	mux.HandleFunc("GET /api/v2/company", s.company)
	mux.HandleFunc("GET /api/v2/users/me", s.me)

	mux.HandleFunc("GET /latest.js", s.widgetScript)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.refuse(w, r, notFound("no such path")) })
	return mux
}
