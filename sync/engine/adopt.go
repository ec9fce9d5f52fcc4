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
// After a lost checkpoint Dialpad is listed once more when its lag is over:
// until then nothing is created that the lost one may just have created, and
// nothing is proved.
func (p *pass) adoptIfNeeded(ctx context.Context) error {
	moved := p.state.Waiting == WaitMoved && p.state.Adopted.IsZero() ||
		p.state.Fingerprint != "" && p.state.Fingerprint != p.Fingerprint
	// Whoever was away for long may have been somebody else meanwhile.
	away := p.state.Imported && !within(p.state.Checked, time.Now(), proveEvery)
	again := !p.state.CreateFrom.IsZero() && !p.createsWait()
	switch {
	case moved || p.state.Adopted.IsZero():
		return p.adoptAll(ctx, moved)
	case again, away:
		return p.adoptLate(ctx)
	}
	return nil
}

// createsWait says that Dialpad's lag after a lost checkpoint is not over. A
// time further ahead than the lag comes from a wrong clock and counts as over.
func (p *pass) createsWait() bool { return p.tooEarly(time.Now()) }

// tooEarly says that a listing that begins then may miss what a lost checkpoint
// had just created.
func (p *pass) tooEarly(then time.Time) bool {
	left := p.state.CreateFrom.Sub(then)
	return left > 0 && left <= p.Lag
}

func (p *pass) adoptAll(ctx context.Context, moved bool) error {
	fresh := State{
		Fingerprint: p.Fingerprint, SourceValue: p.SourceValue, Consent: p.state.Consent, Rates: p.state.Rates,
		Window: p.state.Window, Guarded: p.state.Guarded, Waiting: p.state.Waiting, Who: p.state.Who,
	}
	if moved {
		fresh.Waiting, fresh.Who = WaitMoved, ""
	}
	if err := p.commit(ctx, Batch{Reset: true, State: &fresh}); err != nil {
		return err
	}
	p.state = fresh
	began := time.Now()
	found, err := p.adoptListed(ctx)
	if err != nil {
		return err
	}
	if found > 0 || moved || p.engine.lost.Load() {
		fresh.CreateFrom = began.Add(p.Lag)
	}
	fresh.Adopted = began
	p.state = fresh
	return p.commit(ctx, Batch{State: &fresh})
}

func (p *pass) adoptLate(ctx context.Context) error {
	began := time.Now()
	if _, err := p.adoptListed(ctx); err != nil {
		return err
	}
	state := p.state
	state.Adopted = began
	if !state.CreateFrom.IsZero() && !p.createsWait() {
		// What was found is compared in this pass, and a proof may be had.
		state.CreateFrom, state.Compared, state.Listed = time.Time{}, time.Time{}, time.Time{}
	}
	p.state = state
	return p.commit(ctx, Batch{State: &state})
}

// adoptListed lists Dialpad and takes over every node whose key has none in
// the checkpoint. Of several nodes for one key the first listed stays; the
// proof finds the others. It returns how many nodes were listed.
func (p *pass) adoptListed(ctx context.Context) (listed int, err error) {
	var some []Node
	for node, err := range p.Destination.Owned(ctx) {
		if err != nil {
			return listed, fmt.Errorf("list what Dialpad has: %w", err)
		}
		p.gotOn()
		if node.Kind != source.Article || node.Key == "" {
			continue
		}
		listed++
		if some = append(some, node); len(some) == batchKeys {
			if err := p.adopt(ctx, some); err != nil {
				return listed, err
			}
			some = some[:0]
		}
	}
	return listed, p.adopt(ctx, some)
}

func (p *pass) adopt(ctx context.Context, nodes []Node) error {
	keys := make([]source.Key, len(nodes))
	for i, node := range nodes {
		keys[i] = node.Key
	}
	rows, err := p.engine.cp.Rows(ctx, p.ID, keys)
	if err != nil {
		return fmt.Errorf("look up documents: %w", err)
	}
	var batch Batch
	for _, node := range nodes {
		row := rows[node.Key]
		if row.Node != "" || row.State == Parked {
			continue // what came of a lost create is found out by resolveParked
		}
		row.adoptNode(node)
		row.Kept = p.keeping[node.Key]
		rows[node.Key] = row
		batch.Put = append(batch.Put, row)
	}
	return p.commit(ctx, batch)
}

// adoptNode makes the row point to a node that was found.
func (r *Row) adoptNode(node Node) {
	r.Key, r.Node, r.State = node.Key, node.ID, Adopted
	r.clearProblem()
}
