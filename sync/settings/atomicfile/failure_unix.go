//go:build unix

package atomicfile

import "syscall"

// errDiskFull is what a file system answers when the person's share is used up.
const errDiskFull = syscall.EDQUOT

// errFailing is what a disk answers that cannot do what it is asked.
const errFailing = syscall.EIO
