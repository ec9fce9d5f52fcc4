package magentosim

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"dialpadsync.app/sync/sim"
)

// Server is the double. It is an http.Handler and safe for concurrent use.
type Server struct {
	config  Config
	mux     *http.ServeMux
	handler http.Handler
	control *sim.Control

	// mu guards everything below.
	mu      sync.Mutex
	world   *world
	nonces  map[string]bool
	revoked bool
}

// New returns a double of the configured shop.
func New(c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, fmt.Errorf("set up the Magento double: %w", err)
	}
	s := &Server{config: c, mux: http.NewServeMux(), world: newWorld(), nonces: map[string]bool{}}
	s.routes()
	layer := &sim.Layer{Clock: c.Clock, Journal: c.Journal, Faults: c.Faults, Route: s.describe, Refuse: refuse}
	s.handler = layer.Wrap(s.mux)
	key := c.Key
	if key == "" {
		key = rand.Text()
	}
	s.control = sim.NewControl(layer, key, nil)
	s.generate()
	return s, nil
}

// Keys are what the integration was given.
func (s *Server) Keys() Keys { return s.config.Keys }

// Clock returns the time the shop lives in.
func (s *Server) Clock() *sim.Clock { return s.config.Clock }

// Faults returns the list of faults in force.
func (s *Server) Faults() *sim.Faults { return s.config.Faults }

// Journal returns what was asked of REST and GraphQL. Pages for people are not
// in it.
func (s *Server) Journal() *sim.Journal { return s.config.Journal }

// Revoke ends the integration's access, or gives it back.
func (s *Server) Revoke(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = revoked
}

// ServeHTTP answers as the shop's host would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() {
	api := func(pattern, resource string, h handler) {
		method, path, _ := strings.Cut(pattern, " ")
		serve := func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, resource, h) }
		s.mux.HandleFunc(method+" /rest/V1"+path, serve)
		s.mux.HandleFunc(method+" /rest/{store}/V1"+path, serve)
		s.mux.HandleFunc(method+" /index.php/rest/{store}/V1"+path, serve)
	}
	api("GET /store/storeViews", ResourceStores, s.storeViews)
	api("GET /store/storeConfigs", ResourceStores, s.storeConfigs)
	api("GET /categories", ResourceCategories, s.categoryTree)
	api("GET /products", ResourceProducts, s.listProducts)
	api("GET /products/attributes", ResourceAttributes, s.listAttributes)
	api("GET /products/{sku}", ResourceProducts, s.oneProduct)
	for _, kind := range []struct {
		path, resource string
		block          bool
	}{{"cmsPage", ResourcePages, false}, {"cmsBlock", ResourceBlocks, true}} {
		api("GET /"+kind.path+"/search", kind.resource, s.listTexts(kind.block))
		api("GET /"+kind.path+"/{id}", kind.resource, s.oneText(kind.block))
		api("POST /"+kind.path, kind.resource, s.saveText(kind.block))
		api("PUT /"+kind.path+"/{id}", kind.resource, s.saveText(kind.block))
		api("DELETE /"+kind.path+"/{id}", kind.resource, s.deleteText(kind.block))
	}
	s.mux.HandleFunc("/rest/", func(w http.ResponseWriter, r *http.Request) { refuse(w, r, http.StatusNotFound) })
	s.mux.HandleFunc("POST /graphql", s.graphql)
	s.mux.HandleFunc("/", s.storefront)
	s.mux.HandleFunc(sim.ControlPrefix, s.control.ServeHTTP)
}

// handler answers one call; its error is a status with Magento's words.
type handler func(w http.ResponseWriter, r *http.Request, v scope) error

// scope is the store view of a request's address.
type scope struct {
	View
	all bool
}

func (s *Server) scope(r *http.Request) (scope, bool) {
	code := r.PathValue("store")
	switch code {
	case "", "default":
		return scope{View: s.config.Views[0]}, true
	case "all":
		return scope{View: s.config.Views[0], all: true}, true
	}
	for _, v := range s.config.Views {
		if v.Code == code {
			return scope{View: v}, true
		}
	}
	return scope{}, false
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, resource string, h handler) {
	if p := s.verify(r); p != nil {
		if p.message == "" {
			unauthorized(w, resource)
			return
		}
		writeError(w, p.status, p.message, nil)
		return
	}
	if !s.config.allows(resource) {
		unauthorized(w, resource)
		return
	}
	v, ok := s.scope(r)
	if !ok {
		writeError(w, http.StatusNotFound, "The store that was requested wasn't found. Verify the store and try again.", nil)
		return
	}
	err := h(w, r, v)
	var known *fault
	var field errField
	switch {
	case err == nil:
	case errors.As(err, &known):
		writeError(w, known.status, known.message, known.params)
	case errors.As(err, &field):
		writeError(w, http.StatusInternalServerError, "Internal Error. Details are available in Magento log file. Report ID: webapi-1", nil)
	default:
		writeError(w, http.StatusInternalServerError, err.Error(), nil)
	}
}

// fault is an error with Magento's status and words.
type fault struct {
	status  int
	message string
	params  map[string]any
}

func (f *fault) Error() string { return f.message }

func noSuch(field string, value any) error {
	return &fault{http.StatusNotFound, "No such entity with %fieldName = %fieldValue", map[string]any{"fieldName": field, "fieldValue": value}}
}

func unauthorized(w http.ResponseWriter, resource string) {
	writeError(w, http.StatusUnauthorized, "The consumer isn't authorized to access %resources.", map[string]any{"resources": resource})
}

func writeError(w http.ResponseWriter, status int, message string, params map[string]any) {
	body := map[string]any{"message": message}
	if params != nil {
		body["parameters"] = params
	}
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// refuse is Magento's body for a status that a fault demands.
func refuse(w http.ResponseWriter, _ *http.Request, status int) {
	message := map[int]string{
		http.StatusNotFound:        "Request does not match any route.",
		http.StatusUnauthorized:    "The signature is invalid. Verify and try again.",
		http.StatusForbidden:       "Forbidden",
		http.StatusTooManyRequests: "Too Many Requests",
	}[status]
	if message == "" {
		message = "Internal Error. Details are available in Magento log file. Report ID: webapi-1"
	}
	writeError(w, status, message, nil)
}

// describe tells the layer what a request is about.
func (s *Server) describe(r *http.Request) sim.Route {
	route := sim.Routes(s.mux)(r)
	if !strings.Contains(route.Template, "/rest") && route.Template != "/graphql" {
		return sim.Route{Internal: true}
	}
	return route
}
