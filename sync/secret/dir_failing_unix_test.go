//go:build unix

package secret

import (
	"os"
	"syscall"
	"testing"

	"dialpadsync.app/sync/source"
)

// A folder on a disk that does not take a secret is no locked password store.
func TestDirOnABadDisk(t *testing.T) {
	for fail, want := range map[error]source.Code{
		syscall.EIO: source.CodeDiskFailing, syscall.ENOSPC: source.CodeDiskFull,
		syscall.EDQUOT: source.CodeDiskFull, syscall.EROFS: source.CodeNotWritable,
	} {
		err := (&dir{path: "x"}).writeFailed("save a secret", &os.PathError{Op: "write", Err: fail})
		if source.CodeOf(err) != want {
			t.Errorf("%v: %v, want %q", fail, err, want)
		}
	}
}
