package main

import (
	"context"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"dialpadsync.app/sync/local"
)

const (
	// calm is how long nothing has to change before the agent makes itself small:
	// a pass's connections are closed after five seconds, and free only then.
	calm = 8 * time.Second
	// growth is how much the heap may grow between two collections, in percent of
	// what is in use.
	growth = 25
)

// thrifty lets this process take little until the returned function is called:
// one processor, because the agent waits for others nearly all the time and
// each further processor has memory of its own.
func thrifty() (restore func()) {
	percent := debug.SetGCPercent(growth)
	processors := runtime.GOMAXPROCS(1)
	return func() {
		debug.SetGCPercent(percent)
		runtime.GOMAXPROCS(processors)
	}
}

// slim gives memory back whenever nothing has changed for a while, until the
// pictures end: after the start, after each pass, after the window has gone.
func (a *agent) slim(pictures <-chan local.Picture, give func() error) {
	quiet := time.NewTimer(calm)
	defer quiet.Stop()
	for {
		select {
		case _, open := <-pictures:
			if !open {
				return
			}
			quiet.Reset(calm)
		case <-quiet.C:
			if err := give(); err != nil {
				a.log.Warn("memory could not be given back", slog.Any("error", err))
			}
		}
	}
}

// giveBack returns to the system what is not in use. What pools hold goes with
// the second collection.
func giveBack() error {
	runtime.GC()
	debug.FreeOSMemory()
	return giveBackProgram()
}

// slimming is slim for a running agent, until ctx ends. The start may use what
// there is, so that icon and answers come soon.
func (a *agent) slimming(ctx context.Context) {
	restore := func() {}
	defer func() { restore() }()
	begin := sync.OnceFunc(func() { restore = thrifty() })
	a.slim(a.Watch(ctx, 0), func() error {
		begin()
		return giveBack()
	})
}
