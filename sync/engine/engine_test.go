package engine_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// bench is an engine over a world and a real checkpoint file.
type bench struct {
	*world
	t      testing.TB
	file   string
	store  *checkpoint.Store
	engine *engine.Engine
	events []engine.Event
	fprint string
	lost   bool
	// selection is what the account says is chosen.
	selection string
	listed    time.Duration // the lag the engine is told of
	honesty
}

func newBench(t testing.TB) *bench {
	b := &bench{world: newWorld(), t: t, honesty: newHonesty(), file: filepath.Join(t.TempDir(), "checkpoint.db"), fprint: "here", listed: 2 * time.Minute}
	t.Cleanup(func() { b.close() })
	return b
}

// start opens the checkpoint and makes an engine, as a new process would.
func (b *bench) start(wrap func(engine.Checkpoint) engine.Checkpoint) {
	b.t.Helper()
	b.close()
	if err := b.begin(wrap); err != nil {
		b.t.Fatal(err)
	}
}

// begin is start for a disk that may fail.
func (b *bench) begin(wrap func(engine.Checkpoint) engine.Checkpoint) error {
	store, err := checkpoint.Open(b.t.Context(), b.file, []byte("key"))
	if err != nil {
		return err
	}
	b.store = store
	var cp engine.Checkpoint = store
	if wrap != nil {
		cp = wrap(store)
	}
	b.engine, err = engine.New(b.t.Context(), engine.Config{
		Checkpoint: cp, Sum: sumOf, Lost: b.lost || store.Rebuilt(),
		OnEvent: func(e engine.Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.events = append(b.events, e)
		},
		Accounts: []engine.Account{{
			ID: "help", Title: "Zendesk", Fingerprint: b.fprint, Selection: b.selection, SourceValue: "ours",
			Source: origin{b.world}, Destination: dialpad{b.world}, Workers: 2, Lag: b.listed,
		}},
	})
	if err != nil {
		return err
	}
	b.green = func() bool { return b.engine.Status().Verdict(time.Now()) == engine.UpToDate }
	return nil
}

func (b *bench) close() {
	if b.store != nil {
		if err := b.store.Close(); err != nil {
			b.t.Error(err)
		}
		b.store = nil
	}
}

// sync runs passes as the command does and returns the outcome.
func (b *bench) sync(opts engine.Options, wait time.Duration) engine.Outcome {
	b.t.Helper()
	began := time.Now()
	outs, err := b.engine.Sync(b.t.Context(), "help", opts, wait)
	if err != nil {
		b.t.Fatal(err)
	}
	b.hold(outs[0], began)
	return outs[0]
}

// equal syncs once and demands equality and a proof.
func (b *bench) equal() engine.Outcome {
	b.t.Helper()
	out := b.sync(engine.Options{}, 3*time.Minute)
	b.check(out)
	return out
}

func (b *bench) check(out engine.Outcome) {
	b.t.Helper()
	if fault := b.judge(out); fault != "" {
		b.t.Fatal(fault)
	}
}

// judge says what is wrong at the end of a sync, or "".
func (b *bench) judge(out engine.Outcome) string {
	if out.Err != nil {
		return fmt.Sprintf("sync: %v", out.Err)
	}
	if d := b.differences(); len(d) > 0 {
		return fmt.Sprintf("Dialpad differs: %q", d)
	}
	if v := out.Status.Verdict(time.Now()); v != engine.UpToDate {
		return fmt.Sprintf("verdict %d, want up to date: %+v", v, out.Status)
	}
	return ""
}

func (b *bench) fill(n int) {
	for i := range n {
		b.edit(i, fmt.Sprintf("body %d", i))
	}
}

func inBubble(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(nil)
		f(t, b)
		b.close()
		if len(b.wrong) > 0 {
			t.Errorf("never: %q", b.wrong)
		}
	})
}

func TestFirstImportThenNothingToDo(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(40)
		out := b.equal()
		if out.Run.Created != 40 || out.Status.SourceDocuments != 40 || out.Status.DialpadDocuments != 40 {
			t.Fatalf("created %d, status %+v", out.Run.Created, out.Status)
		}
		if !out.Status.Imported {
			t.Error("the import is not known to be finished")
		}
		time.Sleep(15 * time.Minute)
		puts, reads := b.puts, b.reads
		b.equal()
		if b.puts != puts || b.reads != reads {
			t.Errorf("a pass without changes wrote %d and read %d documents", b.puts-puts, b.reads-reads)
		}
	})
}

// TestAnEmptySourceIsImportedToo: its only page ends where it begins.
func TestAnEmptySourceIsImportedToo(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(1)
		b.hide("0000:en-us", source.Deleted, false)
		if out := b.equal(); !out.Status.Imported || out.Status.SourceDocuments != 0 {
			t.Errorf("%+v", out.Status)
		}
	})
}

func TestChangesArrive(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.edit(3, "another text")
		b.edit(31, "new")
		b.hide("0004:en-us", source.Unpublished, true)
		out := b.equal()
		if out.Run.Created != 1 || out.Run.Updated != 1 || out.Run.Deleted != 1 {
			t.Errorf("created, updated, deleted = %d, %d, %d", out.Run.Created, out.Run.Updated, out.Run.Deleted)
		}
	})
}

func TestASilentRemovalIsFoundWithinAnHour(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.hide("0009:en-us", source.Deleted, false)
		time.Sleep(61 * time.Minute)
		if out := b.equal(); out.Run.Deleted != 1 {
			t.Errorf("deleted %d", out.Run.Deleted)
		}
	})
}

func TestAListingCutShortDeletesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.hide("0009:en-us", source.Deleted, false)
		time.Sleep(61 * time.Minute)
		b.fault = failOnce("keys", &source.Error{Kind: source.Fatal, Op: "list", Err: errors.New("cut")})
		out := b.sync(engine.Options{}, 0)
		if out.Err == nil || b.deletes != 0 {
			t.Errorf("err %v, deletes %d", out.Err, b.deletes)
		}
		if v := out.Status.Verdict(time.Now()); v == engine.UpToDate {
			t.Error("green after a failed listing")
		}
	})
}

// failOnce breaks the first operation of a name before its effect.
func failOnce(name string, err error) func(string, bool) error {
	done := false
	return func(op string, after bool) error {
		if op != name || after || done {
			return nil
		}
		done = true
		return err
	}
}

func TestManyRemovalsWaitForThePerson(t *testing.T) {
	for _, d := range []engine.Decision{engine.Keep, engine.Delete} {
		t.Run(string(d), func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.fill(100)
				b.equal()
				for i := range 30 {
					b.hide(source.Key(fmt.Sprintf("%04d:en-us", i)), source.Deleted, true)
				}
				b.edit(99, "edited meanwhile")
				out := b.sync(engine.Options{}, 0)
				if b.deletes != 0 || out.Status.Held != 30 || out.Run.Updated != 1 {
					t.Fatalf("deletes %d, status %+v, updated %d", b.deletes, out.Status, out.Run.Updated)
				}
				if v := out.Status.Verdict(time.Now()); v != engine.RemovalsHeld {
					t.Errorf("verdict %d", v)
				}
				time.Sleep(25 * time.Hour) // a new window does not decide for the person
				if b.sync(engine.Options{}, 0); b.deletes != 0 {
					t.Fatalf("%d deleted without a decision", b.deletes)
				}
				if _, err := b.engine.Decide(t.Context(), "help", d, time.Now()); err != nil {
					t.Fatal(err)
				}
				out = b.sync(engine.Options{}, 0)
				if v := out.Status.Verdict(time.Now()); v != engine.UpToDate {
					t.Errorf("verdict %d after the decision: %+v", v, out.Status)
				}
				want := map[engine.Decision]int{engine.Keep: 0, engine.Delete: 30}[d]
				if b.deletes != want {
					t.Errorf("deletes %d, want %d", b.deletes, want)
				}
				if d == engine.Keep && out.Status.Kept != 30 {
					t.Errorf("kept %d", out.Status.Kept)
				}
			})
		})
	}
}

func TestHeldRemovalsEndWhenTheSourceShowsThemAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(100)
		b.equal()
		for i := range 30 {
			b.hide(source.Key(fmt.Sprintf("%04d:en-us", i)), source.Restricted, true)
		}
		b.sync(engine.Options{}, 0)
		for i := range 30 {
			b.mu.Lock()
			b.docs[source.Key(fmt.Sprintf("%04d:en-us", i))].hidden = ""
			b.mu.Unlock()
		}
		time.Sleep(61 * time.Minute)
		b.equal()
		if b.deletes != 0 {
			t.Errorf("deletes %d", b.deletes)
		}
	})
}

func TestAnotherPersonHoldsEveryRemoval(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.role = "agent"
		b.hide("0004:en-us", source.Deleted, true)
		out := b.sync(engine.Options{}, 0)
		if b.deletes != 0 || out.Status.Held != 1 || out.Status.Waiting != engine.WaitWho {
			t.Fatalf("deletes %d, %+v", b.deletes, out.Status)
		}
		b.role = "admin"
		b.equal()
	})
}

func TestALostCheckpointWritesNothingAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(50)
		b.equal()
		b.close()
		b.file += ".new"
		b.lost = true
		b.start(nil)
		puts := b.puts
		b.edit(7, "changed while the checkpoint was gone")
		b.hide("0008:en-us", source.Deleted, false)
		b.equal()
		if b.puts-puts != 1 || b.deletes != 1 {
			t.Errorf("puts %d, deletes %d; want 1 and 1", b.puts-puts, b.deletes)
		}
	})
}

func TestAMoveToAnotherDialpadHoldsRemovals(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.fprint = "there"
		b.start(nil)
		b.hide("0004:en-us", source.Deleted, false)
		out := b.sync(engine.Options{}, 0)
		if b.deletes != 0 || out.Status.Waiting != engine.WaitMoved || out.Status.Held != 1 {
			t.Fatalf("deletes %d, %+v", b.deletes, out.Status)
		}
	})
}

func TestACreateWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	for _, op := range []string{"put", "put-half"} {
		t.Run(op, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.lag = 90 * time.Second
				b.fill(20)
				lost := 0
				b.fault = func(name string, after bool) error {
					if name == op && after && lost < 3 {
						lost++
						return unsure("create")
					}
					return nil
				}
				b.equal()
				if lost != 3 {
					t.Fatalf("lost %d answers", lost)
				}
			})
		})
	}
}

func TestDriftIsFoundAndHealed(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.mu.Lock()
		b.nodes["node_0001"].body, b.nodes["node_0001"].version = "by hand", 9
		b.nodes["node_0002"].status = "draft"
		b.nodes["node_0003"].empty = true
		b.nodes["node_0003"].version = 12
		delete(b.nodes, "node_0004")
		b.nodes["node_9998"] = &held{key: b.nodes["node_0005"].key, body: "double", status: engine.Published}
		b.nodes["node_9999"] = &held{key: "9999:en-us", body: "orphan", status: engine.Published}
		b.nodes["other"] = &held{key: "0001:en-us", body: "somebody's", foreign: true, status: engine.Published}
		b.events = nil
		b.mu.Unlock()
		out := b.sync(engine.Options{Full: true}, time.Minute)
		b.check(out)
		restored := 0
		for _, e := range b.events {
			if e.Deed == engine.Restored {
				restored++
			}
		}
		if restored != 4 || b.nodes["other"].body != "somebody's" {
			t.Errorf("restored %d, want 4", restored)
		}
		if again := b.sync(engine.Options{Full: true}, 0); again.Run.Created+again.Run.Updated+again.Run.Deleted > 0 {
			t.Errorf("a second full pass wrote: %+v", again.Run)
		}
	})
}

func TestABadDocumentStopsNothingElse(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		bad := &source.Error{Kind: source.BadDocument, Code: source.CodeTooLarge, Op: "upload"}
		b.fault = failOnce("put", bad)
		out := b.sync(engine.Options{}, 0)
		if out.Err != nil || out.Run.Created != 29 || out.Status.Failed != 1 {
			t.Fatalf("%v, created %d, %+v", out.Err, out.Run.Created, out.Status)
		}
		if v := out.Status.Verdict(time.Now()); v != engine.SomeFailed {
			t.Errorf("verdict %d", v)
		}
		failures, err := b.engine.Failures(t.Context(), "help", 5)
		if err != nil || len(failures) != 1 || failures[0].Code != source.CodeTooLarge || failures[0].Title == "" {
			t.Errorf("failures %+v, %v", failures, err)
		}
		time.Sleep(2 * time.Hour)
		b.equal()
	})
}

func TestASignInErrorStopsAndSaysSo(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(30)
		b.equal()
		b.hide("0001:en-us", source.Deleted, true)
		b.fault = func(op string, _ bool) error {
			return &source.Error{Kind: source.SignIn, Side: "source", Op: op}
		}
		out := b.sync(engine.Options{}, time.Minute)
		if source.KindOf(out.Err) != source.SignIn || b.deletes != 0 {
			t.Fatalf("%v, deletes %d", out.Err, b.deletes)
		}
		if v := out.Status.Verdict(time.Now()); v != engine.NeedsPerson {
			t.Errorf("verdict %d", v)
		}
	})
}

func TestStoppingSavesWhatWasDone(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(60)
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		b.fault = func(op string, after bool) error {
			if op == "put" && after {
				if n++; n == 20 {
					cancel()
				}
			}
			return nil
		}
		began := time.Now()
		outs, _ := b.engine.Sync(ctx, "help", engine.Options{}, time.Minute)
		if !errors.Is(outs[0].Err, context.Canceled) || time.Since(began) > 2*time.Second {
			t.Fatalf("%v after %v", outs[0].Err, time.Since(began))
		}
		b.fault = nil
		b.start(nil)
		done := b.puts
		b.equal()
		if b.puts != 60 || done > 24 {
			t.Errorf("%d puts before, %d in all; every document is to be written once", done, b.puts)
		}
	})
}

func TestTheAgentLoopKeepsUpAndEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(10)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- b.engine.Run(ctx) }()
		time.Sleep(time.Minute)
		b.edit(3, "edited")
		time.Sleep(17 * time.Minute)
		if d := b.differences(); len(d) > 0 {
			t.Errorf("after an interval: %q", d)
		}
		b.engine.Pause(time.Time{})
		b.edit(4, "edited while paused")
		time.Sleep(time.Hour)
		if d := b.differences(); len(d) != 1 {
			t.Errorf("paused, and yet: %q", d)
		}
		b.engine.Wake("help") // "Sync now" runs once even while paused
		time.Sleep(time.Minute)
		if d := b.differences(); len(d) > 0 || !b.engine.Status().Paused {
			t.Errorf("after sync now: %q", d)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
