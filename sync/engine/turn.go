package engine

import (
	"context"
	"errors"
	"math"
	"time"

	"dialpadsync.app/sync/source"
)

// forever is the patience of whoever has nothing better to do.
const forever = time.Duration(math.MaxInt64)

// errStuck says that the pass under way does not get on.
var errStuck = errors.New("another pass of this account is under way")

// begin waits until no pass of the account runs. It gives up with CodeBusy once
// the pass under way has made no progress for the given time, and when ctx
// ends.
func (r *runner) begin(ctx context.Context, patience time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-r.turn:
		return nil
	default:
	}
	for seen := r.moves.Load(); ; {
		select {
		case <-r.turn:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience):
		}
		now := r.moves.Load()
		if now == seen {
			return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "wait for the pass under way", Err: errStuck}
		}
		seen = now
	}
}

func (r *runner) end() { r.turn <- struct{}{} }

// notBegun is the outcome of a pass that did not get its turn. Why the other
// one is stuck says more than that it is; the account's own status stays.
func (e *Engine) notBegun(ctx context.Context, r *runner, err error) Outcome {
	now := time.Now()
	out := Outcome{Run: Run{Began: now, Ended: now}, Status: e.status(r.ID), Err: err}
	s := &out.Status
	switch {
	case ctx.Err() != nil || s.Problem != nil:
	case s.WaitUntil.After(now):
		s.Problem = &Problem{Kind: source.Throttled, Side: s.WaitSide, RetryAt: s.WaitUntil, Since: now}
	default:
		s.Problem = problemOf(err, nil)
	}
	return out
}
