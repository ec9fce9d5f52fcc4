package dialpadsim

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// seedMany adds n nodes whose contents come from a small set.
func seedMany(s *Server, n int) {
	body := strings.Repeat("<p>A paragraph about tea.</p>", 80) // 2 kB
	for i := range n {
		s.Seed(Node{
			Title: fmt.Sprintf("Article %d", i), Source: source, ExternalID: fmt.Sprint(1_000_000 + i), Locale: "en-us",
			URL: fmt.Sprintf("https://help.example.com/hc/en-us/articles/%d", 1_000_000+i), Content: body + fmt.Sprint(i%10),
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestHundredThousandNodes(t *testing.T) {
	const n = 100_000
	c := newClient(t, nil)
	before := heap()
	seedMany(c.sim, n)
	if perNode := (heap() - before) / n; perNode > 900 {
		t.Errorf("%d bytes per node, want at most 900", perNode)
	}
	own := filter{typ: "content", status: published}
	listed, pages := 0, 0
	for after, more := int64(0), true; more; pages++ {
		var views []view
		views, more = c.sim.store.list(own, after, 100)
		listed += len(views)
		after = views[len(views)-1].seq
	}
	if listed != n || pages != n/100 {
		t.Errorf("%d listed on %d pages, want %d on %d", listed, pages, n, n/100)
	}
	// The work of a page does not grow with what lies before or behind it.
	allocs := func(after int64) float64 {
		return testing.AllocsPerRun(10, func() { c.sim.store.list(own, after, 100) })
	}
	if first, late := allocs(0), allocs(n-200); first > 20 || late > 20 {
		t.Errorf("a page takes %v allocations at the start, %v near the end", first, late)
	}
}

func BenchmarkListPage(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, err := New(Config{})
			if err != nil {
				b.Fatal(err)
			}
			seedMany(s, n)
			for b.Loop() {
				s.store.list(filter{typ: "content", status: published}, int64(n/2), 100)
			}
		})
	}
}

func TestDeletedNodesAreForgotten(t *testing.T) {
	c := newClient(t, nil)
	const n = 5000
	seedMany(c.sim, n)
	for i, node := range c.sim.Nodes() {
		if i%1000 != 0 {
			if err := c.sim.DeleteByHand(node.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := c.sim.store
	if len(s.order) > 2000 || len(s.byID) != n/1000 || len(s.byKey) != n/1000 || len(s.blobs) != 1 {
		t.Errorf("%d in order, %d by id, %d by key, %d contents", len(s.order), len(s.byID), len(s.byKey), len(s.blobs))
	}
	if got := c.all("limit=2"); len(got) != n/1000 {
		t.Errorf("%d listed", len(got))
	}
}

// Many clients at once, for the race detector and for lost writes.
func TestManyClientsAtOnce(t *testing.T) {
	s, err := New(Config{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	shared := &client{t: t, sim: s, http: server.Client(), base: server.URL, v: "v3.1"}
	shared.token = shared.signIn(s.Credentials().Knowledge)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 20 {
				key := fmt.Sprintf("%d-%d", worker, i)
				a := shared.send("POST", "/kbm/nodes", nodeIn(source, key, "T"))
				id := a.field("id")
				shared.upload(id, "text/html", key)
				shared.list("limit=10")
				if i%4 == 0 {
					shared.send("DELETE", "/kbm/nodes/"+id, "")
				}
				shared.do("GET", "/?q=T", "", "")
				shared.control("GET", "state", "")
			}
		})
	}
	wg.Go(func() {
		for i := range 50 {
			_ = s.SetSwitches(func(sw *Switches) { sw.LagMS = i % 2 })
			shared.control("POST", "switches", `{"versions":["v2.2","v3.1"]}`)
		}
	})
	wg.Wait()
	if got := len(s.Nodes()); got != 8*15 {
		t.Errorf("%d nodes, want %d", got, 8*15)
	}
	if s.Journal().Count(http.MethodPost, "/{v}/kbm/nodes") != 160 || s.Journal().MaxParallel() < 2 {
		t.Errorf("journal: %d creates, %d parallel", s.Journal().Count("POST", "/{v}/kbm/nodes"), s.Journal().MaxParallel())
	}
}
