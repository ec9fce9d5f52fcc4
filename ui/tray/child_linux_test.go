package tray

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// childEnv makes the test binary play the agent: Run works once in a process.
const childEnv = "TRAY_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		play()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// order is what the test asks of the agent, one line of JSON each.
type order struct {
	Picture *engine.Status `json:",omitempty"`
	Measure bool           `json:",omitempty"`
	Listen  bool           `json:",omitempty"` // as the password store does, for one signal
	German  bool           `json:",omitempty"` // from now on
	End     bool           `json:",omitempty"`
}

// report is what the agent tells.
type report struct {
	Act                      string `json:",omitempty"`
	Goroutines, Files, Bytes int    `json:",omitempty"`
	Ended                    string `json:",omitempty"` // Run's error, or "well"
	None                     bool   `json:",omitempty"` // it is ErrNone
	Left                     string `json:",omitempty"` // goroutines left behind
}

// agent writes what the menu asks for.
type agent struct {
	mu    sync.Mutex
	out   *json.Encoder
	words atomic.Pointer[view.Words]
}

func (a *agent) tell(r report) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.out.Encode(r) // the test has gone
}

func (a *agent) Sync(full bool) { a.tell(report{Act: fmt.Sprintf("sync full=%v", full)}) }

func (a *agent) Pause(until time.Time) {
	act := "pause until resumed"
	switch {
	case until.Equal(tomorrow(time.Now())):
		act = "pause until tomorrow"
	case !until.IsZero():
		act = "pause for " + time.Until(until).Round(time.Minute).String()
	}
	a.tell(report{Act: act})
}

func (a *agent) Resume()             { a.tell(report{Act: "resume"}) }
func (a *agent) Open(account string) { a.tell(report{Act: fmt.Sprintf("open %q", account)}) }

// play is the agent: a tray fed from standard input.
func play() {
	before := goleak.IgnoreCurrent()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	a := &agent{out: json.NewEncoder(os.Stdout)}
	a.words.Store(english)
	pictures := make(chan engine.Status)
	go takeOrders(ctx, a, pictures, quit)
	err := Run(ctx, Config{
		Pictures: pictures, Agent: a, Words: a.words.Load, Quit: func() { a.tell(report{Act: "quit"}); quit() },
		NoPanel: func() { a.tell(report{Act: "no panel"}) },
		Log:     slog.New(slog.NewTextHandler(os.Stderr, nil)),
		timing:  timing{pace: time.Microsecond, hiccup: time.Hour, recheck: time.Hour, grace: 10 * time.Millisecond, retry: 10 * time.Millisecond},
	})
	ended := report{Ended: "well", None: isNone(err)}
	if err != nil {
		ended.Ended = err.Error()
	}
	stop()
	if err := goleak.Find(before, goleak.IgnoreAnyFunction("dialpadsync.app/ui/tray.takeOrders"),
		goleak.IgnoreAnyFunction("os/signal.loop")); err != nil {
		ended.Left = err.Error()
	}
	a.tell(ended)
}

func takeOrders(ctx context.Context, a *agent, pictures chan<- engine.Status, quit func()) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var o order
		if err := json.Unmarshal(in.Bytes(), &o); err != nil {
			a.tell(report{Act: "bad order: " + err.Error()})
			continue
		}
		switch {
		case o.Picture != nil:
			select {
			case pictures <- *o.Picture:
			case <-ctx.Done():
			}
		case o.German:
			a.words.Store(view.In("de"))
		case o.Measure:
			a.tell(measure())
		case o.Listen:
			a.tell(report{Act: "listens: " + listen(a)})
		case o.End:
			quit()
		}
	}
	quit()
}

// noise is a signal of somebody else.
const noise = "org.example.Noise"

// listen takes one signal on the connection that the tray library shares with
// the password store, and tells of it.
func listen(a *agent) string {
	conn, err := dbus.SessionBus()
	if err != nil {
		return err.Error()
	}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(noise)); err != nil {
		return err.Error()
	}
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)
	go func() {
		for s := range signals {
			if s.Name == noise+".Made" {
				conn.RemoveSignal(signals)
				a.tell(report{Act: "heard"})
				return
			}
		}
	}()
	return "yes"
}

func measure() report {
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	files, _ := os.ReadDir("/proc/self/fd") // none: the test sees 0
	return report{Goroutines: runtime.NumGoroutine(), Files: len(files), Bytes: int(memory.HeapAlloc)}
}
