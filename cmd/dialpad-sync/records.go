package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/setup"
	"dialpadsync.app/sync/source"
)

// records are what the checkpoint remembers of the accounts. read does nothing
// where there is no checkpoint yet; write makes one.
type records struct {
	read, write func(context.Context, func(context.Context, *checkpoint.Store) error) error
}

var _ setup.Records = records{}

// ownRecords are those of a home that this process has to itself, opened for
// every use. Such that cannot be read are made anew.
func (h *home) ownRecords() records {
	write := func(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
		store, err := h.openRecords(ctx)
		if err != nil {
			return err
		}
		return errors.Join(f(ctx, store), store.Close())
	}
	read := func(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
		err := h.peekRecords(ctx, f)
		if err == nil || ctx.Err() != nil {
			return err
		}
		return write(ctx, f)
	}
	return records{read: read, write: write}
}

// peekRecords looks at records that another process may be writing.
func (h *home) peekRecords(ctx context.Context, f func(context.Context, *checkpoint.Store) error) error {
	if !exists(h.checkpoint()) {
		return nil
	}
	store, err := checkpoint.Peek(ctx, h.checkpoint())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return errors.Join(f(ctx, store), store.Close())
}

// Accounts implements setup.Memory.
func (r records) Accounts(ctx context.Context) (names []string, err error) {
	err = r.read(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		names, err = s.Accounts(ctx)
		return err
	})
	return names, err
}

// Load implements setup.Memory.
func (r records) Load(ctx context.Context, account string) (state engine.State, counts engine.Counts, err error) {
	err = r.read(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		state, counts, err = s.Load(ctx, account)
		return err
	})
	return state, counts, err
}

// Rows implements setup.Memory.
func (r records) Rows(ctx context.Context, account string, keys []source.Key) (rows map[source.Key]engine.Row, err error) {
	err = r.read(ctx, func(ctx context.Context, s *checkpoint.Store) (err error) {
		rows, err = s.Rows(ctx, account, keys)
		return err
	})
	return rows, err
}

// Each implements setup.Memory.
func (r records) Each(ctx context.Context, account string, which engine.Which) iter.Seq2[engine.Row, error] {
	return func(yield func(engine.Row, error) bool) {
		over := false
		err := r.read(ctx, func(ctx context.Context, s *checkpoint.Store) error {
			for row, err := range s.Each(ctx, account, which) {
				if over = !yield(row, err) || err != nil; over {
					break
				}
			}
			return nil
		})
		if err != nil && !over {
			yield(engine.Row{}, err)
		}
	}
}

// Commit implements setup.Records.
func (r records) Commit(ctx context.Context, account string, batch engine.Batch) error {
	return r.write(ctx, func(ctx context.Context, s *checkpoint.Store) error { return s.Commit(ctx, account, batch) })
}

// Forget implements setup.Records.
func (r records) Forget(ctx context.Context, account string) error {
	known, err := r.Accounts(ctx)
	if err != nil || len(known) == 0 {
		return err // nothing is remembered
	}
	return r.write(ctx, func(ctx context.Context, s *checkpoint.Store) error { return s.Forget(ctx, account) })
}
