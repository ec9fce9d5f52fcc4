package dialpad

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// The tests of this file are named after the rows of the double's table of
// faults: those in which the API refuses something.

func TestTokenExpiry(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	tokens := w.sim.Journal().Count("POST", "/oauth/token")
	w.fault("PUT token=expired times=1")
	doc.Title = "New"
	w.put(doc, node)
	w.holds(doc)
	if got := w.sim.Journal().Count("POST", "/oauth/token") - tokens; got != 1 {
		t.Errorf("%d tokens asked for, want 1", got)
	}
	if got := w.asked("PUT", "/kbm/nodes/{id}"); got != 2 {
		t.Errorf("%d updates, want the refused one and its repeat", got)
	}
}

func TestTokenRevokedForGood(t *testing.T) {
	w := newWorld(t)
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	w.sim.RevokeAll()
	_, putErr := w.Put(t.Context(), doc, node)
	_, createErr := w.Put(t.Context(), answer("other", "b"), engine.Node{})
	_, _, readErr := w.Read(t.Context(), node)
	_, listErr := w.owned()
	for _, err := range []error{putErr, createErr, readErr, listErr, w.Delete(t.Context(), node), w.TestSignIn(t.Context())} {
		if source.KindOf(err) != source.SignIn {
			t.Errorf("%v (%v), want SignIn", err, source.KindOf(err))
		}
	}
	w.holds(doc)
	if got := w.asked("DELETE", "/kbm/nodes/{id}"); got != 0 {
		t.Errorf("%d deletes", got)
	}
}

// To see whether the sign-in is valid takes one request, whatever comes of it.
func TestSignInIsTestedOnce(t *testing.T) {
	for fault, want := range map[string]source.Kind{
		"":                             source.Unclassified,
		"GET status=503":               source.Transient,
		"GET status=429 retry-after=9": source.Throttled,
		"GET status=403":               source.Forbidden,
	} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			w.seed(3)
			if fault != "" {
				w.fault(fault)
			}
			if err := w.TestSignIn(t.Context()); source.KindOf(err) != want || (err == nil) != (fault == "") {
				t.Errorf("%v, want kind %v", err, want)
			}
			if got := w.asked("GET", "/kbm/nodes"); got != 1 {
				t.Errorf("%d requests", got)
			}
		})
	}
}

func TestMissingPermission(t *testing.T) {
	t.Run("credentials that may only read", func(t *testing.T) {
		w := newWorld(t, func(s *setting) {
			s.pair = func(c dialpadsim.Credentials) dialpadsim.Credential { return c.ReadOnly }
		})
		id := w.seed(1)[0]
		listed, err := w.owned()
		if err != nil || len(listed) != 1 {
			t.Fatalf("Owned: %+v, %v", listed, err)
		}
		doc := answer("a", "changed")
		_, createErr := w.Put(t.Context(), answer("other", "b"), engine.Node{})
		_, putErr := w.Put(t.Context(), doc, listed[0])
		for _, err := range []error{createErr, putErr, w.Delete(t.Context(), listed[0])} {
			wantError(t, err, source.Forbidden, source.CodeReadOnly)
		}
		if n, err := w.sim.Node(id); err != nil || n.Content == content.Wrap(doc.HTML) {
			t.Error("the node was written")
		}
	})
	t.Run("reading too", func(t *testing.T) {
		w := newWorld(t)
		w.fault("GET status=403", "POST /kbm/nodes status=403")
		_, err := w.Put(t.Context(), answer("a", "b"), engine.Node{})
		wantError(t, err, source.Forbidden, "")
	})
	t.Run("one node in a good run", func(t *testing.T) {
		w := newWorld(t)
		node := w.put(answer("a", "b"), engine.Node{})
		w.fault("POST /kbm/nodes/" + node.ID + "/content status=403")
		_, err := w.Put(t.Context(), answer("a", "c"), node)
		wantError(t, err, source.Transient, "")
		w.put(answer("other", "d"), engine.Node{})
		w.fault("POST,PUT,DELETE status=403")
		_, first := w.Put(t.Context(), answer("third", "e"), engine.Node{})
		_, second := w.Put(t.Context(), answer("fourth", "f"), engine.Node{})
		wantError(t, first, source.Transient, "")
		wantError(t, second, source.Forbidden, source.CodeReadOnly)
	})
	t.Run("for other reasons than the document", func(t *testing.T) {
		w := newWorld(t)
		node := w.put(answer("a", "b"), engine.Node{})
		for _, status := range []int{http.StatusPaymentRequired, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusLocked} {
			w.fault(fmt.Sprintf("POST /content times=1 status=%d", status))
			_, err := w.Put(t.Context(), answer("a", "c"), node)
			wantError(t, err, source.Transient, source.CodeRefused)
		}
	})
}

// A page to sign in on, with status 200, says nothing about a write: it is made
// again, and never taken for done.
func TestAWebPageIsNoAnswerToAWrite(t *testing.T) {
	w := newWorld(t)
	node := w.put(answer("a", "b"), engine.Node{})
	w.fault("POST /kbm/nodes/{id}/content html times=1", "PUT html times=1")
	changed := answer("a", "c")
	changed.Title = "Another title"
	w.put(changed, node)
	w.holds(changed)
	w.fault("DELETE html times=1")
	if err := w.Delete(t.Context(), node); err != nil {
		t.Fatal(err)
	}
	w.holds()
	w.fault("POST /kbm/nodes html times=1")
	if _, err := w.Put(t.Context(), answer("b", "c"), engine.Node{}); !isUnsure(err) {
		t.Errorf("create: %v", err)
	}
}

func TestUnknownNodeOrPath(t *testing.T) {
	w := newWorld(t)
	known := engine.Node{ID: "node_00", Key: "return:en-us", Locale: "en-us"}
	if _, err := w.Put(t.Context(), answer("return", "a"), known); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Put: %v", err)
	}
	if err := w.Delete(t.Context(), known); err != nil {
		t.Errorf("Delete: %v", err)
	}
	for _, broken := range []string{"", "..", "a/b"} {
		if _, _, err := w.Read(t.Context(), engine.Node{ID: broken}); !errors.Is(err, engine.ErrNodeGone) {
			t.Errorf("Read(%q): %v", broken, err)
		}
	}
	t.Run("gone between reading and writing", func(t *testing.T) {
		for _, fault := range []string{"PUT status=404", "POST /content status=404"} {
			w := newWorld(t)
			doc := answer("return", "a")
			node := w.put(doc, engine.Node{})
			w.fault(fault)
			doc.Title = "New"
			if _, err := w.Put(t.Context(), doc, node); !errors.Is(err, engine.ErrNodeGone) {
				t.Errorf("%s: %v", fault, err)
			}
		}
	})
	t.Run("a new node that cannot be found yet", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /content status=404 times=2")
		doc := answer("return", "a")
		node, err := w.Put(t.Context(), doc, engine.Node{})
		wantError(t, err, source.Transient, "")
		w.put(doc, node)
		w.holds(doc)
	})
}

// While a version is retired, every node seems gone; none may count as deleted
// or be created again.
func TestVersionRetired(t *testing.T) {
	for name, retire := range map[string]func(*dialpadsim.Switches){
		"410": func(s *dialpadsim.Switches) { s.Retired = []string{"v2.2"} },
		"404": func(s *dialpadsim.Switches) { s.Versions = []string{"v3.1"} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, bubble)
				doc := answer("return", "a")
				node := w.put(doc, engine.Node{})
				w.switches(retire)
				time.Sleep(2 * aliveFor) // what was learnt is old
				_, putErr := w.Put(t.Context(), doc, node)
				_, createErr := w.Put(t.Context(), answer("other", "b"), engine.Node{})
				_, _, readErr := w.Read(t.Context(), node)
				_, listErr := w.owned()
				for _, err := range []error{putErr, createErr, readErr, listErr, w.Delete(t.Context(), node)} {
					if errors.Is(err, engine.ErrNodeGone) {
						t.Errorf("the node counts as gone: %v", err)
					}
					wantError(t, err, source.Fatal, source.CodeNoKnowledgeAPI)
				}
				version, _, err := Probe(t.Context(), w.client, "")
				if version != "v3.1" || err != nil {
					t.Errorf("Probe = %q, %v", version, err)
				}
			})
		})
	}
}

func TestDuplicateKey(t *testing.T) {
	for name, change := range map[string]func(*dialpadsim.Switches){
		"conflict names the node":       func(s *dialpadsim.Switches) { s.Dup = "conflict" },
		"conflict without an id":        func(s *dialpadsim.Switches) { s.Dup, s.ConflictID = "conflict", "off" },
		"conflict in another shape":     func(s *dialpadsim.Switches) { s.Dup, s.ErrorShape = "conflict", "html" },
		"conflict and a sparse listing": func(s *dialpadsim.Switches) { s.Dup, s.ConflictID, s.ListShape = "conflict", "off", "sparse" },
		"upsert":                        func(s *dialpadsim.Switches) { s.Dup = "upsert" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { change(&s.switches) })
			w.seed(3)
			first := w.put(answer("return", "a"), engine.Node{})
			doc := answer("return", "b")
			doc.Title = "New"
			if second := w.put(doc, engine.Node{}); second.ID != first.ID {
				t.Errorf("node %s beside %s", second.ID, first.ID)
			}
			if n, err := w.sim.Node(first.ID); err != nil || n.Title != "New" || n.Content != content.Wrap("<p>b</p>") {
				t.Errorf("the node holds %+v, %v", n, err)
			}
			if n := len(w.sim.Nodes()); n != 4 {
				t.Errorf("%d nodes, want 4", n)
			}
		})
	}
	t.Run("silent duplicate", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.Dup = "duplicate" })
		doc := answer("return", "a")
		first, second := w.put(doc, engine.Node{}), w.put(doc, engine.Node{})
		listed, err := w.owned()
		if err != nil || len(listed) != 2 || listed[0].Created == "" || listed[0].Created >= listed[1].Created {
			t.Fatalf("both are to be listed in order of creation: %+v, %v", listed, err)
		}
		if err := w.Delete(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		w.holds(doc)
		if ids := w.ownedIDs(); ids[0] != first.ID {
			t.Errorf("%v is left, want %s", ids, first.ID)
		}
	})
	t.Run("conflict with a node the listing does not show yet", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.ConflictID, s.switches.LagMS = "off", 3_600_000 })
		w.seed(1)
		node, err := w.Put(t.Context(), answer("a", "b"), engine.Node{})
		if node.ID != "" || !isUnsure(err) {
			t.Errorf("Put = %+v, %v; want an unsure error", node, err)
		}
		wantError(t, err, source.Transient, source.CodeRefused)
	})
	t.Run("conflict with a node that is not ours", func(t *testing.T) {
		w := newWorld(t)
		id := w.sim.Seed(dialpadsim.Foreign(1, 0, 0)...)[0]
		w.fault(`POST /kbm/nodes status=409 body="{\"id\":\"` + id + `\"}"`)
		_, err := w.Put(t.Context(), answer("a", "b"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeRefused)
		if w.written(id) != 0 {
			t.Error("the foreign node was written")
		}
	})
}

func TestTooLarge(t *testing.T) {
	for _, how := range []string{"answer", "close"} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { s.switches.MaxBytes, s.switches.TooLarge = 1000, how })
			large := answer("return", strings.Repeat("a", 5<<20))
			node, err := w.Put(t.Context(), large, engine.Node{})
			wantError(t, err, source.BadDocument, source.CodeTooLarge)
			if node.ID != "" {
				t.Errorf("half-made node %s stays", node.ID)
			}
			w.holds()

			small := answer("return", "a")
			known := w.put(small, engine.Node{})
			node, err = w.Put(t.Context(), large, known)
			wantError(t, err, source.BadDocument, source.CodeTooLarge)
			if node.ID != known.ID {
				t.Errorf("the node is not returned beside the error: %+v", node)
			}
			w.holds(small)
		})
	}
	t.Run("half-made node that cannot be deleted", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /content status=413", "DELETE status=403")
		node, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeTooLarge)
		if node.ID == "" || len(w.sim.Nodes()) != 1 {
			t.Errorf("the node that stays is not returned: %+v", node)
		}
	})
	t.Run("create answered with an older node", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.Dup = "upsert" })
		doc := answer("return", "a")
		first := w.put(doc, engine.Node{})
		w.fault("POST /content status=413")
		node, err := w.Put(t.Context(), answer("return", "b"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeTooLarge)
		if node.ID != first.ID {
			t.Errorf("Put = %+v", node)
		}
		w.holds(doc)
	})
}

func TestWrongType(t *testing.T) {
	t.Run("on create", func(t *testing.T) {
		w := newWorld(t, func(s *setting) { s.switches.RejectTypes = []string{"text/html"} })
		_, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeRefused)
	})
	t.Run("on upload", func(t *testing.T) {
		w := newWorld(t)
		w.fault("POST /content status=415")
		node, err := w.Put(t.Context(), answer("return", "a"), engine.Node{})
		wantError(t, err, source.BadDocument, source.CodeRefused)
		if node.ID != "" || len(w.sim.Nodes()) != 0 {
			t.Errorf("a half-made node stays: %+v", node)
		}
	})
}

func TestBadJSONOrField(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.RejectTitles = "^Bad" })
	bad := answer("return", "a")
	bad.Title = "Bad title"
	_, err := w.Put(t.Context(), bad, engine.Node{})
	wantError(t, err, source.BadDocument, source.CodeRefused)
	if strings.Contains(err.Error(), "Bad title") {
		t.Errorf("the error names the title: %v", err)
	}
	good := answer("return", "a")
	known := w.put(good, engine.Node{})
	node, err := w.Put(t.Context(), bad, known)
	wantError(t, err, source.BadDocument, source.CodeRefused)
	if node.ID != known.ID {
		t.Errorf("the node is not returned beside the error: %+v", node)
	}
	w.holds(good)
}

// That one answer says gone is not enough where the node was read a moment ago,
// nor where the answer may be about the API's version: the node is asked for
// again. Otherwise a removal counts as done, or the document is made twice.
func TestANodeIsNotGoneBecauseOneAnswerSaysSo(t *testing.T) {
	for _, fault := range []string{
		"GET /kbm/nodes/{id} status=410", "DELETE status=410", "DELETE status=404",
		"PUT status=410", "PUT status=404", "POST /content status=410", "POST /content status=404",
	} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { s.switches.Dup = "duplicate" })
			doc := answer("return", "a")
			known := w.put(doc, engine.Node{})
			w.fault(fault + " times=1")
			next := doc
			next.Title = "New"
			if _, err := w.Put(t.Context(), next, known); errors.Is(err, engine.ErrNodeGone) {
				t.Errorf("Put: %v", err)
			}
			w.sim.Faults().Clear()
			w.fault(fault + " times=1")
			if err := w.Delete(t.Context(), known); err == nil && len(w.sim.Nodes()) != 0 {
				t.Error("the removal counts as done, and the node is there")
			}
			w.sim.Faults().Clear()
			if err := w.Delete(t.Context(), known); err != nil || len(w.sim.Nodes()) != 0 {
				t.Errorf("Delete: %v", err)
			}
			if _, _, err := w.Read(t.Context(), known); !errors.Is(err, engine.ErrNodeGone) {
				t.Errorf("Read of what was deleted: %v", err)
			}
		})
	}
	t.Run("the API says 410 of every node it has not", func(t *testing.T) {
		w := newWorld(t)
		known := w.put(answer("return", "a"), engine.Node{})
		if err := w.Delete(t.Context(), known); err != nil {
			t.Fatal(err)
		}
		w.fault("GET /kbm/nodes/{id} status=410")
		if _, _, err := w.Read(t.Context(), known); !errors.Is(err, engine.ErrNodeGone) {
			t.Errorf("Read: %v", err)
		}
	})
}
