package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
)

// books are a rotating vendor's: which refresh token is valid now. They answer
// inside the process, so that time can be a test's own.
type books struct {
	mu     sync.Mutex
	n      int
	valid  string        // the refresh token that works
	life   time.Duration // of access tokens; 0 tells none
	static bool          // does not rotate
	sent   []string      // refresh tokens as they came
	at     []time.Time

	// before answers instead, with no effect; after replaces the answer once the
	// tokens have changed.
	before func(*http.Request) (*http.Response, error)
	after  func() (*http.Response, error)
}

func (b *books) roundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	form := readGrant(r)
	b.sent = append(b.sent, form.Get("refresh_token"))
	b.at = append(b.at, time.Now())
	if b.before != nil {
		if resp, err := b.before(r); resp != nil || err != nil {
			return resp, err
		}
	}
	if form.Get("grant_type") != "refresh_token" || form.Get("refresh_token") != b.valid {
		return reply(400, `{"error":"invalid_grant"}`), nil
	}
	b.n++
	body := fmt.Sprintf(`{"access_token":"at%d"`, b.n)
	if !b.static {
		b.valid = fmt.Sprintf("rt%d", b.n)
		body += fmt.Sprintf(`,"refresh_token":%q`, b.valid)
	}
	if b.life > 0 {
		body += fmt.Sprintf(`,"expires_in":%d`, int(b.life.Seconds()))
	}
	if b.after != nil {
		return b.after()
	}
	return reply(200, body+"}"), nil
}

// newBooks has handed out at0 and rt0.
func newBooks() *books { return &books{valid: "rt0", life: 30 * time.Minute} }

func (b *books) config(store secret.Store) RefreshConfig {
	return RefreshConfig{
		Provider: Provider{Name: "Zendesk", Side: "source", TokenURL: "https://acme.example/oauth/tokens", ClientID: "c", JSON: true},
		Store:    store, Name: entry, HTTP: HTTP{Transport: transport(b.roundTrip)},
	}
}

const entry = "help-center/token"

// moody is a store that can be made to fail.
type moody struct {
	secret.Store
	mu               sync.Mutex
	getErr, writeErr error
	only             string // the entry whose writing fails; "" is every one
	gets, sets       int
	onSet            func(name string)
}

func newMoody() *moody { return &moody{Store: secret.Memory()} }

func (m *moody) Get(ctx context.Context, name string) (secret.Secret, error) {
	m.mu.Lock()
	m.gets++
	err := m.getErr
	m.mu.Unlock()
	if err != nil {
		return "", err
	}
	return m.Store.Get(ctx, name)
}

func (m *moody) Set(ctx context.Context, name string, s secret.Secret) error {
	m.mu.Lock()
	m.sets++
	err, only, onSet := m.writeErr, m.only, m.onSet
	m.mu.Unlock()
	if onSet != nil {
		onSet(name)
	}
	if err != nil && (only == "" || only == name) {
		return err
	}
	return m.Store.Set(ctx, name, s)
}

func (m *moody) fail(getErr, writeErr error, only string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.getErr, m.writeErr, m.only = getErr, writeErr, only
}

var (
	errLocked      = &source.Error{Kind: source.Transient, Code: source.CodeKeyringLocked, Op: "test"}
	errNotWritable = &source.Error{Kind: source.Forbidden, Code: source.CodeNotWritable, Op: "test"}
)

// put stores a pair that ends in left.
func put(t testing.TB, store secret.Store, access, refresh string, left time.Duration) {
	t.Helper()
	token := Token{Access: secret.Secret(access), Refresh: secret.Secret(refresh), Expiry: time.Now().Add(left), Life: 30 * time.Minute}
	if left == 0 {
		token.Expiry, token.Life = time.Time{}, 0
	}
	if err := Save(t.Context(), store, entry, token); err != nil {
		t.Fatal(err)
	}
}

func stored(t testing.TB, store secret.Store) Token {
	t.Helper()
	token, err := Load(t.Context(), store, entry)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// expect asks for a token and compares.
func expect(t testing.TB, r *Refreshing, want string) {
	t.Helper()
	if got, err := r.Token(t.Context()); err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func expectError(t testing.TB, err error, kind source.Kind, code source.Code) {
	t.Helper()
	if source.KindOf(err) != kind || source.CodeOf(err) != code {
		t.Errorf("got %v (%v, %q), want %v, %q", err, source.KindOf(err), source.CodeOf(err), kind, code)
	}
}

func (b *books) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sent)
}

var errReset = errors.New("connection reset")
