package dialpad

import (
	"slices"
	"testing"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/source"
)

// paged is a world whose listings have pages of ten.
func paged(t *testing.T, change ...func(*setting)) *world {
	return newWorld(t, append(change, func(s *setting) { s.switches.PageCap = 10 })...)
}

func TestOwnedListsAllPages(t *testing.T) {
	for _, n := range []int{0, 1, 10, 25, 30} {
		w := paged(t)
		w.sim.Seed(dialpadsim.Foreign(5, 5, 5)...)
		ids := w.seed(n)
		if got := w.ownedIDs(); !slices.Equal(got, ids) {
			t.Errorf("%d nodes: got %d", n, len(got))
		}
	}
}

func TestOwnedStopsWhenAsked(t *testing.T) {
	w := paged(t)
	w.seed(30)
	for _, err := range w.Owned(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if got := w.asked("GET", "/kbm/nodes"); got != 1 {
		t.Errorf("%d pages read for one node", got)
	}
}

func TestCursorInvalid(t *testing.T) {
	for _, how := range []string{"page=invalid", "page=gone", "status=404", "status=422"} {
		t.Run(how+" once", func(t *testing.T) {
			w := paged(t)
			ids := w.seed(30)
			w.fault("GET query=cursor nth=2 " + how)
			if got := w.ownedIDs(); !slices.Equal(got, ids) {
				t.Errorf("%d nodes, want 30, each once", len(got))
			}
		})
		t.Run(how+" twice", func(t *testing.T) {
			w := paged(t)
			w.seed(30)
			w.fault("GET query=cursor every=2 " + how)
			_, err := w.owned()
			wantError(t, err, source.Transient, source.CodeCutShort)
			if got := w.asked("GET", "/kbm/nodes"); got != 6 {
				t.Errorf("%d pages read, want two listings of three", got)
			}
		})
	}
	t.Run("410 by cursor_code", func(t *testing.T) {
		w := paged(t, func(s *setting) { s.switches.Cursor, s.switches.CursorCode = "generation", 410 })
		ids := w.seed(30)
		got := 0
		for _, err := range w.Owned(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if got++; got == 5 { // a write makes every cursor invalid
				ids = append(ids, w.sim.Seed(dialpadsim.Node{Source: ours, ExternalID: "new:en-us", Title: "T"})...)
			}
		}
		if got != len(ids) {
			t.Errorf("%d nodes, want %d", got, len(ids))
		}
	})
}

func TestCursorLoopRepeatedPageEmptyPage(t *testing.T) {
	for _, fault := range []string{
		"GET query=cursor nth=1 page=loop", "GET query=cursor page=loop", "page=loop",
		"GET query=cursor nth=1 page=repeat", "GET query=cursor nth=2 page=repeat",
		"GET query=cursor nth=1 page=empty", "GET query=cursor nth=2 page=empty", "GET nth=1 page=empty",
	} {
		t.Run(fault, func(t *testing.T) {
			w := paged(t)
			w.seed(30)
			w.fault(fault)
			_, err := w.owned()
			wantError(t, err, source.Transient, source.CodeCutShort)
			if got := w.asked("GET", "/kbm/nodes"); got > 5 {
				t.Errorf("%d pages read", got)
			}
		})
	}
}

func TestListChangesWhilePaging(t *testing.T) {
	w := paged(t)
	ids := w.seed(30)
	got, seen := 0, map[string]bool{}
	for n, err := range w.Owned(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if seen[n.ID] {
			t.Errorf("%s comes twice", n.ID)
		}
		seen[n.ID] = true
		if got++; got == 5 {
			if err := w.sim.DeleteByHand(ids[0]); err != nil {
				t.Fatal(err)
			}
			if err := w.sim.DeleteByHand(ids[29]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got != 29 || seen[ids[29]] {
		t.Errorf("%d nodes, want the 29 that were there when their page was read", got)
	}
	t.Run("a sparse entry that is gone when it is read", func(t *testing.T) {
		w := paged(t, func(s *setting) { s.switches.ListShape = "sparse" })
		ids := w.seed(3)
		w.fault("GET /kbm/nodes/" + ids[1] + " status=404")
		if got := w.ownedIDs(); !slices.Equal(got, []string{ids[0], ids[2]}) {
			t.Errorf("Owned: %v", got)
		}
	})
	t.Run("a node that moves to a later page", func(t *testing.T) {
		w := paged(t)
		ids := w.seed(12)
		// The second page repeats a part of the first.
		w.fault(`GET query=cursor times=1 status=200 body={"entries":[` + entry(ids[9], "j") + "," + entry("node_later", "later") + `]}`)
		if got := w.ownedIDs(); len(got) != 11 || got[10] != "node_later" {
			t.Errorf("Owned: %v", got)
		}
	})
}

func entry(id, key string) string {
	return `{"id":"` + id + `","type":"content","status":"published","content":{"source":"` + ours + `","external_id":"` + key + `:en-us"}}`
}
