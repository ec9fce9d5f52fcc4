package checkpoint

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
)

// seal is what is written down beside the file about it, so that a file that has
// lost something, or is an older one, is not taken for the truth: SQLite drops
// the end of a damaged log without a word, and has no checksums of its pages. It
// is a cache like the file itself: without one nothing is compared.
type seal struct {
	// sequence counts the durable commits. A file with fewer has lost some.
	sequence uint64
	// closed says that size and sum describe the whole file, because nobody has
	// it open.
	closed bool
	size   int64
	sum    uint32 // CRC-32C
}

// errUnsealed says that the file is not the one that was sealed.
var errUnsealed = errors.New("the checkpoint is damaged or older than it was")

func (s *Store) sealPath() string { return s.path + ".seal" }

const sealForm = "%020d %d %020d %08x\n"

// readSeal returns the seal, or false where there is none that can be read.
func (s *Store) readSeal() (found seal, ok bool) {
	text, err := os.ReadFile(s.sealPath())
	if err != nil {
		return seal{}, false
	}
	closed := 0
	n, err := fmt.Sscanf(string(text), "%d %d %d %x\n", &found.sequence, &closed, &found.size, &found.sum)
	found.closed = closed == 1
	return found, err == nil && n == 4
}

// writeSeal replaces the seal in one write. What fails costs a comparison.
func (s *Store) writeSeal(now seal) error {
	file, err := os.OpenFile(s.sealPath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	closed := 0
	if now.closed {
		closed = 1
	}
	_, err = fmt.Fprintf(file, sealForm, now.sequence, closed, now.size, now.sum)
	return errors.Join(err, file.Close())
}

// sealed compares a file that nobody has open with its seal. A file that is not
// there needs none.
func (s *Store) sealed() error {
	was, ok := s.readSeal()
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Remove(s.sealPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case err != nil || !info.Mode().IsRegular() || !ok || !was.closed:
		return nil //nolint:nilerr // what is wrong with it, opening it tells
	}
	if log, err := os.Stat(s.path + "-wal"); err == nil && log.Size() > 0 {
		return nil // another program has worked on it since
	}
	size, sum, err := fileSum(s.path)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	if size != was.size || sum != was.sum {
		return errUnsealed
	}
	return nil
}

func fileSum(path string) (size int64, sum uint32, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	hash := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	size, err = io.Copy(hash, bufio.NewReaderSize(file, 1<<16))
	return size, hash.Sum32(), err
}

// unseal reads how many durable commits the open file has seen, and notes that
// it is being changed. A file that has seen fewer than its seal is not the
// truth any more.
func (s *Store) unseal(ctx context.Context, db *sql.DB) error {
	var text []byte
	err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'sequence'").Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case len(text) != 8:
		return errMangled
	default:
		s.sequence = binary.BigEndian.Uint64(text)
	}
	if was, ok := s.readSeal(); ok && s.sequence < was.sequence {
		return errUnsealed
	}
	_ = s.writeSeal(seal{sequence: s.sequence}) // an older one asks for less
	return nil
}

// count adds a durable commit to those the file has seen.
func (s *Store) count(ctx context.Context, tx *sql.Tx) error {
	text := binary.BigEndian.AppendUint64(nil, s.sequence+1)
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES ('sequence', ?)", text)
	return err
}

// counted notes it in the seal, once it is on the disk.
func (s *Store) counted() {
	s.sequence++
	_ = s.writeSeal(seal{sequence: s.sequence}) // an older one asks for less
}

// seal describes the file once it is closed and whole.
func (s *Store) seal() {
	if log, err := os.Stat(s.path + "-wal"); err == nil && log.Size() > 0 {
		return // somebody else works with it
	}
	if size, sum, err := fileSum(s.path); err == nil {
		_ = s.writeSeal(seal{sequence: s.sequence, closed: true, size: size, sum: sum})
	}
}

// reseals says whether the seal of a closed file is to be made anew after a
// look at it: whoever looks may have kept a value. While somebody else has it
// open, the seal is theirs.
func (s *Store) reseals() bool {
	was, ok := s.readSeal()
	s.sequence = was.sequence
	return ok && was.closed
}

// farthest is how many versions ahead a schema is believed to be: a number
// beyond it is damage.
const farthest = 100

// newer says whether the file is from a newer version of this program.
func (s *Store) newer(ctx context.Context) bool {
	db, err := sql.Open("sqlite", dsn(s.path)+"&mode=ro")
	if err != nil {
		return false
	}
	defer db.Close()
	version := 0
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return err == nil && version > schemaVersion && version <= schemaVersion+farthest
}
