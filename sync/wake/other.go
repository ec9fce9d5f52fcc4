//go:build !linux && !windows

package wake

import "context"

// Run has nobody to listen to; a Watch notices sleep.
func Run(context.Context, func(Reason)) error { return ErrNone }

// PowerNow knows nothing here.
func PowerNow(context.Context) Power { return Power{} }
