// Package ratebench measures how well the rate that package rest learns fits a
// limit it is not told. A server in this process limits requests in one of the
// ways servers do; a client with a few workers asks it without end; the figures
// are what it achieved of what was allowed, and how often it was refused. Time
// is whatever time.Now says, so a run takes minutes, or milliseconds inside a
// testing/synctest bubble.
package ratebench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"dialpadsync.app/sync/rest"
)

// Kind is the way a server limits.
type Kind int

const (
	// Unlimited accepts everything.
	Unlimited Kind = iota
	// TokenBucket accepts bursts and fills up at the limit.
	TokenBucket
	// SlidingWindow accepts so many requests in any second.
	SlidingWindow
)

// String is the kind's name in reports.
func (k Kind) String() string { return [...]string{"unlimited", "bucket", "window"}[k] }

// Setting is one run.
type Setting struct {
	Kind Kind
	// Limit is what the server allows in requests per second, Then what it
	// allows from Change on.
	Limit, Then float64
	Change      time.Duration
	// Burst is the size of a TokenBucket in seconds' worth of the limit.
	Burst float64
	// RetryAfter is what refusals say, in seconds; 0 says nothing.
	RetryAfter int
	// Latency is the time from a request's arrival to its answer. Jitter is how
	// much longer than the others a request may be on its way.
	Latency, Jitter time.Duration
	Workers         int
	// Start and Ceiling are the limiter's, in requests per second.
	Start, Ceiling float64
	// For is the length of the run. What happens in the first Settle of it, and
	// in the first Settle after Change, does not count for Achieved.
	For, Settle time.Duration
	// Loopback sends real HTTP over a loopback connection.
	Loopback bool
}

// Result is what came of it.
type Result struct {
	// Sent and Refused count all requests of the run.
	Sent, Refused int
	// Achieved is accepted requests per allowed ones, settling left out; Before
	// and After are the same for the time before and after the change. Where
	// nothing is limited, Workers ÷ Latency counts as allowed.
	Achieved, Before, After float64
}

// Share is the share of refused requests.
func (r Result) Share() float64 { return float64(r.Refused) / float64(max(1, r.Sent)) }

// Run does one run. It fails only if the client cannot be made or ctx ends.
func Run(ctx context.Context, set Setting) (Result, error) {
	srv := newServer(set)
	base, transport, closeServer := srv.open()
	defer closeServer()
	client, err := rest.New(rest.Config{
		Base: base, Side: "bench", Transport: transport,
		Limiter: rest.NewLimiter(rest.LimitConfig{Start: set.Start, Ceiling: set.Ceiling}),
	})
	if err != nil {
		return Result{}, fmt.Errorf("make a client: %w", err)
	}
	defer client.Close()
	bounded, cancel := context.WithTimeout(ctx, set.For)
	defer cancel()
	var workers sync.WaitGroup
	for range set.Workers {
		workers.Go(func() {
			for bounded.Err() == nil {
				// A failure is a refusal too many or the end of the run; both show in
				// the server's own counts.
				_, _ = client.Do(bounded, rest.Request{Path: "/", Op: "ask"})
			}
		})
	}
	workers.Wait()
	return srv.result(), ctx.Err()
}

// Random returns a run against a limit that nobody knows: 3 to 20 requests a
// second, changed once around the middle of three minutes, with two to four
// workers and a ceiling three times as high. The same seed gives the same run.
func Random(kind Kind, retryAfter int, seed uint64) Setting {
	rng := rand.New(rand.NewPCG(seed, uint64(kind)))
	limit := func() float64 { return 3 + 17*rng.Float64() }
	if kind == SlidingWindow {
		limit = func() float64 { return float64(3 + rng.IntN(18)) } // it counts whole requests
	}
	set := Setting{
		Kind: kind, Limit: limit(), Then: limit(), Burst: 0.5 + rng.Float64()/2,
		RetryAfter: retryAfter, Latency: 50 * time.Millisecond, Workers: 2 + rng.IntN(3),
		Start: 4,
		For:   3 * time.Minute, Settle: 30 * time.Second,
	}
	set.Change = 80*time.Second + time.Duration(rng.Int64N(int64(20*time.Second)))
	set.Ceiling = 3 * max(set.Limit, set.Then)
	return set
}

// Report sums up many runs.
type Report struct {
	// Median, Fifth and Least are of Result.Achieved: the middle one, the one
	// that 95 % of the runs surpass, and the worst.
	Median, Fifth, Least float64
	// Refused is the share of refused requests in all runs together.
	Refused float64
	// Met is the share of runs with Achieved of at least 0.95 and at most 1 %
	// refused.
	Met float64
}

// Summarize sums up results; there must be at least one.
func Summarize(results []Result) Report {
	achieved := make([]float64, 0, len(results))
	var sent, refused, met int
	for _, r := range results {
		achieved = append(achieved, r.Achieved)
		sent += r.Sent
		refused += r.Refused
		if r.Achieved >= 0.95 && r.Share() <= 0.01 {
			met++
		}
	}
	slices.Sort(achieved)
	return Report{
		Median: achieved[len(achieved)/2], Fifth: achieved[len(achieved)/20], Least: achieved[0],
		Refused: float64(refused) / float64(max(1, sent)), Met: float64(met) / float64(len(results)),
	}
}
