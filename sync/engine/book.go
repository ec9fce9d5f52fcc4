package engine

import (
	"context"
	"fmt"
	"slices"

	"dialpadsync.app/sync/source"
)

// GuardRecord is what the guard may not forget when the checkpoint is lost or
// the account gets another name in settings.toml.
type GuardRecord struct {
	// Account is who wrote it last, Number the State.Guarded it then had.
	Account string `json:"account"`
	Number  int64  `json:"number"`
	// Window, Waiting and Who are the State's. Removals that are about to be
	// carried out are counted as done.
	Window  Window     `json:"window"`
	Waiting WaitReason `json:"waiting,omitempty"`
	Who     string     `json:"who,omitempty"`
	// Kept are the documents that the person keeps, sorted.
	Kept []source.Key `json:"kept,omitempty"`
}

// Book keeps one GuardRecord for each source value, apart from the checkpoint.
type Book interface {
	// Recall returns the record of a source value, the zero one where there is
	// none or it cannot be understood.
	Recall(ctx context.Context, sourceValue string) (GuardRecord, error)
	// Remember replaces it; when it returns nil the record is on the disk.
	Remember(ctx context.Context, sourceValue string, r GuardRecord) error
}

// recall brings the guard's word from the book into a state that does not know
// it: of a checkpoint made anew or brought back from a copy, or of an account
// that had another name meanwhile. What else such a state says has been
// overtaken, so that it counts as lost. The checkpoint is exact and the record an
// upper bound: as long as the checkpoint is the newer one its own word counts.
func (p *pass) recall(ctx context.Context) error {
	p.guardBefore = p.state.record()
	if p.engine.book == nil {
		return nil
	}
	r, err := p.engine.book.Recall(ctx, p.SourceValue)
	if err != nil {
		return fmt.Errorf("read the guard's record: %w", err)
	}
	p.keeping = map[source.Key]bool{}
	for _, key := range r.Kept {
		p.keeping[key] = true
	}
	p.guardBefore.Kept = r.Kept
	if r.Number == 0 || r.Account == p.ID && r.Number <= p.state.Guarded {
		return nil
	}
	fresh := State{
		Fingerprint: p.state.Fingerprint, Consent: p.state.Consent, Rates: p.state.Rates, Who: p.state.Who,
		Window: r.Window, Guarded: max(r.Number, p.state.Guarded), Waiting: r.Waiting,
	}
	if fresh.Who == "" {
		fresh.Who = r.Who
	}
	if p.state.Waiting == WaitMoved {
		fresh.Waiting = WaitMoved
	}
	p.state = fresh
	p.guardBefore = GuardRecord{} // to be written by this account
	return nil
}

// record is what the book is to know of a state.
func (s State) record() GuardRecord {
	r := GuardRecord{Window: s.Window, Waiting: s.Waiting, Who: s.Who}
	if r.Waiting == WaitMoved {
		r.Waiting = "" // it is found out again by the fingerprint
	}
	return r
}

// announce writes removals into the book before the first of them is carried
// out.
func (p *pass) announce(ctx context.Context, removals int) error {
	if removals == 0 {
		return nil
	}
	r := p.state.record()
	r.Window, r.Kept = r.Window.counting(removals), p.guardBefore.Kept
	return p.enter(ctx, r)
}

// remember writes into the book what the pass has changed of it.
func (p *pass) remember(ctx context.Context) error {
	now, before := p.state.record(), p.guardBefore
	var err error
	if now.Kept, err = p.keptKeys(ctx); err != nil {
		return err
	}
	if now.Window.same(before.Window) && now.Waiting == before.Waiting && now.Who == before.Who && slices.Equal(now.Kept, before.Kept) {
		return nil
	}
	return p.enter(ctx, now)
}

// keptKeys lists what the person keeps: by the rows there are, and by the record
// as long as Dialpad's node has not been found again.
func (p *pass) keptKeys(ctx context.Context) ([]source.Key, error) {
	var keys, unknown []source.Key
	for row, err := range p.engine.cp.Each(ctx, p.ID, Unsettled) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		if row.Kept {
			keys = append(keys, row.Key)
			delete(p.keeping, row.Key)
		}
	}
	for key := range p.keeping {
		unknown = append(unknown, key)
	}
	for some := range slices.Chunk(unknown, batchKeys) {
		rows, err := p.engine.cp.Rows(ctx, p.ID, some)
		if err != nil {
			return nil, fmt.Errorf("look up documents: %w", err)
		}
		for _, key := range some {
			if _, known := rows[key]; !known {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// enter gives a record the next number. The checkpoint knows the number first:
// of two that were not both written its word then counts.
func (p *pass) enter(ctx context.Context, r GuardRecord) error {
	if p.engine.book == nil {
		return nil
	}
	p.state.Guarded++
	state := p.state
	if err := p.commit(ctx, Batch{State: &state}); err != nil {
		return err
	}
	r.Account, r.Number = p.ID, p.state.Guarded
	if err := p.engine.book.Remember(ctx, p.SourceValue, r); err != nil {
		return fmt.Errorf("write the guard's record: %w", err)
	}
	p.guardBefore = r
	return nil
}
