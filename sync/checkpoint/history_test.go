package checkpoint_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/engine"
)

func TestRunsOfAllAccountsComeInTheirOrder(t *testing.T) {
	s := open(t, file(t))
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	old := engine.Run{Began: at(-49), Ended: at(-48), Created: 9}
	first := engine.Run{Began: at(-2), Ended: at(-1), Created: 3, Updated: 2}
	second := engine.Run{Began: at(0), Ended: at(1), Deleted: 4, Failed: 1}
	commit(t, s, engine.Batch{Run: &old})
	commit(t, s, engine.Batch{Run: &second})
	if err := s.Commit(t.Context(), "shop", engine.Batch{Run: &first}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Runs(t.Context(), at(-24))
	if diff := cmp.Diff([]engine.Run{first, second}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
