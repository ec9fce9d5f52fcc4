package ratebench_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
)

// latency is the time from a request's arrival to its answer.
const latency = 50 * time.Millisecond

// pause is a time in which nothing may come: from the moment a refusal has been
// heard; what was on its way before could not know.
type pause struct{ from, until time.Time }

// strict is a server with a journal: it says "later" in one of the ways
// servers do, and remembers whether anything came before it may.
type strict struct {
	limit func(s *strict, now time.Duration) bool // whether a request is within it
	later func(now time.Time) (header string, wait time.Duration)
	storm time.Duration // until then every third request fails

	mu              sync.Mutex
	began           time.Time
	taken           []time.Duration
	busy            int
	closed          []pause
	sent            int
	refused, early  int
	afterStorm      int
	counted, latest time.Duration
}

func (s *strict) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	ok := s.arrive(w)
	timer := time.NewTimer(latency)
	defer timer.Stop()
	var err error
	select {
	case <-timer.C:
	case <-req.Context().Done():
		err = req.Context().Err()
	}
	if ok {
		s.mu.Lock()
		s.busy--
		s.mu.Unlock()
	}
	resp := w.Result()
	resp.Request = req
	return resp, err
}

// arrive judges a request; ok means that it is being worked on.
func (s *strict) arrive(w *httptest.ResponseRecorder) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wall := time.Now()
	now := wall.Sub(s.began)
	s.sent++
	if slices.ContainsFunc(s.closed, func(p pause) bool { return wall.After(p.from) && wall.Before(p.until) }) {
		s.early++
	}
	if now < s.storm && s.sent%3 == 0 {
		w.WriteHeader([]int{500, 502, 503}[s.sent/3%3])
		return false
	}
	if !s.limit(s, now) {
		s.refused++
		heard := wall.Add(latency)
		header, wait := s.later(heard)
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		s.closed = append(s.closed, pause{heard, heard.Add(wait)})
		w.WriteHeader(http.StatusTooManyRequests)
		return false
	}
	s.taken, s.busy = append(s.taken, now), s.busy+1
	if now >= s.counted && now < s.latest {
		s.afterStorm++
	}
	return true
}

// within allows so many requests in any window.
func within(most int, window time.Duration) func(*strict, time.Duration) bool {
	return func(s *strict, now time.Duration) bool {
		count := 0
		for i := len(s.taken) - 1; i >= 0 && s.taken[i] > now-window; i-- {
			count++
		}
		return count < most
	}
}

func byConcurrency(most int) func(*strict, time.Duration) bool {
	return func(s *strict, _ time.Duration) bool { return s.busy < most }
}

func halving(from time.Duration, most int) func(*strict, time.Duration) bool {
	return func(s *strict, now time.Duration) bool {
		if now >= from {
			return within(most/2, time.Second)(s, now)
		}
		return within(most, time.Second)(s, now)
	}
}

// waysToSayLater are what a refusal says, and for how long nothing may come.
func waysToSayLater() map[string]func(time.Time) (string, time.Duration) {
	fixed := func(header string, wait time.Duration) func(time.Time) (string, time.Duration) {
		return func(time.Time) (string, time.Duration) { return header, wait }
	}
	return map[string]func(time.Time) (string, time.Duration){
		"seconds": fixed("2", 2*time.Second),
		"date": func(now time.Time) (string, time.Duration) {
			at := now.Truncate(time.Second).Add(3 * time.Second)
			return at.UTC().Format(http.TimeFormat), at.Sub(now)
		},
		"zero":     fixed("0", 0),
		"nonsense": fixed("in a moment", 0),
		"nothing":  fixed("", 0),
		"a day":    fixed(strconv.Itoa(24*60*60), 24*time.Hour),
	}
}

// Whatever limits and however it says so, nothing ever comes before it may; and
// a minute after a storm of faults the middle one of the runs uses at least 85 %
// of the allowance again (pauses are random, and single runs may take longer),
// but where a server counts by the minute: the pace is learned from windows of a
// second or so, and takes many minutes to fit one that is sixty times as long.
func TestNeverEarlyAndBackAfterAStorm(t *testing.T) {
	type limit struct {
		within  func(*strict, time.Duration) bool
		allowed float64 // requests per second after the storm; 0 is not judged
	}
	limits := map[string]limit{
		"by second":   {within(10, time.Second), 10},
		"by minute":   {within(300, time.Minute), 0},
		"concurrency": {byConcurrency(2), 40},
		"halved":      {halving(time.Minute, 20), 10},
	}
	shares := map[string][]float64{}
	for how, later := range waysToSayLater() {
		for by, l := range limits {
			t.Run(by+", "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &strict{limit: l.within, later: later, storm: 2 * time.Minute, counted: 3 * time.Minute, latest: 5 * time.Minute, began: time.Now()}
					keepAsking(t, s, s.latest)
					rate := float64(s.afterStorm) / (s.latest - s.counted).Seconds()
					t.Logf("%s, %s: %d sent, %d refused, %d early, then %.2f a second of %.0f", by, how, s.sent, s.refused, s.early, rate, l.allowed)
					if s.early != 0 {
						t.Errorf("%d requests came before they might", s.early)
					}
					if l.allowed > 0 && how != "a day" {
						shares[by] = append(shares[by], rate/l.allowed)
					}
					if s.refused == 0 {
						t.Error("nothing was refused: the limit was never met")
					}
				})
			})
		}
	}
	for by, all := range shares {
		slices.Sort(all)
		t.Logf("%s: %.2f of the allowance in the middle, %.2f at least", by, all[len(all)/2], all[0])
		if all[len(all)/2] < 0.85 {
			t.Errorf("%s: %.2f of the allowance after the storm", by, all)
		}
	}
}

func keepAsking(t *testing.T, s *strict, length time.Duration) {
	t.Helper()
	client, err := rest.New(rest.Config{
		Base: &url.URL{Scheme: "http", Host: "localhost"}, Side: "test", Transport: s,
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: 4, Ceiling: 60}),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for ctx.Err() == nil {
				_, _ = client.Do(ctx, rest.Request{Path: "/", Op: "ask"}) // judged by the journal
			}
		})
	}
	workers.Wait()
}
