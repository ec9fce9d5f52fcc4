package engine

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// retryDue asks again for documents whose write or read failed and whose next
// try is due, always from a fresh read, and finds out whether parked creates
// can be looked for.
func (p *pass) retryDue(ctx context.Context) error {
	now := time.Now()
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
		if row.Kept || row.Hold != "" || row.State == Adopted {
			continue
		}
		if !now.Before(row.RetryAt) || row.RetryAt.Sub(now) > 24*time.Hour {
			due = append(due, source.Change{Key: row.Key})
		}
	}
	return p.applyLater(ctx, due)
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
