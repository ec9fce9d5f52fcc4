// Package secret keeps tokens and client secrets where the person's computer
// keeps passwords: in the operating system's keyring, in a folder a server's
// operator names, or in memory for a demonstration. It is the only package
// that knows the keyring.
package secret

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"dialpadsync.app/sync/source"
)

// Secret is a text that no log, error, dump or JSON shows: however it is
// printed, it prints as "[hidden]". Reveal is the only way to the text. fmt
// cannot ask unexported struct fields how they want to be printed, so a struct
// that keeps one there needs a Format method of its own.
type Secret string

const hidden = "[hidden]"

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns "[hidden]".
func (Secret) String() string { return hidden }

// GoString returns "[hidden]".
func (Secret) GoString() string { return hidden }

// Format writes "[hidden]" whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns "[hidden]".
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "[hidden]", so that neither JSON nor TOML can carry it.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON returns "[hidden]".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// ErrNotFound says that the store answered and does not hold the entry. Only
// this error means "not signed in"; after any other the store is not available
// now and says nothing about the entry.
var ErrNotFound = errors.New("the entry is not there")

// Store holds secrets by name: one or two parts of letters, digits, '-', '_'
// and '.', such as "help-center/token". Every method is safe for use by several
// goroutines. Failures are *source.Error, without a name of a secret's owner
// and without the secret:
//
//   - SignIn, CodeSecretMissing, wrapping ErrNotFound: Get of an absent entry
//   - SignIn, CodeKeyringMissing: this computer has no such store
//   - Transient, CodeKeyringLocked: locked, slow or failing; ask again later
//   - Transient, CodeDiskFull or CodeDiskFailing
//   - Forbidden, CodeNotWritable: the person must change rights
//
// When ctx ends first, the error is ctx's own, wrapped.
type Store interface {
	// Get returns the secret.
	Get(ctx context.Context, name string) (Secret, error)
	// Set creates or replaces the secret, which must not be empty. When it
	// returns nil, the secret survives a power cut.
	Set(ctx context.Context, name string, s Secret) error
	// Delete removes the secret; one that is not there is success.
	Delete(ctx context.Context, name string) error
}

// Open returns the store that spec names: "keyring" or "" for the operating
// system's, with entries of their own for each home id; "dir:PATH" for an
// existing folder that nobody else may write to; "memory". Its errors are for
// the one who wrote spec.
func Open(spec, homeID string) (Store, error) {
	switch path, isDir := strings.CutPrefix(spec, "dir:"); {
	case spec == "" || spec == "keyring":
		if homeID == "" {
			return nil, errors.New("open the keyring: the home id is missing")
		}
		return Keyring(homeID), nil
	case isDir && path == "":
		return nil, errors.New(`open secrets: "dir:" needs a folder, such as dir:/etc/dialpad-sync/secrets`)
	case isDir:
		if err := checkFolder(path); err != nil {
			return nil, fmt.Errorf("open secrets: %w", err)
		}
		return Dir(path), nil
	case spec == "memory":
		return Memory(), nil
	}
	return nil, fmt.Errorf("open secrets: %q is none of keyring, dir:PATH, memory", spec)
}

// probeBytes is more than a pair of tokens takes, so that a nearly full disk
// is noticed.
const probeBytes = 4096

// Writable proves that the store can write now, by writing and removing an
// entry of its own of about 4 KiB.
func Writable(ctx context.Context, s Store) error { return probe(ctx, s, "write-check") }

// WritableBeside is Writable for the place where name lives, which in a folder
// may have an owner of its own. The entry called name is not touched.
func WritableBeside(ctx context.Context, s Store, name string) error {
	return probe(ctx, s, name+".write-check")
}

func probe(ctx context.Context, s Store, name string) error {
	var text strings.Builder
	for text.Len() < probeBytes {
		text.WriteString(rand.Text())
	}
	want := Secret(text.String())
	if err := s.Set(ctx, name, want); err != nil {
		return fmt.Errorf("prove the secret store writable: %w", err)
	}
	got, err := s.Get(ctx, name)
	if err == nil && got != want {
		err = failed("read back", errors.New("another text came back"))
	}
	if err != nil {
		return fmt.Errorf("prove the secret store writable: %w", err)
	}
	if err := s.Delete(ctx, name); err != nil {
		return fmt.Errorf("prove the secret store writable: %w", err)
	}
	return nil
}

// checkName returns the parts of an entry's name.
func checkName(name string) ([]string, error) {
	parts := strings.Split(name, "/")
	for _, part := range parts {
		if len(parts) > 2 || part == "" || part[0] == '.' || strings.Trim(part, nameChars) != "" {
			return nil, fmt.Errorf("%q cannot name a secret", name)
		}
	}
	return parts, nil
}

const nameChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// checkEntry is what every store refuses before it does anything.
func checkEntry(name string, s Secret) error {
	if _, err := checkName(name); err != nil {
		return err
	}
	if s == "" {
		return errors.New("an empty text is no secret")
	}
	return nil
}

// missing is the answer of a store that works and lacks the entry.
func missing(op string) error {
	return &source.Error{Kind: source.SignIn, Code: source.CodeSecretMissing, Op: op, Err: ErrNotFound}
}

// failed is the answer of a store that says nothing about the entry now.
func failed(op string, err error) error {
	return &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: op, Err: err}
}

// absent is the answer where there is no store at all.
func absent(op string, err error) error {
	return &source.Error{Kind: source.SignIn, Code: source.CodeKeyringMissing, Op: op, Err: err}
}
