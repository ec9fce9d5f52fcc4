package main

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/local"
)

// TestMemoryGoesBackWhenNothingChanges: never in the middle of something, and
// once after each thing that happened.
func TestMemoryGoesBackWhenNothingChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &agent{log: slog.New(slog.DiscardHandler)}
		pictures := make(chan local.Picture)
		gone := make(chan struct{})
		given := 0
		go func() {
			defer close(gone)
			a.slim(pictures, func() error { given++; return nil })
		}()
		for step, want := range []struct {
			idle  time.Duration
			given int
		}{
			{calm - time.Second, 0}, // a pass gets on
			{calm - time.Second, 0},
			{calm + time.Second, 1},
			{calm - time.Second, 1},
			{time.Hour, 2}, // and not again and again
		} {
			pictures <- local.Picture{}
			time.Sleep(want.idle)
			synctest.Wait()
			if given != want.given {
				t.Errorf("step %d: memory was given back %d times, not %d", step, given, want.given)
			}
		}
		close(pictures)
		<-gone
	})
}
