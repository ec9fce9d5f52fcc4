package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// slowness is how long Dialpad takes to answer.
const slowness = 50 * time.Millisecond

// latency imports into a Dialpad that takes 50 ms for each answer. Were nothing
// lost, every worker would have one request under way all the time.
func latency(ctx context.Context, b *bench) ([]figure, error) {
	var figures []figure
	for _, workers := range []int{2, 4} {
		achieved, bare, err := b.slowImport(ctx, workers)
		if err != nil {
			return figures, err
		}
		setting := fmt.Sprintf("first import of %d, 50 ms (a bare request: %.1f ms), %d workers", b.sizes.slow, bare.Seconds()*1000, workers)
		figures = append(figures, atLeast("latency: achieved/(workers ÷ latency)", setting, achieved, 0.97))
	}
	return figures, nil
}

// slowImport returns what an import achieved and what one request takes that
// nothing but net/http sends.
func (b *bench) slowImport(ctx context.Context, workers int) (achieved float64, bare time.Duration, err error) {
	w, err := b.newWorld(ctx, b.sizes.slow, []string{"en-us"}, nil)
	if err != nil {
		return 0, 0, err
	}
	defer w.close()
	if err := w.knows.Faults().AddText("delay=" + slowness.String()); err != nil {
		return 0, 0, err
	}
	if bare, err = bareRequest(ctx, w.right.address, workers); err != nil {
		return 0, 0, err
	}
	j := w.job()
	j.Workers = workers
	if err := w.importFor(ctx, j, time.Minute); err != nil {
		return 0, 0, err
	}
	sent := writes(w.knows.Journal())
	if len(sent) < 2*b.sizes.slow {
		return 0, 0, fmt.Errorf("%d of %d documents were written", len(sent)/2, b.sizes.slow)
	}
	// From the first request to the last one, the workers' last ones left out.
	took := sent[len(sent)-1].Time.Sub(sent[0].Time)
	return float64(len(sent)-workers) / took.Seconds() * bare.Seconds() / float64(workers), bare, nil
}

// bareRequest is how long a request of so many parallel clients takes on this
// computer: the latency of the double, its timer's grain and the loopback.
func bareRequest(ctx context.Context, address string, parallel int) (time.Duration, error) {
	const each = 20
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for range parallel {
		group.Go(func() error {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for range each {
				if err := ask(ctx, client, address+"/v2.2/kbm/nodes"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(began) / each, err
}

// ask sends a request that the double refuses, for it is not signed in.
func ask(ctx context.Context, client *http.Client, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
