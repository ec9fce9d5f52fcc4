package window

import "fyne.io/fyne/v2"

// Guide is the set-up as the window shows it.
type Guide interface {
	Content() fyne.CanvasObject
	// Key is told of keys nothing in the window has a use for.
	Key(key *fyne.KeyEvent)
	// Close ends everything that runs and waits for it.
	Close()
}

// Task is what the set-up is opened for.
type Task struct {
	Goal    Goal
	Account string
}

// Goal says which steps there are.
type Goal int

const (
	Whole Goal = iota
	AddSource
	SignInAgain
	ChooseAgain
	DialpadAgain
)
