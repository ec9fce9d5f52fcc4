package signin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// What is here goes first; then the vendor is asked with a token that works.
func TestSignOut(t *testing.T) {
	cases := []struct {
		name      string
		left      time.Duration
		valid     string
		status    int
		bearer    string // what the vendor is asked to withdraw
		confirmed bool
	}{
		{"works", time.Hour, "rt0", 204, "at0", true},
		{"ended, renewed for it", -time.Hour, "rt0", 200, "at1", true},
		{"ended at the vendor too", -time.Hour, "rt9", 204, "", true},
		{"vendor is down", time.Hour, "rt0", 503, "at0", false},
		{"vendor does not know it", time.Hour, "rt0", 401, "at0", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b, store := newBooks(), secret.Memory()
			b.valid = c.valid
			put(t, store, "at0", "rt0", c.left)
			bearer := ""
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				bearer = r.Header.Get("Authorization")
				if _, err := store.Get(r.Context(), entry); !errors.Is(err, secret.ErrNotFound) {
					t.Error("the vendor is asked while the token is still here")
				}
				if r.Method != http.MethodPost || r.ContentLength > 0 {
					t.Errorf("%s with %d bytes", r.Method, r.ContentLength)
				}
				w.WriteHeader(c.status)
			}))
			defer server.Close()
			cfg := b.config(store)
			revoke := RevokeWithBearer(http.MethodPost, server.URL)
			cfg.Provider.Revoke = func(ctx context.Context, _ *http.Client, token Token) error {
				return revoke(ctx, HTTP{}.client(), token)
			}
			err := SignOut(t.Context(), cfg)
			if (err == nil) != c.confirmed || err != nil && !errors.Is(err, ErrNotConfirmed) {
				t.Errorf("got %v", err)
			}
			if c.bearer != "" {
				c.bearer = "Bearer " + c.bearer
			}
			if bearer != c.bearer {
				t.Errorf("withdrawn: %q, want %q", bearer, c.bearer)
			}
			if _, err := store.Get(t.Context(), entry); !errors.Is(err, secret.ErrNotFound) {
				t.Errorf("the store: %v", err)
			}
			if err := SignOut(t.Context(), cfg); err != nil {
				t.Errorf("signing out twice: %v", err)
			}
		})
	}
}

func TestSignOutOfLockedStore(t *testing.T) {
	b, store := newBooks(), newMoody()
	put(t, store, "at0", "rt0", time.Hour)
	store.fail(errLocked, nil, "")
	cfg := b.config(store)
	cfg.Provider.Revoke = func(context.Context, *http.Client, Token) error {
		t.Error("the vendor was asked")
		return nil
	}
	err := SignOut(t.Context(), cfg)
	if source.CodeOf(err) != source.CodeKeyringLocked || errors.Is(err, ErrNotConfirmed) {
		t.Errorf("got %v", err)
	}
}

// An entry that is no token, or a vendor without a way to withdraw, is removed
// and said to be unconfirmed.
func TestSignOutWithoutWithdrawal(t *testing.T) {
	for name, raw := range map[string]secret.Secret{"no way": `{"access_token":"at"}`, "no token": "rubbish"} {
		b, store := newBooks(), secret.Memory()
		if err := store.Set(t.Context(), entry, raw); err != nil {
			t.Fatal(err)
		}
		if err := SignOut(t.Context(), b.config(store)); !errors.Is(err, ErrNotConfirmed) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := store.Get(t.Context(), entry); !errors.Is(err, secret.ErrNotFound) {
			t.Errorf("%s: the entry is still there", name)
		}
	}
}

func TestRevokeStaysSafe(t *testing.T) {
	client := HTTP{Transport: transport(func(*http.Request) (*http.Response, error) {
		t.Error("a token was sent unencrypted")
		return nil, errReset
	})}.client()
	if err := RevokeWithBearer(http.MethodPost, "http://x.example/")(t.Context(), client, Token{Access: "at"}); err == nil {
		t.Error("no error")
	}
}
