package notice

import (
	"context"

	"github.com/gen2brain/beeep"

	"dialpadsync.app/assets"
)

// post shows toasts. Windows has no connection to keep.
type post struct{}

// send shows a toast; Windows itself bounds the time.
func (*post) send(_ context.Context, title, text string) error {
	beeep.AppName = "Dialpad Sync"
	return beeep.Notify(title, text, assets.App(128))
}

func (*post) close() {}
