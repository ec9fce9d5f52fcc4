package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dialpadsync.app/sync/source"
)

// dialpadListing is one complete listing of what Dialpad holds of ours, held
// against the checkpoint, and what is known of single nodes since.
type dialpadListing struct {
	began time.Time
	rows  *snapshot
	// strangers are nodes whose key the checkpoint knows with another node or
	// with none; extras are nodes whose key it does not know.
	strangers []Node
	extras    []Node
	suspects  []Node

	mu        sync.Mutex
	confirmed map[source.Key]bool // read one by one
	undecided int                 // questions that got no answer
	passing   int                 // of those, how many may get one in a moment
}

// listDialpad lists Dialpad and heals what differs: it finds creates whose
// answer was lost, adopts what it does not know, removes doubles, creates what
// is missing and puts the source's text back where it was changed.
func (p *pass) listDialpad(ctx context.Context) (*dialpadListing, error) {
	rows, err := p.snapshot(ctx, dialpadSide)
	if err != nil {
		return nil, err
	}
	l := &dialpadListing{began: time.Now(), rows: rows, confirmed: map[source.Key]bool{}}
	p.listing.Store(l)
	for node, err := range p.Destination.Owned(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list what Dialpad has: %w", err)
		}
		p.gotOn()
		if node.Kind == source.Article && node.Key != "" {
			p.place(l, node)
		}
	}
	heal := []func(context.Context, *dialpadListing) error{
		p.resolveParked, p.adoptExtras, p.findLost, p.readSuspects, p.readDoubled, p.dropDoubles,
	}
	for _, step := range heal {
		if err := step(ctx, l); err != nil {
			return nil, err
		}
	}
	p.forgetRemovals()
	return l, nil
}

// confirm notes an acknowledged write for the listing that is being judged.
func (p *pass) confirm(key source.Key) {
	if l := p.listing.Load(); l != nil {
		l.confirm(key)
	}
}

// readNow says whether the key's node was read or written since this pass began
// to list Dialpad.
func (p *pass) readNow(key source.Key) bool {
	l := p.listing.Load()
	return l != nil && l.readNow(key)
}

// place puts one listed node where it belongs.
func (p *pass) place(l *dialpadListing, node Node) {
	at := l.rows.find(node.Key)
	switch {
	case at < 0:
		l.extras = append(l.extras, node)
	case l.rows.nodes[at] != MarkOf(node.ID):
		l.strangers = append(l.strangers, node)
	default:
		l.rows.flags[at] |= seenFlag
		if !l.rows.has(at, keptFlag) && p.suspicious(l.rows, at, node) {
			l.suspects = append(l.suspects, node)
		}
	}
}

// suspicious says whether the node's content has to be read to know that it is
// what we wrote: its version moved, it is not published, or Dialpad reports no
// version and its turn has come.
func (p *pass) suspicious(rows *snapshot, at int, node Node) bool {
	if node.Status != Published {
		return true
	}
	version := MarkOf(node.Version)
	if reading := rows.versions[at]; reading != 0 && version != 0 {
		return reading != version
	}
	turn := int(rows.prints[at][15]) % fullSlices
	return p.opts.Full || turn == p.state.Slice%fullSlices
}

// each runs f for every item on a few workers and stops at the first error.
func each[T any](ctx context.Context, workers int, items []T, f func(context.Context, T) error) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, item := range items {
		if gctx.Err() != nil {
			break
		}
		group.Go(func() error { return f(gctx, item) })
	}
	err := group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// undecidedOr notes that a question about one node got no answer; a failure
// that concerns more than one document is returned.
func (l *dialpadListing) undecidedOr(err error) error {
	switch source.KindOf(err) {
	case source.Transient, source.BadDocument, source.Forbidden: // the listing itself was allowed
	default:
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.undecided++
	if source.KindOf(err) == source.Transient {
		l.passing++
	}
	return nil
}

// takeStrangers gives away the other listed nodes of the key.
func (l *dialpadListing) takeStrangers(key source.Key) (nodes []Node) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.strangers = slices.DeleteFunc(l.strangers, func(n Node) bool {
		if n.Key == key {
			nodes = append(nodes, n)
		}
		return n.Key == key
	})
	return nodes
}

// addStrangers notes nodes that turned out to be further ones of their key.
func (l *dialpadListing) addStrangers(nodes []Node) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.strangers = append(l.strangers, nodes...)
}

// readNow says whether the key's node was read or written since the listing
// began.
func (l *dialpadListing) readNow(key source.Key) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.confirmed[key]
}

func (l *dialpadListing) confirm(key source.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.confirmed[key] = true
}

// resolveParked finds out what came of creates whose answer was lost. A node
// in the listing is adopted if it is still there; where the listing began late
// enough, its absence means that nothing was created.
func (p *pass) resolveParked(ctx context.Context, l *dialpadListing) error {
	found := map[source.Key][]Node{}
	rest := l.strangers[:0]
	for _, node := range l.strangers {
		if at := l.rows.find(node.Key); l.rows.nodes[at] != 0 {
			rest = append(rest, node)
		} else {
			found[node.Key] = append(found[node.Key], node)
		}
	}
	l.strangers = rest
	var ask []source.Change
	var batch Batch
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		nodes := found[row.Key]
		if row.Node != "" || (row.State != Parked && len(nodes) == 0) {
			continue
		}
		node, ok, err := p.standing(ctx, l, nodes)
		if err != nil {
			if err := l.undecidedOr(err); err != nil {
				return err
			}
			continue
		}
		switch {
		case ok:
			row.adoptNode(node)
			l.confirm(row.Key)
		case row.State != Parked, l.began.Before(p.attempted(row).Add(p.Lag)):
			continue
		default:
			row.State = Dirty
			row.clearProblem()
		}
		batch.Put = append(batch.Put, row)
		ask = append(ask, source.Change{Key: row.Key})
	}
	if err := p.commit(ctx, batch); err != nil {
		return err
	}
	return p.apply(ctx, ask)
}

// standing finds the first of a key's listed nodes that is there now: a listing
// goes on showing for a while what has been removed, and a node that was removed
// before a create is not what came of it. The others are doubles.
func (p *pass) standing(ctx context.Context, l *dialpadListing, nodes []Node) (Node, bool, error) {
	for i, node := range nodes {
		_, _, err := p.Destination.Read(ctx, node)
		switch {
		case err == nil, errors.Is(err, ErrNoContent):
			l.addStrangers(nodes[i+1:])
			return node, true, nil
		case !errors.Is(err, ErrNodeGone):
			return Node{}, false, err
		}
	}
	return Node{}, false, nil
}

// adoptExtras asks the source about nodes of ours that the checkpoint does not
// know, as far as they are there. One goes only if the source says that its
// document is gone.
func (p *pass) adoptExtras(ctx context.Context, l *dialpadListing) error {
	var keys []source.Key
	nodes := map[source.Key][]Node{}
	for _, node := range l.extras {
		if nodes[node.Key] == nil {
			keys = append(keys, node.Key)
		}
		nodes[node.Key] = append(nodes[node.Key], node)
	}
	l.extras = nil
	var mu sync.Mutex
	var batch Batch
	var wanted []source.Change
	err := each(ctx, p.crew, keys, func(ctx context.Context, key source.Key) error {
		node, ok, err := p.standing(ctx, l, nodes[key])
		if err != nil {
			return l.undecidedOr(err)
		}
		if !ok {
			return nil
		}
		l.confirm(key)
		var row Row
		row.adoptNode(node)
		row.Kept = p.keeping[key]
		mu.Lock()
		defer mu.Unlock()
		batch.Put = append(batch.Put, row)
		wanted = append(wanted, source.Change{Key: key})
		return nil
	})
	if err != nil {
		return err
	}
	if err := p.commit(ctx, batch); err != nil {
		return err
	}
	return p.apply(ctx, wanted)
}

// findLost reads every node that should have been listed and was not: absence
// alone may be the listing's lag.
func (p *pass) findLost(ctx context.Context, l *dialpadListing) error {
	var lost []Row
	for row, err := range p.engine.cp.Each(ctx, p.ID, Every) {
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		at := l.rows.find(row.Key)
		if at >= 0 && !l.rows.has(at, seenFlag) && l.rows.nodes[at] != 0 && l.rows.nodes[at] == MarkOf(row.Node) {
			lost = append(lost, row)
		}
	}
	return each(ctx, p.crew, lost, func(ctx context.Context, row Row) error {
		return p.readSuspect(ctx, l, row)
	})
}

func (p *pass) readSuspects(ctx context.Context, l *dialpadListing) error {
	p.progress(0, len(l.suspects))
	return each(ctx, p.crew, l.suspects, func(ctx context.Context, node Node) error {
		rows, err := p.engine.cp.Rows(ctx, p.ID, []source.Key{node.Key})
		if err != nil {
			return fmt.Errorf("look up documents: %w", err)
		}
		row, ok := rows[node.Key]
		if !ok || row.Node != node.ID || row.State != Clean {
			return nil // dealt with meanwhile, or about to be
		}
		p.progress(1, 0)
		return p.readSuspect(ctx, l, row)
	})
}

// readDoubled reads the kept node of every document that has further ones:
// another one goes only while the one that stays is there, and the listing may
// go on showing for a while what somebody has deleted.
func (p *pass) readDoubled(ctx context.Context, l *dialpadListing) error {
	var doubled []source.Key
	for _, node := range l.strangers {
		if !l.confirmed[node.Key] {
			doubled = append(doubled, node.Key)
		}
	}
	slices.Sort(doubled)
	return each(ctx, p.crew, slices.Compact(doubled), func(ctx context.Context, key source.Key) error {
		found, err := p.engine.cp.Rows(ctx, p.ID, []source.Key{key})
		if err != nil {
			return fmt.Errorf("look up documents: %w", err)
		}
		row, ok := found[key]
		if !ok || row.State != Clean || row.Node == "" || row.Kept {
			return nil
		}
		return p.readSuspect(ctx, l, row)
	})
}

// readSuspect reads one node and heals it where it is not what we wrote.
func (p *pass) readSuspect(ctx context.Context, l *dialpadListing, row Row) error {
	node := Node{ID: row.Node, Kind: source.Article, Key: row.Key, Locale: row.Key.Locale()}
	doc, node, err := p.Destination.Read(ctx, node)
	switch {
	case errors.Is(err, ErrNodeGone):
		if row.Kept || row.Hold != "" {
			return p.commit(ctx, Batch{Delete: []source.Key{row.Key}})
		}
		other, ok, err := p.standing(ctx, l, l.takeStrangers(row.Key))
		if err != nil {
			return l.undecidedOr(err)
		}
		row.Node = ""
		if ok {
			row.adoptNode(other)
			l.confirm(row.Key)
			return p.healAs(ctx, row, Adopted)
		}
	case errors.Is(err, ErrNoContent):
		l.confirm(row.Key)
	case err != nil:
		return l.undecidedOr(err)
	case row.Kept, row.Hold != "", row.State != Clean:
		l.confirm(row.Key)
		return nil
	case node.Status == Published && p.engine.sum(doc) == row.Sum:
		l.confirm(row.Key)
		row.NodeVersion = MarkOf(node.Version)
		return p.commit(ctx, Batch{Put: []Row{row}})
	default:
		l.confirm(row.Key)
	}
	return p.heal(ctx, row)
}

// heal puts the source's text back, from a fresh read.
func (p *pass) heal(ctx context.Context, row Row) error { return p.healAs(ctx, row, Dirty) }

func (p *pass) healAs(ctx context.Context, row Row, state RowState) error {
	row.State = state
	p.underWay(1)
	p.mu.Lock()
	p.restored[row.Key] = true
	p.mu.Unlock()
	if err := p.commit(ctx, Batch{Put: []Row{row}}); err != nil {
		return err
	}
	t := p.newTask(source.Change{Key: row.Key}, row)
	t.step = ask
	return p.do(ctx, t)
}

// dropDoubles removes further nodes of a key once the one we keep is known to
// hold the document. The document itself stays, so the guard is not asked.
func (p *pass) dropDoubles(ctx context.Context, l *dialpadListing) error {
	p.underWay(len(l.strangers))
	return each(ctx, p.crew, l.strangers, func(ctx context.Context, node Node) error {
		rows, err := p.engine.cp.Rows(ctx, p.ID, []source.Key{node.Key})
		if err != nil {
			return fmt.Errorf("look up documents: %w", err)
		}
		row, ok := rows[node.Key]
		if ok && row.Kept {
			return nil // it is out of the equation, doubles included
		}
		if !ok || row.State != Clean || row.Node == "" || row.Node == node.ID || !l.readNow(row.Key) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.undecided++
			return nil
		}
		wctx, done := grace(ctx)
		defer done()
		if err := p.Destination.Delete(wctx, node); err != nil {
			return l.undecidedOr(err)
		}
		return nil
	})
}
