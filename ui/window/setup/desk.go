package setup

import (
	"context"
	"sync"
	"time"
)

// desk does what takes time away from the UI thread. What it finds comes back
// through one door. All its methods, and those of its jobs, are for the UI
// thread.
type desk struct {
	door    func(func())
	running sync.WaitGroup
	under   map[*job]struct{}
	closed  bool
}

func newDesk(door func(func())) *desk {
	return &desk{door: door, under: map[*job]struct{}{}}
}

// job is one piece of work under way.
type job struct {
	cancel context.CancelFunc
	over   bool
}

// begin does work until it returns. show brings something to the UI thread; it
// does nothing any more once the job has been stopped.
func (d *desk) begin(work func(ctx context.Context, show func(func()))) *job {
	if d.closed {
		return &job{over: true}
	}
	ctx, cancel := context.WithCancel(context.Background())
	j := &job{cancel: cancel}
	d.under[j] = struct{}{}
	d.running.Go(func() {
		defer cancel()
		work(ctx, func(f func()) {
			d.door(func() {
				if !j.over {
					f()
				}
			})
		})
		d.door(func() {
			j.over = true
			delete(d.under, j)
		})
	})
	return j
}

// ask asks one question and brings the answer to the UI thread.
func ask[A any](d *desk, question func(context.Context) (A, error), answered func(A, error)) *job {
	return d.begin(func(ctx context.Context, show func(func())) {
		a, err := question(ctx)
		show(func() { answered(a, err) })
	})
}

// every calls f in the UI thread at once and then each second, until the job is
// stopped.
func (d *desk) every(f func()) *job {
	return d.begin(func(ctx context.Context, show func(func())) {
		ticks := time.NewTicker(time.Second)
		defer ticks.Stop()
		for {
			show(f)
			select {
			case <-ticks.C:
			case <-ctx.Done():
				return
			}
		}
	})
}

// rest waits; it returns false when ctx ended first.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// stop ends a job. Nothing of it reaches the UI thread any more.
func (j *job) stop() {
	if j == nil || j.over {
		return
	}
	j.over = true
	j.cancel()
}

// busy says that the job has not come to its end.
func (j *job) busy() bool { return j != nil && !j.over }

// close stops every job and waits until each has returned. Nothing begins
// afterwards.
func (d *desk) close() {
	d.closed = true
	for j := range d.under {
		j.stop()
	}
	d.running.Wait()
}
