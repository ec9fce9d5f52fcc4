package signin

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/secret"
	"dialpadsync.app/sync/source"
	"github.com/google/go-cmp/cmp"
)

func TestRefreshWhenItRunsOut(t *testing.T) {
	cases := []struct {
		name string
		left time.Duration
		life time.Duration
		want string
	}{
		{"half its life", 15 * time.Minute, 30 * time.Minute, "at0"},
		{"a tenth of its life", 3*time.Minute + time.Second, 30 * time.Minute, "at0"},
		{"less than a tenth", 3*time.Minute - time.Second, 30 * time.Minute, "at1"},
		{"long life", 5*time.Minute + time.Second, 48 * time.Hour, "at0"},
		{"long life, less than 5 minutes", 5*time.Minute - time.Second, 48 * time.Hour, "at1"},
		{"life unknown, less than 5 minutes", 5*time.Minute - time.Second, 0, "at1"},
		{"over", -time.Hour, 30 * time.Minute, "at1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, store := newBooks(), secret.Memory()
				token := Token{Access: "at0", Refresh: "rt0", Expiry: time.Now().Add(c.left), Life: c.life}
				if err := Save(t.Context(), store, entry, token); err != nil {
					t.Fatal(err)
				}
				r := NewRefreshing(b.config(store))
				expect(t, r, c.want)
				expect(t, r, c.want)
				if held := stored(t, store); held.Access.Reveal() != c.want {
					t.Errorf("the store holds %q", held.Access.Reveal())
				}
			})
		})
	}
}

// A refresh in the field, against an authorization server of somebody else's:
// pairs rotate, and a refresh token used twice ends the whole family.
func TestRotation(t *testing.T) {
	v := newVendor(t)
	b := &fakeBrowser{consent: "approve"}
	first, err := Run(t.Context(), Config{Provider: v.provider(), OpenURL: b.open})
	if err != nil {
		t.Fatal(err)
	}
	store := secret.Memory()
	ranOut := first
	ranOut.Expiry = time.Now().Add(time.Minute)
	if err := Save(t.Context(), store, entry, ranOut); err != nil {
		t.Fatal(err)
	}
	cfg := RefreshConfig{Provider: v.provider(), Store: store, Name: entry}
	r := NewRefreshing(cfg)

	const callers = 100
	got := make([]string, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() { got[i], _ = r.Token(t.Context()) })
	}
	wg.Wait()
	second := stored(t, store)
	for i := range callers {
		if got[i] == "" || got[i] != second.Access.Reveal() {
			t.Fatalf("caller %d got another token", i)
		}
	}
	if diff := cmp.Diff([]string{first.Refresh.Reveal()}, v.refreshes()); diff != "" {
		t.Errorf("refresh tokens sent: %s", diff)
	}
	if !v.accepts(t, got[0]) || v.accepts(t, first.Access.Reveal()) || second.Refresh == first.Refresh {
		t.Error("the pair was not replaced")
	}

	// A backup from before the refresh is put back.
	if err := Save(t.Context(), store, entry, ranOut); err != nil {
		t.Fatal(err)
	}
	old := NewRefreshing(cfg)
	_, err = old.Renew(t.Context(), first.Access.Reveal())
	expectError(t, err, source.SignIn, "")
	_, err = old.Token(t.Context())
	expectError(t, err, source.SignIn, "")
	if len(v.refreshes()) != 2 {
		t.Errorf("%d refreshes: a refused token was sent again", len(v.refreshes()))
	}
	if v.accepts(t, got[0]) {
		t.Error("the family still works")
	}
	// What the person sees in the end, from the process with the newer pair.
	if err := Save(t.Context(), store, entry, second); err != nil {
		t.Fatal(err)
	}
	_, err = r.Renew(t.Context(), second.Access.Reveal())
	expectError(t, err, source.SignIn, "")
}

func TestRenewOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", 20*time.Minute)
		r := NewRefreshing(b.config(store))
		expect(t, r, "at0")
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if got, err := r.Renew(t.Context(), "at0"); err != nil || got != "at1" {
					t.Errorf("got %q, %v", got, err)
				}
			})
		}
		wg.Wait()
		if len(b.requests()) != 1 {
			t.Errorf("%d refreshes", len(b.requests()))
		}
	})
}

// The new pair is in the store before anybody can use it, so a process that
// dies at any moment after the answer leaves a store that works.
func TestSavedBeforeUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), newMoody()
		put(t, store, "at0", "rt0", time.Second)
		saving, goOn := make(chan struct{}), make(chan struct{})
		store.onSet = func(name string) {
			if name == entry {
				close(saving)
				<-goOn
			}
		}
		r := NewRefreshing(b.config(store))
		used := make(chan string, 1)
		go func() {
			token, _ := r.Token(t.Context())
			used <- token
		}()
		<-saving
		synctest.Wait()
		if len(used) != 0 {
			t.Error("the token was handed out before it was saved")
		}
		store.onSet = nil
		close(goOn)
		synctest.Wait()
		// The process dies here: nobody ever takes the token from used.
		survivor := NewRefreshing(b.config(store))
		expect(t, survivor, "at1")
		if diff := cmp.Diff([]string{"rt0"}, b.requests()); diff != "" {
			t.Errorf("refresh tokens sent: %s", diff)
		}
	})
}

// A process that dies between answer and save has lost the pair. The next one
// finds out by asking once, and says so.
func TestDiedBeforeSave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", -time.Second)
		b.valid = "rt1"
		r := NewRefreshing(b.config(store))
		for range 3 {
			_, err := r.Token(t.Context())
			expectError(t, err, source.SignIn, "")
		}
		if len(b.requests()) != 1 {
			t.Errorf("%d requests", len(b.requests()))
		}
		put(t, store, "at9", "rt9", time.Hour) // the person signed in again
		expect(t, r, "at9")
	})
}

// A pair that cannot be saved is used from memory, and is not mistaken for the
// older one in the store.
func TestSaveFails(t *testing.T) {
	for name, later := range map[string]func(*moody){
		"the store can be read":   func(*moody) {},
		"the store is locked now": func(m *moody) { m.fail(errLocked, errLocked, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { saveFails(t, later) })
		})
	}
}

func saveFails(t *testing.T, later func(*moody)) {
	b, store := newBooks(), newMoody()
	put(t, store, "at0", "rt0", time.Second)
	store.fail(nil, errLocked, entry) // the proof succeeds, the save does not
	r := NewRefreshing(b.config(store))
	expect(t, r, "at1")
	if !r.Unsaved() {
		t.Error("nobody is told that the tokens are not saved")
	}
	sets := store.sets
	expect(t, r, "at1")
	if store.sets != sets {
		t.Error("saving is tried for every request")
	}
	expectError(t, r.SaveNow(t.Context()), source.Transient, source.CodeKeyringLocked)

	later(store)
	time.Sleep(28 * time.Minute)
	expect(t, r, "at2")
	if diff := cmp.Diff([]string{"rt0", "rt1"}, b.requests()); diff != "" {
		t.Errorf("refresh tokens sent: %s", diff)
	}
	store.fail(nil, nil, "")
	time.Sleep(saveEvery + time.Second)
	expect(t, r, "at2")
	if held := stored(t, store); r.Unsaved() || held.Refresh != "rt2" {
		t.Errorf("not saved in the end: %q", held.Refresh.Reveal())
	}
}

func TestSaveNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), newMoody()
		put(t, store, "at0", "rt0", time.Second)
		store.fail(nil, errLocked, entry)
		r := NewRefreshing(b.config(store))
		expect(t, r, "at1")
		store.fail(nil, nil, "")
		if err := r.SaveNow(t.Context()); err != nil || r.Unsaved() {
			t.Errorf("%v, unsaved %v", err, r.Unsaved())
		}
		if held := stored(t, store); held.Refresh != "rt1" {
			t.Errorf("the store holds %q", held.Refresh.Reveal())
		}
		if err := r.SaveNow(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestAnotherProcessRefreshed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", 10*time.Minute)
		one, two := NewRefreshing(b.config(store)), NewRefreshing(b.config(store))
		expect(t, one, "at0")
		expect(t, two, "at0")
		time.Sleep(8 * time.Minute)
		expect(t, one, "at1")
		expect(t, two, "at1")
		if len(b.requests()) != 1 {
			t.Errorf("%d refreshes", len(b.requests()))
		}
	})
}

// Two processes send the same refresh token at the same moment; the one that
// comes second finds the other's pair in the store.
func TestLostRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", -time.Second)
		b.before = func(*http.Request) (*http.Response, error) {
			put(t, store, "at1", "rt1", 30*time.Minute)
			return reply(400, `{"error":"invalid_grant"}`), nil
		}
		expect(t, NewRefreshing(b.config(store)), "at1")
	})
}

func TestWithoutRefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), newMoody()
		put(t, store, "at0", "", 10*time.Minute)
		store.fail(nil, errNotWritable, "") // a read-only folder is enough
		r := NewRefreshing(b.config(store))
		time.Sleep(10*time.Minute - time.Second)
		for range 10 {
			expect(t, r, "at0")
		}
		if store.gets != 1 {
			t.Errorf("the store was asked %d times", store.gets)
		}
		time.Sleep(2 * time.Second)
		_, err := r.Token(t.Context())
		expectError(t, err, source.SignIn, "")
		put(t, store.Store, "at9", "", 0)
		expect(t, r, "at9")
		_, err = r.Renew(t.Context(), "at9")
		expectError(t, err, source.SignIn, "")
		_, err = r.Token(t.Context())
		expectError(t, err, source.SignIn, "")
		if len(b.requests()) != 0 {
			t.Error("the vendor was asked")
		}
	})
}

func TestWithoutExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		b.life = 0
		put(t, store, "at0", "rt0", 0)
		r := NewRefreshing(b.config(store))
		time.Sleep(1000 * time.Hour)
		expect(t, r, "at0")
		if got, err := r.Renew(t.Context(), "at0"); err != nil || got != "at1" {
			t.Errorf("%q, %v", got, err)
		}
		time.Sleep(1000 * time.Hour)
		expect(t, r, "at1")
	})
}

// A token the vendor has rejected is not handed out again while renewing it
// fails.
func TestRejectedStaysRejected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		put(t, store, "at0", "rt0", 20*time.Minute)
		b.before = func(*http.Request) (*http.Response, error) { return reply(503, ""), nil }
		r := NewRefreshing(b.config(store))
		expect(t, r, "at0")
		_, err := r.Renew(t.Context(), "at0")
		expectError(t, err, source.Transient, source.CodeDown)
		_, err = r.Token(t.Context())
		expectError(t, err, source.Transient, source.CodeDown)
		b.before = nil
		time.Sleep(time.Minute)
		expect(t, r, "at1")
	})
}

func TestSignedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := newBooks(), secret.Memory()
		r := NewRefreshing(b.config(store))
		_, err := r.Token(t.Context())
		expectError(t, err, source.SignIn, source.CodeSecretMissing)
		put(t, store, "at0", "rt0", 2*time.Minute)
		if err := store.Delete(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
		_, err = r.Renew(t.Context(), "at0")
		expectError(t, err, source.SignIn, source.CodeSecretMissing)
		if len(b.requests()) != 0 {
			t.Error("a sign-in that was taken away was renewed")
		}
	})
}
