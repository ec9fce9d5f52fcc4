package secret

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dialpadsync.app/sync/source"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Both names an operator may give a file are read and kept.
func TestDirForms(t *testing.T) {
	cases := []struct {
		name  string
		files map[string]string
		want  string
		kept  string // the file a Set goes to
	}{
		{"nested", map[string]string{"help-center/token": "n\n"}, "n", "help-center/token"},
		{"flat", map[string]string{"help-center_token": "f\n"}, "f", "help-center_token"},
		{"both", map[string]string{"help-center/token": "n", "help-center_token": "f"}, "n", "help-center/token"},
		{"none", nil, "", "help-center/token"},
		{"empty file", map[string]string{"help-center/token": "\n", "help-center_token": "f"}, "f", "help-center/token"},
		{"a file in the folder's place", map[string]string{"help-center": "x", "help-center_token": "f"}, "f", "help-center_token"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			for file, text := range c.files {
				put(t, filepath.Join(root, file), text)
			}
			d := Dir(root)
			got, err := d.Get(t.Context(), "help-center/token")
			if c.want == "" && !errors.Is(err, ErrNotFound) || got.Reveal() != c.want {
				t.Errorf("Get: %q, %v", got.Reveal(), err)
			}
			if err := d.Set(t.Context(), "help-center/token", "new"); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(root, c.kept))
			if err != nil || string(text) != "new" {
				t.Errorf("%s holds %q (%v)", c.kept, text, err)
			}
			if err := d.Delete(t.Context(), "help-center/token"); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Get(t.Context(), "help-center/token"); !errors.Is(err, ErrNotFound) {
				t.Errorf("after Delete: %v", err)
			}
		})
	}
}

func TestDirTrimsOneNewline(t *testing.T) {
	root := t.TempDir()
	for text, want := range map[string]string{"s": "s", "s\n": "s", "s\n\n": "s\n", "s\r\n": "s", "\ts \n": "\ts "} {
		put(t, filepath.Join(root, "x"), text)
		if got, err := Dir(root).Get(t.Context(), "x"); err != nil || got.Reveal() != want {
			t.Errorf("%q reads as %q (%v)", text, got.Reveal(), err)
		}
	}
}

func TestDirModes(t *testing.T) {
	root := t.TempDir()
	d := Dir(root)
	if err := d.Set(t.Context(), "help-center/token", "x"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"help-center": 0o700, "help-center/token": 0o600} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v (%v), want %v", name, info.Mode(), err, want)
		}
	}
}

// A folder somebody else may write to is not asked for secrets and gets none.
func TestDirRefusesSharedFolder(t *testing.T) {
	for _, mode := range []os.FileMode{0o770, 0o707, 0o777} {
		root := t.TempDir()
		put(t, filepath.Join(root, "x"), "s")
		if err := os.Chmod(root, mode); err != nil {
			t.Fatal(err)
		}
		_, getErr := Dir(root).Get(t.Context(), "x")
		setErr := Dir(root).Set(t.Context(), "y", "s")
		for _, err := range []error{getErr, setErr} {
			if source.KindOf(err) != source.Forbidden || !strings.Contains(err.Error(), "chmod go-w") {
				t.Errorf("mode %v: %v", mode, err)
			}
		}
		if _, err := os.Stat(filepath.Join(root, "y")); err == nil {
			t.Errorf("mode %v: the secret was written", mode)
		}
	}
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "help-center"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(root, "help-center"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Dir(root).Set(t.Context(), "help-center/token", "x"); source.KindOf(err) != source.Forbidden {
		t.Errorf("shared inner folder: %v", err)
	}
}

func TestDirGone(t *testing.T) {
	_, err := Dir(filepath.Join(t.TempDir(), "none")).Get(t.Context(), "x")
	if source.CodeOf(err) != source.CodeKeyringMissing || errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestDirHugeFile(t *testing.T) {
	root := t.TempDir()
	put(t, filepath.Join(root, "x"), strings.Repeat("x", maxFile+1))
	if _, err := Dir(root).Get(t.Context(), "x"); source.CodeOf(err) != source.CodeKeyringLocked {
		t.Errorf("got %v", err)
	}
}
