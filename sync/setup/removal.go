package setup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
)

// removalWorkers is how many documents are removed at a time.
const removalWorkers = 4

// removal is the removal of an account's documents from Dialpad, as the person
// asked for.
type removal struct {
	account string
	value   string // that marks the documents
	// goesOn says that the account is one of the settings and goes on if this
	// fails: it must not look proved meanwhile.
	goesOn bool
}

// remover removes documents that carry the account's source value, and forgets
// them as they go.
type remover struct {
	removal
	dest    engine.Destination
	records Records
	tell    func(local.ForgetStep)

	mu      sync.Mutex
	step    local.ForgetStep
	removed map[string]bool // by the nodes' ids: a listing goes on showing them for a while
}

// removeDocuments removes what Dialpad lists of the account, and what is
// remembered beside that: a listing lags behind what was just written. Where a
// create got no answer Dialpad is listed again when its lag is over.
func (d *Desk) removeDocuments(ctx context.Context, conf *settings.Settings, what removal, tell func(local.ForgetStep)) error {
	if what.value == "" {
		return unknownValue()
	}
	dest, done, err := d.destination(ctx, conf, what.account, what.value)
	if err != nil {
		return err
	}
	defer done()
	r := &remover{removal: what, dest: dest, records: d.cfg.Records, tell: tell, removed: map[string]bool{}}
	ctx = rest.WithPatience(ctx, patience)
	nodes, lost, err := r.nodes(ctx)
	if err != nil {
		return err
	}
	if err := r.disprove(ctx, len(nodes)); err != nil {
		return err
	}
	if err := r.removeAll(ctx, nodes); err != nil || lost.IsZero() {
		return err
	}
	if err := wait(ctx, min(time.Until(lost.Add(conf.Dialpad.ListLag)), conf.Dialpad.ListLag)); err != nil {
		return err
	}
	if nodes, _, err = r.nodes(ctx); err != nil {
		return err
	}
	return r.removeAll(ctx, nodes)
}

// wait is over after d, or with ctx.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// removeAll removes nodes on a few workers.
func (r *remover) removeAll(ctx context.Context, nodes []engine.Node) error {
	r.step.Total += len(nodes)
	r.tell(r.step)
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(removalWorkers)
	for _, node := range nodes {
		if gctx.Err() != nil {
			break
		}
		group.Go(func() error { return r.remove(gctx, node) })
	}
	err := group.Wait()
	return errors.Join(err, ctx.Err())
}

// nodes lists what there is to remove and has not been removed here. Where a
// create got no answer, lost is when the last of those was sent: what came of it
// is listed when Dialpad's lag is over.
func (r *remover) nodes(ctx context.Context) (nodes []engine.Node, lost time.Time, err error) {
	listed := map[string]bool{}
	for node, err := range r.dest.Owned(ctx) {
		if err != nil {
			return nil, lost, fmt.Errorf("list what Dialpad has: %w", err)
		}
		if listed[node.ID] = true; !r.removed[node.ID] {
			nodes = append(nodes, node)
		}
	}
	for row, err := range r.records.Each(ctx, r.account, engine.Every) {
		if err != nil {
			return nil, lost, err
		}
		switch {
		case row.Node != "" && !listed[row.Node]:
			nodes = append(nodes, engine.Node{ID: row.Node, Kind: source.Article, Key: row.Key, Locale: row.Key.Locale()})
		case row.Node == "" && row.State == engine.Parked && row.Written.After(lost):
			lost = row.Written
		}
	}
	return nodes, lost, nil
}

// disprove makes an account that goes on compare everything before anybody sees
// a tick again.
func (r *remover) disprove(ctx context.Context, nodes int) error {
	if !r.goesOn || nodes == 0 {
		return nil
	}
	state, _, err := r.records.Load(ctx, r.account)
	if err != nil {
		return err
	}
	state.Checked, state.Compared, state.Listed, state.Proved = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return r.records.Commit(ctx, r.account, engine.Batch{State: &state, Durable: true})
}

func (r *remover) remove(ctx context.Context, node engine.Node) error {
	if err := r.dest.Delete(ctx, node); err != nil {
		return fmt.Errorf("remove a document: %w", err)
	}
	// It is gone whatever happens to ctx.
	err := r.records.Commit(context.WithoutCancel(ctx), r.account, engine.Batch{Delete: []source.Key{node.Key}})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step.Removed++
	r.removed[node.ID] = true
	r.tell(r.step)
	return err
}
