package engine

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestWhateverWaitsIsDueAtTheSameInstants, whenever it began.
func TestWhateverWaitsIsDueAtTheSameInstants(t *testing.T) {
	noon := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		after, every, want time.Duration
	}{
		{0, 30 * time.Second, 30 * time.Second},
		{time.Second, 30 * time.Second, 29 * time.Second},
		{17 * time.Second, time.Minute, 43 * time.Second},
		{47 * time.Second, 30 * time.Second, 13 * time.Second},
		{29990 * time.Millisecond, 30 * time.Second, 30*time.Second + 10*time.Millisecond}, // went off early
		{-4 * time.Second, time.Minute, time.Minute + 4*time.Second},
	} {
		if got := UntilNext(noon.Add(row.after), row.every); got != row.want {
			t.Errorf("%v after noon, every %v: %v, want %v", row.after, row.every, got, row.want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(7 * time.Second)
		began := time.Now() // with a steady clock reading
		time.Sleep(UntilNext(began, LookEvery))
		if now := time.Now(); !now.Equal(now.Truncate(LookEvery)) {
			t.Errorf("woke up at %v", now)
		}
	})
}
