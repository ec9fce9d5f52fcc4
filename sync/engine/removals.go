package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// carryOutRemovals deletes what the source said is gone, all or nothing: above
// the guard's limit, or signed in as somebody else than at the last proof,
// every removal waits for the person. What they agreed to when they chose what
// is copied is not asked about again.
func (p *pass) carryOutRemovals(ctx context.Context) error {
	due, later, err := p.removalsDue(ctx)
	if err != nil {
		return err
	}
	if due, err = p.keepFound(ctx, due); err != nil {
		return err
	}
	if len(due)+later == 0 && (p.state.Waiting == WaitMany || p.state.Waiting == WaitWho) {
		p.state.Waiting = ""
	}
	if len(due) == 0 {
		return nil
	}
	agreed, others := p.state.Consent.split(due)
	if err := p.judgeRemovals(ctx, len(others)+later); err != nil {
		return err
	}
	if p.state.Waiting == WaitMany && len(others)+later == 0 {
		p.state.Waiting = "" // what waited, the person has agreed to
	}
	switch p.state.Waiting {
	case WaitMany:
		due, others = agreed, nil
	case WaitWho, WaitMoved:
		return nil
	}
	if len(due) == 0 {
		return nil
	}
	if err := p.announce(ctx, len(others)); err != nil {
		return err
	}
	p.phase(Removing)
	p.progress(0, len(due))
	if err := p.removeAgreed(ctx, agreed); err != nil {
		return err
	}
	return each(ctx, p.crew, others, p.remove)
}

// removalsWaiting returns every removal the source told of that has not been
// carried out.
func (p *pass) removalsWaiting(ctx context.Context) ([]Row, error) {
	var all []Row
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Hold != "" && !row.Kept {
			all = append(all, row)
		}
	}
	return all, nil
}

// removalsDue returns those to be tried now, and how many are to be tried again
// later because Dialpad refused them: the guard counts those as well.
func (p *pass) removalsDue(ctx context.Context) (due []Row, later int, err error) {
	all, err := p.removalsWaiting(ctx)
	for _, row := range all {
		if p.insists(row.Key) || row.retryDue(time.Now()) {
			due = append(due, row)
		}
	}
	return due, len(all) - len(due), err
}

// judgeRemovals sets Waiting when the person has to decide. Once they wait,
// further ones wait too.
func (p *pass) judgeRemovals(ctx context.Context, removals int) error {
	if p.state.Waiting == "" || p.state.Waiting == WaitWho {
		who, err := p.who(ctx)
		if err != nil {
			return err
		}
		switch {
		case p.state.Who != "" && who != "" && who != p.state.Who:
			p.state.Waiting = WaitWho
		case p.state.Waiting == WaitWho:
			p.state.Waiting = "" // the former person is back
		}
	}
	held, err := p.held(ctx)
	if err != nil {
		return err
	}
	if p.heldBefore == 0 && !p.importedBefore {
		p.heldBefore = held // the first copy has only just been made
	}
	p.moveWindow()
	if p.state.Waiting == "" && removals > 0 && !p.state.Window.allows(removals, p.heldBefore) {
		p.state.Waiting = WaitMany
	}
	state := p.state
	return p.commit(ctx, Batch{State: &state})
}

// held is how many nodes of this account Dialpad has now.
func (p *pass) held(ctx context.Context) (int, error) {
	_, counts, err := p.engine.cp.Load(ctx, p.ID)
	if err != nil {
		return 0, fmt.Errorf("load checkpoint: %w", err)
	}
	return counts.Dialpad, nil
}

// openWindow notes what Dialpad holds before the pass writes anything, so that
// whatever a source that lies brings along makes the guard no wider.
func (p *pass) openWindow(ctx context.Context) error {
	var err error
	if p.heldBefore, err = p.held(ctx); err != nil {
		return err
	}
	p.importedBefore = p.state.Imported
	if p.heldBefore > 0 || p.importedBefore {
		p.moveWindow()
	}
	return nil
}

// moveWindow brings the guard's window to the present.
func (p *pass) moveWindow() {
	var there time.Time
	if p.SourceTime != nil {
		var known bool
		if there, known = p.SourceTime(); !known {
			p.state.Window = p.state.Window.finding(p.heldBefore)
			return
		}
	}
	p.state.Window = p.state.Window.moved(time.Now(), there).noting(p.heldBefore)
}

// who is a fingerprint of the signed-in person, or empty for sources that do
// not tell.
func (p *pass) who(ctx context.Context) (string, error) {
	checker, ok := p.Source.(source.Checker)
	if !ok {
		return "", nil
	}
	who, err := checker.Check(ctx)
	if err != nil {
		return "", fmt.Errorf("ask who is signed in: %w", err)
	}
	text := strings.Join(append([]string{who.ID, who.Role, who.Host}, who.Scopes...), "\x00")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8]), nil
}

// remove carries out one removal. A word of the source from an earlier pass is
// asked for again first.
func (p *pass) remove(ctx context.Context, row Row) error {
	t := &task{before: row, row: row, change: source.Change{Key: row.Key, Removed: row.Hold}}
	if !p.heardNow(row.Key) {
		c, err := p.Source.Read(ctx, row.Key)
		if err != nil {
			return p.failed(ctx, t, err)
		}
		if c.Removed == "" {
			p.decide(t, c)
			return p.do(ctx, t)
		}
		t.change = c
	}
	p.ledger.heard(t.change)
	return p.delete(ctx, t)
}

func (p *pass) delete(ctx context.Context, t *task) error {
	t.row.State, t.row.Written = Dirty, time.Now()
	if err := p.commit(ctx, Batch{Put: []Row{t.row}, Durable: true}); err != nil {
		return err
	}
	wctx, done := grace(ctx)
	defer done()
	if err := p.Destination.Delete(wctx, t.node()); err != nil {
		return p.failed(ctx, t, err)
	}
	p.failures.Store(0)
	return p.removed(ctx, t)
}

func (p *pass) removed(ctx context.Context, t *task) error {
	p.mu.Lock()
	p.run.Deleted++
	if p.agreed {
		p.state.Window = p.state.Window.without(1)
		p.state.Consent.Removals = max(0, p.state.Consent.Removals-1)
	} else {
		p.state.Window = p.state.Window.counting(1)
	}
	p.noteRemoved(t.row.Key)
	delete(p.keeping, t.row.Key)
	p.stretch.lasting()
	state := p.state
	p.mu.Unlock()
	p.progress(1, 0)
	p.event(t.change, Removed)
	return p.save(ctx, Batch{Delete: []source.Key{t.row.Key}, State: &state})
}
