//go:build unix

package atomicfile

import "syscall"

// errDiskFull is what a file system answers when the person's share is used up.
const errDiskFull = syscall.EDQUOT
