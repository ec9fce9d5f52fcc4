package sim

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// statuses asks n times and returns the statuses, 0 for a cut connection.
func statuses(t *testing.T, d *double, n int) []int {
	t.Helper()
	client := &http.Client{Transport: Transport(d.handler)}
	out := make([]int, n)
	for i := range out {
		out[i] = ask(client, "http://double/things/1").status
	}
	return out
}

func count(all []int, want int) (n int) {
	for _, s := range all {
		if s == want {
			n++
		}
	}
	return n
}

func TestWhichRequestsAFaultMeets(t *testing.T) {
	for fault, want := range map[string][]int{
		"nth=3 status=500":             {200, 200, 500, 200, 200, 200},
		"every=2 status=500":           {200, 500, 200, 500, 200, 500},
		"times=2 status=500":           {500, 500, 200, 200, 200, 200},
		"every=2 times=2 status=500":   {200, 500, 200, 500, 200, 200},
		"POST /things/{id} status=500": {500, 500, 500, 500, 500, 500},
		"POST /thing/{id} status=500":  {200, 200, 200, 200, 200, 200},
		"query=cursor status=500":      {200, 200, 200, 200, 200, 200},
		"nth=2 reset=before":           {200, 0, 200, 200, 200, 200},
		"GET,DELETE status=500":        {200, 200, 200, 200, 200, 200},
		"from=1h status=500":           {200, 200, 200, 200, 200, 200},
		"until=1h status=500":          {500, 500, 500, 500, 500, 500},
		"limit=1/s burst=2":            {200, 200, 429, 429, 429, 429},
		"limit=1/s burst=2 status=503": {200, 200, 503, 503, 503, 503},
	} {
		d := newDouble(t, NewFrozenClock(time.Unix(1_800_000_000, 0)), fault)
		got := statuses(t, d, len(want))
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", fault, got, want)
				break
			}
		}
	}
}

func TestWindowMovesWithTheClock(t *testing.T) {
	clock := NewFrozenClock(time.Unix(1_800_000_000, 0))
	d := newDouble(t, clock, "from=10s until=20s status=503")
	for _, want := range []int{200, 503, 200} {
		if got := statuses(t, d, 1)[0]; got != want {
			t.Errorf("%v: %d, want %d", clock.Now(), got, want)
		}
		clock.Advance(10 * time.Second)
	}
}

func TestProbabilityIsDrawnFromTheSeed(t *testing.T) {
	const fault, n = "probability=0.3 status=500", 2000
	d := newDouble(t, NewClock(), fault)
	first := statuses(t, d, n)
	if hits := count(first, 500); hits < 500 || hits > 700 {
		t.Errorf("%d of %d, want about 600", hits, n)
	}
	d.Faults.Clear()
	if err := d.Faults.AddText(fault); err != nil {
		t.Fatal(err)
	}
	second := statuses(t, d, n)
	for i := range first {
		if first[i] != second[i] {
			t.Fatal("the same seed draws differently")
		}
	}
}

func TestLimitRefillsByTheClock(t *testing.T) {
	clock := NewFrozenClock(time.Unix(1_800_000_000, 0))
	d := newDouble(t, clock, "limit=4/s retry-after=1")
	if got := count(statuses(t, d, 10), 200); got != 4 {
		t.Errorf("%d of a burst of 10 pass, want 4", got)
	}
	passed := 0
	for range 100 {
		clock.Advance(125 * time.Millisecond)
		passed += count(statuses(t, d, 1), 200)
	}
	if passed != 50 {
		t.Errorf("%d pass in 12.5 s at 8/s asked, want 50", passed)
	}
}

func TestParallelLimit(t *testing.T) {
	d := newDouble(t, NewClock(), "parallel=2")
	inside, release := make(chan struct{}), make(chan struct{})
	d.Route = func(*http.Request) Route { return Route{Template: "/slow"} }
	slow := httptest.NewServer(d.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-release
	})))
	defer slow.Close()
	results := make(chan int, 2)
	for range 2 {
		go func() { results <- ask(slow.Client(), slow.URL).status }()
		<-inside
	}
	if got := ask(slow.Client(), slow.URL).status; got != 429 {
		t.Errorf("the third parallel request gets %d, want 429", got)
	}
	close(release)
	for range 2 {
		if got := <-results; got != 200 {
			t.Errorf("one of the first two gets %d", got)
		}
	}
	if d.Journal.MaxParallel() != 3 {
		t.Errorf("MaxParallel %d, want 3", d.Journal.MaxParallel())
	}
	go func() { <-inside }()
	if got := ask(slow.Client(), slow.URL).status; got != 200 {
		t.Errorf("after both have left: %d, want 200", got)
	}
}

func TestSeveralFaultsAddUp(t *testing.T) {
	d := newDouble(t, NewClock(), "header=X-A:1", "header=X-B:2 status=500", "status=404 header=X-C:3", "page=loop")
	got := ask(&http.Client{Transport: Transport(d.handler)}, "http://double/things/1")
	if got.status != 500 || got.header.Get("X-A")+got.header.Get("X-B")+got.header.Get("X-C") != "123" {
		t.Errorf("%d %v", got.status, got.header)
	}
	fired := d.Faults.Rules()
	if len(fired) != 4 || fired[1].Fault != "status=500 header=X-B:2" || fired[1].Fired != 1 || fired[1].Seen != 1 {
		t.Errorf("rules: %+v", fired)
	}
}

func TestAddTextIsAllOrNone(t *testing.T) {
	f := NewFaults(NewClock(), 1)
	if err := f.AddText("status=500", "status=9"); err == nil || !strings.Contains(err.Error(), "status=9") {
		t.Errorf("error: %v", err)
	}
	if n := len(f.Rules()); n != 0 {
		t.Errorf("%d rules after a refused text", n)
	}
}
