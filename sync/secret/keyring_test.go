package secret

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/source"
	"github.com/zalando/go-keyring"
)

// blockingRing answers no call before it is released, like a keyring that
// shows a prompt.
type blockingRing struct {
	*fakeRing
	release chan struct{}
}

func (b blockingRing) Get(user string) (string, error) {
	<-b.release
	return b.fakeRing.Get(user)
}

func (b blockingRing) Set(user, text string) error {
	<-b.release
	return b.fakeRing.Set(user, text)
}

// A keyring that blocks holds up every caller for 10 seconds, is called once,
// and goes on where it was when it is unlocked.
func TestBlockedKeyring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := blockingRing{newFakeRing(0), make(chan struct{})}
		k := newKeyring("home", b, keyringPatience)
		start := time.Now()
		for range 3 {
			err := k.Set(t.Context(), "a/token", "new")
			if source.CodeOf(err) != source.CodeKeyringLocked || source.KindOf(err) != source.Transient || errors.Is(err, ErrNotFound) {
				t.Fatalf("got %v", err)
			}
		}
		if waited := time.Since(start); waited != 3*keyringPatience {
			t.Errorf("three calls waited %v", waited)
		}
		close(b.release)
		synctest.Wait()
		if got, err := k.Get(t.Context(), "a/token"); err != nil || got != "new" {
			t.Errorf("after unlocking: %q, %v", got.Reveal(), err)
		}
	})
}

func TestCancelledKeyringCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := blockingRing{newFakeRing(0), make(chan struct{})}
		k := newKeyring("home", b, keyringPatience)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, who := range []string{"running", "waiting", "ended"} {
			if _, err := k.Get(ctx, "a/token"); !errors.Is(err, context.DeadlineExceeded) || source.KindOf(err) != source.Unclassified {
				t.Errorf("%s: %v", who, err)
			}
		}
		close(b.release)
	})
}

// forgetful takes what it is told and keeps nothing: so looks a prompt that
// the person closed.
type forgetful struct{ *fakeRing }

func (forgetful) Set(string, string) error { return nil }

func TestSetReadsBack(t *testing.T) {
	k := newKeyring("home", forgetful{newFakeRing(0)}, keyringPatience)
	err := k.Set(t.Context(), "a/token", "new")
	if source.CodeOf(err) != source.CodeKeyringLocked || errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	old := newFakeRing(0)
	old.held["home/a/token"] = "old"
	err = newKeyring("home", forgetful{old}, keyringPatience).Set(t.Context(), "a/token", "new")
	if source.CodeOf(err) != source.CodeKeyringLocked {
		t.Errorf("an entry that keeps its old text: %v", err)
	}
	if err := Writable(t.Context(), k); source.CodeOf(err) != source.CodeKeyringLocked {
		t.Errorf("Writable: %v", err)
	}
}

func TestKeyringErrors(t *testing.T) {
	cases := map[string]struct {
		err  error
		kind source.Kind
		code source.Code
	}{
		"not found": {keyring.ErrNotFound, source.SignIn, source.CodeSecretMissing},
		"no bus":    {errNoRing, source.SignIn, source.CodeKeyringMissing},
		"locked":    {errors.New("failed to unlock correct collection"), source.Transient, source.CodeKeyringLocked},
		"too big":   {keyring.ErrSetDataTooBig, source.Transient, source.CodeKeyringLocked},
	}
	for name, c := range cases {
		err := keyringError("op", c.err)
		if source.KindOf(err) != c.kind || source.CodeOf(err) != c.code {
			t.Errorf("%s: %v, %v", name, source.KindOf(err), source.CodeOf(err))
		}
		if errors.Is(err, ErrNotFound) != (name == "not found") {
			t.Errorf("%s: errors.Is(ErrNotFound) is wrong", name)
		}
	}
}

func TestHomesDoNotShare(t *testing.T) {
	r := newFakeRing(0)
	one, two := newKeyring("one", r, keyringPatience), newKeyring("two", r, keyringPatience)
	if err := one.Set(t.Context(), "a/token", "mine"); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Get(t.Context(), "a/token"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, ok := r.held["one/a/token"]; !ok {
		t.Errorf("the entry's user is not home/name: %v", r.held)
	}
}
