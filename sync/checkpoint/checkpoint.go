// Package checkpoint remembers in SQLite how far each account has come: the
// cursor and, per document, ids, hashes and states. It holds no title, no body
// and no URL. The file is a cache: a broken one is set aside and made anew.
package checkpoint

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"dialpadsync.app/sync/source"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the number of the newest migration.
const schemaVersion = 1

// Store is an open checkpoint file. It is used by one process at a time and is
// safe for several goroutines.
type Store struct {
	path  string
	given []byte

	mu      sync.Mutex // guards what follows and orders transactions
	sumKey  []byte
	db      *sql.DB
	ids     map[string]int64
	rebuilt bool
	// sequence is how many durable commits the file has seen; see seal.
	sequence uint64
	// stale accounts were loaded from a file that has been set aside since.
	stale   map[string]bool
	asked   map[string]bool // accounts anybody asked about
	peeking bool            // whoever only looks sets nothing aside
	gaveUp  time.Time       // when a lock of another process was last waited for in vain
}

// Open opens the file or makes it. A file that is broken, or whose sums were
// made with another key than sumKey, is set aside as path.broken-TIME and a
// new one begun; Rebuilt tells. A file from a newer version is left alone and
// is an error with CodeTooNew. Without a sumKey one is made and kept in the
// file; SumKey returns the one in use.
func Open(ctx context.Context, path string, sumKey []byte) (*Store, error) {
	s := &Store{path: path, given: sumKey, asked: map[string]bool{}}
	err := s.sealed()
	if err != nil && s.newer(ctx) {
		err = nil // its own program has a seal of its own; opening it says so
	}
	if err == nil {
		err = s.unlocked(ctx, func() error { return s.open(ctx) })
	}
	if err != nil && (isBroken(err) || isForeign(err)) {
		if err := s.setAside(); err != nil {
			return nil, err
		}
		err = s.open(ctx)
	}
	if err != nil {
		return nil, classify(path, "open checkpoint", err)
	}
	return s, nil
}

// Peek opens a file that is there, to read it beside a process that may be
// working with it. Nothing is made, migrated or set aside. A file that is not
// there or in which nothing has been made yet is fs.ErrNotExist, one that cannot
// be read CodeRebuilt: the next Open makes it anew.
func Peek(ctx context.Context, path string) (*Store, error) {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return nil, fmt.Errorf("read checkpoint: %w", fs.ErrNotExist)
	}
	db, err := sql.Open("sqlite", dsn(path)+"&mode=rw")
	if err != nil {
		return nil, classify(path, "read checkpoint", err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{path: path, db: db, ids: map[string]int64{}, asked: map[string]bool{}, peeking: true}
	var version int
	err = s.unlocked(ctx, func() error { return db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version) })
	switch {
	case err == nil && version > schemaVersion:
		err = tooNew(version)
	case err == nil && version == 0:
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, peeked(path, "read checkpoint", errors.Join(err, db.Close()))
	}
	return s, nil
}

// peeked says what a failure means to somebody who only looks.
func peeked(path, op string, err error) error {
	if isBroken(err) || isForeign(err) {
		return &source.Error{Kind: source.Transient, Code: source.CodeRebuilt, Op: op, Err: err}
	}
	return classify(path, op, err)
}

// Rebuilt says whether a broken file was set aside since Open began.
func (s *Store) Rebuilt() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rebuilt
}

// SumKey returns the key of the keyed hashes.
func (s *Store) SumKey() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sumKey
}

// Close writes everything back into the one file and closes it.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	if !s.peeking {
		_, _ = s.db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)") // where it is locked, the next start does it
	}
	err := s.db.Close()
	s.db = nil
	if err == nil && (!s.peeking || s.reseals()) {
		s.seal()
	}
	return err
}

func (s *Store) open(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	if err := s.own(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(s.path))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if err := s.prepare(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	s.db, s.ids = db, map[string]int64{}
	return nil
}

// own makes the file one that only its person reads, before SQLite gives the
// files beside it the same rights. One that is there is not opened: closing it
// would take SQLite's locks away. What is no file is left as it is.
func (s *Store) own() error {
	file, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		info, found := os.Stat(s.path)
		switch {
		case errors.Is(found, fs.ErrNotExist): // a link to nothing, where there may be something
			file, err = os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE, 0o600)
			if errors.Is(err, fs.ErrNotExist) {
				return errInTheWay
			}
		case found != nil:
			return errors.Join(errInTheWay, found)
		case !info.Mode().IsRegular():
			return errInTheWay
		default:
			return os.Chmod(s.path, 0o600)
		}
	}
	if err != nil {
		return err
	}
	return file.Close()
}

func (s *Store) prepare(ctx context.Context, db *sql.DB) error {
	if err := migrate(ctx, db, migrations, schemaVersion); err != nil {
		return err
	}
	s.sumKey = s.given
	if s.given == nil {
		var err error
		if s.sumKey, err = ownKey(ctx, db); err != nil {
			return err
		}
	}
	if err := s.checkKey(ctx, db); err != nil {
		return err
	}
	return s.unseal(ctx, db)
}

// dsn gives every connection its pragmas. The small cache keeps the idle agent
// light. SQLite itself waits for no lock: see unlocked.
func dsn(path string) string {
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(0)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
		"cache_size(20)", "wal_autocheckpoint(500)", "journal_size_limit(2097152)",
	}}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + pragmas.Encode()
}

// migrate brings the schema to the newest version, one transaction a step, so
// that whatever ends the process leaves one version or the next.
func migrate(ctx context.Context, db *sql.DB, steps fs.FS, newest int) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > newest {
		return tooNew(version)
	}
	for n := version + 1; n <= newest; n++ {
		text, err := fs.ReadFile(steps, fmt.Sprintf("migrations/%d.sql", n))
		if err != nil {
			return err
		}
		script := fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;", text, n)
		if _, err := db.ExecContext(ctx, script); err != nil {
			return fmt.Errorf("migration %d: %w", n, err)
		}
	}
	return nil
}

func tooNew(version int) error {
	return &source.Error{
		Kind: source.Fatal, Code: source.CodeTooNew, Op: "open checkpoint",
		Err: fmt.Errorf("the file has schema %d, this version knows %d", version, schemaVersion),
	}
}

// errOtherKey says that the sums in the file were made with another key, so
// that none of them can be compared.
var errOtherKey = errors.New("the checkpoint was made with another key")

// checkKey compares the file's check value with the key's, or writes it into a
// new file.
func (s *Store) checkKey(ctx context.Context, db *sql.DB) error {
	mac := hmac.New(sha256.New, s.sumKey)
	mac.Write([]byte("dialpad-sync checkpoint"))
	want := mac.Sum(nil)[:8]
	var have []byte
	err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'key_check'").Scan(&have)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = db.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('key_check', ?)", want)
		return err
	}
	if err == nil && !hmac.Equal(want, have) {
		return errOtherKey
	}
	return err
}

// setAside renames a broken file and what belongs to it.
func (s *Store) setAside() error {
	stamp := time.Now().UTC().Format("20060102T150405.000")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(s.path+suffix, s.path+".broken-"+stamp+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return classify(s.path, "set the broken checkpoint aside", err)
		}
	}
	if err := os.Remove(s.sealPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(s.path, "set the broken checkpoint aside", err)
	}
	s.sequence = 0
	s.rebuilt, s.stale = true, map[string]bool{}
	for account := range s.asked {
		s.stale[account] = true
	}
	return nil
}
