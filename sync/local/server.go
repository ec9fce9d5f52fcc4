package local

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Follower shows the agent's picture.
type Follower interface {
	Picture() Picture
	// Watch returns a channel that always holds the newest picture and is closed
	// when ctx ends. window is the process id of a window that follows, or 0.
	Watch(ctx context.Context, window int) <-chan Picture
}

// Driver makes the engine do something. It ends its work with the agent even if
// the context does not.
type Driver interface {
	Sync(ctx context.Context, account string, opts engine.Options, wait time.Duration) ([]engine.Outcome, error)
	Pause(until time.Time)
	Resume()
}

// Judge shows what waits for the person and takes their word about removals.
type Judge interface {
	Failures(ctx context.Context, account string, titles int) ([]engine.Failure, error)
	Held(ctx context.Context, account string, titles int) ([]engine.HeldRemoval, error)
	Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error)
	Retry(ctx context.Context, ask DocumentRequest) error
}

// Server is the agent's end. What a part that is nil would answer is not served.
type Server struct {
	Follow  Follower
	Drive   Driver
	Judge   Judge
	Connect Connector
	Select  Selector
	House   Householder
	Prefer  Preferrer
	Records Chronicler
	Open    Opener
	Program string // version of the program
	// Stop ends the agent; it must not block.
	Stop func()

	home  string // the home's folder, where one was named
	mint  sync.Once
	token string
}

// shownTitles is how many documents are shown with their title.
const shownTitles = 100

// Serve answers until ctx ends, then lets answers under way finish for a
// moment.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve the local API: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+helloPath, s.hello)
	mux.HandleFunc("GET /v2/status", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Follow.Picture(), nil) })
	mux.HandleFunc("GET /v2/watch", s.watch)
	mux.HandleFunc("POST /v2/sync", s.sync)
	mux.HandleFunc("POST /v2/pause", s.pause)
	mux.HandleFunc("POST /v2/resume", func(w http.ResponseWriter, _ *http.Request) {
		s.Drive.Resume()
		answer(w, s.Follow.Picture(), nil)
	})
	mux.HandleFunc("POST "+stopPath, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, struct{}{}, nil)
		s.Stop()
	})
	mux.HandleFunc("GET /v2/failures", s.failures)
	mux.HandleFunc("GET /v2/deletions", s.deletions)
	mux.HandleFunc("POST /v2/deletions", s.decide)
	mux.HandleFunc("POST /v2/retry", done(s.Judge.Retry))
	if s.Connect != nil && s.Select != nil && s.House != nil {
		s.setupRoutes(mux)
	}
	if s.Records != nil && s.Open != nil && s.Prefer != nil {
		s.recordRoutes(mux)
	}
	return s.guarded(mux)
}

// guarded demands the token of this start and refuses browsers, which always
// send one of the two headers.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("Dialpad-Sync-Token")
		known := subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) == 1
		if !known || r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
			http.Error(w, `{"error":"not allowed"}`, http.StatusForbidden) // errToken to our clients
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		next.ServeHTTP(w, r)
	})
}

func (s *Server) hello(w http.ResponseWriter, _ *http.Request) {
	answer(w, Hello{API: Version, Program: s.Program, PID: os.Getpid(), Home: s.home}, nil)
}

// watch sends a line of JSON for every picture, the newest first, until the
// client goes.
func (s *Server) watch(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	flush := http.NewResponseController(w)
	lines := json.NewEncoder(w)
	window, _ := strconv.Atoi(r.URL.Query().Get("window")) // 0 is none
	for picture := range s.Follow.Watch(r.Context(), window) {
		if lines.Encode(picture) != nil || flush.Flush() != nil {
			return
		}
	}
}

func (s *Server) sync(w http.ResponseWriter, r *http.Request) {
	var ask SyncRequest
	if !read(w, r, &ask) {
		return
	}
	ctx := r.Context()
	if ask.Stays {
		ctx = context.WithoutCancel(ctx)
	}
	outs, err := s.Drive.Sync(ctx, ask.Account, engine.Options{Full: ask.Full, Retry: ask.Account != ""}, ask.Wait)
	answer(w, outs, err)
}

func (s *Server) pause(w http.ResponseWriter, r *http.Request) {
	var ask PauseRequest
	if read(w, r, &ask) {
		s.Drive.Pause(ask.Until)
		answer(w, s.Follow.Picture(), nil)
	}
}

func (s *Server) failures(w http.ResponseWriter, r *http.Request) {
	failures, err := s.Judge.Failures(r.Context(), r.URL.Query().Get("account"), shownTitles)
	answer(w, failures, err)
}

func (s *Server) deletions(w http.ResponseWriter, r *http.Request) {
	held, err := s.Judge.Held(r.Context(), r.URL.Query().Get("account"), shownTitles)
	answer(w, held, err)
}

func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	var ask DecideRequest
	if !read(w, r, &ask) {
		return
	}
	if ask.Decision != engine.Keep && ask.Decision != engine.Delete && ask.Decision != engine.Release {
		answer(w, nil, errBadDecision)
		return
	}
	// What a person decided is carried out even if they close the window.
	out, err := s.Judge.Decide(context.WithoutCancel(r.Context()), ask.Account, ask.Decision, ask.Seen)
	answer(w, out, err)
}

var errBadDecision = errors.New("a decision is keep, delete or release")

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(r.Body).Decode(into)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(failure{Error: "the request cannot be read"})
	}
	return err == nil
}

// failure is the body of every answer that is not 200.
type failure struct {
	Error string `json:"error"`
	// Problem classes it, where it has a class.
	Problem *engine.Problem `json:"problem,omitempty"`
}

func answer(w http.ResponseWriter, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, engine.ErrUnknownAccount) {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
		f := failure{Error: err.Error()}
		if source.KindOf(err) != source.Unclassified {
			p := engine.ProblemOf(err)
			f.Problem = &p
		}
		body = f
	}
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody to tell
}
