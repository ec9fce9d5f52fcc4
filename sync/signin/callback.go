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
	issuer  string // host of the vendor's page
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
		issuer:  hostOf(p.AuthorizeURL),
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
	case !navigates(r):
		http.Error(w, "not from a page", http.StatusForbidden)
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

// navigates says whether a person's browser goes to this page, as the vendor
// sends it, rather than a script or an image of some page (Fetch Metadata).
// Browsers that do not tell are believed: the state decides.
func navigates(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate"
}

// read finds the answer in a query. A refusal needs the state as well (RFC 6749
// section 4.1.2.1), because any page can send the browser here; and nothing is
// said twice (section 3.1). Where the vendor names itself, it is the one that
// was asked (RFC 9207).
func (c *callback) read(q url.Values) (answer, bool) {
	for _, name := range []string{"code", "error", "state", "iss"} {
		if len(q[name]) > 1 {
			return answer{}, false
		}
	}
	a := answer{code: q.Get("code"), refusal: q.Get("error")}
	ours := subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(c.state)) == 1
	other := q.Has("iss") && hostOf(q.Get("iss")) != c.issuer
	return a, ours && !other && (a.code == "") != (a.refusal == "")
}

// hostOf is the host of an address, or nothing.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
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
