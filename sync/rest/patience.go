package rest

import (
	"context"
	"time"

	"dialpadsync.app/sync/source"
)

type patienceKey struct{}

// WithPatience bounds each single pause that calls with the returned context
// sit out: a Retry-After, a pause another call was told, the time until a dead
// server is asked again, and the growing pause between two tries. Where it
// would be longer the call fails at once with a *source.Error whose RetryAt
// says when to come back. Without a bound, calls wait as long as they are told.
// source.WithPatience bounds the end of all pauses instead.
func WithPatience(ctx context.Context, longest time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, longest)
}

// patience returns the longest pause that calls with ctx sit out.
func patience(ctx context.Context) time.Duration {
	longest := source.Patience(ctx)
	if each, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return min(each, longest)
	}
	return longest
}

// moment is the longest wait for the pace that is sat out whatever the patience.
const moment = time.Second

// sleep waits for d, or until changed is closed, or for ctx's end. With a
// changed channel and no d it waits for the channel alone.
func sleep(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	var passed <-chan time.Time
	if d > 0 || changed == nil {
		timer := time.NewTimer(d)
		defer timer.Stop()
		passed = timer.C
	}
	select {
	case <-passed:
	case <-changed:
	case <-ctx.Done():
	}
	return ctx.Err()
}
