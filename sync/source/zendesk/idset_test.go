package zendesk

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAnIDIsNewOnce, whatever came before.
func TestAnIDIsNewOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s idSet
		seen := map[int64]bool{}
		few := rapid.Int64Range(0, 300)
		ids := rapid.SliceOfN(rapid.OneOf(few, rapid.Int64(), rapid.SampledFrom([]int64{0, -1, math.MinInt64, math.MaxInt64})), 0, 600)
		for _, id := range ids.Draw(t, "ids") {
			if s.add(id) == seen[id] {
				t.Fatalf("%d: seen before: %v", id, seen[id])
			}
			seen[id] = true
		}
	})
}
