package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWriteReplacesWithMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" {
		t.Errorf("file holds %q", got)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
	onlyFile(t, path)
}

// The new text is on the disk before it gets its name, and the name before
// Write returns: any other order can lose both texts in a power cut.
func TestWriteOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	var steps []string
	d := disk{
		sync: func(f *os.File) error {
			info, err := f.Stat()
			if err != nil {
				return err
			}
			if info.IsDir() {
				steps = append(steps, "flush folder holding "+read(t, path))
			} else {
				steps = append(steps, "flush file holding "+read(t, f.Name()))
			}
			return f.Sync()
		},
		rename: func(from, to string) error {
			steps = append(steps, "rename")
			return os.Rename(from, to)
		},
	}
	if err := d.write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"flush file holding new", "rename", "flush folder holding new"}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
}

func TestFailureKeepsTheOldText(t *testing.T) {
	full := &os.PathError{Op: "write", Err: syscall.ENOSPC}
	cases := map[string]disk{
		"disk full while flushing": {
			sync:   func(*os.File) error { return full },
			rename: os.Rename,
		},
		"disk full while renaming": {
			sync:   (*os.File).Sync,
			rename: func(string, string) error { return full },
		},
	}
	for name, d := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "token")
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := d.write(path, []byte("new"), 0o600); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("got %v, want the disk's own error", err)
			}
			if got := read(t, path); got != "old" {
				t.Errorf("file holds %q", got)
			}
			onlyFile(t, path)
		})
	}
}

func TestWriteFollowsLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := read(t, target); got != "new" {
		t.Errorf("target holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone (%v, %v)", info, err)
	}
}

func TestSweepTakesOnlyWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	stale, fresh := filepath.Join(dir, ".token.tmp-1"), filepath.Join(dir, ".token.tmp-2")
	other := filepath.Join(dir, ".tokens.tmp-1")
	for _, name := range []string{stale, fresh, other} {
		if err := os.WriteFile(name, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hourAgo := time.Now().Add(-time.Hour)
	for _, name := range []string{stale, other} {
		if err := os.Chtimes(name, hourAgo, hourAgo); err != nil {
			t.Fatal(err)
		}
	}
	if err := Write(filepath.Join(dir, "token"), []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Error("the stale temporary file is still there")
	}
	for _, name := range []string{fresh, other} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
}

func TestRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file is still there")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func onlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
}
