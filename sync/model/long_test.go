//go:build long

package model_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestWhateverHappensForAnHour goes on for fifty minutes, or for as long as
// DIALPAD_SYNC_MODEL_TIME says ("10m").
func TestWhateverHappensForAnHour(t *testing.T) {
	span := 50 * time.Minute
	if text := os.Getenv("DIALPAD_SYNC_MODEL_TIME"); text != "" {
		var err error
		if span, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	const batch = 250
	first := seeded(t, rand.Uint64())
	counts, n := newTally(), 0
	for end := time.Now().Add(span); time.Now().Before(end) && !t.Failed(); n += batch {
		set(t, "rapid.seed", strconv.FormatUint(first+uint64(n), 10))
		worlds(t, batch, counts)
	}
	t.Logf("%d worlds in %s, seeds from %d on in steps of %d\n%s", n, span, first, batch, counts.report())
	for _, few := range counts.enough(n) {
		t.Error("too rare: " + few)
	}
}
