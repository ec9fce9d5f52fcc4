package ratebench_test

import (
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"dialpadsync.app/sync/rest/ratebench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inNoTime does a run on fake time.
func inNoTime(t *testing.T, set ratebench.Setting) (result ratebench.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if result, err = ratebench.Run(t.Context(), set); err != nil {
			t.Error(err)
		}
	})
	return result
}

func TestUnknownLimit(t *testing.T) {
	const runs = 40
	for _, kind := range []ratebench.Kind{ratebench.TokenBucket, ratebench.SlidingWindow} {
		for _, retryAfter := range []int{0, 1} {
			var results []ratebench.Result
			for seed := range uint64(runs) {
				results = append(results, inNoTime(t, ratebench.Random(kind, retryAfter, seed)))
			}
			report := ratebench.Summarize(results)
			t.Logf("%v, Retry-After %d: %+v", kind, retryAfter, report)
			if report.Median < 0.95 || report.Refused > 0.01 || report.Met < 0.8 {
				t.Errorf("%v, Retry-After %d: the learned rate fits badly: %+v", kind, retryAfter, report)
			}
		}
	}
}

func TestLatency(t *testing.T) {
	for _, workers := range []int{2, 4} {
		result := inNoTime(t, ratebench.Setting{
			Latency: 50 * time.Millisecond, Workers: workers, Start: 4, Ceiling: 1000,
			For: 2 * time.Minute, Settle: 30 * time.Second,
		})
		if result.Achieved < 0.97 {
			t.Errorf("%d workers achieve %.3f of what the latency allows", workers, result.Achieved)
		}
	}
}

// TestNoLearning shows that the harness can tell: a pace that nobody adapts is
// refused all the time above the limit and misses most of it below.
func TestNoLearning(t *testing.T) {
	set := ratebench.Setting{
		Kind: ratebench.SlidingWindow, Limit: 5, Then: 20, Change: time.Minute,
		Latency: 50 * time.Millisecond, Workers: 2, Start: 4, Ceiling: 4,
		For: 2 * time.Minute, Settle: 10 * time.Second,
	}
	result := inNoTime(t, set)
	if result.Refused != 0 || result.Before < 0.75 || result.Before > 0.85 || result.After > 0.25 {
		t.Errorf("4 requests a second of 5 and 20 came out as %+v", result)
	}
}

func TestLoopback(t *testing.T) {
	result, err := ratebench.Run(t.Context(), ratebench.Setting{
		Kind: ratebench.TokenBucket, Limit: 40, Burst: 0.5, Workers: 2, Start: 200, Ceiling: 200,
		For: 3 * time.Second, Loopback: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Refused == 0 || result.Sent < 20 || result.Sent > 3*40+20+result.Refused {
		t.Errorf("a real connection came out as %+v", result)
	}
}
