//go:build long

package main

import (
	"context"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
)

// edits is the help center's day. Of what it hides the guard lets all pass.
func (s *storm) edits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := s.dice.IntN(100); {
	case n < 50:
		s.edit()
	case n < 75:
		s.add()
	case n < 85 && s.hidden < hiddenOneByOne:
		s.hidden++
		s.hide(1)
	case n < 95:
		s.show()
	case n < 97:
		s.must(s.zendesk.BulkTouch(30))
	}
}

// What is hidden one by one stays below the guard's limit of twenty; what is
// hidden at once is more.
const (
	hiddenOneByOne = 13
	hiddenAtOnce   = 25
)

// handEdits is somebody at work in Dialpad itself.
func (s *storm) handEdits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := keyOf(s.any())
	have := s.nodes()[key]
	if len(have) != 1 || have[0].Status != engine.Published {
		return
	}
	n := have[0]
	s.must(s.records.byHand(key, func() error {
		switch s.dice.IntN(4) {
		case 0:
			return s.dialpad.EditByHand(n.ID, n.Title, "<html><body><p>Somebody typed over this.</p></body></html>")
		case 1:
			return s.dialpad.UnpublishByHand(n.ID)
		case 2:
			s.dialpad.Seed(dialpadsim.Node{
				Source: n.Source, ExternalID: n.ExternalID, Title: n.Title, URL: n.URL, Locale: n.Locale, Content: n.Content,
			})
			return nil
		}
		return s.dialpad.DeleteByHand(n.ID)
	}))
	s.deeds["changed by hand in Dialpad"]++
}

// decisions are times in which more goes at once than the guard lets pass. The
// person sees that removals wait, thinks for a while, and then has them removed,
// keeps them, or puts the articles back.
func (s *storm) decisions(ctx context.Context, ends []func(context.Context, []int64)) {
	for _, end := range ends {
		linger(ctx, 8*time.Second)
		s.mu.Lock()
		gone := s.hide(hiddenAtOnce)
		s.mu.Unlock()
		for ctx.Err() == nil && s.waitingRemovals(ctx) == 0 {
			linger(ctx, 200*time.Millisecond)
		}
		linger(ctx, 4*time.Second)
		end(ctx, gone)
	}
}

// waitingRemovals is how many removals wait for the person.
func (s *storm) waitingRemovals(ctx context.Context) int {
	picture, err := s.agent.Status(ctx)
	if err != nil || len(picture.Accounts) != 1 {
		return 0
	}
	return picture.Accounts[0].Held
}

// decide tells the agent about what waits until it has understood.
func (s *storm) decide(d engine.Decision) func(context.Context, []int64) {
	return func(ctx context.Context, _ []int64) {
		for ctx.Err() == nil && !s.decided(ctx, d) {
			linger(ctx, time.Second)
		}
	}
}

// decided is one try to decide.
func (s *storm) decided(ctx context.Context, d engine.Decision) bool {
	seen := time.Now()
	held, err := s.agent.Held(ctx, "help-center")
	if err != nil || len(held) == 0 {
		return err == nil
	}
	out, err := s.agent.Decide(ctx, "help-center", d, seen)
	done := err == nil && out.Status.Problem == nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if d == engine.Keep {
		for _, h := range held {
			s.keep(seen, string(h.Key))
		}
	}
	if done {
		s.calls["decided to "+string(d)]++
	}
	return done
}

// putBack shows what was hidden, so that only what went meanwhile is left to
// decide.
func (s *storm) putBack(ctx context.Context, gone []int64) {
	s.mu.Lock()
	for _, id := range gone {
		s.bringBack(id)
	}
	s.calls["put back instead of deciding"]++
	s.mu.Unlock()
	linger(ctx, 3*time.Second)
	s.decide(engine.Delete)(ctx, nil)
}
