package main

import (
	"fyne.io/fyne/v2"

	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/setup"
)

// guideOf opens the set-up.
func guideOf(a fyne.App) func(window.Opening) window.Guide {
	return func(o window.Opening) window.Guide {
		agent := o.Agent.(setup.Agent) // Agents gives out nothing but *local.Client
		return setup.New(agent, o.Words, setup.Host{
			Canvas: o.Window.Canvas(), Clipboard: a.Clipboard(), OpenURL: a.OpenURL, Do: o.Post,
			Finished: func(string) { o.Finished() }, Left: o.Left,
		}, o.Task)
	}
}
