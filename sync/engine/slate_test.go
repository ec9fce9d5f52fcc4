package engine_test

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// slate is a checkpoint in memory, for worlds by the thousand.
type slate struct {
	mu       sync.Mutex
	accounts map[string]*leaf
}

// leaf is what a slate knows of one account.
type leaf struct {
	state engine.State
	rows  map[source.Key]*engine.Row
	open  map[source.Key]*engine.Row // the unsettled ones
	order []source.Key               // sorted, or nil where keys came or went
}

func newLeaf() *leaf {
	return &leaf{rows: map[source.Key]*engine.Row{}, open: map[source.Key]*engine.Row{}}
}

func newSlate() *slate { return &slate{accounts: map[string]*leaf{}} }

// copy is another slate with the same words on it. Rows are replaced, never
// changed, so that both may point to the same ones.
func (s *slate) copy() *slate {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := newSlate()
	for name, l := range s.accounts {
		out.accounts[name] = &leaf{state: l.state, rows: maps.Clone(l.rows), open: maps.Clone(l.open), order: l.order}
	}
	return out
}

func (s *slate) leaf(account string) *leaf {
	l := s.accounts[account]
	if l == nil {
		l = newLeaf()
		s.accounts[account] = l
	}
	return l
}

// Load implements engine.Checkpoint.
func (s *slate) Load(_ context.Context, account string) (engine.State, engine.Counts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.leaf(account)
	settled := len(l.rows) - len(l.open)
	c := engine.Counts{Source: settled, Dialpad: settled}
	for _, row := range l.open {
		switch {
		case row.Kept:
			c.Kept++
			continue
		case row.Hold != "":
			c.Holding++
		default:
			c.Source++
		}
		if row.Node != "" {
			c.Dialpad++
		}
		switch {
		case row.Failed():
			c.Failed++
		case row.State != engine.Clean && row.Hold == "":
			c.Pending++
		}
	}
	return l.state, c, nil
}

// Rows implements engine.Checkpoint.
func (s *slate) Rows(_ context.Context, account string, keys []source.Key) (map[source.Key]engine.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[source.Key]engine.Row{}
	for _, key := range keys {
		if row := s.leaf(account).rows[key]; row != nil {
			found[key] = *row
		}
	}
	return found, nil
}

// Each implements engine.Checkpoint.
func (s *slate) Each(_ context.Context, account string, which engine.Which) iter.Seq2[engine.Row, error] {
	return func(yield func(engine.Row, error) bool) {
		for _, key := range s.keys(account, which) {
			s.mu.Lock()
			row := s.leaf(account).rows[key]
			s.mu.Unlock()
			if row == nil || which == engine.Unsettled && !row.Unsettled() {
				continue
			}
			if !yield(*row, nil) {
				return
			}
		}
	}
}

func (s *slate) keys(account string, which engine.Which) []source.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.leaf(account)
	if which == engine.Unsettled {
		return slices.Sorted(maps.Keys(l.open))
	}
	if l.order == nil {
		l.order = slices.Sorted(maps.Keys(l.rows))
	}
	return l.order
}

// Commit implements engine.Checkpoint.
func (s *slate) Commit(_ context.Context, account string, b engine.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.Reset {
		state := s.leaf(account).state
		s.accounts[account] = newLeaf()
		s.leaf(account).state = state
	}
	l := s.leaf(account)
	for i := range b.Put {
		row := b.Put[i]
		if l.rows[row.Key] == nil {
			l.order = nil
		}
		l.rows[row.Key] = &row
		if row.Unsettled() {
			l.open[row.Key] = &row
		} else {
			delete(l.open, row.Key)
		}
	}
	for _, key := range b.Delete {
		if l.rows[key] != nil {
			delete(l.rows, key)
			delete(l.open, key)
			l.order = nil
		}
	}
	if b.State != nil {
		l.state = *b.State
	}
	return nil
}

// turnBack makes everything on the slate look as if the computer's clock had
// been set back since: later by d than it was written.
func (s *slate) turnBack(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.accounts {
		st := &l.state
		for _, at := range []*time.Time{
			&st.Adopted, &st.CreateFrom, &st.Checked, &st.Compared, &st.Proved, &st.Listed, &st.ContentsRead, &st.Window.Here,
		} {
			turn(at, d)
		}
		for key, row := range l.rows {
			later := *row
			for _, at := range []*time.Time{&later.Written, &later.HeldAt, &later.RetryAt, &later.Since} {
				turn(at, d)
			}
			l.rows[key] = &later
			if l.open[key] != nil {
				l.open[key] = &later
			}
		}
	}
}

func turn(at *time.Time, d time.Duration) {
	if !at.IsZero() {
		*at = at.Add(d)
	}
}
