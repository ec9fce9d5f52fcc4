package zendesksim

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"dialpadsync.app/sync/sim"
)

// ErrUnknown is returned by the methods that change the world when there is no
// such article, translation or section.
var ErrUnknown = errors.New("no such thing in this help center")

// Server is the double. It is an http.Handler and safe for concurrent use.
type Server struct {
	config  Config
	mux     *http.ServeMux
	handler http.Handler
	control *sim.Control
	key     string // what control demands; made up when the config has none
	guard   *http.CrossOriginProtection

	scanning sync.Mutex // held while a folder is read, before mu

	// mu guards everything below.
	mu      sync.Mutex
	world   *world
	loaders []*loader
	auth    *accounts
	window  window
	epoch   int // of cursors; see ExpireCursors
	between func(page int)
	pages   int
}

// New returns a double of the configured account.
func New(c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, fmt.Errorf("set up the Zendesk double: %w", err)
	}
	s := &Server{config: c, key: c.Key, guard: http.NewCrossOriginProtection(), auth: newAccounts(c.Role)}
	if s.key == "" {
		s.key = rand.Text()
	}
	s.routes()
	layer := &sim.Layer{Clock: c.Clock, Journal: c.Journal, Faults: c.Faults, Route: s.describe, Refuse: refuse}
	s.handler = layer.Wrap(s.mux)
	s.controls(layer)
	if err := s.build(); err != nil {
		return nil, fmt.Errorf("set up the Zendesk double: %w", err)
	}
	return s, nil
}

// build makes the world as the config says.
func (s *Server) build() error {
	s.scanning.Lock()
	defer s.scanning.Unlock()
	w := newWorld(s.config)
	first := 0
	for i, b := range w.brands {
		n := b.Articles
		if i == 0 {
			n += s.config.Articles
		}
		c := s.config
		if i > 0 {
			c.Drafts, c.Restricted, c.Untranslated = 0, 0, 0
		}
		w.generate(b, c, first, n, s.now())
		first += n
	}
	s.mu.Lock()
	s.world, s.loaders = w, nil
	s.epoch++
	s.mu.Unlock()
	if s.config.From != nil {
		return s.load(s.config.From)
	}
	return nil
}

// Clock returns the time the double lives in.
func (s *Server) Clock() *sim.Clock { return s.config.Clock }

// Faults returns the list of faults in force.
func (s *Server) Faults() *sim.Faults { return s.config.Faults }

// Journal returns what was asked of the API, the token endpoint and the
// attachments. Pages for people are not in it.
func (s *Server) Journal() *sim.Journal { return s.config.Journal }

func (s *Server) now() int64 { return s.config.Clock.Now().Unix() }

// ServeHTTP answers as the account's host would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		r = plainPath(r)
	}
	s.handler.ServeHTTP(w, r)
}

// plainPath takes the optional ".json" off the path.
func plainPath(r *http.Request) *http.Request {
	path, found := strings.CutSuffix(r.URL.Path, ".json")
	if !found {
		return r
	}
	return withPath(r, path)
}

func withPath(r *http.Request, path string) *http.Request {
	out := r.WithContext(r.Context())
	u := *r.URL
	u.Path, u.RawPath = path, ""
	out.URL = &u
	return out
}

// brandOf returns the brand that the request's host belongs to, and the address
// it is served under. The caller holds no lock: brands never change.
func (s *Server) brandOf(r *http.Request) (brandIndex int, base string) {
	for i, b := range s.config.Brands {
		if b.Base != "" && hostOf(b.Base) == r.Host {
			return i, strings.TrimSuffix(b.Base, "/")
		}
	}
	if base := s.config.Brands[0].Base; base != "" {
		return 0, strings.TrimSuffix(base, "/")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return 0, scheme + "://" + r.Host
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Host
}
