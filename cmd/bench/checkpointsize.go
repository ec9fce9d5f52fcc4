package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

const (
	// marked is how many rows the engine marks at a time before their effect.
	marked = 16
	// opened is how often the file is opened.
	opened = 9
)

// checkpointSize fills a checkpoint as a first import does, in random order.
func checkpointSize(ctx context.Context, b *bench) ([]figure, error) {
	file := filepath.Join(b.dir, "checkpoint", "checkpoint.db")
	key := []byte("bench")
	store, err := checkpoint.Open(ctx, file, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	if err := fill(ctx, store, b.sizes.rows); err != nil {
		return nil, err
	}
	bytes, err := sizeOf(file, file+"-wal")
	if err != nil {
		return nil, err
	}
	took, err := openingTime(ctx, file, key)
	if err != nil {
		return nil, err
	}
	setting := many(b.sizes.rows) + " documents in random order"
	return []figure{
		atMost("checkpoint: database + WAL", setting+", just written", float64(bytes)/float64(b.sizes.rows), 200, "B each"),
		atMost("checkpoint: open", setting+", WAL left over", took.Seconds()*1000, 50, "ms"),
	}, nil
}

// fill writes the rows of n documents: marked a few at a time, then
// acknowledged one by one.
func fill(ctx context.Context, store *checkpoint.Store, n int) error {
	numbers := rand.Perm(n)
	for some := range slices.Chunk(numbers, marked) {
		var marks engine.Batch
		for _, number := range some {
			marks.Put = append(marks.Put, engine.Row{Key: keyNumber(number), State: engine.Parked, Written: time.Now()})
		}
		if err := store.Commit(ctx, account, marks); err != nil {
			return err
		}
		for _, number := range some {
			if err := store.Commit(ctx, account, engine.Batch{Put: []engine.Row{cleanRow(number)}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyNumber is a key as Zendesk's articles have them.
func keyNumber(number int) source.Key {
	return source.Key(fmt.Sprintf("%d:en-us", 360_000_000_000+int64(number)*37))
}

func itemNumber(number int) source.Item {
	at := time.Unix(1_700_000_000+int64(number), 0).UTC()
	return source.Item{Key: keyNumber(number), Version: at.Format(time.RFC3339)}
}

func nodeNumber(number int) engine.Node {
	return engine.Node{
		ID: fmt.Sprintf("node_%032x", uint64(number)*0x9e3779b97f4a7c15), Kind: source.Article, Key: keyNumber(number),
		Version: fmt.Sprint(number), Status: engine.Published,
	}
}

// cleanRow is the row of a document that Dialpad holds.
func cleanRow(number int) engine.Row {
	item, node := itemNumber(number), nodeNumber(number)
	row := engine.Row{
		Key: item.Key, Node: node.ID, Version: engine.MarkOf(item.Version), NodeVersion: engine.MarkOf(node.Version),
		State: engine.Clean, Written: time.Now(),
	}
	for i := range row.Sum {
		row.Sum[i] = byte(rand.Uint32())
	}
	return row
}

// sizeOf sums up the sizes of files; one that is not there has none.
func sizeOf(files ...string) (sum int64, err error) {
	for _, file := range files {
		info, err := os.Stat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum, nil
}

// openingTime is the middle one of several openings of a file in the state in
// which a killed process leaves it.
func openingTime(ctx context.Context, file string, key []byte) (time.Duration, error) {
	var took []time.Duration
	for range opened {
		left, err := copyOf(file)
		if err != nil {
			return 0, err
		}
		began := time.Now()
		store, err := checkpoint.Open(ctx, left, key)
		took = append(took, time.Since(began))
		if err != nil {
			return 0, err
		}
		if err := errors.Join(store.Close(), os.RemoveAll(filepath.Dir(left))); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// copyOf copies a database and its WAL to a folder of their own.
func copyOf(file string) (string, error) {
	folder, err := os.MkdirTemp(filepath.Dir(file), "copy-")
	if err != nil {
		return "", err
	}
	target := filepath.Join(folder, filepath.Base(file))
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(file + suffix)
		if err == nil {
			err = os.WriteFile(target+suffix, text, 0o600)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return target, nil
}
