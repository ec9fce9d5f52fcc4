package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// errKilled is what everything answers once the process counts as dead.
var errKilled = &source.Error{Kind: source.Fatal, Op: "killed", Err: errors.New("killed")}

// mortal is a checkpoint that dies with its process: after the kill nothing is
// written any more.
type mortal struct {
	engine.Checkpoint
	left *atomic.Int64
}

func (m mortal) Commit(ctx context.Context, account string, b engine.Batch) error {
	if m.left.Add(-1) < 0 {
		return errKilled
	}
	return m.Checkpoint.Commit(ctx, account, b)
}

// TestWhateverHappensDialpadEndsEqual edits, hides, breaks, kills, forgets and
// lets time pass in any order; at the end Dialpad equals the source, nothing
// was deleted that the source had, and no key ever had two nodes.
func TestWhateverHappensDialpadEndsEqual(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := rapid.SliceOfN(rapid.Custom(drawDeed), 5, 40).Draw(rt, "deeds")
		lag := rapid.SampledFrom([]time.Duration{0, time.Second, 100 * time.Second}).Draw(rt, "lag")
		size := rapid.IntRange(0, 60).Draw(rt, "size")
		uneven, mute := rapid.Bool().Draw(rt, "uneven"), rapid.Bool().Draw(rt, "mute")
		fault := ""
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			b.lag, b.uneven, b.mute = lag, uneven, mute
			b.fill(size)
			b.live(deeds)
			fault = b.settleDown()
			b.close()
		})
		if fault != "" {
			rt.Fatal(fault)
		}
	})
}

// deed is one thing that happens.
type deed struct {
	what string
	n    int
	pick int
}

func drawDeed(rt *rapid.T) deed {
	return deed{
		what: rapid.SampledFrom([]string{
			"edit", "edit", "hide", "hide silently", "show", "sync", "sync", "sync broken", "sync broken",
			"kill", "kill", "forget checkpoint", "wait", "wait long", "decide",
			"by hand", "double", "delete by hand", "unpublish by hand",
		}).Draw(rt, "what"),
		n:    rapid.IntRange(0, 70).Draw(rt, "n"),
		pick: rapid.IntRange(0, 200).Draw(rt, "pick"),
	}
}

func (b *bench) live(deeds []deed) {
	b.start(nil)
	for i, d := range deeds {
		time.Sleep(time.Millisecond) // no two deeds share a moment
		key := source.Key(fmt.Sprintf("%04d:en-us", d.n))
		switch d.what {
		case "edit":
			b.edit(d.n, fmt.Sprintf("text %d", i))
		case "hide":
			b.hide(key, source.Unpublished, true)
		case "hide silently":
			b.hide(key, source.Deleted, false)
			b.silent[key] = time.Now()
		case "show":
			b.hide(key, "", true)
		case "wait":
			time.Sleep(time.Duration(d.pick) * time.Second)
		case "wait long":
			time.Sleep(time.Duration(d.pick) * 20 * time.Minute)
		case "forget checkpoint":
			b.forgetCheckpoint()
		case "decide":
			b.decide()
		default:
			b.drift(d)
			b.disturb(d)
		}
	}
}

// forgetCheckpoint is what a new computer begins with.
func (b *bench) forgetCheckpoint() {
	b.close()
	b.file += "x"
	b.lost = true
	b.start(nil)
}

func (b *bench) decide() {
	if _, err := b.engine.Decide(b.t.Context(), "help", engine.Delete, time.Now()); err != nil {
		b.t.Error(err)
	}
}

// drift is somebody's hand in Dialpad.
func (b *bench) drift(d deed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(b.nodes)) {
		n := b.nodes[id]
		if n.key != source.Key(fmt.Sprintf("%04d:en-us", d.n)) {
			continue
		}
		switch d.what {
		case "by hand":
			b.before(id)
			n.body = "by hand"
			n.version++
		case "unpublish by hand":
			b.before(id)
			n.status = "draft"
			n.version++
		case "delete by hand":
			b.before(id)
			delete(b.nodes, id)
		case "double":
			b.nextID++
			id := fmt.Sprintf("node_%04d", b.nextID)
			b.before(id)
			b.nodes[id] = &held{key: n.key, body: "double", status: engine.Published, created: time.Now(), byHand: true}
		default:
			return
		}
		b.drifted[n.key] = time.Now()
		return
	}
}

// disturb syncs while something is wrong.
func (b *bench) disturb(d deed) {
	count := 0
	switch d.what {
	case "sync":
		b.sync(engine.Options{Full: d.pick%5 == 0}, 0)
	case "sync broken":
		b.fault = func(op string, after bool) error {
			count++
			if count%(2+d.pick%9) != 0 {
				return nil
			}
			return breakage(op, after, d.pick)
		}
		b.sync(engine.Options{Full: d.pick%3 == 0}, 0)
		b.fault = nil
	case "kill":
		var left atomic.Int64
		left.Store(int64(d.pick))
		b.start(func(cp engine.Checkpoint) engine.Checkpoint { return mortal{cp, &left} })
		b.fault = func(string, bool) error {
			if left.Add(-1) < 0 {
				return errKilled
			}
			return nil
		}
		b.sync(engine.Options{}, 0)
		b.fault = nil
		b.start(nil)
	}
}

// breakage is an error of some kind; after its effect an operation fails only
// in the way that leaves everybody unsure.
func breakage(op string, after bool, pick int) error {
	switch {
	case after:
		return unsure(op)
	case pick%5 == 0:
		return &source.Error{Kind: source.SignIn, Op: op}
	case pick%5 == 1:
		return &source.Error{Kind: source.Throttled, Op: op, RetryAt: time.Now().Add(time.Minute)}
	}
	return unsure(op)
}

// settleDown is peace: everything works, and the person agrees to removals.
func (b *bench) settleDown() string {
	if b.lie != "" {
		return b.lie
	}
	time.Sleep(3 * time.Minute) // every listing shows what was done by hand
	b.sync(engine.Options{Full: true}, 10*time.Minute)
	b.decide()
	if fault := b.judge(b.sync(engine.Options{Full: true}, 10*time.Minute)); fault != "" {
		return fault
	}
	puts, deletes := b.puts, b.deletes
	if fault := b.judge(b.sync(engine.Options{Full: true}, 0)); fault != "" {
		return fault
	}
	if b.puts != puts || b.deletes != deletes {
		return fmt.Sprintf("with nothing to do %d documents were written and %d deleted", b.puts-puts, b.deletes-deletes)
	}
	return b.lie
}
