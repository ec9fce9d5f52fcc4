package checkpoint_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

func open(t testing.TB, path string) *checkpoint.Store {
	t.Helper()
	s, err := checkpoint.Open(t.Context(), path, []byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "checkpoint.db") }

func commit(t testing.TB, s *checkpoint.Store, b engine.Batch) {
	t.Helper()
	if err := s.Commit(t.Context(), "help", b); err != nil {
		t.Fatal(err)
	}
}

// noon is a moment in the precision of the file.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.Local)

func rows() []engine.Row {
	return []engine.Row{
		{Key: "1:en-us", Node: "node_1", Sum: [16]byte{1, 2}, Version: 7, NodeVersion: engine.MarkOf("v"), Written: noon},
		{Key: "2:en-us", State: engine.Parked, Written: noon},
		{Key: "3:en-us", Node: "node_3", Hold: source.Deleted, HeldAt: noon.UTC(), Sum: [16]byte{3}},
		{Key: "4:en-us", Node: "node_4", Kept: true},
		{Key: "5:en-us", State: engine.Dirty, Problem: source.BadDocument, Code: source.CodeTooLarge, Attempts: 2, RetryAt: noon.UTC(), Since: noon.UTC()},
		{Key: "6:en-us", Node: "node_6", State: engine.Adopted},
	}
}

func TestEverythingComesBackAfterReopening(t *testing.T) {
	path := file(t)
	s := open(t, path)
	state := engine.State{Cursor: "c1", Fingerprint: "f", Proved: noon.UTC(), Window: engine.Window{Elapsed: 3}, Waiting: engine.WaitMany}
	commit(t, s, engine.Batch{Put: rows(), State: &state, Durable: true, Run: &engine.Run{Began: noon, Ended: noon, Created: 6}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	got, counts, err := s.Load(t.Context(), "help")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(state, got); d != "" {
		t.Error(d)
	}
	want := engine.Counts{Source: 4, Dialpad: 3, Kept: 1, Pending: 2, Failed: 1, Holding: 1}
	if d := cmp.Diff(want, counts); d != "" {
		t.Error(d)
	}
	var all, unsettled []engine.Row
	for row, err := range s.Each(t.Context(), "help", engine.Every) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
		if row.Unsettled() {
			unsettled = append(unsettled, row)
		}
	}
	if d := cmp.Diff(rows(), all); d != "" {
		t.Error(d)
	}
	var listed []engine.Row
	for row, err := range s.Each(t.Context(), "help", engine.Unsettled) {
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, row)
	}
	if d := cmp.Diff(unsettled, listed); d != "" {
		t.Error(d)
	}
}

func TestRowsFindsOnlyWhatIsThere(t *testing.T) {
	s := open(t, file(t))
	commit(t, s, engine.Batch{Put: rows()})
	commit(t, s, engine.Batch{Delete: []source.Key{"4:en-us"}})
	found, err := s.Rows(t.Context(), "help", []source.Key{"1:en-us", "4:en-us", "9:en-us"})
	if err != nil || len(found) != 1 || found["1:en-us"].Node != "node_1" {
		t.Errorf("%v, %v", found, err)
	}
	if other, err := s.Rows(t.Context(), "shop", []source.Key{"1:en-us"}); err != nil || len(other) != 0 {
		t.Errorf("another account sees %v, %v", other, err)
	}
}

func TestCommitsMayHappenBetweenTwoRows(t *testing.T) {
	s := open(t, file(t))
	var many []engine.Row
	for i := range 1200 {
		many = append(many, engine.Row{Key: source.Key(fmt.Sprintf("%05d", i)), Node: "n"})
	}
	commit(t, s, engine.Batch{Put: many})
	n := 0
	for row, err := range s.Each(t.Context(), "help", engine.Every) {
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, engine.Batch{Delete: []source.Key{row.Key}})
		n++
	}
	if _, counts, _ := s.Load(t.Context(), "help"); n != 1200 || counts.Source != 0 {
		t.Errorf("saw %d rows, %d remain", n, counts.Source)
	}
}

func TestResetDropsRowsAndForgetTheAccount(t *testing.T) {
	s := open(t, file(t))
	commit(t, s, engine.Batch{Put: rows(), State: &engine.State{Cursor: "c"}})
	commit(t, s, engine.Batch{Reset: true, Put: rows()[:1]})
	if state, counts, _ := s.Load(t.Context(), "help"); counts.Source != 1 || state.Cursor != "c" {
		t.Errorf("after reset: %+v, %+v", state, counts)
	}
	if err := s.Forget(t.Context(), "help"); err != nil {
		t.Fatal(err)
	}
	if state, counts, _ := s.Load(t.Context(), "help"); counts.Source != 0 || state.Cursor != "" {
		t.Errorf("after forget: %+v, %+v", state, counts)
	}
	commit(t, s, engine.Batch{Put: rows()[:2]})
	if _, counts, _ := s.Load(t.Context(), "help"); counts.Source != 2 {
		t.Errorf("a forgotten account cannot be made again: %+v", counts)
	}
}

func TestABrokenFileIsSetAside(t *testing.T) {
	for name, content := range map[string]string{
		"garbage":         strings.Repeat("not a database at all ", 500),
		"half a header":   "SQLite format 3\x00\x10",
		"another program": "",
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t)
			if content == "" {
				makeForeign(t, path)
			} else if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, path)
			commit(t, s, engine.Batch{Put: rows()})
			aside, _ := filepath.Glob(path + ".broken-*")
			if !s.Rebuilt() || len(aside) == 0 {
				t.Errorf("rebuilt %v, set aside %v", s.Rebuilt(), aside)
			}
		})
	}
}

func makeForeign(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE account (what TEXT); PRAGMA user_version = 0"); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherKeyMakesTheFileAnew(t *testing.T) {
	path := file(t)
	s := open(t, path)
	commit(t, s, engine.Batch{Put: rows()})
	_ = s.Close()
	other, err := checkpoint.Open(t.Context(), path, []byte("another key"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, counts, _ := other.Load(t.Context(), "help"); counts.Source != 0 || !other.Rebuilt() {
		t.Errorf("sums of another key are believed: %+v", counts)
	}
}

func TestAFileFromANewerVersionIsLeftAlone(t *testing.T) {
	path := file(t)
	_ = open(t, path).Close()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	_, err = checkpoint.Open(t.Context(), path, []byte("key"))
	if source.CodeOf(err) != source.CodeTooNew {
		t.Errorf("error %v", err)
	}
	if aside, _ := filepath.Glob(path + ".broken-*"); len(aside) > 0 {
		t.Errorf("it was set aside: %v", aside)
	}
}

func TestAFileThatBreaksWhileOpenIsMadeAnew(t *testing.T) {
	path := file(t)
	s := open(t, path)
	var many []engine.Row
	for i := range 20000 {
		many = append(many, engine.Row{Key: source.Key(fmt.Sprintf("%05d", i)), Node: strings.Repeat("n", 40)})
	}
	commit(t, s, engine.Batch{Put: many})
	_ = s.Close()
	s = open(t, path)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xff", 1<<20)), 8192); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	var failure error
	for _, err := range s.Each(t.Context(), "help", engine.Every) {
		failure = err
	}
	if source.CodeOf(failure) != source.CodeRebuilt || source.KindOf(failure) != source.Transient {
		t.Fatalf("error %v", failure)
	}
	// whoever loaded the account before goes on with nothing of it
	err = s.Commit(t.Context(), "help", engine.Batch{Put: rows(), State: &engine.State{Cursor: "of the old file"}})
	if source.CodeOf(err) != source.CodeRebuilt {
		t.Fatalf("a state of the old file is written into the new one: %v", err)
	}
	if state, counts, err := s.Load(t.Context(), "help"); err != nil || state.Cursor != "" || counts.Source != 0 {
		t.Errorf("%+v, %+v, %v", state, counts, err)
	}
	commit(t, s, engine.Batch{Put: rows()})
	if !s.Rebuilt() {
		t.Error("nobody is told")
	}
}

func TestAFolderThatCannotBeWrittenIsSaid(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := checkpoint.Open(t.Context(), filepath.Join(blocked, "checkpoint.db"), []byte("key"))
	if source.CodeOf(err) != source.CodeNotWritable {
		t.Errorf("error %v", err)
	}
}

func TestAFullDiskIsSaidAndLosesNothing(t *testing.T) {
	s := open(t, file(t))
	commit(t, s, engine.Batch{Put: rows()})
	checkpoint.LimitPages(t, s, 30)
	var many []engine.Row
	for i := range 5000 {
		many = append(many, engine.Row{Key: source.Key(fmt.Sprintf("x%05d", i)), Node: strings.Repeat("n", 40)})
	}
	err := s.Commit(t.Context(), "help", engine.Batch{Put: many})
	if source.CodeOf(err) != source.CodeDiskFull || source.KindOf(err) != source.Transient {
		t.Fatalf("error %v", err)
	}
	if _, counts, err := s.Load(t.Context(), "help"); err != nil || counts.Source != 4 {
		t.Errorf("after the failed commit: %+v, %v", counts, err)
	}
}

func TestACancelledCommitWritesNothing(t *testing.T) {
	s := open(t, file(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ctx, "help", engine.Batch{Put: rows()}); err == nil {
		t.Error("a cancelled commit succeeded")
	}
	commit(t, s, engine.Batch{Put: rows()[:1]})
	if _, counts, _ := s.Load(t.Context(), "help"); counts.Source != 1 {
		t.Errorf("%+v", counts)
	}
}

func TestADocumentIsSmallOnDisk(t *testing.T) {
	path := file(t)
	s := open(t, path)
	const n = 20000
	for _, part := range splits(rand.Perm(n), 100) {
		var batch engine.Batch
		for _, i := range part {
			batch.Put = append(batch.Put, engine.Row{
				Key: source.Key(fmt.Sprintf("3600%08d:en-us", i)), Node: fmt.Sprintf("node_%032x", i*7919),
				Sum: [16]byte{byte(i), 1}, Version: engine.MarkOf(fmt.Sprint(i)), NodeVersion: engine.MarkOf("n"), Written: noon,
			})
		}
		commit(t, s, batch)
	}
	var size int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(path + suffix); err == nil {
			size += info.Size()
		}
	}
	if per := size / n; per > 250 {
		t.Errorf("%d bytes a document", per)
	}
}

func splits(all []int, n int) [][]int {
	var out [][]int
	for len(all) > n {
		out, all = append(out, all[:n]), all[n:]
	}
	return append(out, all)
}

func TestAFileWithoutAKeyMakesItsOwn(t *testing.T) {
	path := file(t)
	s, err := checkpoint.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := string(s.SumKey())
	commit(t, s, engine.Batch{Put: rows()})
	if err := s.SetValue(t.Context(), "api_version", []byte("v2.2")); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if s, err = checkpoint.Open(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	value, err := s.Value(t.Context(), "api_version")
	if _, counts, _ := s.Load(t.Context(), "help"); len(key) < 20 || string(s.SumKey()) != key || counts.Source != 4 || string(value) != "v2.2" || err != nil {
		t.Errorf("key %q then %q, %+v, %q, %v", key, s.SumKey(), counts, value, err)
	}
	if none, err := s.Value(t.Context(), "nothing"); none != nil || err != nil {
		t.Errorf("%q, %v", none, err)
	}
}

func TestPeekingSeesWhatAnotherProcessWritesAndChangesNothing(t *testing.T) {
	path := file(t)
	if _, err := checkpoint.Peek(t.Context(), path); err == nil {
		t.Error("a file was made by looking at it")
	}
	s := open(t, path)
	commit(t, s, engine.Batch{Put: rows()[:1]})
	peek, err := checkpoint.Peek(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer peek.Close()
	commit(t, s, engine.Batch{Put: rows()})
	if _, counts, err := peek.Load(t.Context(), "help"); err != nil || counts.Source != 4 {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestAccountsAreListedUntilTheyAreForgotten(t *testing.T) {
	s := open(t, file(t))
	for _, account := range []string{"shop", "help"} {
		if err := s.Commit(t.Context(), account, engine.Batch{Put: rows()[:1]}); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := s.Accounts(t.Context()); err != nil || !slices.Equal(names, []string{"help", "shop"}) {
		t.Errorf("%q, %v", names, err)
	}
	if err := s.Forget(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if names, err := s.Accounts(t.Context()); err != nil || !slices.Equal(names, []string{"help"}) {
		t.Errorf("%q, %v", names, err)
	}
}

// Whoever looks at a file that cannot be read is told so and changes nothing; one
// that has only just been made holds nothing yet.
func TestPeekingAtWhatIsNoCheckpoint(t *testing.T) {
	path := file(t)
	for _, text := range []string{strings.Repeat("no database ", 999), "SQLite format 3\x00\x10 and no more"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		peek, err := checkpoint.Peek(t.Context(), path)
		if err == nil {
			_, _, err = peek.Load(t.Context(), "help")
			_ = peek.Close()
		}
		if source.CodeOf(err) != source.CodeRebuilt {
			t.Errorf("%.20q: %v", text, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != text {
			t.Errorf("%.20q was changed (%v)", text, err)
		}
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Peek(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty file: %v", err)
	}
}
