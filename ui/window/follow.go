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
	// wishes holds what the person wants to be done about a missing agent.
	wishes chan reach

	mu     sync.Mutex
	newest *local.Picture
}

// reach is a way to come by an agent.
type reach func(context.Context) (Agent, error)

// run follows until ctx ends. At first an agent is started where none runs;
// later only when the person asks for it, because somebody ended it on purpose.
func (f *follower) run(ctx context.Context) {
	for by := f.agents.Start; ctx.Err() == nil; by = f.wait(ctx) {
		agent, err := by(ctx)
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

// wait waits a moment, or for a wish, and says how to come by an agent then.
func (f *follower) wait(ctx context.Context) reach {
	select {
	case <-ctx.Done():
	case wish := <-f.wishes:
		return wish
	case <-time.After(lookAgain):
	}
	return f.agents.Find
}

// startAgain makes run start an agent, replace end one of another version first.
func (f *follower) startAgain() { f.wish(f.agents.Start) }
func (f *follower) replace()    { f.wish(f.agents.Replace) }

func (f *follower) wish(by reach) {
	select {
	case f.wishes <- by:
	default: // something has been asked for already
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
