package window

import (
	"context"
	"sync"
)

// work makes calls to the agent outside the UI thread and brings what they
// answer back into it. start and ask are called in the UI thread.
type work struct {
	post  func(func())
	calls chan func(context.Context)
	ended chan struct{}
}

func newWork(post func(func())) *work {
	return &work{post: post, calls: make(chan func(context.Context)), ended: make(chan struct{})}
}

// run makes the calls it is given, several at a time, until ctx ends. It
// returns when the last one has.
func (w *work) run(ctx context.Context) {
	var calls sync.WaitGroup
	defer calls.Wait()
	defer close(w.ended)
	for {
		select {
		case <-ctx.Done():
			return
		case call := <-w.calls:
			calls.Go(func() { call(ctx) })
		}
	}
}

// start hands over a call. After the end of run it does nothing.
func (w *work) start(call func(context.Context)) {
	select {
	case w.calls <- call:
	case <-w.ended:
	}
}

// ask makes a call and then, in the UI thread, does something with its answer.
// What is answered after the end is dropped.
func ask[T any](w *work, call func(context.Context) (T, error), then func(T, error)) {
	w.start(func(ctx context.Context) {
		got, err := call(ctx)
		if ctx.Err() == nil {
			w.post(func() { then(got, err) })
		}
	})
}

// do is ask for a call that answers nothing.
func do(w *work, call func(context.Context) error, then func(error)) {
	ask(w, func(ctx context.Context) (struct{}, error) { return struct{}{}, call(ctx) },
		func(_ struct{}, err error) { then(err) })
}

// once is a call that is not made again before the last one has answered: a
// double click does nothing twice.
type once struct{ busy bool }

// askOnce is ask for such a call.
func askOnce[T any](o *once, w *work, call func(context.Context) (T, error), then func(T, error)) {
	if o.busy {
		return
	}
	o.busy = true
	ask(w, call, func(got T, err error) {
		o.busy = false
		then(got, err)
	})
}

// doOnce is do for such a call.
func doOnce(o *once, w *work, call func(context.Context) error, then func(error)) {
	askOnce(o, w, func(ctx context.Context) (struct{}, error) { return struct{}{}, call(ctx) },
		func(_ struct{}, err error) { then(err) })
}
