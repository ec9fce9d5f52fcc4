//go:build !unix

package atomicfile

import "syscall"

// errDiskFull is Windows' ERROR_DISK_FULL (winerror.h), which package syscall
// does not map to ENOSPC.
const errDiskFull = syscall.Errno(112)
