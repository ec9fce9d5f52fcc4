package secret

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/zalando/go-keyring"
	"pgregory.net/rapid"
)

// windowsEntry is CRED_MAX_CREDENTIAL_BLOB_SIZE in bytes of UTF-16.
const windowsEntry = 2560

// fakeRing is a keyring whose entries hold at most limit bytes of UTF-16 (0:
// any) and whose calls can be made to fail.
type fakeRing struct {
	mu     sync.Mutex
	limit  int
	held   map[string]string
	fails  int // the call, counted from now, that fails; 0 is none
	broken bool
}

var errBroken = errors.New("the ring broke")

func newFakeRing(limit int) *fakeRing { return &fakeRing{limit: limit, held: map[string]string{}} }

// step fails the chosen call and every later one, as a killed process would
// make none.
func (r *fakeRing) step() error {
	if r.fails > 0 {
		if r.fails--; r.fails == 0 {
			r.broken = true
		}
	}
	if r.broken {
		return errBroken
	}
	return nil
}

func (r *fakeRing) Get(user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.step(); err != nil {
		return "", err
	}
	text, ok := r.held[user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (r *fakeRing) Set(user, text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.step(); err != nil {
		return err
	}
	if r.limit > 0 && 2*len(utf16.Encode([]rune(text))) > r.limit {
		return keyring.ErrSetDataTooBig
	}
	r.held[user] = text
	return nil
}

func (r *fakeRing) Delete(user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.step(); err != nil {
		return err
	}
	if _, ok := r.held[user]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.held, user)
	return nil
}

func TestEntryLimit(t *testing.T) {
	if limit := entryLimit("windows"); limit <= 0 || 2*limit > windowsEntry {
		t.Errorf("windows entries take %d", limit)
	}
	if limit := entryLimit("linux"); limit != 0 {
		t.Errorf("linux entries are split at %d", limit)
	}
}

// A process that dies between any two calls leaves the old text or the new.
func TestPartsSurviveEveryCrash(t *testing.T) {
	texts := map[string]string{
		"short": "tiny", "long": strings.Repeat("old", 1500), "longer": strings.Repeat("new!", 2000),
		"exact": strings.Repeat("e", 900),
	}
	for oldName, old := range texts {
		for newName, text := range texts {
			for crash := 1; ; crash++ {
				r := newFakeRing(windowsEntry)
				p := parted{r, entryLimit("windows")}
				if err := p.Set("u", old); err != nil {
					t.Fatal(err)
				}
				r.fails = crash
				err := p.Set("u", text)
				unfinished := r.broken
				r.fails, r.broken = 0, false
				got, getErr := p.Get("u")
				if getErr != nil || got != text && (err == nil || got != old) {
					t.Fatalf("%s → %s, crash at call %d (%v): %d bytes, %v", oldName, newName, crash, err, len(got), getErr)
				}
				if err := p.Delete("u"); err != nil {
					t.Fatal(err)
				}
				if len(r.held) != 0 {
					t.Fatalf("%s → %s, crash at call %d: delete leaves %d entries", oldName, newName, crash, len(r.held))
				}
				if !unfinished {
					break
				}
			}
		}
	}
}

// Whatever is written in whatever order, the last text is read, and nothing of
// an earlier one stays behind.
func TestPartsKeepTheLastText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newFakeRing(windowsEntry)
		p := parted{r, entryLimit("windows")}
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			text := strings.Repeat(rapid.StringN(1, 4, -1).Draw(t, "unit"), rapid.IntRange(1, 2000).Draw(t, "times"))
			if err := p.Set("u", text); err != nil {
				t.Fatal(err)
			}
			if got, err := p.Get("u"); err != nil || got != text {
				t.Fatalf("%d bytes came back as %d (%v)", len(text), len(got), err)
			}
			if most := len(text)*4/3/entryLimit("windows") + 2; len(r.held) > most {
				t.Fatalf("%d entries for %d bytes", len(r.held), len(text))
			}
		}
	})
}

func TestLostPartIsAbsent(t *testing.T) {
	for _, lose := range []func(r *fakeRing){
		func(r *fakeRing) { delete(r.held, partUser("u", "a", 1)) },
		func(r *fakeRing) { r.held[partUser("u", "a", 1)] = "AAAA" },
	} {
		r := newFakeRing(windowsEntry)
		p := parted{r, entryLimit("windows")}
		if err := p.Set("u", strings.Repeat("x", 5000)); err != nil {
			t.Fatal(err)
		}
		lose(r)
		if _, err := p.Get("u"); !errors.Is(err, keyring.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// replacing swaps the text under a reader, once, as a second process may.
type replacing struct {
	*fakeRing
	once sync.Once
	text string
}

func (r *replacing) Get(user string) (string, error) {
	if strings.Contains(user, "#") {
		r.once.Do(func() { _ = parted{r.fakeRing, entryLimit("windows")}.Set("u", r.text) })
	}
	return r.fakeRing.Get(user)
}

func TestReaderMeetsWriter(t *testing.T) {
	for _, text := range []string{"short", strings.Repeat("y", 4000)} {
		r := newFakeRing(windowsEntry)
		if err := (parted{r, entryLimit("windows")}).Set("u", strings.Repeat("x", 5000)); err != nil {
			t.Fatal(err)
		}
		p := parted{&replacing{fakeRing: r, text: text}, entryLimit("windows")}
		if got, err := p.Get("u"); err != nil || got != text {
			t.Errorf("got %d bytes (%v), want the new text", len(got), err)
		}
	}
}
