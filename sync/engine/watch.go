package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// board holds the one picture of the engine and tells followers of changes.
type board struct {
	mu        sync.Mutex
	status    Status
	followers map[chan Status]struct{}
}

// Status returns the picture as it is now.
func (e *Engine) Status() Status {
	e.board.mu.Lock()
	defer e.board.mu.Unlock()
	return e.board.copy()
}

func (b *board) copy() Status {
	s := b.status
	s.Accounts = slices.Clone(s.Accounts)
	return s
}

// status is the picture of one account.
func (e *Engine) status(account string) AccountStatus {
	for _, a := range e.Status().Accounts {
		if a.ID == account {
			return a
		}
	}
	return AccountStatus{ID: account}
}

// Watch returns a channel that always holds the newest picture and never makes
// the engine wait. It is closed when ctx ends.
func (e *Engine) Watch(ctx context.Context) <-chan Status {
	ch := make(chan Status, 1)
	b := &e.board
	b.mu.Lock()
	ch <- b.copy()
	b.followers[ch] = struct{}{}
	b.mu.Unlock()
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.followers, ch)
		close(ch)
	})
	return ch
}

// update changes one account's status; it is the only writer. It returns the
// status after the change.
func (e *Engine) update(account string, change func(*AccountStatus)) AccountStatus {
	var after AccountStatus
	e.board.change(func(s *Status) {
		for i := range s.Accounts {
			if s.Accounts[i].ID == account {
				change(&s.Accounts[i])
				after = s.Accounts[i]
			}
		}
	})
	return after
}

func (b *board) change(f func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.status)
	for ch := range b.followers {
		select {
		case <-ch:
		default:
		}
		ch <- b.copy()
	}
}

// Waiting shows that one side asked to wait; the zero time ends it.
func (e *Engine) Waiting(account, side string, until time.Time) {
	e.update(account, func(s *AccountStatus) { s.WaitSide, s.WaitUntil = side, until })
}
