package ratebench

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// server counts and limits.
type server struct {
	set   Setting
	began time.Time

	mu       sync.Mutex
	tokens   float64
	filled   time.Duration
	taken    []time.Duration // accepted in the last second
	sent     int
	refused  int
	accepted [2]int // counted, before and after the change
}

func newServer(set Setting) *server {
	return &server{set: set, began: time.Now(), tokens: set.Burst * set.Limit}
}

// open returns where the server is and how to reach it.
func (s *server) open() (*url.URL, http.RoundTripper, func()) {
	if !s.set.Loopback {
		return &url.URL{Scheme: "http", Host: "localhost"}, direct{s}, func() {}
	}
	web := httptest.NewServer(s)
	base := &url.URL{Scheme: "http", Host: web.Listener.Addr().String()}
	return base, nil, web.Close
}

// direct is a RoundTripper that calls the server, because network connections
// do not go with fake time.
type direct struct{ s *server }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.s.ServeHTTP(w, req)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	resp := w.Result()
	resp.Request = req
	return resp, nil
}

// ServeHTTP decides when the request arrives and answers after the latency.
func (s *server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if s.set.Jitter > 0 && !pass(req.Context(), rand.N(s.set.Jitter)) {
		return
	}
	ok := s.accept()
	if !pass(req.Context(), s.set.Latency) || ok {
		return
	}
	if s.set.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(s.set.RetryAfter))
	}
	w.WriteHeader(http.StatusTooManyRequests)
}

// pass lets d go by; it says whether ctx is still alive then.
func pass(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// accept counts a request and says whether it is within the limit.
func (s *server) accept() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Since(s.began)
	s.sent++
	if !s.within(now) {
		s.refused++
		return false
	}
	if era, counted := s.set.era(now); counted {
		s.accepted[era]++
	}
	return true
}

// within spends one request of the limit, if there is one left.
func (s *server) within(now time.Duration) bool {
	limit := s.set.limit(now)
	switch s.set.Kind {
	case TokenBucket:
		full := max(1, s.set.Burst*limit)
		s.tokens = min(full, s.tokens+limit*(now-s.filled).Seconds())
		s.filled = now
		if s.tokens < 1 {
			return false
		}
		s.tokens--
	case SlidingWindow:
		for len(s.taken) > 0 && s.taken[0] <= now-time.Second {
			s.taken = s.taken[1:]
		}
		if float64(len(s.taken)) >= limit {
			return false
		}
		s.taken = append(s.taken, now)
	}
	return true
}

// limit is what is allowed at the given time.
func (set Setting) limit(now time.Duration) float64 {
	if set.Change > 0 && now >= set.Change {
		return set.Then
	}
	return set.Limit
}

// era says whether a moment lies before or after the change, and whether it
// counts.
func (set Setting) era(now time.Duration) (era int, counted bool) {
	if set.Change > 0 && now >= set.Change {
		return 1, now >= set.Change+set.Settle
	}
	return 0, now >= set.Settle
}

func (s *server) result() Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := s.set
	end := set.For
	if set.Change > 0 {
		end = set.Change
	}
	allowed := [2]float64{set.Limit * (end - set.Settle).Seconds(), set.Then * (set.For - set.Change - set.Settle).Seconds()}
	if set.Kind == Unlimited {
		allowed[0] = float64(set.Workers) / set.Latency.Seconds() * (end - set.Settle).Seconds()
	}
	if set.Change == 0 {
		allowed[1] = 0
	}
	ratio := func(accepted int, allowed float64) float64 {
		if allowed <= 0 {
			return 0
		}
		return float64(accepted) / allowed
	}
	return Result{
		Sent: s.sent, Refused: s.refused,
		Achieved: ratio(s.accepted[0]+s.accepted[1], allowed[0]+allowed[1]),
		Before:   ratio(s.accepted[0], allowed[0]),
		After:    ratio(s.accepted[1], allowed[1]),
	}
}
