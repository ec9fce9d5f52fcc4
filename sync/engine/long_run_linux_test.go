package engine_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// day is what one day of the agent took.
type day struct {
	passes, keys, owned int
	gap                 time.Duration // the longest time between two passes
	goroutines, handles int
	heap                uint64
	file                int64
}

func (d day) String() string {
	return fmt.Sprintf("%d passes (at most %v apart), %d key listings, %d listings of Dialpad; %d goroutines, %d handles, %d KB heap, %d KB file",
		d.passes, d.gap.Round(time.Second), d.keys, d.owned, d.goroutines, d.handles, d.heap>>10, d.file>>10)
}

// TestTheAgentGoesOnForWeeks lets the loop run day after day over a real
// checkpoint, with edits, removals and hand edits in Dialpad now and then: it
// keeps its interval, compares keys hourly, proves daily, and takes no more on
// the last day than on the second.
func TestTheAgentGoesOnForWeeks(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.perPage = 100
		b.fill(200)
		var d day
		var last time.Time
		b.fault = func(op string, _ bool) error {
			if op == "fetch" {
				if !last.IsZero() {
					d.gap = max(d.gap, time.Since(last))
				}
				d.passes++
				last = time.Now()
			}
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- b.engine.Run(ctx) }()
		var days []day
		for n := range longRunDays {
			b.oneDay(n)
			days = append(days, b.weigh(&d))
			t.Logf("day %d: %v", n+1, days[n])
			if diff := b.differences(); len(diff) > 0 {
				t.Fatalf("day %d: %q", n+1, diff)
			}
			if v := b.engine.Status().Verdict(time.Now()); v != engine.UpToDate {
				t.Errorf("day %d: verdict %d, %+v", n+1, v, b.engine.Status())
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		for n, d := range days[1:] {
			d.compare(t, n+2, days[1])
		}
	})
}

// compare holds a day against what is promised and against the second day.
func (d day) compare(t *testing.T, n int, second day) {
	t.Helper()
	switch {
	case d.passes < 90 || d.passes > 104 || d.gap > 17*time.Minute:
		t.Errorf("day %d keeps no interval of 15 minutes: %v", n, d)
	case d.keys < 20 || d.keys > 25:
		t.Errorf("day %d does not compare keys hourly: %v", n, d)
	case d.owned < 1 || d.owned > 2:
		t.Errorf("day %d does not prove daily: %v", n, d)
	case d.goroutines > second.goroutines || d.handles > second.handles+2: // the runtime may open one of its own
		t.Errorf("day %d holds more than the second: %v", n, d)
	case d.heap > second.heap+1<<20 || d.file > second.file+64<<10:
		t.Errorf("day %d has grown: %v", n, d)
	}
}

// oneDay is what happens in one: few things at the source, one in Dialpad.
func (b *bench) oneDay(n int) {
	b.drift(deed{what: "by hand", n: 190 + n%10}) // the day's proof finds it
	time.Sleep(3 * time.Hour)
	for i := range 5 {
		b.edit((7*n+i)%150, fmt.Sprintf("text of day %d", n))
	}
	time.Sleep(5 * time.Hour)
	b.hide(number(150+n%40), source.Deleted, n%2 == 0)
	time.Sleep(5 * time.Hour)
	b.edit(150+n%40, "there again")
	time.Sleep(11 * time.Hour)
}

// weigh takes the day that was counted, begins the next, and measures what the
// process holds now.
func (b *bench) weigh(counted *day) day {
	b.t.Helper()
	b.mu.Lock()
	d := *counted
	d.keys, d.owned = b.keys, b.owned
	*counted, b.keys, b.owned = day{}, 0, 0
	b.events = nil // what only the test remembers
	b.mu.Unlock()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.heap, d.goroutines = m.HeapAlloc, runtime.NumGoroutine()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		b.t.Fatal(err)
	}
	d.handles = len(open)
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(b.file + suffix)
		if err != nil {
			b.t.Fatal(err)
		}
		d.file += info.Size()
	}
	return d
}
