package source

import (
	"context"
	"math"
	"time"
)

type patienceKey struct{}

// WithPatience makes calls with the returned context fail rather than begin a
// pause (for a server that is down, throttled or silent) that lasts beyond the
// time that until gives. It is asked anew each time, because whoever gets on may
// go on for longer. An error then says in RetryAt when to come back.
func WithPatience(ctx context.Context, until func() time.Time) context.Context {
	return context.WithValue(ctx, patienceKey{}, until)
}

// Patience is how long calls with ctx may pause from now on. Without a bound it
// is the longest time there is; it may be negative.
func Patience(ctx context.Context) time.Duration {
	if until, ok := ctx.Value(patienceKey{}).(func() time.Time); ok {
		return time.Until(until())
	}
	return math.MaxInt64
}
