package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"dialpadsync.app/sync/sim"
)

// limit imports, with the rates of the product, into a Dialpad that refuses
// more than R requests a second, and counts in its journal.
func limit(ctx context.Context, b *bench) ([]figure, error) {
	// In a minute at less than 8/s, two refusals are more than 1 %.
	allowed := 8 + 12*rand.Float64()
	w, err := b.newWorld(ctx, int(allowed*b.sizes.limited.Seconds()), []string{"en-us"}, nil)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := w.knows.Faults().AddText(fmt.Sprintf("limit=%.3f/s", allowed)); err != nil {
		return nil, err
	}
	j := w.job()
	j.Start, j.Ceiling = 4, 3*allowed
	began := time.Now()
	if err := w.importFor(ctx, j, b.sizes.limited); err != nil {
		return nil, err
	}
	from, to := began.Add(b.sizes.settled), began.Add(b.sizes.limited)
	accepted, refused, all := 0, 0, 0
	for _, e := range w.knows.Journal().Entries() {
		all++
		if e.Status == http.StatusTooManyRequests {
			refused++
		} else if e.Time.After(from) && e.Time.Before(to) {
			accepted++
		}
	}
	setting := fmt.Sprintf("R = %.1f/s, drawn from 8 … 20, ceiling 3 R, counted from %v to %v", allowed, b.sizes.settled, b.sizes.limited)
	achieved := float64(accepted) / to.Sub(from).Seconds() / allowed
	return []figure{
		atLeast("first import: achieved/R", setting, achieved, 0.95),
		atMost("first import: share of 429s", setting, 100*float64(refused)/float64(max(1, all)), 1, "%").more("%d of %d", refused, all),
	}, nil
}

// importFor begins a first import and ends it after the given time.
func (w *world) importFor(ctx context.Context, j job, long time.Duration) error {
	s, err := open(ctx, j)
	if err != nil {
		return err
	}
	defer s.close()
	bounded, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	if _, err := s.pass(bounded); err != nil && bounded.Err() == nil {
		return err
	}
	return ctx.Err()
}

// writes are the requests of a journal that create nodes and fill them, in the
// order they came.
func writes(journal *sim.Journal) []sim.Entry {
	var found []sim.Entry
	for _, e := range journal.Entries() {
		if e.Method == http.MethodPost && e.TokenID != "" || e.Method == http.MethodPut {
			found = append(found, e)
		}
	}
	return found
}
