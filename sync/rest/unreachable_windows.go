package rest

import (
	"errors"
	"syscall"
)

// Windows Sockets error codes, learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2.
const (
	wsaAddressNotAvailable = syscall.Errno(10049)
	wsaNetworkDown         = syscall.Errno(10050)
	wsaNetworkUnreachable  = syscall.Errno(10051)
	wsaHostUnreachable     = syscall.Errno(10065)
)

// unreachable says whether there is no way to the network at all.
func unreachable(err error) bool {
	return errors.Is(err, wsaNetworkUnreachable) || errors.Is(err, wsaHostUnreachable) ||
		errors.Is(err, wsaNetworkDown) || errors.Is(err, wsaAddressNotAvailable)
}
