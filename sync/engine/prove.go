package engine

import (
	"context"
	"fmt"
	"time"
)

// judge decides whether the two complete listings of this pass, together with
// every acknowledged write since, show the same keys on both sides. Only then
// is the account proved; otherwise an earlier proof no longer counts.
func (p *pass) judge(ctx context.Context, l *dialpadListing) error {
	equal, err := p.equal(ctx, l)
	if err != nil {
		return err
	}
	p.state.Slice++
	if !equal {
		p.state.Proved = time.Time{}
		return nil
	}
	who, err := p.who(ctx)
	if err != nil {
		return err
	}
	p.state.Who, p.state.Proved = who, l.began
	if p.state.Waiting == WaitMoved {
		p.state.Waiting = ""
	}
	if p.opts.Full {
		p.state.ContentsRead = l.began
	}
	return nil
}

// equal compares the sets. A row counts as held by Dialpad when nothing about
// it is open and its node was listed, read, or written since the listing.
func (p *pass) equal(ctx context.Context, l *dialpadListing) (bool, error) {
	if l.undecided > 0 {
		return false, nil
	}
	matched := 0
	for row, err := range p.engine.cp.Each(ctx, p.ID, Every) {
		if err != nil {
			return false, fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Kept {
			continue
		}
		if row.Unsettled() || row.Node == "" || !l.holds(row) || !p.ledger.has(row.Key) {
			return false, nil
		}
		matched++
	}
	return matched == p.ledger.size(), nil
}

// holds says whether Dialpad was seen to hold the row's node.
func (l *dialpadListing) holds(row Row) bool {
	if !row.Written.Before(l.began) || l.confirmed[row.Key] {
		return true
	}
	h := l.rows.find(row.Key)
	return h != nil && h.flags&seenFlag != 0 && h.node == MarkOf(row.Node)
}

// Decision is the person's word about held removals.
type Decision string

const (
	// Keep leaves the nodes in Dialpad; they leave the equation and the guard.
	Keep Decision = "keep"
	// Delete removes them.
	Delete Decision = "delete"
)

// Held lists the removals that wait for the person.
func (e *Engine) Held(ctx context.Context, account string) ([]Row, error) {
	var held []Row
	for row, err := range e.cp.Each(ctx, account, Unsettled) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Hold != "" && !row.Kept {
			held = append(held, row)
		}
	}
	return held, nil
}

// Decide carries out the person's decision about every held removal of the
// account. The decision is consent: what it removes does not count for the
// guard. A document the source has again meanwhile is kept and synced.
func (e *Engine) Decide(ctx context.Context, account string, d Decision) (Outcome, error) {
	r, err := e.find(account)
	if err != nil {
		return Outcome{}, err
	}
	r.pass.Lock()
	defer r.pass.Unlock()
	p := e.newPass(r, Options{})
	err = p.decideHeld(ctx, d)
	return p.finish(ctx, err), nil
}

func (p *pass) decideHeld(ctx context.Context, d Decision) error {
	var err error
	if p.state, p.counts, err = p.engine.cp.Load(ctx, p.ID); err != nil {
		return fmt.Errorf("load checkpoint: %w", err)
	}
	due, err := p.removalsDue(ctx)
	if err != nil {
		return err
	}
	window := p.state.Window
	if d == Keep {
		var batch Batch
		for _, row := range due {
			row.Kept, row.Hold, row.HeldAt = true, "", time.Time{}
			batch.Put = append(batch.Put, row)
		}
		err = p.commit(ctx, batch)
	} else {
		p.phase(Removing)
		p.progress(0, len(due))
		err = each(ctx, p.workers, due, p.remove)
	}
	p.state.Window = window
	if err != nil {
		return err
	}
	if p.state.Waiting == WaitWho {
		p.state.Who = ""
	}
	p.state.Waiting = ""
	return nil
}
