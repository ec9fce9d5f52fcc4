// Package control holds the toolkit's widgets as a person at the keyboard
// expects them: Enter presses what Space presses, and Esc closes what lies on
// top, wherever the focus is. Screens use these instead of the plain ones.
package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Button is pressed by Space and by Enter.
type Button struct {
	widget.Button
}

// NewButton makes a button.
func NewButton(label string, tapped func()) *Button {
	return NewIconButton(label, nil, tapped)
}

// NewIconButton makes a button with a drawing; the label may be empty.
func NewIconButton(label string, icon fyne.Resource, tapped func()) *Button {
	b := &Button{widget.Button{Text: label, Icon: icon, OnTapped: tapped}}
	b.ExtendBaseWidget(b)
	return b
}

// NewMainButton makes the one button of a screen that draws the eye.
func NewMainButton(label string, tapped func()) *Button {
	b := NewButton(label, tapped)
	b.Importance = widget.HighImportance
	return b
}

// FocusGained scrolls the button into sight.
func (b *Button) FocusGained() {
	b.Button.FocusGained()
	Reveal(b)
}

// TypedKey presses the button for Enter; Esc goes to the window.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	case fyne.KeyEscape:
		passOn(b, key)
	default:
		b.Button.TypedKey(key)
	}
}

// passOn gives a key that a focused widget has no use for to the window, which
// alone knows what lies on top.
func passOn(from fyne.CanvasObject, key *fyne.KeyEvent) {
	canvas := fyne.CurrentApp().Driver().CanvasForObject(from)
	if canvas == nil {
		return
	}
	if typed := canvas.OnTypedKey(); typed != nil {
		typed(key)
	}
}
