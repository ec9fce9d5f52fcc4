package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// banner says above every page that there is no agent to be spoken to.
type banner struct {
	text   *widget.Label
	button *control.Button
	box    *fyne.Container
}

func newBanner() *banner {
	b := &banner{text: look.Text(""), button: control.NewButton("", nil)}
	ground := newFill(theme.ColorNameInputBackground, 0)
	b.box = container.NewStack(ground, container.NewPadded(
		container.NewBorder(nil, nil, nil, container.NewCenter(b.button), b.text)))
	b.box.Hide()
	return b
}

// say shows a text and what the button does about it.
func (b *banner) say(text, button string, does func()) {
	b.button.OnTapped = does
	say(b.text, text)
	if b.button.Text != button {
		b.button.SetText(button)
	}
	show(b.box, true)
}

// absence is what is shown instead of the pages while there is no agent: what
// they would say cannot be known.
type absence struct {
	icon   *canvas.Image
	text   *widget.Label
	button *control.Button
	box    *fyne.Container
}

func newAbsence() *absence {
	a := &absence{icon: canvas.NewImageFromResource(nil), text: centred(""), button: control.NewMainButton("", nil)}
	a.icon.SetMinSize(fyne.NewSquareSize(iconSize))
	a.icon.FillMode = canvas.ImageFillContain
	a.box = middle(container.NewVBox(a.icon, a.text, container.NewCenter(a.button)))
	return a
}

// say shows a text and what the button does about it.
func (a *absence) say(text, button string, does func()) {
	a.button.OnTapped = does
	drawIcon(a.icon, view.Waiting)
	say(a.text, text)
	if a.button.Text != button {
		a.button.SetText(button)
	}
}

// hide takes it away.
func (b *banner) hide() { show(b.box, false) }
