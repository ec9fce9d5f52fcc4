package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/rest/ratebench"
)

// rates measures the learned rate on fake time: against limits nobody told,
// changed once in the middle, and against nothing but latency.
func rates(ctx context.Context, b *bench) ([]figure, error) {
	order := ratesOrder{Workers: []int{2, 4}}
	kinds := []ratebench.Kind{ratebench.TokenBucket, ratebench.SlidingWindow}
	for seed := range uint64(b.sizes.rates) {
		order.Limits = append(order.Limits, ratebench.Random(kinds[seed%2], int(seed/2%2), seed))
	}
	found, err := child[ratesFound](ctx, "rates", order)
	if err != nil {
		return nil, err
	}
	r := ratebench.Summarize(found.Limits)
	setting := fmt.Sprintf("the client alone, fake time, %d limits R of 3 … 20/s, each changed once", b.sizes.rates)
	figures := []figure{
		atLeast("learned rate: achieved/R, median", setting, r.Median, 0.95).more("worst %.3f", r.Least),
		atMost("learned rate: share of 429s", setting, 100*r.Refused, 1, "%"),
	}
	for i, workers := range order.Workers {
		figures = append(figures, atLeast("latency: achieved/(workers ÷ latency)",
			fmt.Sprintf("the client alone, fake time, 50 ms, %d workers, from 4/s up", workers), found.Free[i].Achieved, 0.97))
	}
	return figures, nil
}

// ratesOrder says which runs to do: against limits, and free ones with so many
// workers.
type ratesOrder struct {
	Limits  []ratebench.Setting
	Workers []int
}

type ratesFound struct{ Limits, Free []ratebench.Result }

// ratesTask does the runs in a child. Fake time is for tests alone
// (testing/synctest), so the child makes itself one: testing.Main ends the
// process.
func ratesTask(ctx context.Context, in io.Reader, out io.Writer) error {
	var order ratesOrder
	if err := json.NewDecoder(in).Decode(&order); err != nil {
		return err
	}
	always := func(_, _ string) (bool, error) { return true, nil }
	testing.Main(always, []testing.InternalTest{{Name: "rates", F: func(t *testing.T) {
		if err := json.NewEncoder(out).Encode(order.runs(t)); err != nil {
			t.Error(err)
		}
	}}}, nil, nil)
	return errors.Join(ctx.Err(), errors.New("the runs on fake time did not end the process"))
}

func (o ratesOrder) runs(t *testing.T) (found ratesFound) {
	for _, set := range o.Limits {
		found.Limits = append(found.Limits, inNoTime(t, set))
	}
	for _, workers := range o.Workers {
		found.Free = append(found.Free, inNoTime(t, ratebench.Setting{
			Latency: 50 * time.Millisecond, Workers: workers, Start: 4, Ceiling: plenty,
			For: 2 * time.Minute, Settle: 30 * time.Second,
		}))
	}
	return found
}

// inNoTime does a run on fake time.
func inNoTime(t *testing.T, set ratebench.Setting) (result ratebench.Result) {
	synctest.Test(t, func(t *testing.T) {
		var err error
		if result, err = ratebench.Run(t.Context(), set); err != nil {
			t.Error(err)
		}
	})
	return result
}
