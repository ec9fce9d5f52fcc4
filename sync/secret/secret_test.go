package secret

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/source"
)

const word = "correct-horse"

// However a secret is printed, the text does not appear.
func TestSecretNeverPrints(t *testing.T) {
	s := Secret(word)
	holder := struct {
		Name  string
		Token Secret
		List  []Secret
		Named map[string]Secret
	}{"n", s, []Secret{s}, map[string]Secret{"k": s}}
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
		args := []any{s, holder, &holder}
		for i, arg := range args {
			list := []any{arg}
			if strings.HasPrefix(verb, "%T") {
				list = []any{arg, arg}
			}
			shown[fmt.Sprintf("%s of %d", verb, i)] = fmt.Sprintf(verb, list...)
		}
	}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	shown["json"] = string(asJSON)
	for _, handler := range []string{"text", "json"} {
		var out bytes.Buffer
		h := slog.Handler(slog.NewTextHandler(&out, nil))
		if handler == "json" {
			h = slog.NewJSONHandler(&out, nil)
		}
		slog.New(h).Info("m", slog.Any("secret", s), slog.Any("holder", holder), slog.Group("g", slog.Any("s", s)))
		shown["slog "+handler] = out.String()
	}
	shown["error"] = fmt.Errorf("wrapped: %w, %v", errors.New("x"), s).Error()
	shown["store"] = fmt.Sprintf("%v %+v %#v", filled(t), filled(t), filled(t))
	hexed := fmt.Sprintf("%x", word)
	for how, text := range shown {
		if strings.Contains(text, word) || strings.Contains(strings.ToLower(text), hexed) {
			t.Errorf("%s shows the secret: %s", how, text)
		}
		if how != "store" && !strings.Contains(text, "[hidden]") {
			t.Errorf("%s does not say that something is hidden: %s", how, text)
		}
	}
	if s.Reveal() != word {
		t.Errorf("Reveal gives %q", s.Reveal())
	}
}

func filled(t *testing.T) Store {
	m := Memory()
	if err := m.Set(t.Context(), "a/b", word); err != nil {
		t.Fatal(err)
	}
	return m
}

// stores are the kinds that need nothing but this process.
func stores(t *testing.T) map[string]Store {
	return map[string]Store{
		"memory":             Memory(),
		"dir":                Dir(t.TempDir()),
		"keyring":            newKeyring("home", newFakeRing(0), keyringPatience),
		"keyring with parts": newKeyring("home", parted{newFakeRing(windowsEntry), entryLimit("windows")}, keyringPatience),
	}
}

// Every store keeps the same promises.
func TestStores(t *testing.T) {
	values := map[string]Secret{
		"short":            "x",
		"newline":          "line\n",
		"newlines":         "line\r\n\n",
		"not ASCII":        Secret(strings.Repeat("grün€", 700)),
		"long":             Secret(strings.Repeat("0123456789", 1000)),
		"looks like parts": Secret(headMark + "a:1:00"),
	}
	for kind, s := range stores(t) {
		t.Run(kind, func(t *testing.T) {
			ctx := t.Context()
			const name = "help-center/token"
			if _, err := s.Get(ctx, name); !errors.Is(err, ErrNotFound) || source.CodeOf(err) != source.CodeSecretMissing || source.KindOf(err) != source.SignIn {
				t.Errorf("absent entry: %v", err)
			}
			for what, want := range values {
				if err := s.Set(ctx, name, want); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if got, err := s.Get(ctx, name); err != nil || got != want {
					t.Errorf("%s: got %q (%v)", what, got.Reveal(), err)
				}
			}
			if err := s.Set(ctx, name, ""); err == nil {
				t.Error("an empty secret was taken")
			}
			if err := Writable(ctx, s); err != nil {
				t.Error(err)
			}
			if err := WritableBeside(ctx, s, name); err != nil {
				t.Error(err)
			}
			for range 2 {
				if err := s.Delete(ctx, name); err != nil {
					t.Errorf("delete: %v", err)
				}
			}
			if _, err := s.Get(ctx, name); !errors.Is(err, ErrNotFound) {
				t.Errorf("after delete: %v", err)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for kind, s := range stores(t) {
		for _, name := range []string{"", "/", "a/", "/a", "../a", "a/../b", "a/b/c", ".a", "a b", `a\b`, "a\x00", "ü"} {
			_, err := s.Get(t.Context(), name)
			if err == nil || errors.Is(err, ErrNotFound) || source.KindOf(err) != source.Unclassified {
				t.Errorf("%s: Get(%q): %v, want a refusal", kind, name, err)
			}
			if s.Set(t.Context(), name, "x") == nil || s.Delete(t.Context(), name) == nil {
				t.Errorf("%s: %q was taken", kind, name)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	shared := filepath.Join(dir, "shared")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o770); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		spec, home string
		want       string // type, or part of the error
	}{
		{"", "h", "*secret.keyringStore"},
		{"keyring", "h", "*secret.keyringStore"},
		{"", "", "home id is missing"},
		{"memory", "", "*secret.memory"},
		{"dir:" + dir, "", "*secret.dir"},
		{"dir:", "", "needs a folder"},
		{"dir:" + filepath.Join(dir, "none"), "", "no such file"},
		{"dir:" + shared, "", "chmod go-w"},
		{"vault", "", `"vault" is none of keyring, dir:PATH, memory`},
	}
	for _, c := range cases {
		s, err := Open(c.spec, c.home)
		got := fmt.Sprintf("%T", s)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("Open(%q, %q): %s, want %s", c.spec, c.home, got, c.want)
		}
	}
}
