package checkpoint_test

import (
	"database/sql"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/checkpoint"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// locked holds the file for writing, or for everything, until let go.
func locked(t *testing.T, path, how string) (letGo func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, s := range []string{how, "INSERT OR REPLACE INTO meta (name, value) VALUES ('x', x'00')"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// mostWait is what a lock of another process may cost in all.
const mostWait = 6 * time.Second

// However often a locked file is asked for something, the waiting does not add
// up; a lock that has gone is noticed.
func TestALockIsWaitedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		s := open(t, path)
		commit(t, s, engine.Batch{Put: rows()})
		letGo := locked(t, path, "BEGIN IMMEDIATE")
		began := time.Now()
		for range 5 {
			err := s.Commit(t.Context(), "help", engine.Batch{Put: rows()})
			if source.CodeOf(err) != source.CodeBusy || source.KindOf(err) != source.Transient {
				t.Fatalf("error %v", err)
			}
			if _, counts, err := s.Load(t.Context(), "help"); err != nil || counts.Source == 0 {
				t.Fatalf("what can be read is not: %+v, %v", counts, err)
			}
		}
		if err := s.SetValue(t.Context(), "a", nil); source.CodeOf(err) != source.CodeBusy {
			t.Fatalf("error %v", err)
		}
		if took := time.Since(began); took < time.Second || took > mostWait {
			t.Errorf("it waited %v", took)
		}
		letGo()
		commit(t, s, engine.Batch{Put: rows()})

		time.Sleep(2 * time.Minute)
		letGo = locked(t, path, "BEGIN IMMEDIATE")
		time.AfterFunc(2*time.Second, letGo)
		commit(t, s, engine.Batch{Put: rows()}) // a short lock disturbs nobody
		_ = s.Close()
	})
}

func TestClosingWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		s := open(t, path)
		commit(t, s, engine.Batch{Put: rows()})
		defer locked(t, path, "BEGIN IMMEDIATE")()
		began := time.Now()
		if err := s.Close(); err != nil || time.Since(began) > 0 {
			t.Errorf("closed after %v: %v", time.Since(began), err)
		}
	})
}

func TestOpeningALockedFileEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		_ = open(t, path).Close()
		defer locked(t, path, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")()
		began := time.Now()
		_, err := checkpoint.Open(t.Context(), path, []byte("key"))
		if source.CodeOf(err) != source.CodeBusy {
			t.Errorf("error %v", err)
		}
		if _, err = checkpoint.Peek(t.Context(), path); source.CodeOf(err) != source.CodeBusy {
			t.Errorf("error %v", err)
		}
		if took := time.Since(began); took > 2*mostWait {
			t.Errorf("it waited %v", took)
		}
	})
}
