package rest_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

func TestRetryAfter(t *testing.T) {
	const own = -1 // our own pause: half a second to a second
	tests := []struct {
		name, value string
		status      int
		date        bool // the server's clock is sent, an hour ahead
		pause       time.Duration
	}{
		{"seconds", "2", 429, false, 2 * time.Second},
		{"seconds and unavailable", "7", 503, false, 7 * time.Second},
		{"date", start(nil).Add(30 * time.Second).Format(http.TimeFormat), 429, false, 30 * time.Second},
		{"date by the server's clock", start(nil).Add(time.Hour + 5*time.Second).Format(http.TimeFormat), 429, true, 5 * time.Second},
		{"day", "86400", 429, false, 24 * time.Hour},
		{"absent", "", 429, false, own},
		{"zero", "0", 429, false, own},
		{"negative", "-3", 429, false, own},
		{"text", "soon", 429, false, own},
		{"past date", start(nil).Add(-time.Hour).Format(http.TimeFormat), 429, false, own},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var arrived seen
				client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
					if arrived.note(req) > 1 {
						return
					}
					if test.value != "" {
						w.Header().Set("Retry-After", test.value)
					}
					if test.date {
						w.Header().Set("Date", start(t).Add(time.Hour).Format(http.TimeFormat))
					}
					w.WriteHeader(test.status)
				})
				if _, err := client.Do(t.Context(), rest.Request{Op: "get"}); err != nil {
					t.Fatal(err)
				}
				offsets := arrived.when(began)
				if len(offsets) != 2 {
					t.Fatalf("requests at %v, want two", offsets)
				}
				least, most := test.pause, test.pause
				if test.pause == own {
					least, most = time.Second/2, time.Second
				}
				if offsets[1] < least || offsets[1] > most+10*time.Millisecond {
					t.Errorf("came back after %v, want %v to %v", offsets[1], least, most)
				}
			})
		})
	}
}

func TestHugeRetryAfter(t *testing.T) {
	for _, value := range []string{"99999999999", "999999999999999999999999"} {
		synctest.Test(t, func(t *testing.T) {
			client := inProcess(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", value)
				w.WriteHeader(429)
			})
			_, err := client.Do(impatient(t), rest.Request{Op: "get"})
			if e := want(t, err, source.Throttled, ""); time.Until(e.RetryAt) < 365*24*time.Hour {
				t.Errorf("Retry-After %s became %v", value, time.Until(e.RetryAt))
			}
		})
	}
}

// One caller is refused; none of the others may send before the time is over,
// whether they wait for the pace already or come later.
func TestPauseIsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var arrived seen
		limiter := rest.NewLimiter(rest.LimitConfig{Start: 10, Ceiling: 10})
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			if arrived.note(req) == 3 {
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(429)
			}
		}, func(cfg *rest.Config) { cfg.Limiter = limiter })
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				for range 5 {
					if _, err := client.Do(t.Context(), rest.Request{Op: "get"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		time.Sleep(30 * time.Second) // fake: in the middle of the pause
		status := limiter.Status()
		if status.Why != source.Throttled || status.Until.Sub(began) < time.Minute || arrived.count() != 3 {
			t.Errorf("in the pause %d requests went out, status %+v", arrived.count(), status)
		}
		workers.Wait()
		offsets := arrived.when(began)
		if len(offsets) != 21 {
			t.Fatalf("%d requests, want 21", len(offsets))
		}
		if offsets[3] < time.Minute || offsets[3] > time.Minute+time.Second {
			t.Errorf("the pause of a minute ended at %v", offsets[3])
		}
		if gap := offsets[4] - offsets[3]; gap < 100*time.Millisecond {
			t.Errorf("after the pause the queue came at once: %v apart", gap)
		}
		if status := limiter.Status(); status.PerSecond >= 10 || !status.Until.IsZero() || status.Why != source.Unclassified {
			t.Errorf("after the pause the status is %+v", status)
		}
	})
}

// A long told wait is told at once, for the next run to know, and only once; a
// token endpoint's counts as well.
func TestOnTold(t *testing.T) {
	for name, told := range map[string]bool{"120": true, "30": false, "": false} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var heard []time.Time
			limiter := rest.NewLimiter(rest.LimitConfig{Start: 100, Ceiling: 100, OnTold: func(until time.Time) { heard = append(heard, until) }})
			client := inProcess(t, func(w http.ResponseWriter, _ *http.Request) {
				if name != "" {
					w.Header().Set("Retry-After", name)
				}
				w.WriteHeader(429)
			}, func(cfg *rest.Config) { cfg.Limiter = limiter })
			for range 3 {
				_, err := client.Do(impatient(t), rest.Request{Op: "list"})
				if e := want(t, err, source.Throttled, ""); e.Told != (name != "") {
					t.Errorf("Retry-After %q: told is %v", name, e.Told)
				}
			}
			if len(heard) > 1 || (len(heard) == 1) != told || told && heard[0].Sub(began) != 2*time.Minute {
				t.Errorf("Retry-After %q: heard %v", name, heard)
			}
		})
	}
}

func TestOnToldByATokenEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until := time.Now().Add(time.Hour)
		var heard []time.Time
		var arrived seen
		limiter := rest.NewLimiter(rest.LimitConfig{Start: 100, Ceiling: 100, OnTold: func(until time.Time) { heard = append(heard, until) }})
		busy := &tokens{tokenErr: &source.Error{Kind: source.Throttled, RetryAt: until, Told: true, Op: "renew"}}
		client := inProcess(t, func(_ http.ResponseWriter, req *http.Request) { arrived.note(req) }, func(cfg *rest.Config) {
			cfg.Limiter, cfg.Tokens = limiter, busy
		})
		_, err := client.Do(impatient(t), rest.Request{Op: "list"})
		if e := want(t, err, source.Throttled, ""); !e.Told || !e.RetryAt.Equal(until) {
			t.Errorf("error is %+v", e)
		}
		if len(heard) != 1 || !heard[0].Equal(until) || arrived.count() != 0 {
			t.Errorf("heard %v, %d requests", heard, arrived.count())
		}
		if learned := limiter.Learned(); !learned.Until.Equal(until) || !learned.Told {
			t.Errorf("learned %+v", learned)
		}
	})
}

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var arrived seen
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			arrived.note(req)
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(429)
		})
		ctx := rest.WithPatience(t.Context(), 2*time.Minute)
		for range 2 { // the second finds the pause that the first was told
			_, err := client.Do(ctx, rest.Request{Op: "list"})
			if e := want(t, err, source.Throttled, ""); e.RetryAt.Sub(began) != 24*time.Hour || e.Side != "dialpad" {
				t.Errorf("error is %+v", e)
			}
		}
		if arrived.count() != 1 || time.Since(began) != 0 {
			t.Errorf("%d requests in %v, want 1 at once", arrived.count(), time.Since(began))
		}
	})
}

func TestPatienceForOwnPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived seen
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			arrived.note(req)
			w.WriteHeader(500)
		})
		_, err := client.Do(impatient(t), rest.Request{Op: "list"})
		e := want(t, err, source.Transient, source.CodeDown)
		if arrived.count() != 1 || !e.RetryAt.After(time.Now()) {
			t.Errorf("%d requests, come back at %v", arrived.count(), e.RetryAt)
		}
	})
}

func TestCancelEndsPauses(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"told": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		},
		"own": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := inProcess(t, answer)
				ctx, cancel := context.WithCancel(t.Context())
				result := make(chan error)
				go func() {
					_, err := client.Do(ctx, rest.Request{Op: "list"})
					result <- err
				}()
				synctest.Wait()
				began := time.Now()
				cancel()
				err := <-result
				if !errors.Is(err, context.Canceled) || source.KindOf(err) != source.Transient {
					t.Errorf("error is %v", err)
				}
				if time.Since(began) != 0 {
					t.Errorf("cancelling took %v", time.Since(began))
				}
			})
		})
	}
}

func TestOnWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		type news struct {
			until time.Duration
			over  bool
			why   source.Kind
		}
		var told []news
		var arrived seen
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			if arrived.note(req) == 1 {
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(429)
			}
		}, func(cfg *rest.Config) {
			cfg.OnWait = func(until time.Time, why source.Kind) {
				told = append(told, news{until.Sub(began), until.IsZero(), why})
			}
		})
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				if _, err := client.Do(t.Context(), rest.Request{Op: "get"}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		workers.Wait()
		if len(told) != 2 {
			t.Fatalf("told %v, want a beginning and an end", told)
		}
		if told[0] != (news{10 * time.Minute, false, source.Throttled}) || !told[1].over || told[1].why != source.Throttled {
			t.Errorf("told %v", told)
		}
	})
}

func TestLimiterWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := rest.NewLimiter(rest.LimitConfig{Start: 2, Ceiling: 2})
		began := time.Now()
		for range 5 {
			if err := limiter.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if passed := time.Since(began); passed != 2*time.Second {
			t.Errorf("5 requests at 2 a second took %v, want 2 s", passed)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := limiter.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end of ctx: %v", err)
		}
	})
}
