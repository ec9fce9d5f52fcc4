package window

import (
	"fyne.io/fyne/v2"

	"dialpadsync.app/ui/window/setup"
)

// Guide is the set-up as the window shows it; *setup.Wizard is one.
type Guide interface {
	Content() fyne.CanvasObject
	// Key is told of keys nothing in the window has a use for.
	Key(key *fyne.KeyEvent)
	// Close ends everything that runs and waits for it.
	Close()
}

// Task is what the set-up is opened for.
type Task = setup.Task
