package secret

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"dialpadsync.app/sync/source"
)

// asNobody runs f without root's right to write everywhere, when we are root.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with its changed rights
		if os.Getuid() == 0 {
			if err := syscall.Setfsuid(65534); err != nil {
				t.Error(err)
				return
			}
		}
		f()
	}()
	<-done
}

// A folder that may only be read serves secrets and says that it takes none.
func TestDirReadOnly(t *testing.T) {
	root, err := os.MkdirTemp("/tmp", "secret-test-") // t.TempDir lies below folders nobody may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	put(t, filepath.Join(root, "x"), "s")
	for path, mode := range map[string]os.FileMode{filepath.Join(root, "x"): 0o444, root: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	asNobody(t, func() {
		d := Dir(root)
		if got, err := d.Get(t.Context(), "x"); err != nil || got != "s" {
			t.Errorf("Get: %q, %v", got.Reveal(), err)
		}
		for what, err := range map[string]error{
			"Set": d.Set(t.Context(), "x", "new"), "nested Set": d.Set(t.Context(), "a/b", "new"),
			"Delete": d.Delete(t.Context(), "x"), "Writable": Writable(t.Context(), d),
			"WritableBeside": WritableBeside(t.Context(), d, "a/b"),
		} {
			var e *source.Error
			if !errors.As(err, &e) || e.Code != source.CodeNotWritable || e.Kind != source.Forbidden || e.Host != root {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
	if text, err := os.ReadFile(filepath.Join(root, "x")); err != nil || string(text) != "s" {
		t.Errorf("the file holds %q (%v)", text, err)
	}
}

// A disk that takes no further byte is told apart, and the old secret stays.
// The limit on file size stands in for the disk: the system refuses the same
// write with EFBIG instead of ENOSPC.
func TestDirDiskFull(t *testing.T) {
	root := t.TempDir()
	put(t, filepath.Join(root, "x"), "old")
	cmd := exec.Command("bash", "-c", `trap "" XFSZ; ulimit -f 1; exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=diskfull", "SECRET_DIR="+root, noExitPause)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if text, err := os.ReadFile(filepath.Join(root, "x")); err != nil || string(text) != "old" {
		t.Errorf("the file holds %q (%v)", text, err)
	}
}

func diskFull(c *child) {
	d := Dir(os.Getenv("SECRET_DIR"))
	err := d.Set(c.ctx(), "x", Secret(strings.Repeat("x", 4096)))
	c.expect(err, source.Transient, source.CodeDiskFull)
	c.expect(Writable(c.ctx(), d), source.Transient, source.CodeDiskFull)
	got, err := d.Get(c.ctx(), "x")
	c.check(err == nil && got == "old", "the old secret reads as %q (%v)", got.Reveal(), err)
}
