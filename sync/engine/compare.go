package engine

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// batchKeys is how many keys are dealt with between two parts of a listing.
const batchKeys = 200

// compareKeys compares the source's complete listing with what the checkpoint
// held before it began. An unknown key or another version is read and put; a
// key that is missing is read, and only that word counts. A listing that fails
// changes nothing.
func (p *pass) compareKeys(ctx context.Context) error {
	before, err := p.snapshot(ctx, sourceSide)
	if err != nil {
		return err
	}
	p.ledger.begin(before)
	asked, _ := p.requests()
	var wanted []source.Change
	for item, err := range p.Source.Keys(ctx) {
		if err != nil {
			return fmt.Errorf("list the source's documents: %w", err)
		}
		p.gotOn()
		p.ledger.list(item.Key)
		if before.knows(item) {
			continue
		}
		wanted = append(wanted, source.Change{Key: item.Key, Version: item.Version})
	}
	p.ledger.keys.seal()
	p.progress(0, len(wanted))
	if err := p.applyLater(ctx, wanted); err != nil {
		return err
	}
	if err := p.askMissing(ctx, before); err != nil {
		return err
	}
	answered, _ := p.requests()
	p.state.CompareCost = answered - asked
	p.state.Compared = time.Now()
	return nil
}

// compareInterval is how long after a comparison the next one is due: an hour,
// or longer where listing the source that often would take more than a tenth
// of what it allows.
func (p *pass) compareInterval() time.Duration {
	if p.SourceRate == nil {
		return compareEvery
	}
	rate := p.SourceRate()
	if rate <= 0 {
		return compareEvery
	}
	return max(compareEvery, time.Duration(float64(p.state.CompareCost)*10/rate)*time.Second)
}

// knows marks the item's row as seen and says whether it is settled at this
// very version. Parked rows wait for a listing of Dialpad.
func (s *snapshot) knows(item source.Item) bool {
	i := s.find(item.Key)
	if i < 0 {
		return false
	}
	s.flags[i] |= seenFlag
	return s.has(i, parkedFlag) || s.has(i, restFlag) && s.versions[i] == MarkOf(item.Version)
}

// askMissing asks the source about every document it did not list. Rows whose
// removal already waits have been asked about before.
func (p *pass) askMissing(ctx context.Context, before *snapshot) error {
	var missing []source.Change
	flush := func() error {
		err := p.applyLater(ctx, missing)
		missing = missing[:0]
		return err
	}
	for row, err := range p.engine.cp.Each(ctx, p.ID, Every) {
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		at := before.find(row.Key)
		if at < 0 || before.has(at, seenFlag) || row.Kept || row.Hold != "" {
			continue
		}
		missing = append(missing, source.Change{Key: row.Key})
		if len(missing) == batchKeys {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// snapshot reads what the checkpoint holds now, with the versions of one side.
// It takes the place of the pass's earlier one, whose memory it uses.
func (p *pass) snapshot(ctx context.Context, of side) (*snapshot, error) {
	_, counts, err := p.engine.cp.Load(ctx, p.ID) // those of the pass's beginning know nothing of an import
	if err != nil {
		return nil, fmt.Errorf("load checkpoint: %w", err)
	}
	s := &p.rows
	s.begin(counts.Source + counts.Holding + counts.Kept)
	for row, err := range p.engine.cp.Each(ctx, p.ID, Every) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		s.take(row, of)
	}
	s.end()
	return s, nil
}
