package rest_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// A server that does not answer is asked less than once in 30 s, by however
// many callers, and is used again soon after it is back.
func TestDeadServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var arrived seen
		back := began.Add(time.Hour)
		client := inProcess(t, func(_ http.ResponseWriter, req *http.Request) {
			arrived.note(req)
			if time.Now().Before(back) {
				panic(http.ErrAbortHandler)
			}
		})
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				for {
					_, err := client.Do(t.Context(), rest.Request{Op: "get"})
					if err == nil {
						return
					}
					want(t, err, source.Transient, source.CodeDown)
				}
			})
		}
		workers.Wait()
		if late := time.Since(back); late > time.Minute {
			t.Errorf("noticed that the server is back after %v", late)
		}
		offsets := arrived.when(began)
		// The last four are the ones that were answered.
		asked := offsets[:len(offsets)-4]
		if average := time.Hour / time.Duration(len(asked)); average < 30*time.Second {
			t.Errorf("asked %d times in an hour", len(asked))
		}
		for i, at := range asked {
			// Calls that were under way when the circuit opened may still come.
			if i > 8 && at-asked[i-1] < 30*time.Second {
				t.Errorf("asked at %v and %v", asked[i-1], at)
			}
		}
	})
}

func TestDeadServerAndPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived seen
		limiter := quick()
		client := inProcess(t, func(_ http.ResponseWriter, req *http.Request) {
			arrived.note(req)
			panic(http.ErrAbortHandler)
		}, func(cfg *rest.Config) { cfg.Limiter = limiter })
		for range 20 {
			_, err := client.Do(impatient(t), rest.Request{Op: "get"})
			want(t, err, source.Transient, source.CodeDown)
		}
		if arrived.count() != 5 {
			t.Errorf("asked %d times, want 5 until the circuit opened", arrived.count())
		}
		_, err := client.Do(impatient(t), rest.Request{Op: "get"})
		e := want(t, err, source.Transient, source.CodeDown)
		if wait := time.Until(e.RetryAt); wait < 30*time.Second || wait > time.Minute {
			t.Errorf("come back in %v", wait)
		}
		if status := limiter.Status(); status.Why != source.Transient || !status.Until.Equal(e.RetryAt) {
			t.Errorf("status is %+v, want until %v", status, e.RetryAt)
		}
	})
}

// Documents a server chokes on do not make it dead: a circuit opens for
// answers 5xx only when five different requests in a row got one.
func TestPoisonedDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) { w.WriteHeader(500) })
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				_, err := client.Do(t.Context(), rest.Request{Op: "put"})
				want(t, err, source.Transient, source.CodeDown)
			})
		}
		workers.Wait()
		if passed := time.Since(began); passed > 31*time.Second {
			t.Errorf("4 documents with 6 tries each took %v: the circuit stood in the way", passed)
		}
		_, err := client.Do(impatient(t), rest.Request{Op: "put"})
		if e := want(t, err, source.Transient, source.CodeDown); time.Until(e.RetryAt) < 30*time.Second {
			t.Errorf("the fifth request left the circuit closed: %+v", e)
		}
	})
}

func TestAnswerClosesCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived seen
		client := inProcess(t, func(w http.ResponseWriter, req *http.Request) {
			if number := arrived.note(req); number%5 != 0 {
				w.WriteHeader(500)
				return
			}
			io.WriteString(w, "alive")
		})
		for number := range 50 {
			_, err := client.Do(impatient(t), rest.Request{Op: "get"})
			if failed := err != nil; failed != (number%5 != 4) {
				t.Fatalf("call %d: %v", number, err)
			}
		}
		if arrived.count() != 50 {
			t.Errorf("%d of 50 calls were sent", arrived.count())
		}
	})
}
