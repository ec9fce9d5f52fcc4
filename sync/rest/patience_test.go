package rest_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// until is a context whose patience ends so long from now.
func until(t *testing.T, left time.Duration) context.Context {
	end := time.Now().Add(left)
	return source.WithPatience(t.Context(), func() time.Time { return end })
}

// Whatever is wrong with a server, no pause begins that lasts beyond the
// caller's patience.
func TestPausesEndWithThePatience(t *testing.T) {
	answers := map[string]struct {
		answer http.HandlerFunc
		kind   source.Kind
		code   source.Code
	}{
		"dead":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, source.Transient, source.CodeDown},
		"down":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, source.Transient, source.CodeDown},
		"throttled": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, source.Throttled, ""},
	}
	for name, c := range answers {
		for _, left := range []time.Duration{0, time.Second, 10 * time.Second, time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var arrived seen
				_, err := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
					arrived.note(req)
					c.answer(w, req)
				}).Do(until(t, left), rest.Request{Op: "list"})
				e := want(t, err, c.kind, c.code)
				took := time.Since(began)
				if took > left {
					t.Errorf("%s: it took %v of %v", name, took, left)
				}
				// Six tries are enough for one request, however long there is.
				early := arrived.count() < 6 && took < left
				if e.Told || early && !e.RetryAt.After(began.Add(left)) {
					t.Errorf("%s: with %v patience it gave up after %v, to come back after %v", name, left, took, e.RetryAt.Sub(began))
				}
			})
		}
	}
}

// silence begins no answer for a time, or until the request is given up.
func silence(d time.Duration) http.HandlerFunc {
	return func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-time.After(d):
		case <-req.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
}

func TestSilenceIsHeardAsLongAsThePatienceLasts(t *testing.T) {
	for name, c := range map[string]struct {
		left, silent, took time.Duration
		fails              bool
	}{
		"answered in time":       {10 * time.Second, 9 * time.Second, 9 * time.Second, false},
		"too late":               {10 * time.Second, 20 * time.Second, 10 * time.Second, true},
		"hardly any patience":    {0, 4 * time.Second, 4 * time.Second, false},
		"no patience to be had":  {0, 20 * time.Second, 5 * time.Second, true},
		"all the patience there": {time.Hour, 50 * time.Second, 50 * time.Second, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			_, err := inProcess(t, silence(c.silent)).Do(until(t, c.left), rest.Request{Op: "list"})
			if took := time.Since(began); took != c.took || (err != nil) != c.fails {
				t.Errorf("%s: %v after %v, want after %v", name, err, took, c.took)
			}
		})
	}
}

// Whoever gets on meanwhile has more patience.
func TestSilenceAndGrowingPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx := source.WithPatience(t.Context(), func() time.Time {
			return time.Now().Add(min(10*time.Second, time.Until(began.Add(25*time.Second))))
		})
		_, err := inProcess(t, silence(50*time.Second)).Do(ctx, rest.Request{Op: "list"})
		want(t, err, source.Transient, source.CodeDown)
		if took := time.Since(began); took != 25*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// A write that is under way is not given up: nobody would know what became of
// it. Neither is an answer that has begun.
func TestWhatIsUnderWayIsNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if _, err := inProcess(t, silence(20*time.Second)).Do(until(t, 10*time.Second), post("create")); err != nil {
			t.Error(err)
		}
		client := inProcess(t, func(http.ResponseWriter, *http.Request) {})
		err := client.Stream(until(t, 10*time.Second), rest.Request{Op: "list"}, func(_ *rest.Response, body io.Reader) error {
			time.Sleep(20 * time.Second)
			_, err := io.Copy(io.Discard, body)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestThePaceIsKeptAsLongAsThePatienceLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived seen
		client := inProcess(t, func(_ http.ResponseWriter, req *http.Request) { arrived.note(req) }, func(cfg *rest.Config) {
			cfg.Limiter = rest.NewLimiter(rest.LimitConfig{Start: 0.05, Ceiling: 0.05}) // one in 20 s
		})
		began := time.Now()
		if _, err := client.Do(until(t, time.Minute), rest.Request{Op: "list"}); err != nil {
			t.Fatal(err)
		}
		_, err := client.Do(until(t, 10*time.Second), rest.Request{Op: "list"})
		if e := want(t, err, source.Throttled, ""); e.Told || e.RetryAt.Sub(began) != 20*time.Second || time.Since(began) != 0 {
			t.Errorf("error %+v after %v", e, time.Since(began))
		}
		if _, err = client.Do(until(t, time.Minute), rest.Request{Op: "list"}); err != nil || time.Since(began) != 20*time.Second {
			t.Errorf("%v after %v: the place was not given back", err, time.Since(began))
		}
	})
}
