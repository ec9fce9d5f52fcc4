package engine

import (
	"context"
	"errors"
	"time"

	"dialpadsync.app/sync/source"
)

// do carries one task through. The error it returns ends the pass; what
// concerns the document alone is written to its row.
func (p *pass) do(ctx context.Context, t *task) error {
	if t.step == ask {
		c, err := p.Source.Read(ctx, t.change.Key)
		if err != nil {
			return p.failed(ctx, t, err)
		}
		p.failures.Store(0)
		if c.Version == "" {
			c.Version = t.change.Version
		}
		p.decide(t, c)
	}
	if t.step == compare {
		done, err := p.compareNode(ctx, t)
		if done || err != nil {
			return err
		}
	}
	p.ledger.heard(t.change)
	switch {
	case t.step == create, t.step == update:
		return p.write(ctx, t)
	case t.unseen() && !p.readNow(t.row.Key):
		switch _, _, err := p.Destination.Read(ctx, t.node()); {
		case errors.Is(err, ErrNodeGone):
			t.step = forget
		case err != nil && !errors.Is(err, ErrNoContent):
			return p.failed(ctx, t, err)
		}
		p.failures.Store(0)
	}
	var batch Batch
	p.quietly(t, &batch)
	p.progress(1, 0)
	return p.save(ctx, batch)
}

// unseen says that the task would remove a node that only a listing has shown.
// Listings go on showing for a while what has been removed, and nobody is to be
// asked about that.
func (t *task) unseen() bool { return t.step == hold && t.row.State == Adopted && t.before.Hold == "" }

// compareNode reads a found node before anything is written to it. Equal
// content needs no write; otherwise the task becomes an update. Where the node
// has gone the listing was old, and another node of the key may be too young for
// it: only a later listing can tell.
func (p *pass) compareNode(ctx context.Context, t *task) (done bool, err error) {
	doc, node, err := p.Destination.Read(ctx, t.node())
	switch {
	case errors.Is(err, ErrNodeGone):
		return true, p.parkLost(ctx, t)
	case errors.Is(err, ErrNoContent):
		t.step = update
		return false, nil
	case err != nil:
		return true, p.failed(ctx, t, err)
	}
	p.failures.Store(0)
	if p.engine.sum(doc) != t.sum || node.Status != Published {
		t.step = update
		return false, nil
	}
	p.ledger.heard(t.change)
	p.progress(1, 0)
	p.confirm(t.row.Key)
	t.row.acknowledged(t, node)
	return true, p.save(ctx, Batch{Put: []Row{t.row}})
}

// node is what Dialpad is asked about.
func (t *task) node() Node {
	return Node{ID: t.row.Node, Kind: source.Article, Key: t.row.Key, Locale: t.row.Key.Locale()}
}

// write makes Dialpad hold the task's document. The row is on disk as dirty or
// parked before the first request goes out.
func (p *pass) write(ctx context.Context, t *task) error {
	if err := p.markNow(ctx, t); err != nil {
		return err
	}
	wctx, done := grace(ctx)
	defer done()
	node, err := p.Destination.Put(wctx, *t.change.Document, t.node())
	if errors.Is(err, ErrNodeGone) && t.row.Node != "" {
		return p.parkLost(ctx, t)
	}
	if err != nil {
		return p.writeFailed(ctx, t, node, err)
	}
	p.failures.Store(0)
	p.countWritten(t)
	p.confirm(t.row.Key)
	t.row.acknowledged(t, node)
	return p.save(ctx, Batch{Put: []Row{t.row}})
}

// parkLost settles a row whose node has gone. Another one of its key may be too
// young to be listed, so that only a later listing can tell whether one is to be
// created.
func (p *pass) parkLost(ctx context.Context, t *task) error {
	t.row.Node, t.row.State, t.row.Written = "", Parked, time.Now()
	p.ledger.heard(t.change)
	p.progress(1, 0)
	return p.save(ctx, Batch{Put: []Row{t.row}})
}

func (p *pass) markNow(ctx context.Context, t *task) error {
	if t.marked {
		return nil
	}
	return p.commit(ctx, Batch{Put: []Row{t.mark()}, Durable: true})
}

// acknowledged is the row once Dialpad is known to hold the task's document.
func (r *Row) acknowledged(t *task, node Node) {
	r.Node, r.NodeVersion = node.ID, MarkOf(node.Version)
	r.Sum, r.Version, r.State = t.sum, MarkOf(t.change.Version), Clean
	r.Hold, r.HeldAt, r.Kept = "", time.Time{}, false
	r.clearProblem()
}

// writeFailed settles a row whose write failed. A create that may have taken
// effect stays parked; one that certainly did not leaves no trace; a known
// node stays dirty.
func (p *pass) writeFailed(ctx context.Context, t *task, node Node, err error) error {
	var e *source.Error
	unsure := ctx.Err() != nil || (errors.As(err, &e) && e.Unsure)
	if node.ID != "" {
		t.row.Node = node.ID
	}
	switch {
	case t.row.Node != "":
		t.row.State = Dirty
	case unsure:
		// It was marked before it waited for its turn; the lag counts from now.
		t.row.State, t.row.Written = Parked, time.Now()
	default:
		t.row.State, t.row.Written = Dirty, time.Time{}
	}
	return p.failed(ctx, t, err)
}

// failed notes a failure in the row and says whether the pass can go on.
func (p *pass) failed(ctx context.Context, t *task, err error) error {
	if ctx.Err() != nil {
		return p.stopped(ctx, t)
	}
	kind, now := source.KindOf(err), time.Now()
	reading := t.step == ask || t.step == compare || t.step == hold
	ofDocument := kind == source.BadDocument || kind == source.Transient || (reading && kind == source.Forbidden)
	ends := !ofDocument
	// One that had failed before waits longer also when the account is to blame.
	noted := !ends || kind == source.Forbidden && t.row.Failed()
	if !t.row.Failed() {
		t.row.Since = now
	}
	if noted {
		t.row.Attempts++
		t.row.Problem, t.row.Code = kind, source.CodeOf(err)
		t.row.RetryAt = now.Add(retryAfter(kind, t.row.Attempts))
		t.row.Version = MarkOf(t.change.Version)
		p.noteMissed(t.row.Key)
	}
	if saveErr := p.saveFailed(ctx, t, !noted); saveErr != nil {
		return saveErr
	}
	if ends {
		return err
	}
	p.countFailed(t)
	if kind != source.BadDocument && p.failures.Add(1) >= giveUpAfter {
		return err
	}
	return nil
}

// saveFailed writes the row of a failed task. A new document whose create
// certainly did nothing, in a pass that ends anyway, leaves no row (bare): the
// page is read again.
func (p *pass) saveFailed(ctx context.Context, t *task, bare bool) error {
	var batch Batch
	if bare && t.row.Node == "" && t.row.State != Parked {
		t.putBack(&batch)
	} else {
		batch.Put = []Row{t.row}
	}
	return p.save(ctx, batch)
}

// stopped saves what is known of a task that was cut off by the person.
func (p *pass) stopped(ctx context.Context, t *task) error {
	batch := Batch{Put: []Row{t.row}}
	if !t.marked {
		batch = Batch{}
	}
	if err := p.save(ctx, batch); err != nil {
		return err
	}
	return ctx.Err()
}
