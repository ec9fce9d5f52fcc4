package checkpoint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

func guardRecord(account string) engine.GuardRecord {
	return engine.GuardRecord{
		Account: account, Number: 4, Waiting: engine.WaitMany, Who: "0011", Kept: []source.Key{"1:en-us", "2:en-us"},
		Window: engine.Window{Elapsed: time.Hour, Here: noon.UTC(), There: noon.UTC(), Hours: []engine.Hour{{Number: 1, Held: 30, Removed: 5}}, Found: 2},
	}
}

func TestTheBookOutlivesItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard.json")
	for _, account := range []string{"help", "shop"} {
		if err := checkpoint.NewBook(path).Remember(t.Context(), "dialpad-sync:zendesk:"+account, guardRecord(account)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := checkpoint.NewBook(path).Recall(t.Context(), "dialpad-sync:zendesk:help")
	if diff := cmp.Diff(guardRecord("help"), got); diff != "" || err != nil {
		t.Errorf("%v, (-want +got):\n%s", err, diff)
	}
	if got, err := checkpoint.NewBook(path).Recall(t.Context(), "another"); got.Number != 0 || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "zendesk") {
		t.Errorf("%v; the file names a source: %s", err, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestABookThatCannotBeReadIsBegunAnew(t *testing.T) {
	for _, text := range []string{"", "null", "{", "[]", `{"a":{"number":"x"}}`, "\x00\x01"} {
		path := filepath.Join(t.TempDir(), "guard.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		book := checkpoint.NewBook(path)
		if got, err := book.Recall(t.Context(), "help"); got.Number != 0 || err != nil {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if err := book.Remember(t.Context(), "help", guardRecord("help")); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got, err := book.Recall(t.Context(), "help"); got.Number != 4 || err != nil {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

// Where the record cannot be written nobody may think it was.
func TestABookThatCannotBeWrittenSaysSo(t *testing.T) {
	book := checkpoint.NewBook(filepath.Join(t.TempDir(), "no such folder", "guard.json"))
	if err := book.Remember(t.Context(), "help", guardRecord("help")); err == nil {
		t.Error("no error")
	}
}
