package engine

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/source"
)

const (
	chunkSize = 100 // changes looked up in the checkpoint at a time
	markAhead = 16  // rows marked before effect in one durable transaction
	// gracePeriod is how long a write that has begun may go on after the person
	// asked to stop.
	gracePeriod = 1200 * time.Millisecond
	// giveUpAfter is how many documents in a row may fail before the other side
	// counts as down.
	giveUpAfter = 5
)

// task is one change on its way.
type task struct {
	change source.Change
	before Row // as found; zero without one
	row    Row // as it becomes
	step   step
	sum    [16]byte
	marked bool
	begun  bool
}

// apply deals with changes: per key the last one counts, different keys go to
// a few workers.
func (p *pass) apply(ctx context.Context, changes []source.Change) error {
	changes = latest(changes)
	for len(changes) > 0 {
		n := min(len(changes), chunkSize)
		if err := p.applyChunk(ctx, changes[:n]); err != nil {
			return err
		}
		clear(changes[:n]) // documents already written need no memory
		changes = changes[n:]
	}
	return nil
}

// latest keeps the last change of each key, in the order of those.
func latest(changes []source.Change) []source.Change {
	last := make(map[source.Key]int, len(changes))
	for i, c := range changes {
		last[c.Key] = i
	}
	if len(last) == len(changes) {
		return changes
	}
	kept := make([]source.Change, 0, len(last))
	for i, c := range changes {
		if last[c.Key] == i {
			kept = append(kept, c)
		}
	}
	return kept
}

func (p *pass) applyChunk(ctx context.Context, changes []source.Change) error {
	keys := make([]source.Key, len(changes))
	for i, c := range changes {
		keys[i] = c.Key
	}
	rows, err := p.engine.cp.Rows(ctx, p.ID, keys)
	if err != nil {
		return fmt.Errorf("look up documents: %w", err)
	}
	var quiet Batch
	var tasks []*task
	for _, c := range changes {
		t := p.newTask(c, rows[c.Key])
		if t.step == ask || t.step == create || t.step == update || t.step == compare || t.unseen() {
			tasks = append(tasks, t)
			continue
		}
		p.quietly(t, &quiet)
	}
	if err := p.commit(ctx, quiet); err != nil {
		return err
	}
	return p.work(ctx, tasks)
}

func (p *pass) newTask(c source.Change, row Row) *task {
	if p.insists(c.Key) {
		row.RetryAt = time.Time{}
	}
	t := &task{before: row, row: row}
	t.row.Key = c.Key
	p.decide(t, c)
	return t
}

// decide plans a task from what the source says now.
func (p *pass) decide(t *task, c source.Change) {
	t.change = c
	if c.Document != nil {
		t.sum = p.engine.sum(*c.Document)
	}
	now := time.Now()
	if p.fetching && t.before.ownTries() && !t.before.RetryAt.IsZero() {
		// retryDue tries it: a page with several that fail would never come to its end.
		now = t.before.RetryAt.Add(-time.Second)
	}
	t.step = plan(c, t.before, t.sum, now)
	if t.step == create && p.createsWait() {
		t.step = park
	}
}

// sum is the keyed hash of what Dialpad is to hold. The locale is part of the
// key and so left out.
func (e *Engine) sum(doc source.Document) [16]byte {
	doc.Locale = ""
	return e.sumOf(doc)
}

// quietly adds to the batch what a task means for the checkpoint alone.
func (p *pass) quietly(t *task, batch *Batch) {
	switch t.step {
	case settle:
		t.row.Version, t.row.Hold, t.row.HeldAt, t.row.Kept = MarkOf(t.change.Version), "", time.Time{}, false
		t.row.clearProblem()
		batch.Put = append(batch.Put, t.row)
	case hold:
		if t.before.Hold == "" {
			t.row.HeldAt = time.Now()
		}
		t.row.Hold = t.change.Removed
		p.noteRemoval(t.row.Key)
		batch.Put = append(batch.Put, t.row)
	case park:
		t.row.State, t.row.Written = Parked, p.state.CreateFrom.Add(-p.Lag)
		batch.Put = append(batch.Put, t.row)
	case forget:
		batch.Delete = append(batch.Delete, t.row.Key)
	}
	p.ledger.heard(t.change)
}

func (r *Row) clearProblem() {
	r.Problem, r.Code, r.Attempts = source.Unclassified, "", 0
	r.RetryAt, r.Since = time.Time{}, time.Time{}
}

func (p *pass) commit(ctx context.Context, batch Batch) error {
	if len(batch.Put)+len(batch.Delete) == 0 && batch.State == nil {
		return nil
	}
	p.noteWork()
	if err := p.engine.cp.Commit(ctx, p.ID, batch); err != nil {
		return fmt.Errorf("save checkpoint: %w", err)
	}
	return nil
}

// save commits what has already happened, also when the pass is being stopped.
func (p *pass) save(ctx context.Context, batch Batch) error {
	ctx, done := grace(ctx)
	defer done()
	return p.commit(ctx, batch)
}

// work runs tasks of different keys on a few workers. The first failure that
// concerns more than one document ends it.
func (p *pass) work(ctx context.Context, tasks []*task) error {
	if len(tasks) == 0 {
		return nil
	}
	p.underWay(len(tasks))
	marks := &marker{pass: p, tasks: tasks}
	var next atomic.Int64
	group, gctx := errgroup.WithContext(ctx)
	for range min(p.crew, len(tasks)) {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(tasks) {
					return nil
				}
				if err := gctx.Err(); err != nil {
					return err
				}
				if err := marks.upTo(gctx, i); err != nil {
					return err
				}
				if err := p.do(gctx, tasks[i]); err != nil {
					return err
				}
			}
		})
	}
	err := group.Wait()
	if undoErr := marks.undo(ctx); err == nil {
		err = undoErr
	}
	if err == nil && p.crew < p.MaxWorkers {
		p.crew++
	} else if err != nil {
		p.crew = p.Workers
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// marker marks rows before their effect, a few at a time, so that a crash
// leaves at most a few whose fate a listing has to tell.
type marker struct {
	pass  *pass
	tasks []*task
	mu    sync.Mutex
	done  int // tasks up to here are marked or need no mark yet
}

func (m *marker) upTo(ctx context.Context, i int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i < m.done {
		m.tasks[i].begun = true
		return nil
	}
	batch := Batch{Durable: true}
	end := min(i+markAhead, len(m.tasks))
	for _, t := range m.tasks[m.done:end] {
		if t.step == create || t.step == update {
			batch.Put = append(batch.Put, t.mark())
		}
	}
	if err := m.pass.commit(ctx, batch); err != nil {
		return err
	}
	m.done = end
	m.tasks[i].begun = true
	return nil
}

// undo gives rows back that were marked but never begun.
func (m *marker) undo(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var batch Batch
	for _, t := range m.tasks[:m.done] {
		if t.marked && !t.begun {
			t.putBack(&batch)
		}
	}
	return m.pass.save(ctx, batch)
}

// mark is the row as it has to be on disk before the write begins.
func (t *task) mark() Row {
	t.marked = true
	t.row.Written = time.Now()
	t.row.State = Dirty
	if t.row.Node == "" {
		t.row.State = Parked
	}
	return t.row
}

// putBack restores the row as it was found.
func (t *task) putBack(batch *Batch) {
	if t.before.Key == "" {
		batch.Delete = append(batch.Delete, t.row.Key)
	} else {
		batch.Put = append(batch.Put, t.before)
	}
}

// grace returns a context for a write: it outlives the end of ctx by the grace
// period, so that a write that has begun can be acknowledged.
func grace(ctx context.Context) (context.Context, context.CancelFunc) {
	wctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	timer := time.AfterFunc(math.MaxInt64, cancel)
	stop := context.AfterFunc(ctx, func() { timer.Reset(gracePeriod) })
	return wctx, func() {
		stop()
		timer.Stop()
		cancel()
	}
}
