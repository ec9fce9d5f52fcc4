//go:build !windows

package rest

import (
	"errors"
	"syscall"
)

// unreachable says whether there is no way to the network at all.
func unreachable(err error) bool {
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) ||
		errors.Is(err, syscall.ENETDOWN) || errors.Is(err, syscall.EADDRNOTAVAIL)
}
