package model_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// Most worlds remember in maps. They show something about the program only as
// long as those answer like its file.
func TestBothCheckpointsAnswerAlike(t *testing.T) {
	set(t, "rapid.checks", "15")
	rapid.Check(t, func(rt *rapid.T) {
		real, maps := &file{dir: folder(t)}, &memory{}
		for _, k := range []keep{real, maps} {
			if _, err := k.open(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, b := range rapid.SliceOfN(rapid.Custom(drawBatch), 1, 8).Draw(rt, "batches") {
			for _, k := range []keep{real, maps} {
				if err := k.checkpoint().Commit(t.Context(), account, b); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(answers(t, real), answers(t, maps)); diff != "" {
				rt.Errorf("file and maps differ:\n%s", diff)
			}
		}
		if err := real.close(); err != nil {
			t.Fatal(err)
		}
	})
}

// said is all that a checkpoint says about the account.
type said struct {
	State          engine.State
	Counts         engine.Counts
	Every, Settled []engine.Row
	Rows           map[source.Key]engine.Row
}

func answers(t *testing.T, k keep) (a said) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	a.State, a.Counts, err = k.checkpoint().Load(t.Context(), account)
	must(err)
	for row, err := range k.checkpoint().Each(t.Context(), account, engine.Every) {
		must(err)
		a.Every = append(a.Every, row)
	}
	for row, err := range k.checkpoint().Each(t.Context(), account, engine.Unsettled) {
		must(err)
		a.Settled = append(a.Settled, row)
	}
	a.Rows, err = k.checkpoint().Rows(t.Context(), account, []source.Key{"1:en-us", "3:en-us", "99:en-us"})
	must(err)
	return a
}

func drawBatch(rt *rapid.T) engine.Batch {
	moment := func(what string) time.Time {
		if n := upTo(rt, what, 3); n > 0 {
			return beginning.Add(time.Duration(n) * time.Hour)
		}
		return time.Time{}
	}
	b := engine.Batch{Reset: upTo(rt, "reset", 9) == 0, Durable: upTo(rt, "durable", 1) == 0}
	for range upTo(rt, "rows", 5) {
		row := engine.Row{
			Key: keyNumber(rt), Node: oneOf(rt, "node", "", "node_1"), Version: engine.Mark(upTo(rt, "version", 3)),
			State: oneOf(rt, "state", engine.Clean, engine.Dirty, engine.Parked, engine.Adopted), Written: moment("written"),
			Kept: upTo(rt, "kept", 4) == 0,
		}
		if upTo(rt, "held", 1) == 0 {
			row.Hold, row.HeldAt = source.Deleted, moment("held at")
		}
		if row.State == engine.Clean {
			row.Node = "node_1" // the program never has another one
		}
		if row.Attempts = upTo(rt, "attempts", 2); row.Failed() {
			row.RetryAt = moment("retry at")
		}
		b.Put = append(b.Put, row)
	}
	for range upTo(rt, "deletions", 2) {
		b.Delete = append(b.Delete, keyNumber(rt))
	}
	if upTo(rt, "with state", 1) == 0 {
		b.State = &engine.State{Cursor: source.Cursor(fmt.Sprint(upTo(rt, "cursor", 9))), Checked: moment("checked"), Imported: true}
	}
	return b
}

func keyNumber(rt *rapid.T) source.Key { return source.Key(fmt.Sprint(upTo(rt, "key", 6)) + ":en-us") }
