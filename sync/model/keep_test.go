package model_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// keep is what a computer remembers between two processes.
type keep interface {
	// open makes it ready for a process; rebuilt says that it was broken.
	open(ctx context.Context) (rebuilt bool, err error)
	checkpoint() engine.Checkpoint
	close() error
	// crash ends it without a word, as the death of a process does.
	crash() error
	lose() error
	damage(how int) error
}

// folder is a new folder in memory where there is one: what survives a power
// cut is tested elsewhere, and waiting for disks takes long.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "model")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// file is a real checkpoint in a folder.
type file struct {
	dir   string
	n     int
	store *checkpoint.Store
}

func (f *file) path() string { return filepath.Join(f.dir, strconv.Itoa(f.n), "checkpoint.db") }

func (f *file) open(ctx context.Context) (bool, error) {
	store, err := checkpoint.Open(ctx, f.path(), []byte("key"))
	if err != nil {
		return false, err
	}
	f.store = store
	return store.Rebuilt(), nil
}

func (f *file) checkpoint() engine.Checkpoint { return f.store }

func (f *file) close() error {
	if f.store == nil {
		return nil
	}
	defer func() { f.store = nil }()
	return f.store.Close()
}

// crash goes on with the files as they are now: closing them would tidy them
// up.
func (f *file) crash() error {
	old := f.path()
	f.n++
	if err := os.MkdirAll(filepath.Dir(f.path()), 0o700); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(old + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(f.path()+suffix, data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return f.close()
}

func (f *file) lose() error {
	err := f.close()
	f.n++
	return err
}

func (f *file) damage(how int) error {
	if err := f.close(); err != nil {
		return err
	}
	data, err := os.ReadFile(f.path())
	if err != nil {
		return err
	}
	switch how % 3 {
	case 0:
		data = data[:len(data)/2]
	case 1:
		for i := 100; i < len(data); i += 97 {
			data[i] ^= 0x5a
		}
	case 2:
		data = []byte("this is no database at all")
	}
	return os.WriteFile(f.path(), data, 0o600)
}

// memory is a checkpoint of maps. It answers like the real one; see
// TestBothCheckpointsAnswerAlike.
type memory struct {
	mu      sync.Mutex
	state   engine.State
	rows    map[source.Key]engine.Row
	damaged bool
}

func (m *memory) open(context.Context) (bool, error) {
	rebuilt := m.damaged
	m.damaged = false
	return rebuilt, nil
}

func (m *memory) checkpoint() engine.Checkpoint { return m }
func (m *memory) close() error                  { return nil }
func (m *memory) crash() error                  { return nil }

func (m *memory) lose() error {
	m.state, m.rows = engine.State{}, nil
	return nil
}

func (m *memory) damage(int) error {
	m.damaged = true
	return m.lose()
}

// Load implements engine.Checkpoint.
func (m *memory) Load(ctx context.Context, _ string) (engine.State, engine.Counts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var c engine.Counts
	for _, row := range m.rows {
		count(&c, row)
	}
	return m.state, c, ctx.Err()
}

func count(c *engine.Counts, row engine.Row) {
	if row.Kept {
		c.Kept++
		return
	}
	if row.Hold != "" {
		c.Holding++
	} else {
		c.Source++
	}
	if row.Node != "" {
		c.Dialpad++
	}
	if row.Failed() {
		c.Failed++
	} else if row.State != engine.Clean && row.Hold == "" {
		c.Pending++
	}
}

// Rows implements engine.Checkpoint.
func (m *memory) Rows(ctx context.Context, _ string, keys []source.Key) (map[source.Key]engine.Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[source.Key]engine.Row{}
	for _, key := range keys {
		if row, ok := m.rows[key]; ok {
			found[key] = row
		}
	}
	return found, ctx.Err()
}

// Each implements engine.Checkpoint.
func (m *memory) Each(ctx context.Context, _ string, which engine.Which) iter.Seq2[engine.Row, error] {
	return func(yield func(engine.Row, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(engine.Row{}, err)
			return
		}
		m.mu.Lock()
		rows := slices.SortedFunc(maps.Values(m.rows), func(a, b engine.Row) int { return cmp.Compare(a.Key, b.Key) })
		m.mu.Unlock()
		for _, row := range rows {
			if (which == engine.Every || row.Unsettled()) && !yield(row, nil) {
				return
			}
		}
	}
}

// Commit implements engine.Checkpoint.
func (m *memory) Commit(ctx context.Context, _ string, b engine.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.Reset || m.rows == nil {
		m.rows = map[source.Key]engine.Row{}
	}
	for _, row := range b.Put {
		m.rows[row.Key] = stored(row)
	}
	for _, key := range b.Delete {
		delete(m.rows, key)
	}
	if b.State == nil {
		return nil
	}
	text, err := json.Marshal(b.State)
	m.state = engine.State{}
	return errors.Join(err, json.Unmarshal(text, &m.state))
}

// stored is a row as the file gives it back: whole milliseconds.
func stored(row engine.Row) engine.Row {
	if !row.Written.IsZero() {
		row.Written = time.UnixMilli(row.Written.UnixMilli())
	}
	return row
}
