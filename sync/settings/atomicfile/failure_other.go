//go:build !unix

package atomicfile

import "syscall"

// errDiskFull is Windows' ERROR_DISK_FULL (winerror.h), which package syscall
// does not map to ENOSPC.
const errDiskFull = syscall.Errno(112)

// errFailing is Windows' ERROR_IO_DEVICE (winerror.h).
const errFailing = syscall.Errno(1117)
