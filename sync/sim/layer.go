package sim

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Layer goes around a double's handler: it sets the Date header, spoils what
// the faults say and writes the journal. An answer is held in memory until it
// is complete; a request counts as over just before its last byte is sent, so a
// client that has an answer finds it in the journal and its place free. All
// fields except Refuse are required.
type Layer struct {
	Clock   *Clock
	Journal *Journal
	Faults  *Faults
	// Route describes a request before it is handled; see Routes.
	Route func(*http.Request) Route
	// Refuse writes the double's own body for a status from 400 on that a fault
	// demands; nil writes {"error":"<status text>"}.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)
}

// Wrap returns next with the layer around it.
func (l *Layer) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := l.Route(r)
		if route.Internal {
			next.ServeHTTP(w, r)
			return
		}
		l.serve(w, r, route, next)
	})
}

func (l *Layer) serve(w http.ResponseWriter, r *http.Request, route Route, next http.Handler) {
	entry := Entry{
		Time: l.Clock.Now(), Method: r.Method, Template: route.Template, Subject: route.Subject,
		TokenID: route.TokenID, Locale: route.Locale, Parallel: l.Journal.begin(),
		QueryKeys: slices.Sorted(maps.Keys(r.URL.Query())),
	}
	action, fault, leave := l.Faults.decide(r, route)
	body := &countingBody{ReadCloser: r.Body}
	r = r.WithContext(context.WithValue(r.Context(), domainKey{}, action.Domain))
	r.Body = body
	over := false
	finish := func(status int) {
		if over {
			return
		}
		over = true
		entry.Status, entry.Fault, entry.BodyBytes = status, fault, body.n
		entry.Took = l.Clock.Now().Sub(entry.Time)
		leave()
		l.Journal.end(entry)
	}
	defer finish(0)
	w.Header().Set("Date", l.Clock.Date().Add(action.Skew).UTC().Format(http.TimeFormat))
	x := exchange{layer: l, action: action, w: w, r: r, next: next, finish: finish}
	x.run()
}

// retryAfter spells the Retry-After header; date and date:SECONDS become an
// HTTP date by the double's clock.
func (l *Layer) retryAfter(value string) string {
	seconds, ok := strings.CutPrefix(value, "date")
	if !ok {
		return value
	}
	wait := 2 * time.Second
	if n, err := strconv.Atoi(strings.TrimPrefix(seconds, ":")); err == nil {
		wait = time.Duration(n) * time.Second
	}
	return l.Clock.Date().Add(wait).UTC().Format(http.TimeFormat)
}

type countingBody struct {
	io.ReadCloser
	n int64
}

func (b *countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	return n, err
}

// sleep waits for d or until the client has gone, which it reports as false.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// cutConnection ends the exchange as a crashed server does: with a TCP reset
// where the connection can be had, else by net/http's own abort.
func cutConnection(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}
