//go:build amd64 || arm64

package disksim_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"dialpadsync.app/sync/sim/disksim"
)

func open(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "x.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func count(db *sql.DB) (n int, err error) {
	err = db.QueryRow("SELECT count(*) FROM t").Scan(&n)
	return n, err
}

// Whatever is cut, a committed row that was synced is there and the file is
// whole.
func TestTheDiskForgetsWhatWasNotSynced(t *testing.T) {
	for _, synchronous := range []string{"FULL", "OFF"} {
		lost, cuts := 0, 0
		for n := 1; n < 60; n++ {
			dir := t.TempDir()
			disk := disksim.At(dir)
			db := open(t, dir)
			if _, err := db.Exec("CREATE TABLE t (x TEXT); PRAGMA synchronous = " + synchronous); err != nil {
				t.Fatal(err)
			}
			if synchronous == "OFF" {
				disk.FailAt(disk.Ops()+n, disksim.Cut)
			} else {
				disk.FailAt(disk.Ops()+n, disksim.Cut)
			}
			done := 0
			for range 10 {
				if _, err := db.Exec("INSERT INTO t VALUES (?)", strings.Repeat("x", 700)); err != nil {
					break
				}
				done++
			}
			hit := disk.Hit()
			_ = db.Close()
			if !hit {
				disk.Release()
				continue
			}
			cuts++
			if err := disk.Reboot(uint64(n)); err != nil {
				t.Fatal(err)
			}
			db = open(t, dir)
			got, err := count(db)
			if synchronous == "FULL" && (err != nil || got < done) {
				t.Errorf("cut at %d: %d of %d rows, %v", n, got, done, err)
			}
			if got < done || err != nil {
				lost++
			}
			_ = db.Close()
			disk.Release()
		}
		if cuts < 10 || synchronous == "OFF" && lost == 0 {
			t.Errorf("%s: %d cuts, %d of them lost something", synchronous, cuts, lost)
		}
	}
}

func TestTheDiskFailsOnceOrForGood(t *testing.T) {
	for kind, want := range map[disksim.Kind][2]string{
		disksim.Broken: {"disk I/O error", ""}, disksim.Full: {"full", ""}, disksim.FullForGood: {"full", "full"},
	} {
		dir := t.TempDir()
		disk := disksim.At(dir)
		db := open(t, dir)
		if _, err := db.Exec("CREATE TABLE t (x TEXT)"); err != nil {
			t.Fatal(err)
		}
		disk.FailAt(disk.Ops()+1, kind)
		for i, text := range want {
			_, err := db.Exec("INSERT INTO t VALUES ('x')")
			if text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
				t.Errorf("kind %d, insert %d: %v, want %q", kind, i, err, text)
			}
		}
		disk.Heal()
		_ = db.Close()
		disk.Release()
	}
}
