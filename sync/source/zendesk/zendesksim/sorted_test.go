package zendesksim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSortedIsASlice compares the chunked order with a sorted slice under any
// sequence of changes.
func TestSortedIsASlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.Int64Range(0, 5000), 700, 1500, rapid.ID[int64]).Draw(t, "first")
		var items []item[int64]
		var model []int64
		for _, n := range keys {
			items = append(items, item[int64]{key{num: n / 3, id: n}, n})
			model = append(model, n)
		}
		list := newSorted(items)
		slices.Sort(model)
		changes := rapid.SliceOfN(rapid.Int64Range(0, 5000), 500, 3000).Draw(t, "changes")
		for _, n := range changes {
			k := key{num: n / 3, id: n}
			if at, found := slices.BinarySearch(model, n); found {
				list.remove(k)
				model = slices.Delete(model, at, at+1)
			} else {
				list.insert(k, n)
				model = slices.Insert(model, at, n)
			}
		}
		list.remove(key{num: -1})
		compareOrder(t, list, model)
	})
}

func compareOrder(t *rapid.T, list *sorted[int64], model []int64) {
	if list.count != len(model) {
		t.Fatalf("count is %d, want %d", list.count, len(model))
	}
	collect := func(at place, desc bool) []int64 {
		var out []int64
		for it := range list.from(at, desc) {
			out = append(out, it.value)
		}
		return out
	}
	backwards := slices.Clone(model)
	slices.Reverse(backwards)
	n := rapid.IntRange(0, len(model)+1).Draw(t, "offset")
	cut := min(n, len(model))
	if got := collect(list.offset(n, false), false); !slices.Equal(got, model[cut:]) {
		t.Fatalf("from offset %d: %d items, want %d", n, len(got), len(model)-cut)
	}
	if got := collect(list.offset(n, true), true); !slices.Equal(got, backwards[cut:]) {
		t.Fatalf("backwards from offset %d: %d items, want %d", n, len(got), len(model)-cut)
	}
	after := rapid.Int64Range(-1, 5001).Draw(t, "after")
	k := key{num: after / 3, id: after}
	at, found := slices.BinarySearch(model, after)
	next := at
	if found {
		next++
	}
	if got := collect(list.beyond(k, false), false); !slices.Equal(got, model[next:]) {
		t.Fatalf("after %d: %v, want %v", after, got, model[next:])
	}
	if got := collect(list.beyond(k, true), true); !slices.Equal(got, backwards[len(model)-at:]) {
		t.Fatalf("before %d: %v, want %v", after, got, backwards[len(model)-at:])
	}
}
