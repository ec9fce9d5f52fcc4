package engine

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/source"
)

// TestASnapshotTakenAnewIsOneTakenAfresh: the memory of the one before tells
// nothing, but for what the source has listed.
func TestASnapshotTakenAnewIsOneTakenAfresh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Row {
			return Row{
				Key: source.Key(fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "key"))), Node: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "node"),
				Version: Mark(rapid.IntRange(0, 2).Draw(t, "version")), NodeVersion: Mark(rapid.IntRange(0, 2).Draw(t, "node version")),
				State: RowState(rapid.IntRange(0, 3).Draw(t, "state")), Kept: rapid.Bool().Draw(t, "kept"),
			}
		}), 0, 12, func(r Row) source.Key { return r.Key })
		before, after := rows.Draw(t, "before"), rows.Draw(t, "after")
		listed := rapid.SliceOf(rapid.IntRange(0, 25)).Draw(t, "listed")
		taken := func(s *snapshot, rows []Row, of side) {
			s.begin(len(rows))
			for _, row := range rows {
				s.take(row, of)
			}
			s.end()
		}
		var again, fresh snapshot
		taken(&again, before, sourceSide)
		var l ledger
		l.begin(&again)
		for _, key := range listed {
			l.list(source.Key(fmt.Sprint(key)))
		}
		l.keys.seal()
		for i := range again.flags {
			again.flags[i] |= seenFlag
		}
		taken(&again, after, dialpadSide)
		taken(&fresh, after, dialpadSide)
		different := 0
		for n := range 30 {
			key := source.Key(fmt.Sprint(n))
			i, j := again.find(key), fresh.find(key)
			if (i < 0) != (j < 0) {
				t.Fatalf("%s: at %d, and at %d", key, i, j)
			}
			if i >= 0 && (again.nodes[i] != fresh.nodes[j] || again.versions[i] != fresh.versions[j] || again.flags[i]&^listedFlag != fresh.flags[j]) {
				t.Errorf("%s: %d %d %b, and %d %d %b", key, again.nodes[i], again.versions[i], again.flags[i], fresh.nodes[j], fresh.versions[j], fresh.flags[j])
			}
			was := slices.Contains(listed, n)
			if l.has(key) != was {
				t.Errorf("%s: listed: %v", key, was)
			}
			if was {
				different++
			}
		}
		if l.size() != different {
			t.Errorf("%d keys listed, counted %d", different, l.size())
		}
	})
}
