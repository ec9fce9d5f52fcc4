package setup

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// through lets everything through the door until nothing comes any more.
func (d *door) through() {
	for {
		synctest.Wait()
		waiting := d.take()
		if len(waiting) == 0 {
			return
		}
		for _, f := range waiting {
			f()
		}
	}
}

func TestAnAnswerComesThroughTheDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var through door
		d := newDesk(through.do)
		answered := 0
		j := ask(d, func(context.Context) (int, error) { return 7, errors.New("no") }, func(n int, err error) {
			if n != 7 || err == nil {
				t.Error(n, err)
			}
			answered++
		})
		synctest.Wait()
		if answered != 0 || !j.busy() {
			t.Error("the answer did not wait for the UI thread")
		}
		through.through()
		if answered != 1 || j.busy() {
			t.Errorf("answered %d times, busy %v", answered, j.busy())
		}
		d.close()
	})
}

func TestNothingComesFromAJobThatWasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var through door
		d := newDesk(through.do)
		shown, ended := 0, make(chan struct{})
		j := d.begin(func(ctx context.Context, show func(func())) {
			show(func() { shown++ })
			<-ctx.Done()
			show(func() { shown++ })
			close(ended)
		})
		synctest.Wait()
		j.stop() // before the UI thread took what was shown
		<-ended
		through.through()
		if shown != 0 {
			t.Errorf("%d things were shown after the end", shown)
		}
		d.close()
	})
}

func TestClosingWaitsForEveryJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var through door
		d := newDesk(through.do)
		var ended atomic.Int32
		for range 3 {
			d.begin(func(ctx context.Context, _ func(func())) {
				<-ctx.Done()
				time.Sleep(time.Second) // a call that takes its time to end
				through.do(func() {})
				ended.Add(1)
			})
		}
		d.every(func() {})
		d.close()
		if ended.Load() != 3 {
			t.Errorf("%d of 3 jobs had ended", ended.Load())
		}
		begun := false
		j := d.begin(func(context.Context, func(func())) { begun = true })
		synctest.Wait()
		if begun || j.busy() {
			t.Error("a job began after the end")
		}
		j.stop()
		through.through()
	})
}

func TestEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var through door
		d := newDesk(through.do)
		n := 0
		j := d.every(func() { n++ })
		time.Sleep(3500 * time.Millisecond)
		through.through()
		if n != 4 {
			t.Errorf("called %d times in 3.5 seconds, want at once and 3 times more", n)
		}
		j.stop()
		time.Sleep(5 * time.Second)
		through.through()
		if n != 4 {
			t.Error("it went on after the end")
		}
		d.close()
	})
}
