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
	p.state.Listed = l.began
	if p.state.Blocked, err = p.blocked(ctx); err != nil {
		return err
	}
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
// it is open and its node was listed, read, or written since the listing began.
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
	if l.confirmed[row.Key] {
		return true
	}
	h := l.rows.find(row.Key)
	return h != nil && h.flags&seenFlag != 0 && h.node == MarkOf(row.Node)
}
