package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Holder is a widget made of other objects, through which the way to a focused
// one leads.
type Holder interface {
	// Inside is what the widget is made of.
	Inside() fyne.CanvasObject
}

// Reveal scrolls until an object is in sight: Tab would lead a person to
// buttons below the window's edge otherwise, and what is said could stand there.
func Reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	canvas := driver.CanvasForObject(o)
	if canvas == nil {
		return
	}
	top := canvas.Content()
	if overlay := canvas.Overlays().Top(); overlay != nil {
		top = overlay
	}
	for _, scroll := range way(top, o) {
		at := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll).Y
		end, room := at+o.Size().Height, scroll.Size().Height
		by := float32(0)
		switch {
		case end > room:
			by = min(end-room+theme.Padding(), at) // the top wins where both do not fit
		case at < 0:
			by = at - theme.Padding()
		}
		if by != 0 {
			scroll.ScrollToOffset(fyne.NewPos(scroll.Offset.X, max(0, scroll.Offset.Y+by)))
		}
	}
}

// way is the scrolls around an object inside another, the innermost first.
func way(in, object fyne.CanvasObject) []*container.Scroll {
	scrolls, _ := around(in, object)
	return scrolls
}

func around(in, object fyne.CanvasObject) (scrolls []*container.Scroll, found bool) {
	if in == object {
		return nil, true
	}
	var children []fyne.CanvasObject
	switch c := in.(type) {
	case *fyne.Container:
		children = c.Objects
	case *container.Scroll:
		scrolls, found = around(c.Content, object)
		return append(scrolls, c), found
	case *widget.PopUp:
		children = []fyne.CanvasObject{c.Content}
	case Holder:
		children = []fyne.CanvasObject{c.Inside()}
	}
	for _, child := range children {
		if scrolls, found = around(child, object); found {
			return scrolls, true
		}
	}
	return nil, false
}

// FocusGained shows the list.
func (l *List) FocusGained() {
	l.List.FocusGained()
	Reveal(l)
}
