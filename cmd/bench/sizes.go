package main

import (
	"slices"
	"time"
)

// sizes say how much is measured.
type sizes struct {
	// agent is how many documents the idle agent holds; it is watched for idle,
	// once calm has passed.
	agent      int
	calm, idle time.Duration
	// starts is how often the window is opened; entries is how many rows its list
	// has, of which offsets places are drawn.
	starts, entries, offsets int
	// slow is how many documents are imported at 50 ms an answer.
	slow int
	// limited is the length of an import against a limit; settled is when the
	// counting begins.
	limited, settled time.Duration
	// rates is how many limits are drawn.
	rates int
	// rows is how many documents the checkpoint file is filled with.
	rows int
	// few and many are the documents between which memory may not grow.
	few, many int
	// between are further sizes at which a pass without changes is taken;
	// languages is the one that has three of them.
	between   []int
	languages int
	// bulk is how many articles change in one second, in the smallest help center
	// that has as many.
	bulk int
	// long is how many articles grow to longBytes for one page of changes.
	long, longBytes int
	// keys is how many are reconciled.
	keys int
	// compared are the help centers that are kept in step in other ways too, and
	// changes the edits between two passes.
	compared, changes []int
}

func normalSizes() sizes {
	return sizes{
		agent: 10_000, calm: 10 * time.Second, idle: time.Minute,
		starts: 5, entries: 100_000, offsets: 100,
		slow: 400, limited: time.Minute, settled: 30 * time.Second, rates: 50,
		rows: 100_000, few: 1_000, many: 100_000, between: []int{100, 10_000}, languages: 1_000,
		bulk: 1_001, long: 1_000, longBytes: 100_000, keys: 1_000_000,
		compared: []int{100, 1_000, 10_000}, changes: []int{0, 1, 100},
	}
}

func shortSizes() sizes {
	s := normalSizes()
	s.agent, s.idle = 1_000, 20*time.Second
	s.slow, s.limited, s.rates = 200, 40*time.Second, 10
	s.many, s.between, s.keys = 5_000, []int{100}, 100_000
	s.compared = []int{100, 1_000}
	return s
}

// quiet are the sizes at which a pass without changes is taken.
func (s sizes) quiet() []int { return slices.Concat(s.between, []int{s.many}) }

// holding is the smallest of those that has at least so many articles, or 0.
func (s sizes) holding(articles int) int {
	for _, size := range slices.Sorted(slices.Values(s.quiet())) {
		if size >= articles {
			return size
		}
	}
	return 0
}
