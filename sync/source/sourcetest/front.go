package sourcetest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// fault is what happens to a request instead of its answer.
type fault func(w http.ResponseWriter, r *http.Request, vendor http.Handler)

// front stands before the double, notes when requests come, and spoils some.
type front struct {
	vendor  http.Handler
	refusal func(int) string

	mu    sync.Mutex
	came  chan struct{} // closed and replaced at every request
	asked []time.Time
	spoil fault
	nth   int // the request to spoil, counted from spoilNth; 0: every one
	since int
}

func newFront(vendor http.Handler, refusal func(int) string) *front {
	return &front{vendor: vendor, refusal: refusal, came: make(chan struct{})}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	close(f.came)
	f.came = make(chan struct{})
	spoil := f.spoil
	if f.nth > 0 && len(f.asked)-f.since != f.nth {
		spoil = nil
	}
	f.mu.Unlock()
	if spoil == nil {
		f.vendor.ServeHTTP(w, r)
		return
	}
	spoil(w, r, f.vendor)
}

// spoilNth spoils the nth request from now on, or every one when nth is 0.
func (f *front) spoilNth(nth int, how fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.spoil, f.nth, f.since = how, nth, len(f.asked)
}

// heal lets everything through again.
func (f *front) heal() { f.spoilNth(0, nil) }

// times is when requests came.
func (f *front) times() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]time.Time(nil), f.asked...)
}

// await returns once n requests have come.
func (f *front) await(ctx context.Context, n int) error {
	for {
		f.mu.Lock()
		have, came := len(f.asked), f.came
		f.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-came:
		case <-ctx.Done():
			return fmt.Errorf("wait for request %d of %d: %w", n, have, ctx.Err())
		}
	}
}

// refuse answers with a status, and a Retry-After of so many seconds if any.
func (f *front) refuse(status, retryAfter int) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		}
		w.WriteHeader(status)
		fmt.Fprint(w, f.refusal(status))
	}
}

// cut sends the first half of the answer and breaks the connection.
func cut(w http.ResponseWriter, r *http.Request, vendor http.Handler) {
	whole := httptest.NewRecorder()
	vendor.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	body := whole.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(whole.Code)
	_, _ = w.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

// stall sends the first half of the answer and nothing more until the client
// has gone.
func stall(w http.ResponseWriter, r *http.Request, vendor http.Handler) {
	whole := httptest.NewRecorder()
	vendor.ServeHTTP(whole, r)
	_, _ = io.Copy(io.Discard, r.Body) // a server hears of a client that goes only behind the body
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(whole.Code)
	body := whole.Body.Bytes()
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}
