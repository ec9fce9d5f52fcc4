package atomicfile

import (
	"errors"
	"io/fs"
	"syscall"

	"dialpadsync.app/sync/source"
)

// DiskFull says whether err means that the disk, the person's share of it, or
// the longest file allowed is used up.
func DiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, errDiskFull)
}

// Failing says whether err means that the disk itself answers with errors.
func Failing(err error) bool { return errors.Is(err, errFailing) }

// NotWritable says whether err means that the file or its folder may not be
// written: rights, a read-only file system, a file in the folder's place, or a
// folder in the file's.
func NotWritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) ||
		errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR)
}

// Failure says what happens next after something below folder could not be
// made or written: nobody can take a right that is missing, room comes back.
func Failure(folder, op string, err error) error {
	switch {
	case DiskFull(err):
		return &source.Error{Kind: source.Transient, Code: source.CodeDiskFull, Op: op, Err: err}
	case Failing(err):
		return &source.Error{Kind: source.Transient, Code: source.CodeDiskFailing, Op: op, Err: err}
	}
	return &source.Error{Kind: source.Fatal, Code: source.CodeNotWritable, Op: op, Host: folder, Err: err}
}
