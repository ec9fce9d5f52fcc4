package dialpad

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// The tests of this file, too, are named after the rows of the double's table
// of faults: those of the network, of time and of broken answers.

func TestThrottled(t *testing.T) {
	for after, least := range map[string]time.Duration{
		"retry-after=2": 2 * time.Second, "retry-after=date:30": 29 * time.Second,
		"": 0, "retry-after=0": 0, "retry-after=-1": 0, "retry-after=soon": 0,
	} {
		t.Run(after, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				w.fault(strings.TrimSpace("POST /kbm/nodes times=1 status=429 " + after))
				doc := answer("return", "a")
				start := time.Now()
				w.put(doc, engine.Node{})
				w.holds(doc)
				if took := time.Since(start); took < least || took > least+2*time.Minute {
					t.Errorf("it took %v, told to wait %v", took, least)
				}
				if got := w.asked("POST", "/kbm/nodes"); got != 2 {
					t.Errorf("%d creates, want the refused one and its repeat", got)
				}
			})
		})
	}
	t.Run("a day, and less patience", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.fault("POST /kbm/nodes status=429 retry-after=86400")
			start := time.Now()
			_, err := w.Put(rest.WithPatience(t.Context(), time.Minute), answer("return", "a"), engine.Node{})
			var e *source.Error
			if !errors.As(err, &e) || e.Kind != source.Throttled || e.RetryAt.Sub(start) < 23*time.Hour || e.Unsure {
				t.Errorf("got %+v", e)
			}
			if time.Since(start) > time.Minute {
				t.Errorf("it took %v", time.Since(start))
			}
		})
	})
}

func TestRealLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, bubble, func(s *setting) { s.limit = rest.LimitConfig{Start: 4, Ceiling: 40} })
		w.fault("limit=6/s parallel=3")
		const many = 200
		group, ctx := errgroup.WithContext(t.Context())
		group.SetLimit(2)
		docs := make([]source.Document, many)
		start := time.Now()
		for i := range docs {
			docs[i] = answer(fmt.Sprint("doc", i), "text")
			group.Go(func() error {
				_, err := w.Put(ctx, docs[i], engine.Node{})
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		w.holds(docs...)
		if took := time.Since(start); took > 2*2*many/6*time.Second {
			t.Errorf("%d documents took %v at 6 requests a second", many, took)
		}
	})
}

func TestOutageBurst(t *testing.T) {
	for _, fault := range []string{
		"status=500 times=3", "status=502 body=html times=3", "status=504 body=empty times=3",
		"status=503 retry-after=20 times=2", "status=503 times=4",
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				doc := answer("return", "a")
				node := w.put(doc, engine.Node{})
				w.fault("GET,PUT,DELETE " + fault)
				w.fault("POST /content " + fault)
				doc.Title, doc.HTML = "New", "<p>b</p>"
				w.put(doc, node)
				w.holds(doc)
				if ids := w.ownedIDs(); len(ids) != 1 {
					t.Errorf("Owned: %v", ids)
				}
				if err := w.Delete(t.Context(), node); err != nil {
					t.Errorf("Delete: %v", err)
				}
			})
		})
	}
	t.Run("on create", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /kbm/nodes status=500 times=1")
		_, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		if !isUnsure(err) || source.KindOf(err) != source.Transient {
			t.Errorf("a create that may have happened: %v", err)
		}
		if got := w.asked("POST", "/kbm/nodes"); got != 1 {
			t.Errorf("%d creates, want 1", got)
		}
	})
}

func TestWriteDoneAnswerLost(t *testing.T) {
	for _, fault := range []string{"reset=after", "status=502 effect", "status=504 effect body=html"} {
		t.Run("create "+fault, func(t *testing.T) {
			w := newWorld(t)
			w.fault("POST /kbm/nodes times=1 " + fault)
			doc := answer("return", "a")
			node, err := w.Put(t.Context(), doc, engine.Node{})
			if node.ID != "" || !isUnsure(err) {
				t.Fatalf("Put = %+v, %v; want an unsure error", node, err)
			}
			found, err := w.owned()
			if err != nil || len(found) != 1 || found[0].Key != doc.Key {
				t.Fatalf("Owned: %+v, %v", found, err)
			}
			w.put(doc, found[0])
			w.holds(doc)
		})
		t.Run("others "+fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				doc := answer("return", "a")
				node := w.put(doc, engine.Node{})
				w.fault("PUT times=1 "+fault, "POST /content times=1 "+fault, "DELETE times=1 "+fault)
				doc.Title, doc.HTML = "New", "<p>b</p>"
				w.put(doc, node)
				w.holds(doc)
				if err := w.Delete(t.Context(), node); err != nil {
					t.Errorf("Delete: %v", err)
				}
				w.holds()
			})
		})
	}
}

func TestSlow(t *testing.T) {
	t.Run("finishes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.fault("delay=20s", "GET drip=200")
			everyday(t, w)
		})
	})
	t.Run("a create that hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.fault("POST /kbm/nodes hold=1h times=1")
			start := time.Now()
			_, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
			if !isUnsure(err) || time.Since(start) > 2*time.Minute {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
		})
	})
	t.Run("cancel", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			w.seed(1)
			node, err := w.owned()
			if err != nil {
				t.Fatal(err)
			}
			w.fault("delay=1h")
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			for _, err := range w.Owned(ctx) {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Owned: %v", err)
				}
			}
			if err := w.Delete(ctx, node[0]); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Delete: %v", err)
			}
		})
	})
}

func TestReset(t *testing.T) {
	for _, where := range []string{"before", "mid", "idle"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				doc := answer("return", "a")
				node := w.put(doc, engine.Node{})
				w.fault("GET,PUT,DELETE every=2 reset="+where, "POST /content every=2 reset="+where)
				for range 3 {
					doc.Title += "x"
					w.put(doc, node)
				}
				w.holds(doc)
				if ids := w.ownedIDs(); len(ids) != 1 {
					t.Errorf("Owned: %v", ids)
				}
				if err := w.Delete(t.Context(), node); err != nil {
					t.Errorf("Delete: %v", err)
				}
			})
		})
	}
	t.Run("over a real connection", func(t *testing.T) {
		w := newWorld(t)
		w.fault("GET every=2 reset=idle")
		w.seed(5)
		for range 4 {
			w.ownedIDs()
		}
	})
}

func TestTruncatedOrInvalidJSON(t *testing.T) {
	for _, fault := range []string{
		"truncate", "truncate=1", "status=200 body=null", "status=200 body=empty", "status=200 body={}", "status=200 body=[]",
		`status=200 body={"entries":null}`, `status=200 body={"entries":{}}`, `status=200 body={"entries":[{}]}`,
		`status=200 body={"entries":["node_1"]}`, `status=200 body={"entries":[null]}`, "html",
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				ids := w.seed(2)
				w.fault("GET " + fault)
				listed, err := w.owned()
				if err == nil || source.KindOf(err) != source.Transient || len(listed) != 0 {
					t.Errorf("Owned: %d nodes, %v", len(listed), err)
				}
				known := engine.Node{ID: ids[0], Key: "a:en-us", Locale: "en-us"}
				if err := w.Delete(t.Context(), known); source.KindOf(err) != source.Transient {
					t.Errorf("Delete: %v", err)
				}
				if _, _, err := w.Read(t.Context(), known); source.KindOf(err) != source.Transient {
					t.Errorf("Read: %v", err)
				}
				if len(w.sim.Nodes()) != 2 {
					t.Error("a node was deleted")
				}
			})
		})
	}
	t.Run("answer about another node", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, bubble)
			id := w.seed(1)[0]
			w.fault(`GET status=200 body={"id":"node_9","type":"content"}`)
			err := w.Delete(t.Context(), engine.Node{ID: id, Key: "a:en-us"})
			wantError(t, err, source.Transient, source.CodeNotData)
		})
	})
	t.Run("create", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /kbm/nodes truncate times=1")
		_, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		if !isUnsure(err) {
			t.Errorf("Put: %v", err)
		}
	})
}

func TestRedirectToOtherHost(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	other := newWorld(t) // would answer, and must not be asked
	w.fault("redirect=" + "http://localhost:1/stolen")
	_, putErr := w.Put(t.Context(), doc, node)
	_, listErr := w.owned()
	for _, err := range []error{putErr, listErr, w.Delete(t.Context(), node)} {
		wantError(t, err, source.Transient, source.CodeRedirect)
	}
	w.holds(doc)
	if n := other.sim.Journal().Total(); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
}

func TestForeignNodesSeeded(t *testing.T) {
	for _, shape := range []string{"full", "sparse"} {
		t.Run(shape, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { s.switches.ListShape = shape })
			foreign := w.sim.Seed(dialpadsim.Foreign(3, 3, 3)...)
			everyday(t, w)
			for _, id := range foreign {
				if n := w.written(id); n != 0 {
					t.Errorf("a foreign node was written %d times", n)
				}
			}
			if n := len(w.sim.Nodes()); n != 9 {
				t.Errorf("%d nodes left, want the 9 foreign ones", n)
			}
		})
	}
}

func TestClockSkewGzipUnknownFieldsHugeErrors(t *testing.T) {
	t.Run("clock skew", func(t *testing.T) {
		w := newWorld(t)
		w.fault("clock=+10y")
		everyday(t, w)
	})
	t.Run("gzip", func(t *testing.T) {
		w := newWorld(t)
		w.fault("gzip")
		everyday(t, w)
	})
	t.Run("unknown fields", func(t *testing.T) {
		everyday(t, newWorld(t, func(s *setting) { s.switches.ExtraFields = "on" }))
	})
	t.Run("huge error body", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /kbm/nodes status=422 body=huge")
		_, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeRefused)
		if len(err.Error()) > 500 {
			t.Errorf("an error of %d characters", len(err.Error()))
		}
	})
}
