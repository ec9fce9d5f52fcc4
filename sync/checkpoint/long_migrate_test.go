//go:build long

package checkpoint

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// migrant names the file that this very program, started as a process of its
// own, brings to the newest schema of these tests.
const migrant = "CHECKPOINT_TO_MIGRATE"

const migrantRows = 6_000

// later are the schema there is and two that follow it: each touches every row.
func later() fstest.MapFS {
	first, err := migrations.ReadFile("migrations/1.sql")
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{
		"migrations/1.sql": {Data: first},
		"migrations/2.sql": {Data: []byte(`ALTER TABLE document ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; UPDATE document SET seen = written + 1;`)},
		"migrations/3.sql": {Data: []byte(`CREATE TABLE other (key TEXT PRIMARY KEY, seen INTEGER NOT NULL) STRICT;
			INSERT INTO other SELECT key, seen FROM document; ALTER TABLE document DROP COLUMN seen;`)},
	}
}

func TestMain(m *testing.M) {
	path := os.Getenv(migrant)
	if path == "" {
		os.Exit(m.Run())
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err == nil {
		db.SetMaxOpenConns(1)
		err = errors.Join(migrate(context.Background(), db, later(), 3), db.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestAMigrationThatIsKilledGoesOn kills a process again and again while it
// brings a checkpoint of an older schema to a newer one. The file always has one
// schema whole, and at the end every row.
func TestAMigrationThatIsKilledGoesOn(t *testing.T) {
	const kills = 30
	whole := filepath.Join(t.TempDir(), "checkpoint.db")
	older(t, whole)
	began := time.Now()
	if err := migrated(t, whole, 0); err != nil {
		t.Fatal(err)
	}
	undisturbed := time.Since(began)
	dice := rand.New(rand.NewPCG(4, 2))
	killed, ended, left := 0, 0, map[int]int{}
	for killed < kills || ended == 0 {
		path := filepath.Join(t.TempDir(), "checkpoint.db")
		older(t, path)
		for {
			patience := 1 + time.Duration(dice.Int64N(int64(undisturbed)))
			if killed >= kills {
				patience = 0
			}
			err := migrated(t, path, patience)
			v := version(t, path)
			if err == nil && v != 3 {
				t.Fatalf("a migration that ended left schema %d", v)
			}
			if err == nil {
				ended++
				break
			}
			killed++
			left[v]++
		}
	}
	t.Logf("%d kills; by the schema they left: %v; %d ended; undisturbed one takes %s", killed, left, ended, undisturbed.Round(time.Millisecond))
}

// older makes a checkpoint with the schema of today.
func older(t *testing.T, path string) {
	t.Helper()
	s, err := Open(t.Context(), path, []byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	var batch engine.Batch
	for i := range migrantRows {
		batch.Put = append(batch.Put, engine.Row{Key: source.Key(fmt.Sprintf("%06d:en-us", i)), Node: fmt.Sprintf("node_%032d", i), Sum: [16]byte{1}})
	}
	if err := errors.Join(s.Commit(t.Context(), "help", batch), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// migrated migrates a file in a process of its own, which is killed after a
// while; zero lets it live.
func migrated(t *testing.T, path string, after time.Duration) error {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := t.Context(), context.CancelFunc(func() {})
	if after > 0 {
		ctx, cancel = context.WithTimeout(ctx, after)
	}
	defer cancel()
	cmd := exec.CommandContext(ctx, self) // killed without a warning when ctx ends
	cmd.Env = append(os.Environ(), migrant+"="+path)
	text, err := cmd.CombinedOutput()
	if len(text) > 0 {
		t.Errorf("%s", text)
	}
	return err
}

// version is the schema of a file, all of which must be there.
func version(t *testing.T, path string) (v int) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		t.Fatal(err)
	}
	query := map[int]string{
		1: "SELECT count(*) FROM document WHERE written = written",
		2: "SELECT count(*) FROM document WHERE seen = written + 1",
		3: "SELECT count(*) FROM document JOIN other USING (key) WHERE seen = written + 1",
	}[v]
	var rows int
	var sound string
	if err := errors.Join(db.QueryRow(query).Scan(&rows), db.QueryRow("PRAGMA integrity_check").Scan(&sound)); err != nil || rows != migrantRows || sound != "ok" {
		t.Fatalf("schema %d: %d of %d rows, %s, %v", v, rows, migrantRows, sound, err)
	}
	return v
}
