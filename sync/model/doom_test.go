package model_test

import (
	"context"
	"sync"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/secret"
)

// doom ends a process at one of the places it reaches: the requests and the
// writes to the disk, each before and after its effect. From then on nothing of
// the process has an effect any more.
type doom struct {
	mu    sync.Mutex
	armed bool
	left  int
	only  string // the places that count; empty: all
	end   func()
	dead  bool
	place string
}

// arm lets the process die at the nth place from now, of those of one name
// where only says so; end is called then.
func (d *doom) arm(n int, only string, end func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed, d.left, d.only, d.end = true, n, only, end
}

// reached counts a place and says whether the process is dead.
func (d *doom) reached(place string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.armed && !d.dead && (d.only == "" || d.only == place) {
		if d.left--; d.left < 0 {
			d.dead, d.place = true, place
			d.end()
		}
	}
	return d.dead
}

// died says where the process died, or "".
func (d *doom) died() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.place
}

// mortalCheckpoint writes nothing once its process is dead.
type mortalCheckpoint struct {
	engine.Checkpoint
	doom *doom
}

func (m mortalCheckpoint) Commit(ctx context.Context, account string, b engine.Batch) error {
	what := "checkpoint write"
	if b.Durable {
		what = "durable " + what
	}
	if m.doom.reached("before " + what) {
		return errKilled
	}
	err := m.Checkpoint.Commit(ctx, account, b)
	if m.doom.reached("after " + what) {
		return errKilled
	}
	return err
}

// mortalSecrets are secrets that nobody saves once the process is dead.
type mortalSecrets struct {
	secret.Store
	doom *doom
}

func (m mortalSecrets) Set(ctx context.Context, name string, s secret.Secret) error {
	if m.doom.reached("before saving a token") {
		return errKilled
	}
	err := m.Store.Set(ctx, name, s)
	if m.doom.reached("after saving a token") {
		return errKilled
	}
	return err
}
