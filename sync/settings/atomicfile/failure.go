package atomicfile

import (
	"errors"
	"io/fs"
	"syscall"
)

// DiskFull says whether err means that the disk, the person's share of it, or
// the longest file allowed is used up.
func DiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, errDiskFull)
}

// NotWritable says whether err means that the file or its folder may not be
// written: rights, a read-only file system, or a file in place of the folder.
func NotWritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR)
}
