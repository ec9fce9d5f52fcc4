package engine

import (
	"context"
	"errors"
	"time"

	"dialpadsync.app/sync/source"
)

// errStuck says that the pass under way does not get on.
var errStuck = errors.New("another pass of this account is under way")

// ownWaits is the longest pause nobody told us to make; a longer wait is the
// other side's word.
const ownWaits = time.Minute

// begin waits until no pass of the account runs. It gives up with CodeBusy once
// the pass under way has not got on for the stretch's wait, at once if it has
// been told to wait for longer than that, and when ctx ends.
func (e *Engine) begin(ctx context.Context, r *runner, s *stretch) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		select {
		case <-r.turn:
			s.pass()
			return nil
		default:
		}
		s.joined(r.moved())
		now, until := time.Now(), s.until()
		told := e.status(r.ID).WaitUntil
		if !now.Before(until) || told.After(until) && told.Sub(now) > ownWaits {
			return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "wait for the pass under way", Err: errStuck}
		}
		select {
		case <-r.turn:
			s.pass()
			return nil
		case <-ctx.Done():
		case <-time.After(min(until.Sub(now), LookEvery)):
		}
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
