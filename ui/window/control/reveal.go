package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// reveal scrolls an object into sight that got the focus: Tab would lead a
// person to buttons below the window's edge otherwise.
func reveal(object fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	canvas := driver.CanvasForObject(object)
	if canvas == nil {
		return
	}
	top := canvas.Content()
	if overlay := canvas.Overlays().Top(); overlay != nil {
		top = overlay
	}
	scroll, _ := around(top, object, nil)
	if scroll == nil {
		return
	}
	at := driver.AbsolutePositionForObject(object).Y - driver.AbsolutePositionForObject(scroll).Y
	offset := scroll.Offset
	switch {
	case at < 0:
		offset.Y += at
	case at+object.Size().Height > scroll.Size().Height:
		offset.Y += at + object.Size().Height - scroll.Size().Height
	default:
		return
	}
	scroll.ScrollToOffset(offset)
}

// around finds the innermost scroll around an object, below one that is given.
func around(in, object fyne.CanvasObject, outer *container.Scroll) (scroll *container.Scroll, found bool) {
	if in == object {
		return outer, true
	}
	var children []fyne.CanvasObject
	switch c := in.(type) {
	case *fyne.Container:
		children = c.Objects
	case *container.Scroll:
		outer, children = c, []fyne.CanvasObject{c.Content}
	case *widget.PopUp:
		children = []fyne.CanvasObject{c.Content}
	}
	for _, child := range children {
		if scroll, found = around(child, object, outer); found {
			return scroll, true
		}
	}
	return nil, false
}
