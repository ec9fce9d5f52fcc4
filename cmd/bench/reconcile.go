package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings"
	"dialpadsync.app/sync/source"
)

// reconcile compares the keys of both sides with a checkpoint that was filled
// before, in a process that does nothing else.
func reconcile(ctx context.Context, b *bench) ([]figure, error) {
	order := reconcileOrder{File: filepath.Join(b.dir, "reconcile", "checkpoint.db"), Documents: b.sizes.keys}
	if err := order.fill(ctx); err != nil {
		return nil, err
	}
	found, err := child[result](ctx, "reconcile", order)
	if err != nil {
		return nil, err
	}
	if err := found.proved(order.Documents); err != nil {
		return nil, err
	}
	setting := many(order.Documents) + " keys on both sides, in process, checkpoint on disk"
	return []figure{
		atMost("reconcile: CPU", setting, found.CPU.Seconds(), 60, "s"),
		atMost("reconcile: peak memory", setting, megabytes(found.Peak), 200, "MB"),
	}, nil
}

// reconcileOrder names a checkpoint and how many documents are in it.
type reconcileOrder struct {
	File      string
	Documents int
}

func (o reconcileOrder) open(ctx context.Context) (*checkpoint.Store, error) {
	return checkpoint.Open(ctx, o.File, []byte("bench"))
}

// fill writes the checkpoint as a finished import leaves it, its proof long
// ago.
func (o reconcileOrder) fill(ctx context.Context) error {
	store, err := o.open(ctx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(rand.Perm(o.Documents), 1000) {
		var batch engine.Batch
		for _, number := range some {
			batch.Put = append(batch.Put, cleanRow(number))
		}
		if err := store.Commit(ctx, account, batch); err != nil {
			return errors.Join(err, store.Close())
		}
	}
	state := engine.State{Fingerprint: account, Adopted: time.Now(), Imported: true}
	return errors.Join(store.Commit(ctx, account, engine.Batch{State: &state}), store.Close())
}

// reconcileTask makes one pass in a child.
func reconcileTask(ctx context.Context, in io.Reader, out io.Writer) error {
	var order reconcileOrder
	if err := json.NewDecoder(in).Decode(&order); err != nil {
		return err
	}
	store, err := order.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	sides := pair(order.Documents)
	e, err := engine.New(ctx, engine.Config{
		Accounts:   []engine.Account{{ID: account, Fingerprint: account, Source: sides, Destination: holder{sides}, Lag: settings.DefaultListLag}},
		Checkpoint: store, Sum: func(source.Document) [16]byte { return [16]byte{} },
	})
	if err != nil {
		return err
	}
	o, err := (&system{engine: e, store: store}).pass(ctx)
	if err != nil {
		return err
	}
	return report(out, o)
}

// errNotAsked is returned for what equal sides give no reason to ask.
var errNotAsked = errors.New("a single document was asked for, although both sides are equal")

// pair is two sides that hold the same documents, numbered from 0. It is the
// source.
type pair int

// Fetch says that nothing has changed.
func (p pair) Fetch(_ context.Context, after source.Cursor) (source.Page, error) {
	return source.Page{Next: after}, nil
}

// Keys lists everything.
func (p pair) Keys(context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for number := range int(p) {
			if !yield(itemNumber(number), nil) {
				return
			}
		}
	}
}

// Read fails.
func (p pair) Read(context.Context, source.Key) (source.Change, error) {
	return source.Change{}, errNotAsked
}

// holder is the destination of a pair.
type holder struct{ pair }

// Owned lists everything, in another order than the source.
func (h holder) Owned(context.Context) iter.Seq2[engine.Node, error] {
	return func(yield func(engine.Node, error) bool) {
		for number := int(h.pair) - 1; number >= 0; number-- {
			if !yield(nodeNumber(number), nil) {
				return
			}
		}
	}
}

// Put fails.
func (h holder) Put(context.Context, source.Document, engine.Node) (engine.Node, error) {
	return engine.Node{}, errNotAsked
}

// Delete fails.
func (h holder) Delete(context.Context, engine.Node) error { return errNotAsked }

// Read fails.
func (h holder) Read(context.Context, engine.Node) (source.Document, engine.Node, error) {
	return source.Document{}, engine.Node{}, errNotAsked
}
