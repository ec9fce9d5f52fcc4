package windowtest

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// Screen looks at a window and presses things in it.
type Screen struct {
	Window fyne.Window
}

// top is what lies on top: a dialog or menu, else the window's content.
func (s Screen) top() fyne.CanvasObject {
	if overlay := s.Window.Canvas().Overlays().Top(); overlay != nil {
		return overlay
	}
	return s.Window.Canvas().Content()
}

// Objects are the visible objects that lie on top.
func (s Screen) Objects() []fyne.CanvasObject { return visible(s.top(), nil) }

// visible collects what can be seen below an object.
func visible(o fyne.CanvasObject, found []fyne.CanvasObject) []fyne.CanvasObject {
	if o == nil || !o.Visible() {
		return found
	}
	found = append(found, o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			found = visible(child, found)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			found = visible(child, found)
		}
	}
	return found
}

// text is what stands on an object itself, or empty.
func text(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Label:
		return o.Text
	case *look.Quiet:
		return o.Text()
	case *control.Button:
		if o.Text == "" && o.Icon != nil {
			return o.Icon.Name() // "foreground_more-horizontal.svg"
		}
		return o.Text
	case *widget.Button:
		return o.Text
	case *control.Check:
		return o.Text
	case *control.Entry:
		return o.Text
	case *control.Select:
		return o.Selected
	}
	return ""
}

// Texts are all texts on top, in the order of the screen's parts.
func (s Screen) Texts() []string {
	var texts []string
	for _, o := range s.Objects() {
		if t := text(o); t != "" {
			texts = append(texts, t)
		}
	}
	return texts
}

// Sees says whether some text on top contains this one.
func (s Screen) Sees(part string) bool {
	return slices.ContainsFunc(s.Texts(), func(t string) bool { return strings.Contains(t, part) })
}

// Button is the button on top with a label.
func (s Screen) Button(label string) (*control.Button, error) {
	for _, o := range s.Objects() {
		if b, ok := o.(*control.Button); ok && b.Text == label {
			return b, nil
		}
	}
	return nil, fmt.Errorf("there is no button %q, only %q", label, s.Texts())
}

// Tap presses the button on top with a label, or the line of a menu.
func (s Screen) Tap(label string) error {
	for _, o := range s.Objects() {
		if tappable, ok := o.(fyne.Tappable); ok && (text(o) == label || says(o, label)) {
			test.Tap(tappable)
			return nil
		}
	}
	return fmt.Errorf("there is nothing called %q to press, only %q", label, s.Texts())
}

// says finds the label of a menu's line, whose type the toolkit keeps to itself.
func says(o fyne.CanvasObject, label string) bool {
	w, ok := o.(fyne.Widget)
	if !ok || text(o) != "" {
		return false
	}
	if _, isButton := o.(*control.Button); isButton {
		return false
	}
	return slices.ContainsFunc(test.WidgetRenderer(w).Objects(), func(part fyne.CanvasObject) bool {
		line, ok := part.(*canvas.Text)
		return ok && line.Text == label
	})
}

// Press types a key where the focus is, as the driver does.
func (s Screen) Press(name fyne.KeyName) {
	key := &fyne.KeyEvent{Name: name}
	if focused := s.Window.Canvas().Focused(); focused != nil {
		focused.TypedKey(key)
	} else if typed := s.Window.Canvas().OnTypedKey(); typed != nil {
		typed(key)
	}
}

// Find returns the first visible object on top of a type.
func Find[T fyne.CanvasObject](s Screen) (found T, ok bool) {
	for _, o := range s.Objects() {
		if t, is := o.(T); is {
			return t, true
		}
	}
	return found, false
}
