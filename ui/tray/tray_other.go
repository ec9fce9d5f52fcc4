//go:build !linux && !windows

package tray

import "context"

// run has nothing to show: on macOS the library needs cgo and the main thread.
func run(context.Context, Config) error { return ErrNone }
