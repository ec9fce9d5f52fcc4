package dialpad

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// everyday does with a document what a sync does, in a Dialpad that behaves in
// a way of its own.
func everyday(t *testing.T, w *world) {
	t.Helper()
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	doc.HTML, doc.Title = "<p>b</p>", "New title"
	node = w.put(doc, node)
	w.holds(doc)
	if got, _, err := w.Read(t.Context(), node); err != nil || got != doc {
		t.Errorf("Read: %+v, %v", got, err)
	}
	if ids := w.ownedIDs(); !slices.Equal(ids, []string{node.ID}) {
		t.Errorf("Owned: %v, want %s", ids, node.ID)
	}
	if err := w.Delete(t.Context(), node); err != nil {
		t.Errorf("Delete: %v", err)
	}
	w.holds()
	if err := w.Delete(t.Context(), node); err != nil {
		t.Errorf("Delete again: %v", err)
	}
	if _, err := w.Put(t.Context(), doc, node); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Put to what is gone: %v", err)
	}
}

func TestSwitches(t *testing.T) {
	for name, change := range map[string]func(*dialpadsim.Switches){
		"defaults":              func(*dialpadsim.Switches) {},
		"dup=upsert":            func(s *dialpadsim.Switches) { s.Dup = "upsert" },
		"dup=duplicate":         func(s *dialpadsim.Switches) { s.Dup = "duplicate" },
		"list_shape=sparse":     func(s *dialpadsim.Switches) { s.ListShape = "sparse" },
		"create_code=200":       func(s *dialpadsim.Switches) { s.CreateCode = 200 },
		"empty_2xx_body=upload": func(s *dialpadsim.Switches) { s.EmptyBody = "upload" },
		"upload_answer=text":    func(s *dialpadsim.Switches) { s.UploadAnswer = "text" },
		"no_content=empty":      func(s *dialpadsim.Switches) { s.NoContent = "empty" },
		"trailing_slash=any":    func(s *dialpadsim.Switches) { s.TrailingSlash = "any" },
		"trailing_slash=required": func(s *dialpadsim.Switches) {
			s.TrailingSlash = "required"
		},
		"cursor=expires":         func(s *dialpadsim.Switches) { s.Cursor = "expires" },
		"cursor=generation":      func(s *dialpadsim.Switches) { s.Cursor = "generation" },
		"status_filter=required": func(s *dialpadsim.Switches) { s.StatusFilter = "required" },
		"delete=soft":            func(s *dialpadsim.Switches) { s.Delete = "soft" },
		"strict=on":              func(s *dialpadsim.Switches) { s.Strict = "on" },
		"report_versions=off":    func(s *dialpadsim.Switches) { s.ReportVersions = "off" },
		"extra_fields=on":        func(s *dialpadsim.Switches) { s.ExtraFields = "on" },
		"error_shape=google":     func(s *dialpadsim.Switches) { s.ErrorShape = "google" },
		"error_shape=oauth":      func(s *dialpadsim.Switches) { s.ErrorShape = "oauth" },
		"error_shape=detail":     func(s *dialpadsim.Switches) { s.ErrorShape = "detail" },
		"error_shape=html":       func(s *dialpadsim.Switches) { s.ErrorShape = "html" },
		"error_shape=empty":      func(s *dialpadsim.Switches) { s.ErrorShape = "empty" },
	} {
		t.Run(name, func(t *testing.T) {
			everyday(t, newWorld(t, func(s *setting) { change(&s.switches) }))
		})
	}
}

// The double knows the path of a node with and without a slash; this one knows
// only the one without.
func TestNodePathWithoutSlash(t *testing.T) {
	var slashed atomic.Int64
	w := newWorld(t, func(s *setting) {
		start := s.transport
		s.transport = func(h http.Handler) (string, http.RoundTripper) {
			return start(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/") {
					slashed.Add(1)
					http.NotFound(out, r)
					return
				}
				h.ServeHTTP(out, r)
			}))
		}
	})
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	w.put(doc, node)
	w.put(doc, node)
	if got := slashed.Load(); got != 1 {
		t.Errorf("the path with a slash was tried %d times, want once", got)
	}
}

func TestSwitchDelete(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.Delete = "soft" })
	doc := answer("return", "a")
	node := w.put(doc, engine.Node{})
	if err := w.sim.DeleteByHand(node.ID); err != nil {
		t.Fatal(err)
	}
	if _, fresh, err := w.Read(t.Context(), node); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Read of an archived node: %+v, %v", fresh, err)
	}
	if _, err := w.Put(t.Context(), doc, node); !errors.Is(err, engine.ErrNodeGone) {
		t.Errorf("Put to an archived node: %v", err)
	}
	again := w.put(doc, engine.Node{})
	w.holds(doc)
	if err := w.Delete(t.Context(), node); err != nil || again.ID == node.ID {
		t.Errorf("Delete of the archived node: %v", err)
	}
	w.holds(doc)
}

// A Dialpad that answers creates with nothing at all leaves the node unknown;
// the listing finds it, and the next Put finishes it.
func TestSwitchEmpty2xxBodyWrites(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.EmptyBody = "writes" })
	doc := answer("return", "a")
	node, err := w.Put(t.Context(), doc, engine.Node{})
	if node.ID != "" || !isUnsure(err) {
		t.Fatalf("Put = %+v, %v; want an unsure error", node, err)
	}
	wantError(t, err, source.Transient, source.CodeNotData)
	found, err := w.owned()
	if err != nil || len(found) != 1 {
		t.Fatalf("Owned: %+v, %v", found, err)
	}
	w.put(doc, found[0])
	w.holds(doc)
}

func TestSwitchNoContent(t *testing.T) {
	for _, how := range []string{"not_found", "empty"} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t, func(s *setting) { s.switches.NoContent = how })
			doc := answer("return", "a")
			id := w.sim.Seed(dialpadsim.Node{Source: ours, ExternalID: string(doc.Key), Title: doc.Title, URL: doc.URL, Locale: "en-US"})[0]
			known := engine.Node{ID: id, Key: doc.Key, Locale: doc.Locale}
			got, node, err := w.Read(t.Context(), known)
			if !errors.Is(err, engine.ErrNoContent) || got.HTML != "" || got.Title != doc.Title || node.Status != engine.Published {
				t.Errorf("Read = %+v, %+v, %v", got, node, err)
			}
			w.put(doc, known)
			w.holds(doc)
		})
	}
}

func TestSwitchReportVersions(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.ReportVersions = "off" })
	node := w.put(answer("return", "a"), engine.Node{})
	if _, fresh, err := w.Read(t.Context(), node); err != nil || fresh.Version != "" {
		t.Errorf("version %q, %v", fresh.Version, err)
	}
}

func TestSwitchStatusFilter(t *testing.T) {
	for filter, want := range map[string]int{"optional": 2, "required": 1} {
		w := newWorld(t, func(s *setting) { s.switches.StatusFilter = filter })
		hidden := w.seed(2)[0]
		if err := w.sim.UnpublishByHand(hidden); err != nil {
			t.Fatal(err)
		}
		if got := len(w.ownedIDs()); got != want {
			t.Errorf("%s: %d nodes, want %d", filter, got, want)
		}
		w.sim.Journal().Reset()
		w.ownedIDs()
		if got := w.asked("GET", "/kbm/nodes"); got != 1 {
			t.Errorf("%s: %d requests once it is known, want 1", filter, got)
		}
	}
}

func TestSwitchListShapeSparse(t *testing.T) {
	w := newWorld(t, func(s *setting) { s.switches.ListShape = "sparse" })
	ids := w.seed(3)
	w.sim.Seed(dialpadsim.Foreign(2, 2, 2)...)
	if got := w.ownedIDs(); !slices.Equal(got, ids) {
		t.Errorf("Owned: %v, want %v", got, ids)
	}
	if got := w.asked("GET", "/kbm/nodes/{id}"); got != 7 {
		t.Errorf("%d nodes read one by one, want the 7 of type content", got)
	}
	w.sim.Journal().Reset()
	again, err := w.owned()
	if err != nil || len(again) != 3 || again[0].Key == "" || again[0].Status != engine.Published {
		t.Errorf("Owned again: %+v, %v", again, err)
	}
	if got := w.asked("GET", "/kbm/nodes/{id}"); got != 0 {
		t.Errorf("%d nodes read again", got)
	}
}

// remembered is a Memory that outlives a Destination.
type remembered struct {
	known   map[string]source.Key
	foreign map[string]bool
}

func (m remembered) Known(id string) (source.Key, bool) { key, ok := m.known[id]; return key, ok }
func (m remembered) Learn(id string, key source.Key)    { m.known[id] = key }
func (m remembered) Foreign(id string) bool             { return m.foreign[id] }
func (m remembered) LearnForeign(id string)             { m.foreign[id] = true }

func TestMemoryOutlivesTheDestination(t *testing.T) {
	memory := remembered{map[string]source.Key{}, map[string]bool{}}
	w := newWorld(t, func(s *setting) { s.switches.ListShape, s.config.Memory = "sparse", memory })
	ids := w.seed(2)
	w.sim.Seed(dialpadsim.Foreign(2, 0, 0)...)
	w.ownedIDs()
	if len(memory.known) != 2 || len(memory.foreign) != 2 {
		t.Fatalf("remembered: %+v", memory)
	}
	w.sim.Journal().Reset()
	w.Destination = New(Config{Client: w.client, SourceValue: ours, Memory: memory})
	if got := w.ownedIDs(); !slices.Equal(got, ids) {
		t.Errorf("Owned: %v, want %v", got, ids)
	}
	if got := w.sim.Journal().Total(); got != 1 {
		t.Errorf("%d requests, want the listing alone", got)
	}
}
