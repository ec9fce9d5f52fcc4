package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/source"
)

// Options choose what a pass does beyond catching up.
type Options struct {
	// Retry tries every document again that could not be copied, however soon
	// after the last try.
	Retry bool
	// Full does so too, compares keys and contents and proves, however recent the
	// last proof.
	Full bool
}

const (
	compareEvery = time.Hour
	proveEvery   = 24 * time.Hour
	fullSlices   = 30
)

// pass is one pass of one account: see doc.go for its order.
type pass struct {
	*runner
	engine     *Engine
	opts       Options
	stretch    *stretch // of whoever asked for the pass, or nil
	began      time.Time
	state      State
	counts     Counts
	run        Run
	dialpad0   int64               // requests to Dialpad before the pass
	loaded     bool                // the state is the checkpoint's
	deciding   bool                // the pass carries out a decision of the person
	agreed     bool                // what is removed now, the person agreed to
	parked     bool                // a create's answer was lost before this pass
	parkedFrom time.Time           // when all of those can be looked for
	asked      map[source.Key]bool // documents the person wants to be tried again now, beside opts.Retry
	fetching   bool                // pages of changes are being applied
	expired    bool                // the source forgot the cursor once in this pass
	ledger     ledger
	rows       snapshot // the latest

	heldBefore     int                 // what Dialpad held before the pass wrote anything
	importedBefore bool                // a reading of everything had been finished by then
	guardBefore    GuardRecord         // as the book has it
	keeping        map[source.Key]bool // what the person keeps by the book

	failures atomic.Int64                   // documents that failed in a row
	listing  atomic.Pointer[dialpadListing] // of this pass, once begun

	mu       sync.Mutex // guards what follows and run
	worked   bool       // rows changed
	touched  []Mark     // what was written or removed, in order; see unchanged
	restored map[source.Key]bool
	missed   map[source.Key]bool      // documents that failed in this pass
	heard    map[source.Key]time.Time // when the source told of removals in this pass
}

// Outcome is how a pass ended.
type Outcome struct {
	Run    Run           `json:"run"`
	Status AccountStatus `json:"status"`
	// Again is when unfinished work is due, or the zero time.
	Again time.Time `json:"again,omitzero"`
	// Err is what ended the pass early, or nil. Status.Problem has its class.
	Err error `json:"-"`

	counts  Counts
	touched []Mark
}

// runPass makes one pass, after the one under way if there is one; the stretch
// is as for begin. It never returns an error that is not in the outcome.
func (e *Engine) runPass(ctx context.Context, r *runner, opts Options, s *stretch) Outcome {
	if err := e.begin(ctx, r, s); err != nil {
		return e.notBegun(ctx, r, err)
	}
	defer r.end()
	p := e.newPass(r, opts)
	p.stretch = s
	source0, dialpad0 := p.requests()
	p.dialpad0 = dialpad0
	err := p.steps(ctx)
	if err != nil {
		p.askedAgain()
	}
	source1, dialpad1 := p.requests()
	p.run.SourceRequests, p.run.DialpadRequests = source1-source0, dialpad1-dialpad0
	p.run.Ended = time.Now()
	return p.finish(ctx, err)
}

func (e *Engine) newPass(r *runner, opts Options) *pass {
	p := &pass{runner: r, engine: e, opts: opts, began: time.Now(), restored: map[source.Key]bool{}, missed: map[source.Key]bool{}, heard: map[source.Key]time.Time{}}
	p.run.Began = p.began
	return p
}

func (p *pass) requests() (int64, int64) {
	if p.Requests == nil {
		return 0, 0
	}
	return p.Requests()
}

// steps is the pass, in order.
func (p *pass) steps(ctx context.Context) error {
	if err := p.load(ctx); err != nil {
		return err
	}
	p.phase(p.openingPhase())
	if err := p.adoptIfNeeded(ctx); err != nil {
		return err
	}
	if err := p.openWindow(ctx); err != nil {
		return err
	}
	imported, err := p.catchUp(ctx)
	if err != nil {
		return err
	}
	if err := p.retryDue(ctx); err != nil {
		return err
	}
	p.state.Checked = time.Now()
	blocked, err := p.blocked(ctx)
	if err != nil {
		return err
	}
	compare, prove := p.due(imported, blocked)
	if compare || prove {
		p.phase(Comparing)
		if err := p.compareKeys(ctx); err != nil {
			return err
		}
	}
	var held *dialpadListing
	if prove {
		if held, err = p.listDialpad(ctx); err != nil {
			return err
		}
	}
	if err := p.carryOutRemovals(ctx); err != nil {
		return err
	}
	p.endConsent(compare || prove)
	if prove {
		return p.judge(ctx, held)
	}
	return p.stillSignedIn(ctx)
}

// stillSignedIn asks Dialpad whether the sign-in is valid, unless the pass has
// asked it for something anyway: with a sign-in that has ended nothing is green.
// Whatever else the answer may be does not matter to a pass that has nothing to
// write.
func (p *pass) stillSignedIn(ctx context.Context) error {
	tester, ok := p.Destination.(SignInTester)
	if _, asked := p.requests(); !ok || asked > p.dialpad0 {
		return nil
	}
	err := tester.TestSignIn(ctx)
	switch source.KindOf(err) {
	case source.SignIn, source.Forbidden:
		return fmt.Errorf("ask Dialpad whether the sign-in is valid: %w", err)
	}
	return ctx.Err()
}

// load reads what the checkpoint knows; only what was loaded is ever saved.
func (p *pass) load(ctx context.Context) error {
	var err error
	if p.state, p.counts, err = p.engine.cp.Load(ctx, p.ID); err != nil {
		return fmt.Errorf("load checkpoint: %w", err)
	}
	if err := p.recall(ctx); err != nil {
		return err
	}
	p.loaded = true
	p.state.SourceValue = p.SourceValue
	p.endConsent(false)
	return nil
}

func (p *pass) openingPhase() Phase {
	if p.state.Imported {
		return Checking
	}
	return FirstCopy
}

// due says whether keys are compared and equality is proved in this pass. A
// stored time ahead of now counts as due.
func (p *pass) due(imported, blocked bool) (compare, prove bool) {
	now := time.Now()
	old := func(t time.Time, age time.Duration) bool { return !within(t, now, age) }
	// What stands in the way of a proof (a refused document, held removals) is
	// no reason to list both sides in every pass.
	again := p.listAgain()
	unread := !again.IsZero() && !now.Before(again)
	prove = p.opts.Full || imported || p.parkedReady(now) || old(p.state.Listed, proveEvery) ||
		(!within(p.state.Proved, now, proveEvery) && !blocked && (p.state.Blocked || unread || old(p.state.Listed, p.compareInterval())))
	return prove || old(p.state.Compared, p.compareInterval()), prove
}

// blocked says that something known stands in the way of a proof: a document
// that fails or a removal that waits.
func (p *pass) blocked(ctx context.Context) (bool, error) {
	_, counts, err := p.engine.cp.Load(ctx, p.ID)
	if err != nil {
		return false, fmt.Errorf("load checkpoint: %w", err)
	}
	return counts.Failed > 0 || (counts.Holding > 0 && p.state.Waiting != ""), nil
}

// finish saves what the pass learned and turns it into status and outcome.
func (p *pass) finish(ctx context.Context, passErr error) Outcome {
	saveCtx, done := grace(ctx)
	defer done()
	if p.Rates != nil {
		p.state.Rates = p.Rates()
	}
	if source.CodeOf(passErr) == source.CodeRebuilt {
		// The file is a new one: what was loaded describes another.
		p.engine.lost.Store(true)
		p.loaded = false
	}
	p.keepProblem(ctx, passErr)
	again, saveErr := p.saveEnd(saveCtx, passErr)
	err := passErr
	if err == nil && saveErr != nil {
		err = fmt.Errorf("save checkpoint: %w", saveErr)
		p.state.Problem = problemOf(err, p.state.Problem)
	}
	if err != nil {
		p.engine.log.Warn("pass ended early", slog.String("account", p.ID), slog.Any("error", err))
	}
	status := p.publish(ctx, err)
	return Outcome{Run: p.run, Status: status, Again: again, Err: err, counts: p.counts, touched: p.touched}
}

// keepProblem writes into the state why the pass ended early, so that another
// process does not show a tick. A decision of the person clears nothing.
func (p *pass) keepProblem(ctx context.Context, err error) {
	switch {
	case err == nil && !p.deciding:
		p.state.Problem = nil
	case err != nil && ctx.Err() == nil:
		p.state.Problem = problemOf(err, p.state.Problem)
	}
}

func (p *pass) saveEnd(ctx context.Context, passErr error) (time.Time, error) {
	if !p.loaded {
		return time.Time{}, nil
	}
	state := p.state
	batch := Batch{State: &state}
	if p.worked || p.run.Created+p.run.Updated+p.run.Deleted+p.run.Failed > 0 || passErr != nil {
		run := p.run
		batch.Run = &run
	}
	if err := p.engine.cp.Commit(ctx, p.ID, batch); err != nil {
		return time.Time{}, err
	}
	if err := p.remember(ctx); err != nil {
		return time.Time{}, err
	}
	var err error
	if _, p.counts, err = p.engine.cp.Load(ctx, p.ID); err != nil {
		return time.Time{}, err
	}
	return p.nextTry(ctx)
}

// nextTry is the earliest moment at which an unsettled row wants work, or
// Dialpad is to be listed anew.
func (p *pass) nextTry(ctx context.Context) (time.Time, error) {
	at, parked := p.nextListing(), time.Time{}
	if p.counts.Pending+p.counts.Failed+p.counts.Holding == 0 {
		return at, nil
	}
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return at, err
		}
		if row.State == Parked {
			parked = later(parked, p.attempted(row).Add(p.Lag))
			continue
		}
		t, ok := p.wantsWork(row)
		if ok && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	if !parked.IsZero() && (at.IsZero() || parked.Before(at)) {
		at = parked // all of them are looked for in one listing
	}
	return at, nil
}

// nextListing is when Dialpad is to be listed anew before the day is over, or
// zero.
func (p *pass) nextListing() time.Time {
	if p.createsWait() {
		return p.state.CreateFrom
	}
	if p.counts.Failed > 0 || p.state.Waiting != "" {
		return time.Time{} // no proof can be had, however often it is tried
	}
	return p.listAgain()
}

func (p *pass) wantsWork(row Row) (time.Time, bool) {
	switch {
	case row.Kept || row.Hold != "" && p.state.Waiting != "":
		return time.Time{}, false // the person's turn
	case row.Failed() && row.retryDue(time.Now()):
		return time.Now(), true
	case row.Failed():
		return row.RetryAt, true
	case row.State == Dirty:
		return time.Now(), true
	}
	return time.Time{}, false // adopted ones are dealt with by the next comparison
}

// attempted is the latest moment at which the row's last write can have been
// sent. After a crash nobody knows how long it waited before it went out, so
// the start of this process stands for it, as it does for a time that lies
// ahead because a clock was wrong.
func (p *pass) attempted(row Row) time.Time {
	before := row.Written.Before(p.engine.started) && !p.state.CreateFrom.After(p.engine.started)
	if before || row.Written.After(time.Now()) {
		return p.engine.started
	}
	return row.Written
}

// parkedReady says whether a create whose answer was lost can be looked for.
func (p *pass) parkedReady(now time.Time) bool { return p.parked && !now.Before(p.parkedFrom) }

// phase shows what the pass is doing now.
func (p *pass) phase(phase Phase) {
	p.gotOn()
	p.engine.update(p.ID, func(s *AccountStatus) {
		if s.Phase != phase {
			s.Phase, s.Done, s.Total, s.Began = phase, 0, 0, time.Now()
		}
		s.Imported = p.state.Imported
	})
}

// gotOn notes a step of a pass that has no number of its own in the status.
func (p *pass) gotOn() {
	p.move()
	p.stretch.step()
}

// underWay says that documents are about to be written, so that nobody sees a
// tick meanwhile. The end of the pass counts again.
func (p *pass) underWay(n int) {
	p.engine.update(p.ID, func(s *AccountStatus) { s.Pending += n })
}

func (p *pass) progress(done, total int) {
	p.move()
	if done > 0 {
		p.stretch.step()
	}
	p.engine.update(p.ID, func(s *AccountStatus) {
		s.Done += done
		if total > 0 {
			s.Total = total
		}
		s.Total = max(s.Total, 0)
	})
}

// publish makes the status at the end of the pass.
func (p *pass) publish(ctx context.Context, err error) AccountStatus {
	return p.engine.update(p.ID, func(s *AccountStatus) {
		s.Phase, s.Done, s.Total, s.Began = Idle, 0, 0, time.Time{}
		if p.loaded {
			s.show(p.state, p.counts)
		} else if err != nil && ctx.Err() == nil {
			s.Problem = problemOf(err, s.Problem)
		}
	})
}
