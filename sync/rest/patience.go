package rest

import (
	"context"
	"math"
	"time"
)

type patienceKey struct{}

// WithPatience bounds each single pause that calls with the returned context
// sit out: a Retry-After, a pause another call was told, the time until a dead
// server is asked again, and the growing pause between two tries. Where it
// would be longer the call fails at once with a *source.Error whose RetryAt
// says when to come back. Without a bound, calls wait as long as they are told.
func WithPatience(ctx context.Context, longest time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, longest)
}

// patience returns the longest pause that calls with ctx sit out.
func patience(ctx context.Context) time.Duration {
	if longest, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return longest
	}
	return math.MaxInt64
}

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
