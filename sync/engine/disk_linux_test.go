//go:build amd64 || arm64

package engine_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/sim/disksim"
	"dialpadsync.app/sync/source"
)

// needed is how many writes to Dialpad the days of a life need: 12 documents
// are new at first, then 3 change and 2 come.
const needed = 17

// frail is a bench whose disk fails.
type frail struct {
	*bench
	disk *disksim.Disk
	seed uint64
	// cuts counts the cuts, refused the starts that the disk did not allow.
	cuts, refused int
}

// on makes sure that the program runs: after a cut the computer starts again,
// and a start that fails is tried again, as an agent does.
func (f *frail) on() {
	f.t.Helper()
	if f.disk.Dead() {
		f.off()
		f.cuts++
		if err := f.disk.Reboot(f.seed); err != nil {
			f.t.Fatal(err)
		}
	}
	for tries := 0; f.store == nil; tries++ {
		err := f.begin(nil)
		if err == nil {
			return
		}
		f.off()
		f.refused++
		if f.disk.Dead() {
			f.on()
			return
		}
		var e *source.Error
		if !errors.As(err, &e) || e.Code != source.CodeDiskFull && e.Kind == source.Unclassified {
			f.t.Fatalf("a start the disk does not allow has no class: %v", err)
		}
		if tries == 3 {
			f.disk.Heal() // the person has made room
		}
		time.Sleep(time.Minute)
	}
}

func (f *frail) off() {
	if f.store != nil {
		_ = f.store.Close() // the disk may have gone
		f.store = nil
	}
}

// day lets the program run once, whatever comes of it.
func (f *frail) day(opts engine.Options) {
	f.on()
	_, _ = f.engine.Sync(f.t.Context(), "help", opts, 0)
	f.on()
}

// life is a first import, a catch-up, removals, a comparison and a proof.
func (f *frail) life() {
	f.fill(12)
	f.day(engine.Options{})
	for n := range 3 {
		f.edit(n, fmt.Sprintf("changed %d", n))
	}
	f.edit(12, "new")
	f.edit(13, "new")
	f.day(engine.Options{})
	f.hide(number(5), source.Unpublished, true)
	f.hide(number(6), source.Deleted, false)
	time.Sleep(2 * time.Hour)
	f.day(engine.Options{})
	f.day(engine.Options{Full: true})
}

// outcome of a life on a disk that fails at one operation.
type lived struct {
	ops, cuts, refused, puts int
	hit                      bool
	fault                    string
}

func live(t *testing.T, n int, kind disksim.Kind, seed uint64) (out lived) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.listed = time.Second
		disk := disksim.At(filepath.Dir(b.file))
		defer disk.Release()
		f := &frail{bench: b, disk: disk, seed: seed}
		if n > 0 {
			disk.FailAt(n, kind)
		}
		f.life()
		out.ops, out.hit = disk.Ops(), n == 0 || disk.Hit()
		disk.Heal()
		f.off()
		f.on()
		outs, err := f.engine.Sync(t.Context(), "help", engine.Options{Full: true}, 10*time.Minute)
		if err != nil {
			out.fault = err.Error()
		} else {
			out.fault = b.judge(outs[0])
		}
		out.cuts, out.refused, out.puts = f.cuts, f.refused, b.puts
		f.off()
		if len(b.wrong) > 0 {
			out.fault += fmt.Sprintf(" never: %q", b.wrong)
		}
	})
	return out
}

// diskSteps is how many operations lie between two that fail in a quick run;
// the long run takes each of them.
var diskSteps = 13

// resent is how many documents may be sent again at most after a failure: what
// was under way, and what had been answered but not been written down for good.
const resent = 6

// Whatever write, truncation, sync or removal of the records fails, once or for
// good or because the power goes, both sides end equal: nothing is lost,
// doubled or wrongly deleted, and what did not change is not sent again.
func TestEveryWriteOfTheRecordsFailing(t *testing.T) {
	calm := live(t, 0, 0, 0)
	if calm.fault != "" || calm.puts != needed || calm.ops < 50 {
		t.Fatalf("without any failure: %+v", calm)
	}
	for name, kind := range map[string]disksim.Kind{
		"EIO": disksim.Broken, "ENOSPC": disksim.Full, "ENOSPC for good": disksim.FullForGood, "power cut": disksim.Cut,
	} {
		t.Run(name, func(t *testing.T) {
			points, hits, most, refused := 0, 0, 0, 0
			for n := 1; n <= calm.ops; n += diskSteps {
				out := live(t, n, kind, uint64(n))
				points++
				refused += out.refused
				if out.hit {
					hits++
				}
				most = max(most, out.puts-needed)
				if out.fault != "" || out.puts > needed+resent {
					t.Errorf("operation %d of %d: %d documents sent again: %s", n, calm.ops, out.puts-needed, out.fault)
				}
			}
			t.Logf("%d points of %d operations, %d hit; %d starts refused; at most %d documents sent again", points, calm.ops, hits, refused, most)
			if hits < points*9/10 {
				t.Errorf("only %d of %d points were hit", hits, points)
			}
		})
	}
}
