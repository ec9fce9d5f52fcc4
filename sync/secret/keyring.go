package secret

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// keyringService is the service all our entries belong to.
	keyringService = "dialpad-sync"
	// keyringPatience is how long one call may take. A locked keyring asks the
	// person, who may be away; we do not wait for that.
	keyringPatience = 10 * time.Second
)

// Keyring returns the store in the operating system's keyring: Secret Service
// on Linux, Credential Manager on Windows, Keychain on macOS. Its entries have
// the service "dialpad-sync" and the user homeID + "/" + name, so two homes
// never share one.
//
// A call takes at most 10 seconds. One that has not ended by then (a locked
// keyring shows a prompt and blocks) goes on in the background, and later calls
// wait for it within their own 10 seconds: there is never more than one
// goroutine, and calls take effect in order. Set reads back what it wrote,
// because a dismissed prompt looks like success.
func Keyring(homeID string) Store {
	return newKeyring(homeID, systemRing{}, keyringPatience)
}

func newKeyring(homeID string, r ring, patience time.Duration) *keyringStore {
	return &keyringStore{home: homeID, ring: r, patience: patience, turn: make(chan struct{}, 1)}
}

// ring is one keyring as go-keyring shows it. Absent entries are
// keyring.ErrNotFound.
type ring interface {
	Get(user string) (string, error)
	Set(user, text string) error
	Delete(user string) error
}

type keyringStore struct {
	home     string
	ring     ring
	patience time.Duration
	turn     chan struct{} // holds a token while a call runs
}

func (k *keyringStore) Get(ctx context.Context, name string) (Secret, error) {
	if _, err := checkName(name); err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	text, err := k.call(ctx, "read a secret", func() (string, error) {
		return k.ring.Get(k.user(name))
	})
	return Secret(text), err
}

func (k *keyringStore) Set(ctx context.Context, name string, s Secret) error {
	if err := checkEntry(name, s); err != nil {
		return fmt.Errorf("save a secret: %w", err)
	}
	_, err := k.call(ctx, "save a secret", func() (string, error) {
		if err := k.ring.Set(k.user(name), s.Reveal()); err != nil {
			return "", err
		}
		back, err := k.ring.Get(k.user(name))
		switch {
		case errors.Is(err, keyring.ErrNotFound) || err == nil && back != s.Reveal():
			return "", errors.New("the keyring did not keep it")
		case err != nil:
			return "", fmt.Errorf("read back: %w", err)
		}
		return "", nil
	})
	return err
}

func (k *keyringStore) Delete(ctx context.Context, name string) error {
	if _, err := checkName(name); err != nil {
		return fmt.Errorf("delete a secret: %w", err)
	}
	_, err := k.call(ctx, "delete a secret", func() (string, error) {
		if err := k.ring.Delete(k.user(name)); err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return "", err
		}
		return "", nil
	})
	return err
}

func (k *keyringStore) user(name string) string { return k.home + "/" + name }

// ErrSlow is the cause when the keyring took too long: it may be asking the
// person, and goes on doing so.
var ErrSlow = errors.New("the keyring does not answer; it may be waiting to be unlocked")

// call runs f on a goroutine that holds the turn until f ends, and waits for
// it as long as ctx and patience allow.
func (k *keyringStore) call(ctx context.Context, op string, f func() (string, error)) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	late := time.NewTimer(k.patience)
	defer late.Stop()
	select {
	case k.turn <- struct{}{}:
	case <-late.C:
		return "", failed(op, ErrSlow)
	case <-ctx.Done():
		return "", fmt.Errorf("%s: %w", op, ctx.Err())
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		defer func() { <-k.turn }()
		text, err := f()
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		return a.text, keyringError(op, a.err)
	case <-late.C:
		return "", failed(op, ErrSlow)
	case <-ctx.Done():
		return "", fmt.Errorf("%s: %w", op, ctx.Err())
	}
}

// keyringError classes what a ring answered: only ErrNotFound speaks about the
// entry.
func keyringError(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return missing(op)
	case errors.Is(err, errNoRing), noSecretService(err):
		return absent(op, err)
	}
	return failed(op, err)
}

// errNoRing says that this session has nothing that could hold a secret.
var errNoRing = errors.New("this session has no keyring")

// systemRing is go-keyring, which keeps its connection in a variable of its
// own package. Long secrets are split where the system's entries are short.
type systemRing struct{}

func (systemRing) ring() (ring, error) {
	if err := sessionBus(); err != nil {
		return nil, err
	}
	if limit := entryLimit(runtime.GOOS); limit > 0 {
		return parted{ring: goKeyring{}, limit: limit}, nil
	}
	return goKeyring{}, nil
}

func (s systemRing) Get(user string) (string, error) {
	r, err := s.ring()
	if err != nil {
		return "", err
	}
	return r.Get(user)
}

func (s systemRing) Set(user, text string) error {
	r, err := s.ring()
	if err != nil {
		return err
	}
	return r.Set(user, text)
}

func (s systemRing) Delete(user string) error {
	r, err := s.ring()
	if err != nil {
		return err
	}
	return r.Delete(user)
}

type goKeyring struct{}

func (goKeyring) Get(user string) (string, error) { return keyring.Get(keyringService, user) }
func (goKeyring) Set(user, text string) error     { return keyring.Set(keyringService, user, text) }
func (goKeyring) Delete(user string) error        { return keyring.Delete(keyringService, user) }
