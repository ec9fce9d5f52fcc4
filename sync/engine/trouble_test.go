package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// decide is the person's word about everything that waits now.
func (b *bench) person(d engine.Decision) engine.Outcome {
	b.t.Helper()
	out, err := b.engine.Decide(b.t.Context(), "help", d, time.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// hideMany takes articles from one number to another away, told by the source.
func (b *bench) hideMany(from, to int) {
	for i := from; i < to; i++ {
		b.hide(number(i), source.Deleted, true)
	}
}

func TestAPassThatNeverBeganChangesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.hideMany(0, 30)
		b.sync(engine.Options{}, 0)
		b.person(engine.Keep)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.engine.Sync(ctx, "help", engine.Options{}, 0); err != nil {
			t.Fatal(err)
		}
		state, counts, err := b.store.Load(t.Context(), "help")
		if err != nil || state.Adopted.IsZero() || state.Cursor == "" || counts.Kept != 30 {
			t.Errorf("%+v, %+v, %v", state, counts, err)
		}
	})
}

func TestTheLastCopyOfADocumentIsNeverADouble(t *testing.T) {
	for name, fault := range map[string]func(string, bool) error{"all well": nil, "a read fails": failOnce("node", unsure("read"))} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(10)
				b.equal()
				b.mu.Lock()
				n := *b.nodes["node_0001"]
				delete(b.nodes, "node_0001")
				b.nodes["node_9998"] = &n
				b.mu.Unlock()
				b.fault = fault
				b.sync(engine.Options{Full: true}, 0)
				b.fault = nil
				b.check(b.sync(engine.Options{Full: true}, time.Minute))
				if b.nodes["node_9998"] == nil {
					t.Error("the only node of the document was removed as a double")
				}
			})
		})
	}
}

func TestRemovalsWaitAfterAMoveAlsoWhenItsFirstListingFails(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.fprint = "there"
		b.start(nil)
		b.hide(number(4), source.Deleted, false)
		b.fault = failOnce("owned", unsure("list"))
		b.sync(engine.Options{}, 0)
		out := b.sync(engine.Options{}, 5*time.Minute)
		if b.deletes != 0 || out.Status.Held != 1 {
			t.Errorf("deletes %d, %+v", b.deletes, out.Status)
		}
	})
}

func TestAMoveWithinTheListsLagDoublesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.lag = 90 * time.Second
		b.fill(20)
		b.sync(engine.Options{}, 0)
		b.fprint = "the same, by another client id"
		b.start(nil)
		b.sync(engine.Options{}, 5*time.Minute)
		if d := b.differences(); len(d) > 0 {
			t.Error(d)
		}
	})
}

// TestADocumentThatComesBackInMidPassStays: the removal was heard before
// Dialpad was listed, which takes its time.
func TestADocumentThatComesBackInMidPassStays(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.hide(number(4), source.Unpublished, true)
		b.fault = func(op string, _ bool) error {
			if op == "owned" && b.docs[number(4)].hidden != "" {
				b.docs[number(4)].hidden = ""
				b.docs[number(4)].version = len(b.log) + 1
				b.log = append(b.log, number(4))
			}
			return nil
		}
		b.check(b.sync(engine.Options{Full: true}, time.Minute))
		if b.deletes != 0 {
			t.Error("it was deleted")
		}
	})
}

func TestADecisionCoversWhatWasSeen(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(200)
		b.equal()
		b.hideMany(0, 30)
		b.sync(engine.Options{}, 0)
		seen := time.Now()
		time.Sleep(time.Minute)
		b.hideMany(30, 90)
		b.sync(engine.Options{}, 0)
		if _, err := b.engine.Decide(t.Context(), "help", engine.Delete, seen); err != nil {
			t.Fatal(err)
		}
		out := b.sync(engine.Options{}, 0)
		if b.deletes != 30 || out.Status.Held != 60 {
			t.Errorf("deletes %d, held %d", b.deletes, out.Status.Held)
		}
	})
}

func TestAFailureIsRememberedByTheNextProcess(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.fault = func(op string, _ bool) error {
			return &source.Error{Kind: source.SignIn, Side: "source", Op: op}
		}
		b.sync(engine.Options{}, 0)
		b.start(nil)
		if v := b.engine.Status().Verdict(time.Now()); v != engine.NeedsPerson {
			t.Errorf("verdict %d after a restart", v)
		}
		b.fault = nil
		b.equal()
	})
}

func TestADecisionClearsNoFailure(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.hideMany(0, 30)
		b.sync(engine.Options{}, 0)
		b.fault = func(op string, _ bool) error {
			return &source.Error{Kind: source.SignIn, Side: "source", Op: op}
		}
		b.sync(engine.Options{}, 0)
		out := b.person(engine.Keep)
		if v := out.Status.Verdict(time.Now()); v != engine.NeedsPerson {
			t.Errorf("verdict %d", v)
		}
	})
}

func TestNoTickWhileDocumentsAreOnTheirWay(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		for i := range 20 {
			b.edit(i, "edited")
		}
		b.fault = func(op string, after bool) error {
			if op == "put" && after && b.engine.Status().Verdict(time.Now()) == engine.UpToDate {
				return errors.New("a tick while edits are on their way")
			}
			return nil
		}
		b.equal()
	})
}

func TestAKeptDocumentWithADoubleIsNoReasonAgainstAProof(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		b.hideMany(0, 30)
		b.sync(engine.Options{}, 0)
		b.person(engine.Keep)
		b.mu.Lock()
		b.nodes["node_9999"] = &held{key: number(3), status: engine.Published}
		b.nodes["node_9998"] = &held{key: "", status: engine.Published}
		b.mu.Unlock()
		out := b.sync(engine.Options{Full: true}, time.Minute)
		if v := out.Status.Verdict(time.Now()); v != engine.UpToDate {
			t.Errorf("verdict %d: %+v", v, out.Status)
		}
	})
}

func TestOneForbiddenNodeStopsNothingElse(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.nodes["node_0005"].version = 77
		b.hide(number(9), source.Deleted, false)
		b.fault = failOnce("node", &source.Error{Kind: source.Forbidden, Op: "read", Status: 403, Side: "dialpad"})
		out := b.sync(engine.Options{Full: true}, 0)
		if out.Err != nil || b.deletes != 1 {
			t.Errorf("%v, deletes %d", out.Err, b.deletes)
		}
	})
}

// TestClocksThatWereWrongHoldNothingUp: times stored ten years ahead, while the
// clock was wrong, count as due once it is right again.
func TestClocksThatWereWrongHoldNothingUp(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(12)
		b.equal()
		ahead := time.Now().Add(10 * 365 * 24 * time.Hour)
		state, _, err := b.store.Load(t.Context(), "help")
		if err != nil {
			t.Fatal(err)
		}
		state.Checked, state.Compared, state.Proved, state.CreateFrom = ahead, ahead, ahead, ahead
		state.Window.Here = ahead
		rows := []engine.Row{
			{Key: "0100:en-us", State: engine.Parked, Written: ahead},
			{Key: "0101:en-us", State: engine.Dirty, Attempts: 1, RetryAt: ahead},
		}
		if err := b.store.Commit(t.Context(), "help", engine.Batch{State: &state, Put: rows}); err != nil {
			t.Fatal(err)
		}
		b.start(nil)
		b.edit(100, "parked ten years from now")
		b.edit(101, "tried again ten years from now")
		b.hide("0003:en-us", source.Deleted, false)
		if v := b.engine.Status().Verdict(time.Now()); v == engine.UpToDate {
			t.Error("a proof from the future is believed")
		}
		b.equal()
		if b.deletes != 1 {
			t.Errorf("deletes %d", b.deletes)
		}
	})
}

// TestAHeldRemovalIsAskedAboutAgainBeforeItGoes, also when the clock was set
// back in between.
func TestAHeldRemovalIsAskedAboutAgainBeforeItGoes(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		rows, err := b.store.Rows(t.Context(), "help", []source.Key{"0004:en-us"})
		if err != nil {
			t.Fatal(err)
		}
		row := rows["0004:en-us"]
		row.Hold, row.HeldAt = source.Deleted, time.Now().Add(time.Hour)
		if err := b.store.Commit(t.Context(), "help", engine.Batch{Put: []engine.Row{row}}); err != nil {
			t.Fatal(err)
		}
		b.equal()
		if b.deletes != 0 {
			t.Error("an old word was enough")
		}
	})
}

// stubborn is a checkpoint that takes nothing while it is set.
type stubborn struct {
	engine.Checkpoint
	shut *bool
}

func (s stubborn) Commit(ctx context.Context, account string, b engine.Batch) error {
	if *s.shut {
		return &source.Error{Kind: source.Transient, Code: source.CodeBusy, Op: "write checkpoint"}
	}
	return s.Checkpoint.Commit(ctx, account, b)
}

// A pass whose end could not be saved is no good end.
func TestNothingIsGreenThatCouldNotBeSaved(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		shut := false
		b.start(func(cp engine.Checkpoint) engine.Checkpoint { return stubborn{cp, &shut} })
		b.fill(30)
		b.equal()
		shut = true
		out := b.sync(engine.Options{}, 0)
		if p := out.Status.Problem; p == nil || p.Code != source.CodeBusy || out.Status.Verdict(time.Now()) != engine.Waiting {
			t.Errorf("%v, %+v", out.Err, out.Status)
		}
		shut = false
		b.equal()
	})
}
