package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

// retryDue asks again for documents whose write or read failed and whose next
// try is due, always from a fresh read, and finds out whether parked creates
// can be looked for.
func (p *pass) retryDue(ctx context.Context) error {
	now := time.Now()
	p.asked = p.takeAsked()
	var due []source.Change
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		if row.State == Parked {
			p.parked = true
			if from := p.attempted(row).Add(p.Lag); from.After(p.parkedFrom) {
				p.parkedFrom = from
			}
			continue
		}
		if !row.ownTries() {
			continue
		}
		if p.insists(row.Key) || row.retryDue(now) {
			due = append(due, source.Change{Key: row.Key})
		}
	}
	return p.applyLater(ctx, due)
}

// ownTries says that retryDue tries the row's document again, once that is due.
func (r Row) ownTries() bool { return !r.Kept && r.Hold == "" && (r.State != Adopted || r.Failed()) }

// insists says that a document is tried whenever its next try is due: the
// person does not want to wait. One try in a pass is enough.
func (p *pass) insists(key source.Key) bool {
	if !p.opts.Full && !p.opts.Retry && !p.asked[key] {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.missed[key]
}

// applyLater applies changes that come up again by themselves: documents that
// fail one after the other end this, but not the pass.
func (p *pass) applyLater(ctx context.Context, changes []source.Change) error {
	err := p.apply(ctx, changes)
	if kind := source.KindOf(err); ctx.Err() == nil && (kind == source.Transient || kind == source.Forbidden) {
		p.failures.Store(0)
		return nil
	}
	return err
}

// Retry makes the next pass try a document again that could not be copied, and
// asks for that pass.
func (e *Engine) Retry(account string, key source.Key) error {
	r, err := e.find(account)
	if err != nil {
		return err
	}
	r.want(map[source.Key]bool{key: true})
	e.Wake(account)
	return nil
}

// Owed is what Retry was asked for and no pass has done, by account. An engine
// that takes the place of this one, once its passes have ended, is asked for it
// again.
func (e *Engine) Owed() map[string][]source.Key {
	owed := map[string][]source.Key{}
	for _, r := range e.runners {
		r.wish.Lock()
		if len(r.wanted) > 0 {
			owed[r.ID] = slices.Collect(maps.Keys(r.wanted))
		}
		r.wish.Unlock()
	}
	return owed
}

// takeAsked returns what Retry asked for since the last time.
func (r *runner) takeAsked() map[source.Key]bool {
	r.wish.Lock()
	defer r.wish.Unlock()
	asked := r.wanted
	r.wanted = nil
	return asked
}

func (r *runner) want(keys map[source.Key]bool) {
	r.wish.Lock()
	defer r.wish.Unlock()
	if r.wanted == nil {
		r.wanted = map[source.Key]bool{}
	}
	maps.Copy(r.wanted, keys)
}

// askedAgain leaves what this pass was asked for and did not get to, because it
// ended early, to the next one.
func (p *pass) askedAgain() {
	for key := range p.missed {
		delete(p.asked, key)
	}
	p.want(p.asked)
}
