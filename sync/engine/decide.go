package engine

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// Decision is the person's word about held removals.
type Decision string

const (
	// Keep leaves the nodes in Dialpad; they leave the equation and the guard.
	Keep Decision = "keep"
	// Delete removes them.
	Delete Decision = "delete"
	// Release takes an earlier Keep back: what is still gone at the source is
	// removed, what is there again is synced.
	Release Decision = "release"
)

// HeldRemoval is one removal that waits for the person.
type HeldRemoval struct {
	Key    source.Key     `json:"key"`
	Reason source.Removal `json:"reason"`
	Since  time.Time      `json:"since"`
	// Title is what Dialpad shows for it, read when it was asked for, or empty.
	Title string `json:"title,omitempty"`
}

// Held lists the removals that wait for the person. The titles of the first
// few are read from Dialpad.
func (e *Engine) Held(ctx context.Context, account string, titles int) ([]HeldRemoval, error) {
	r, err := e.find(account)
	if err != nil {
		return nil, err
	}
	var held []HeldRemoval
	for row, err := range e.cp.Each(ctx, account, Unsettled) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Hold == "" || row.Kept {
			continue
		}
		h := HeldRemoval{Key: row.Key, Reason: row.Hold, Since: row.HeldAt}
		if len(held) < titles {
			node := Node{ID: row.Node, Kind: source.Article, Key: row.Key, Locale: row.Key.Locale()}
			if doc, _, err := r.Destination.Read(ctx, node); err == nil {
				h.Title = doc.Title
			}
		}
		held = append(held, h)
	}
	return held, nil
}

// Decide carries out the person's decision about every held removal of the
// account that waited at the moment seen; later ones go on waiting. Release is
// about the documents that are kept instead, whenever that was decided. The
// decision is consent: what it removes does not count for the guard. A document
// the source has again meanwhile is kept and synced.
func (e *Engine) Decide(ctx context.Context, account string, d Decision, seen time.Time) (Outcome, error) {
	r, err := e.find(account)
	if err != nil {
		return Outcome{}, err
	}
	if err := e.begin(ctx, r, nil); err != nil {
		return Outcome{}, err
	}
	defer r.end()
	p := e.newPass(r, Options{})
	p.deciding = true
	if d == Release {
		err = p.release(ctx)
	} else {
		err = p.decideHeld(ctx, d, seen)
	}
	defer e.Wake(account) // a proof may be had now
	return p.finish(ctx, err), nil
}

// keep is the row once the person keeps its node.
func (r Row) keep() Row {
	r.Kept, r.Hold, r.HeldAt = true, "", time.Time{}
	return r
}

func (p *pass) decideHeld(ctx context.Context, d Decision, seen time.Time) error {
	if err := p.load(ctx); err != nil {
		return err
	}
	all, err := p.removalsWaiting(ctx)
	if err != nil {
		return err
	}
	var due []Row
	for _, row := range all {
		if row.seenBy(seen, time.Now()) {
			due = append(due, row)
		}
	}
	if d == Keep {
		var batch Batch
		for _, row := range due {
			batch.Put = append(batch.Put, row.keep())
		}
		p.state.Window = p.state.Window.without(len(batch.Put))
		err = p.commit(ctx, batch)
	} else {
		p.phase(Removing)
		p.progress(0, len(due))
		err = p.removeAgreed(ctx, due)
	}
	if err != nil {
		return err
	}
	if len(due) < len(all) {
		return nil // the others have not been seen yet
	}
	if p.state.Waiting == WaitWho {
		p.state.Who = ""
	}
	p.state.Waiting = ""
	return nil
}

// release removes what the person has kept so far. The rows wait as removals
// first, so that a crash leaves them to the person again.
func (p *pass) release(ctx context.Context) error {
	if err := p.load(ctx); err != nil {
		return err
	}
	var batch Batch
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Kept {
			row.Kept, row.Hold, row.HeldAt = false, source.Deleted, time.Now()
			batch.Put = append(batch.Put, row)
		}
	}
	p.phase(Removing)
	p.underWay(len(batch.Put))
	p.progress(0, len(batch.Put))
	if err := p.commit(ctx, batch); err != nil {
		return err
	}
	return p.removeAgreed(ctx, batch.Put)
}
