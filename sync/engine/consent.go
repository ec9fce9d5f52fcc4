package engine

import (
	"context"

	"dialpadsync.app/sync/source"
)

// Consent is the person's word about what a selection takes away, given after
// they saw the number. It is good for one complete comparison of that selection
// and for nothing else: an edited settings file is no consent.
type Consent struct {
	// Selection is the Account.Selection it was given for.
	Selection string `json:"selection,omitempty"`
	// Removals is how many removals the person still agrees to.
	Removals int `json:"removals,omitempty"`
	// KeepFound keeps what an earlier set-up left in Dialpad and is not ticked.
	KeepFound bool `json:"keep_found,omitempty"`
}

// Found says that the row's node was there before this checkpoint knew of it,
// and that nothing has been compared or written since: an earlier set-up left
// it.
func (r Row) Found() bool { return r.State == Adopted }

// split takes those removals out of due that the person agreed to: what is no
// longer ticked, then what an earlier set-up left, up to their number. The
// others are for the guard to judge.
func (c Consent) split(due []Row) (agreed, others []Row) {
	left := c.Removals
	about := []func(Row) bool{
		func(r Row) bool { return r.Hold == source.Deselected },
		func(r Row) bool { return r.Hold != source.Deselected && r.Found() },
	}
	taken := make([]bool, len(due))
	for _, covers := range about {
		for i, row := range due {
			if left > 0 && covers(row) {
				taken[i], left = true, left-1
			}
		}
	}
	for i, row := range due {
		if taken[i] {
			agreed = append(agreed, row)
		} else {
			others = append(others, row)
		}
	}
	return agreed, others
}

// keepFound keeps what an earlier set-up left, where the person said so, and
// returns the removals that remain due.
func (p *pass) keepFound(ctx context.Context, due []Row) ([]Row, error) {
	if !p.state.Consent.KeepFound {
		return due, nil
	}
	var batch Batch
	rest := due[:0]
	for _, row := range due {
		if row.Found() {
			batch.Put = append(batch.Put, row.keep())
		} else {
			rest = append(rest, row)
		}
	}
	if len(batch.Put) == 0 {
		return rest, nil
	}
	p.state.Window = p.state.Window.without(len(batch.Put))
	state := p.state
	batch.State = &state
	return rest, p.commit(ctx, batch)
}

// removeAgreed carries out removals that the person agreed to. They do not
// count for the guard.
func (p *pass) removeAgreed(ctx context.Context, rows []Row) error {
	p.agreed = true
	defer func() { p.agreed = false }()
	return each(ctx, p.crew, rows, p.remove)
}

// endConsent ends a consent whose selection has been compared completely, or is
// no longer the account's.
func (p *pass) endConsent(compared bool) {
	if compared || p.state.Consent.Selection != p.Selection {
		p.state.Consent = Consent{}
	}
}
