package checkpoint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/settings/atomicfile"
)

// Book is the guard's record in a small file beside the checkpoint: numbers,
// times and classes by a hash of the source value, so that neither the loss of
// the checkpoint nor another name for the account makes the guard forget what
// has been removed.
type Book struct {
	path string
	mu   sync.Mutex
}

// NewBook is the book in the file at path, which is made with the first record.
func NewBook(path string) *Book { return &Book{path: path} }

var _ engine.Book = (*Book)(nil)

// Recall implements engine.Book.
func (b *Book) Recall(_ context.Context, sourceValue string) (engine.GuardRecord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	records, err := b.read()
	return records[entry(sourceValue)], classify(b.path, "read the guard's record", err)
}

// Remember implements engine.Book.
func (b *Book) Remember(_ context.Context, sourceValue string, r engine.GuardRecord) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	records, err := b.read()
	if err != nil {
		return classify(b.path, "read the guard's record", err)
	}
	records[entry(sourceValue)] = r
	text, err := json.Marshal(records)
	if err == nil {
		err = atomicfile.Write(b.path, text, 0o600)
	}
	return classify(b.path, "write the guard's record", err)
}

// read returns all records. A file that is not there or is no such file holds
// none.
func (b *Book) read() (map[string]engine.GuardRecord, error) {
	text, err := os.ReadFile(b.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var records map[string]engine.GuardRecord
	if json.Unmarshal(text, &records) != nil || records == nil {
		return map[string]engine.GuardRecord{}, nil //nolint:nilerr // there is nothing in it
	}
	return records, nil
}

// entry is the name of a source value's record: the value holds the name of the
// help center.
func entry(sourceValue string) string {
	sum := sha256.Sum256([]byte(sourceValue))
	return hex.EncodeToString(sum[:8])
}
