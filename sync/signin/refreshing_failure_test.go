package signin

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// A store that cannot take the new pair keeps the old one alive: nothing is
// asked of the vendor.
func TestNoRefreshWithoutAPlaceForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), newMoody()
		put(t, store, "at0", "rt0", 2*time.Minute)
		store.fail(nil, errNotWritable, "")
		r := NewRefreshing(b.config(store))
		expect(t, r, "at0")
		time.Sleep(3 * time.Minute)
		_, err := r.Token(t.Context())
		expectError(t, err, source.Forbidden, source.CodeNotWritable)
		if len(b.requests()) != 0 {
			t.Error("the vendor was asked")
		}
		store.fail(nil, nil, "")
		time.Sleep(time.Minute)
		expect(t, r, "at1")
	})
}

// A locked keyring is not a lost sign-in, and is not asked for every request.
func TestLockedStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), newMoody()
		put(t, store, "at0", "rt0", time.Hour)
		store.fail(errLocked, errLocked, "")
		r := NewRefreshing(b.config(store))
		for range 100 {
			_, err := r.Token(t.Context())
			expectError(t, err, source.Transient, source.CodeKeyringLocked)
			var e *source.Error
			if !errors.As(err, &e) || !e.RetryAt.After(time.Now()) {
				t.Fatalf("does not say when to come back: %v", err)
			}
		}
		if store.gets != 1 {
			t.Errorf("the store was asked %d times", store.gets)
		}
		store.fail(nil, nil, "")
		if err := r.SaveNow(t.Context()); err != nil { // the person unlocked it
			t.Fatal(err)
		}
		expect(t, r, "at0")

		store.fail(errLocked, errLocked, "")
		time.Sleep(58 * time.Minute)
		expect(t, r, "at0") // runs out, but works
		if len(b.requests()) != 0 {
			t.Error("the vendor was asked while the store was locked")
		}
	})
}

func TestServerDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", 2*time.Minute)
		b.before = func(*http.Request) (*http.Response, error) { return reply(502, "<html>"), nil }
		r := NewRefreshing(b.config(store))
		for range 119 {
			expect(t, r, "at0") // works to its end
			time.Sleep(time.Second)
		}
		for range 600 {
			time.Sleep(time.Second)
			_, err := r.Token(t.Context())
			expectError(t, err, source.Transient, source.CodeDown)
		}
		if n := len(b.requests()); n < 5 || n > 20 {
			t.Errorf("a dead server was asked %d times in 12 minutes", n)
		}
		b.before = nil
		time.Sleep(time.Minute)
		expect(t, r, "at1")
	})
}

// No request is made earlier than the vendor said, and the error says when.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", -time.Second)
		b.before = func(*http.Request) (*http.Response, error) { return reply(429, "", "Retry-After", "600"), nil }
		r := NewRefreshing(b.config(store))
		start := time.Now()
		for range 100 {
			_, err := r.Token(t.Context())
			expectError(t, err, source.Throttled, "")
			var e *source.Error
			if !errors.As(err, &e) || !e.RetryAt.Equal(start.Add(10*time.Minute)) {
				t.Fatalf("come back at %v", e.RetryAt)
			}
			time.Sleep(6*time.Second - time.Millisecond)
		}
		if len(b.requests()) != 1 {
			t.Errorf("%d requests", len(b.requests()))
		}
		b.before = nil
		time.Sleep(time.Second)
		expect(t, r, "at1")
	})
}

// A network that fails before the vendor saw the request costs nothing. One
// that loses the answer costs the sign-in where tokens rotate, and nothing
// where they do not.
func TestLostAnswer(t *testing.T) {
	lost := func() (*http.Response, error) { return nil, errReset }
	cases := map[string]struct {
		static bool
		before func(*http.Request) (*http.Response, error)
		after  func() (*http.Response, error)
		want   source.Kind
	}{
		"before effect":           {false, func(*http.Request) (*http.Response, error) { return nil, errReset }, nil, source.Unclassified},
		"after effect, rotating":  {false, nil, lost, source.SignIn},
		"after effect, one token": {true, nil, lost, source.Unclassified},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, store := newBooks(), secret.Memory()
				b.static, b.before, b.after = c.static, c.before, c.after
				put(t, store, "at0", "rt0", -time.Second)
				r := NewRefreshing(b.config(store))
				_, err := r.Token(t.Context())
				expectError(t, err, source.Transient, source.CodeDown)
				b.before, b.after = nil, nil
				time.Sleep(time.Minute)
				_, err = r.Token(t.Context())
				expectError(t, err, c.want, "")
			})
		})
	}
}

// The caller goes away in the middle of a refresh; the pair is saved all the
// same.
func TestCancelledRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", -time.Second)
		b.before = func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(3 * time.Second):
				return nil, nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		r := NewRefreshing(b.config(store))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, _ = r.Token(ctx)
		if held := stored(t, store); held.Access != "at1" {
			t.Errorf("the store holds %q", held.Access.Reveal())
		}
		expect(t, r, "at1")

		// A vendor that never answers does not hold the caller up.
		put(t, store, "at1", "rt1", -time.Second)
		b.before = func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		again := NewRefreshing(b.config(store))
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		start := time.Now()
		_, err := again.Token(short)
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second+refreshGrace {
			t.Errorf("after %v: %v", took, err)
		}
		if _, err := again.Token(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with an ended context: %v", err)
		}
		start = time.Now()
		_, err = again.Token(t.Context())
		expectError(t, err, source.Transient, source.CodeDown)
		if took := time.Since(start); took != callTimeout {
			t.Errorf("a silent vendor held us up for %v", took)
		}
	})
}

func TestClientRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", -time.Second)
		b.before = func(*http.Request) (*http.Response, error) { return reply(401, `{"error":"invalid_client"}`), nil }
		r := NewRefreshing(b.config(store))
		for range 50 {
			_, err := r.Token(t.Context())
			expectError(t, err, source.SignIn, source.CodeIdentifier)
		}
		if len(b.requests()) != 1 {
			t.Errorf("%d requests", len(b.requests()))
		}
	})
}
