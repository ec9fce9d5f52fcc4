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
	p.state.Unread = nextUnread(p.state.Unread, l.passing)
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

// nextUnread counts the listings in a row in which a node could not be read for
// a reason that passes.
func nextUnread(before, passing int) int {
	if passing == 0 {
		return 0
	}
	return before + 1
}

// listAgain is when Dialpad is listed anew because a node could not be read: at
// first soon, later as seldom as keys are compared. It is zero without a reason.
func (p *pass) listAgain() time.Time {
	if p.state.Unread == 0 || !p.state.Proved.IsZero() {
		return time.Time{}
	}
	const first = 30 * time.Second
	return p.state.Listed.Add(min(first<<min(p.state.Unread-1, 10), p.compareInterval()))
}

// equal compares the sets. A row counts as held by Dialpad when nothing about
// it is open and its node was listed, read, or written since the listing began.
func (p *pass) equal(ctx context.Context, l *dialpadListing) (bool, error) {
	if l.undecided > 0 || p.tooEarly(l.began) {
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
	at := l.rows.find(row.Key)
	return at >= 0 && l.rows.has(at, seenFlag) && l.rows.nodes[at] == MarkOf(row.Node)
}
