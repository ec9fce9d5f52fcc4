package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dialpadsync.app/sync/source"
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
	d := system()
	d.sync, d.rename =
		func(f *os.File) error {
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
		func(from, to string) error {
			steps = append(steps, "rename")
			return os.Rename(from, to)
		}
	if err := d.write(path, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"flush file holding new", "rename", "flush folder holding new"}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
}

// steps are the places at which a disk can fail, each with whether the new text
// has its name by then.
func steps(fail error) map[string]struct {
	disk  disk
	named bool
} {
	failing := map[string]struct {
		disk  disk
		named bool
	}{}
	add := func(name string, named bool, change func(*disk)) {
		d := system()
		change(&d)
		failing[name] = struct {
			disk  disk
			named bool
		}{d, named}
	}
	add("create", false, func(d *disk) {
		d.create = func(string, string) (*os.File, error) { return nil, fail }
	})
	add("write nothing", false, func(d *disk) {
		d.put = func(*os.File, []byte) (int, error) { return 0, fail }
	})
	add("write a part", false, func(d *disk) {
		d.put = func(f *os.File, data []byte) (int, error) {
			n, _ := f.Write(data[:len(data)/2])
			return n, fail
		}
	})
	add("flush", false, func(d *disk) {
		d.sync = func(*os.File) error { return fail }
	})
	add("close", false, func(d *disk) {
		d.close = func(f *os.File) error { return errors.Join(f.Close(), fail) }
	})
	add("rename", false, func(d *disk) {
		d.rename = func(string, string) error { return fail }
	})
	add("flush the folder", true, func(d *disk) {
		d.sync = func(f *os.File) error {
			if info, err := f.Stat(); err != nil || info.IsDir() {
				return errors.Join(err, fail)
			}
			return f.Sync()
		}
	})
	return failing
}

// Whichever step fails, the file holds one text or the other, whole, nothing is
// left beside it, the failure has its class, and the next write succeeds.
func TestEveryStepFailing(t *testing.T) {
	for fail, code := range map[syscall.Errno]source.Code{
		syscall.ENOSPC: source.CodeDiskFull, errDiskFull: source.CodeDiskFull, syscall.EFBIG: source.CodeDiskFull,
		errFailing: source.CodeDiskFailing, syscall.EROFS: source.CodeNotWritable, syscall.EACCES: source.CodeNotWritable,
		syscall.EISDIR: source.CodeNotWritable,
	} {
		for name, step := range steps(&os.PathError{Op: "x", Err: fail}) {
			t.Run(fail.Error()+" at "+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "token")
				if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
				err := step.disk.write(path, []byte("new"), 0o600)
				if !errors.Is(err, fail) {
					t.Fatalf("got %v, want the disk's own error", err)
				}
				if got := source.CodeOf(Failure("folder", "save", err)); got != code {
					t.Errorf("%v is %q, want %q", err, got, code)
				}
				want := "old"
				if step.named {
					want = "new"
				}
				if got := read(t, path); got != want {
					t.Errorf("file holds %q, want %q", got, want)
				}
				onlyFile(t, path)
				if err := Write(path, []byte("newer"), 0o600); err != nil || read(t, path) != "newer" {
					t.Errorf("the next write: %v", err)
				}
			})
		}
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
