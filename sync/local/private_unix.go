//go:build unix

package local

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// private says whether a folder belongs to this user and to nobody else.
func private(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the socket's folder: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%w: %s", errShared, dir)
	}
	return nil
}

// samePerson says whether the other end of the connection runs as this user.
func samePerson(conn net.Conn) error {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return errShared
	}
	uid, err := peerUID(unix)
	if err != nil {
		return fmt.Errorf("ask who is at the other end: %w", err)
	}
	if uid != os.Getuid() {
		return fmt.Errorf("%w: user %d is at the other end", errShared, uid)
	}
	return nil
}
