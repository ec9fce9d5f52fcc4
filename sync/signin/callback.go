package signin

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// answer is what the browser brought back: a code, or the vendor's word why
// there is none. Whoever takes it says on outcome how it went.
type answer struct {
	code, refusal string
	outcome       chan<- Outcome
}

// callback is the page the vendor sends the browser back to. It takes one
// answer with the right state; everything else is turned away without ending
// the sign-in, so that a stale tab or a foreign page cannot break it.
type callback struct {
	hosts   []string
	path    string
	state   string
	words   func(Outcome) Words
	answers chan answer

	taken  sync.Once
	closed chan struct{}
	close  func()
}

func newCallback(port int, p Provider, state string, words func(Outcome) Words) *callback {
	if words == nil {
		words = func(o Outcome) Words { return english(o, p.Name) }
	}
	c := &callback{
		hosts:   []string{fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("localhost:%d", port)},
		path:    p.redirectPath(),
		state:   state,
		words:   words,
		answers: make(chan answer),
		closed:  make(chan struct{}),
	}
	c.close = sync.OnceFunc(func() { close(c.closed) })
	return c
}

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Host != c.hosts[0] && r.Host != c.hosts[1]:
		// A page of another name that points to this computer (DNS rebinding).
		http.Error(w, "not here", http.StatusMisdirectedRequest)
		return
	case r.URL.Path != c.path:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	a, ok := c.read(r.URL.Query())
	if !ok {
		c.show(w, http.StatusBadRequest, Stale)
		return
	}
	first := false
	c.taken.Do(func() { first = true })
	if !first {
		c.show(w, http.StatusConflict, Stale)
		return
	}
	outcome := make(chan Outcome, 1)
	a.outcome = outcome
	select {
	case c.answers <- a:
	case <-c.closed:
		c.show(w, http.StatusGone, Stale)
		return
	}
	// Run always answers: the exchange is bounded.
	o := <-outcome
	c.show(w, http.StatusOK, o)
}

// read finds the answer in a query. A refusal may come without state, because
// not every vendor sends it back then; the worst a foreign page can do with
// that is to end a sign-in.
func (c *callback) read(q url.Values) (answer, bool) {
	a := answer{code: q.Get("code"), refusal: q.Get("error")}
	ours := subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(c.state)) == 1
	switch {
	case a.refusal != "":
		return a, ours || !q.Has("state")
	default:
		return a, ours && a.code != ""
	}
}

// server is the listener's HTTP server and the goroutine it runs on.
type server struct {
	http http.Server
	done chan struct{}
}

func serve(l net.Listener, h http.Handler) *server {
	s := &server{
		http: http.Server{
			Handler:           h,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       5 * time.Second,
			IdleTimeout:       5 * time.Second,
			MaxHeaderBytes:    32 << 10,
			ErrorLog:          log.New(io.Discard, "", 0),
		},
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with ErrServerClosed, or the browser never comes back
	}()
	return s
}

// stop lets the page that is being sent arrive, even when ctx has ended, then
// ends the server and waits for it.
func (s *server) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close() // a connection that lingers is cut
	}
	<-s.done
}
