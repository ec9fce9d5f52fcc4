package window

import (
	"context"
	"sync"
	"time"

	"dialpadsync.app/sync/local"
)

// lookAgain is how often a window without an agent looks for one.
const lookAgain = time.Second

// follower keeps the window at the agent: it finds or starts one, brings every
// picture into the UI thread, the newest first, and looks again when it goes.
type follower struct {
	agents Agents
	post   func(func())
	// found, drawn and lost are called in the UI thread.
	found func(Agent)
	drawn func(local.Picture)
	lost  func(error)
	// again holds the person's wish to start an agent.
	again chan struct{}

	mu     sync.Mutex
	newest *local.Picture
}

// run follows until ctx ends. At first an agent is started where none runs;
// later only when the person asks for it, because somebody ended it on purpose.
func (f *follower) run(ctx context.Context) {
	for start := true; ctx.Err() == nil; start = f.wait(ctx) {
		agent, err := f.reach(ctx, start)
		if err == nil {
			f.post(func() { f.found(agent) })
			if err = agent.WatchAsWindow(ctx, f.put); err == nil {
				err = local.ErrNoAgent
			}
			agent.Close()
		}
		if ctx.Err() == nil {
			f.post(func() { f.lost(err) })
		}
	}
}

// reach finds an agent, or starts one.
func (f *follower) reach(ctx context.Context, start bool) (Agent, error) {
	if start {
		return f.agents.Start(ctx)
	}
	return f.agents.Find(ctx)
}

// wait waits a moment and says whether the person wants an agent started.
func (f *follower) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
	case <-f.again:
		return true
	case <-time.After(lookAgain):
	}
	return false
}

// startAgain makes run start an agent.
func (f *follower) startAgain() {
	select {
	case f.again <- struct{}{}:
	default: // it has been asked for already
	}
}

// put takes a picture. Of several that come before the UI thread has time, only
// the newest is drawn.
func (f *follower) put(p local.Picture) {
	f.mu.Lock()
	waiting := f.newest != nil
	f.newest = &p
	f.mu.Unlock()
	if waiting {
		return
	}
	f.post(func() {
		f.mu.Lock()
		newest := *f.newest
		f.newest = nil
		f.mu.Unlock()
		f.drawn(newest)
	})
}
