package engine

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// adoptIfNeeded looks in Dialpad for documents of ours when the checkpoint
// knows of none: a new account, a new computer, or a checkpoint that was lost.
// What it finds is compared with the source before anything is written. When
// the two sides are others than before, the same is done and removals wait.
func (p *pass) adoptIfNeeded(ctx context.Context) error {
	moved := p.state.Fingerprint != "" && p.state.Fingerprint != p.Fingerprint
	if !moved && !p.state.Adopted.IsZero() {
		return nil
	}
	fresh := State{Fingerprint: p.Fingerprint, Rates: p.state.Rates}
	if moved {
		fresh.Waiting = WaitMoved
	}
	began, found := time.Now(), 0
	batch := Batch{Reset: true, State: &fresh}
	for node, err := range p.Destination.Owned(ctx) {
		if err != nil {
			return fmt.Errorf("list what Dialpad has: %w", err)
		}
		if node.Kind != source.Article {
			continue
		}
		found++
		batch.Put = append(batch.Put, Row{Key: node.Key, Node: node.ID, State: Adopted})
		if len(batch.Put) == batchKeys {
			if err := p.adopt(ctx, batch); err != nil {
				return err
			}
			batch = Batch{}
		}
	}
	fresh.Adopted = time.Now()
	if found > 0 || p.engine.lost {
		fresh.CreateFrom = began.Add(p.Lag)
	}
	batch.State = &fresh
	if err := p.adopt(ctx, batch); err != nil {
		return err
	}
	p.state = fresh
	return nil
}

// adopt saves found nodes. Of several nodes for one key the first listed stays;
// the proof finds the others.
func (p *pass) adopt(ctx context.Context, batch Batch) error {
	first := make([]Row, 0, len(batch.Put))
	taken := map[source.Key]bool{}
	keys := make([]source.Key, len(batch.Put))
	for i, row := range batch.Put {
		keys[i] = row.Key
	}
	if !batch.Reset {
		known, err := p.engine.cp.Rows(ctx, p.ID, keys)
		if err != nil {
			return fmt.Errorf("look up documents: %w", err)
		}
		for key := range known {
			taken[key] = true
		}
	}
	for _, row := range batch.Put {
		if !taken[row.Key] {
			taken[row.Key] = true
			first = append(first, row)
		}
	}
	batch.Put = first
	if len(first) == 0 && batch.State == nil {
		return nil
	}
	return p.commit(ctx, batch)
}
