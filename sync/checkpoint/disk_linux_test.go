package checkpoint_test

import (
	"database/sql"
	"os"
	"testing"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/source"
)

// A disk that is full and one that answers with errors are two things to a
// person.
func TestFullAndFailingDisksAreToldApart(t *testing.T) {
	for device, want := range map[string]source.Code{
		"/dev/full":      source.CodeDiskFull,
		"/proc/self/mem": source.CodeDiskFailing, // EIO at the address 0
	} {
		db, err := sql.Open("sqlite", "file:"+device+"?_pragma=journal_mode(MEMORY)")
		if err != nil {
			t.Fatal(err)
		}
		_, failure := db.ExecContext(t.Context(), "CREATE TABLE t (x TEXT)")
		_ = db.Close() // it has written nothing
		err = checkpoint.Classify(file(t), "write checkpoint", failure)
		if source.CodeOf(err) != want || source.KindOf(err) != source.Transient {
			t.Errorf("%s: %v, want %q", device, err, want)
		}
	}
}

// What is no file is left as it is, and a link to a place without a folder is no
// defect.
func TestSomethingInTheFilesPlace(t *testing.T) {
	for name, put := range map[string]func(string) error{
		"a folder":       func(path string) error { return os.Mkdir(path, 0o750) },
		"a link astray":  func(path string) error { return os.Symlink(path+"/none/x.db", path) },
		"a link nowhere": func(path string) error { return os.Symlink("/nowhere/at/all/x.db", path) },
	} {
		path := file(t)
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := checkpoint.Open(t.Context(), path, []byte("key")); source.CodeOf(err) != source.CodeNotWritable {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.Lstat(path); err != nil || now.Mode() != before.Mode() {
			t.Errorf("%s: it was %v and is %v (%v)", name, before.Mode(), now.Mode(), err)
		}
	}
}
