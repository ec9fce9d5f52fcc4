package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/source"
)

// Config says what an engine works with.
type Config struct {
	Accounts   []Account
	Checkpoint Checkpoint
	// Book keeps the guard's word where the loss of the checkpoint does not reach;
	// it may be nil.
	Book Book
	// Sum is the keyed hash by which equal documents are known.
	Sum func(source.Document) [16]byte
	// OnEvent hears of every document written or removed; it may be nil, must
	// not block, and is called from several goroutines.
	OnEvent func(Event)
	// Lost says that an earlier checkpoint of this home is gone, so that what it
	// had just created may not be listed by Dialpad yet.
	Lost bool
	Log  *slog.Logger
}

// Engine keeps Dialpad equal to the sources.
type Engine struct {
	cp      Checkpoint
	book    Book
	sumOf   func(source.Document) [16]byte
	onEvent func(Event)
	log     *slog.Logger
	runners []*runner
	board   board
	started time.Time
	lost    atomic.Bool
}

// New returns an engine that shows what the checkpoint knows and does nothing
// yet.
func New(ctx context.Context, c Config) (*Engine, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{
		cp: c.Checkpoint, book: c.Book, sumOf: c.Sum, onEvent: c.OnEvent, log: c.Log, started: time.Now(),
		board: board{followers: map[chan Status]struct{}{}},
	}
	e.lost.Store(c.Lost)
	for _, a := range c.Accounts {
		r := newRunner(a)
		state, counts, err := c.Checkpoint.Load(ctx, a.ID)
		if source.CodeOf(err) == source.CodeRebuilt {
			e.lost.Store(true)
			state, counts, err = c.Checkpoint.Load(ctx, a.ID)
		}
		if err != nil {
			return nil, fmt.Errorf("load checkpoint: %w", err)
		}
		status := AccountStatus{ID: a.ID, Source: a.Title, Place: a.Place, Phase: Idle, Interval: r.Interval}
		if state.Fingerprint == a.Fingerprint {
			status.show(state, counts)
		}
		e.runners = append(e.runners, r)
		e.board.status.Accounts = append(e.board.status.Accounts, status)
	}
	return e, nil
}

// ErrUnknownAccount is returned for an account that settings.toml does not name.
var ErrUnknownAccount = errors.New("there is no such account")

func (e *Engine) find(account string) (*runner, error) {
	for _, r := range e.runners {
		if r.ID == account {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknownAccount, account)
}

// Wake makes an account (or all, for "") run soon. It never blocks; wake-ups
// merge.
func (e *Engine) Wake(account string) {
	for _, r := range e.runners {
		if account == "" || r.ID == account {
			select {
			case r.wake <- struct{}{}:
			default:
			}
		}
	}
}

// Pause stops passes from beginning by themselves until the given time, or
// until Resume for the zero time.
func (e *Engine) Pause(until time.Time) {
	e.board.change(func(s *Status) { s.Paused, s.PausedUntil = true, until })
}

// Resume ends a pause and catches up.
func (e *Engine) Resume() {
	e.board.change(func(s *Status) { s.Paused, s.PausedUntil = false, time.Time{} })
	e.Wake("")
}

// Rest stops passes from beginning by themselves while the reason lasts; the
// empty reason ends it and catches up. Passes a person asks for still run.
func (e *Engine) Rest(why Rest) {
	before := Rest("")
	e.board.change(func(s *Status) { before, s.Resting = s.Resting, why })
	if why == "" && before != "" {
		e.Wake("")
	}
}

// Run keeps every account in step until ctx ends. One account's failure never
// stops another.
func (e *Engine) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, r := range e.runners {
		group.Go(func() error { return e.runAccount(ctx, r) })
	}
	err := group.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// runAccount is an account's loop: everything that can happen stands here.
func (e *Engine) runAccount(ctx context.Context, r *runner) error {
	due := time.Now()
	failures := 0
	for {
		woken := false
		for !woken && (time.Now().Round(0).Before(due) || e.halted()) {
			wait := UntilNext(time.Now(), LookEvery)
			if !e.halted() {
				wait = min(wait, max(time.Until(due), time.Second))
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-r.wake:
				woken = true
			case <-time.After(wait):
			}
			if tooFar(due, r.Interval) {
				due = time.Now()
			}
		}
		out := e.runPass(ctx, r, Options{}, nil)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if out.Err != nil {
			failures++
		} else {
			failures = 0
		}
		due = nextPass(time.Now().Round(0), r.Interval, out, failures, rand.Float64())
		e.update(r.ID, func(s *AccountStatus) { s.Next = due })
	}
}

// tooFar says that a due time lies further ahead than any pass is ever
// planned, because the clock was set back.
func tooFar(due time.Time, interval time.Duration) bool {
	return time.Until(due) > max(2*interval, 24*time.Hour)
}

// nextPass is when the next pass is due: after the interval with a tenth of
// jitter, when unfinished work is due, when the other side said, or after a
// growing pause while something is down.
func nextPass(now time.Time, interval time.Duration, out Outcome, failures int, jitter float64) time.Time {
	due := now.Add(interval + time.Duration((jitter-0.5)*0.2*float64(interval)))
	if out.Err == nil {
		if !out.Again.IsZero() && out.Again.Before(due) {
			due = out.Again
		}
		return later(due, now.Add(time.Second))
	}
	var e *source.Error
	if errors.As(out.Err, &e) && !e.RetryAt.IsZero() {
		return later(e.RetryAt, now.Add(time.Second))
	}
	pause := 30 * time.Second
	for i := 1; i < failures && pause < interval; i++ {
		pause *= 2
	}
	return now.Add(min(pause, interval))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// halted says that no pass is to begin by itself.
func (e *Engine) halted() bool { return e.paused() || e.Status().Resting != "" }

func (e *Engine) paused() bool {
	s := e.Status()
	if s.Paused && !s.PausedUntil.IsZero() && !time.Now().Before(s.PausedUntil) {
		e.Resume()
		return false
	}
	return s.Paused
}

// Sync runs passes of one account (or all, for "") until each is finished,
// needs the person, or made no progress for the given time. It works while
// paused and leaves the pause as it is.
func (e *Engine) Sync(ctx context.Context, account string, opts Options, wait time.Duration) ([]Outcome, error) {
	runners := e.runners
	if account != "" {
		r, err := e.find(account)
		if err != nil {
			return nil, err
		}
		runners = []*runner{r}
	}
	outs := make([]Outcome, len(runners))
	group, gctx := errgroup.WithContext(ctx)
	for i, r := range runners {
		group.Go(func() error {
			outs[i] = e.syncOne(gctx, r, opts, wait)
			return nil
		})
	}
	_ = group.Wait() // no member returns an error: outcomes carry them
	return outs, nil
}

// syncOne repeats passes while that makes sense; see afterPass.
func (e *Engine) syncOne(ctx context.Context, r *runner, opts Options, wait time.Duration) Outcome {
	var sum Run
	var touched []Mark
	tries := newStretch(wait)
	ctx = source.WithPatience(ctx, tries.until)
	for failures := 0; ; {
		out := e.runPass(ctx, r, opts, tries)
		if errors.Is(out.Err, errStuck) {
			out.Run = sum.plus(out.Run)
			return out
		}
		if touched == nil {
			touched = out.touched
		} else {
			touched = append(touched, out.touched...)
		}
		out.touched = nil
		sum = sum.plus(out.Run)
		out.Run = sum
		out.Run.Unchanged = unchanged(out.counts, touched)
		if out.Err != nil {
			failures++
		} else {
			failures, opts = 0, Options{} // what is left needs no second full reading
		}
		at, again := afterPass(time.Now(), tries.until(), out, failures)
		if !sleepUntil(ctx, at) || !again {
			return out
		}
	}
}

func sleepUntil(ctx context.Context, at time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(at)):
		return true
	}
}

// After is r as the end of work that began with an earlier run.
func (r Run) After(before Run) Run { return before.plus(r) }

func (r Run) plus(next Run) Run {
	next.Began = earlier(r.Began, next.Began)
	next.Created += r.Created
	next.Updated += r.Updated
	next.Deleted += r.Deleted
	next.SourceRequests += r.SourceRequests
	next.DialpadRequests += r.DialpadRequests
	return next
}

func earlier(a, b time.Time) time.Time {
	if !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}
