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
// buttons below the window's edge otherwise.
func Reveal(o fyne.CanvasObject) {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(o); canvas != nil {
		RevealIn(canvas, o)
	}
}

// RevealIn is Reveal for an object that has just come into a canvas. The driver
// knows of it only when the next frame is drawn.
func RevealIn(canvas fyne.Canvas, o fyne.CanvasObject) {
	top := canvas.Content()
	if overlay := canvas.Overlays().Top(); overlay != nil {
		top = overlay
	}
	moved := float32(0)
	_, scrolls, _ := around(top, o)
	for _, s := range scrolls {
		at := s.at - moved
		end, room := at+o.Size().Height, s.scroll.Size().Height
		by := float32(0)
		switch {
		case end > room:
			by = min(end-room+theme.Padding(), at) // the top wins where both do not fit
		case at < 0:
			by = at - theme.Padding()
		}
		if by == 0 {
			continue
		}
		before := s.scroll.Offset.Y
		s.scroll.ScrollToOffset(fyne.NewPos(s.scroll.Offset.X, max(0, before+by)))
		moved += s.scroll.Offset.Y - before
	}
}

// place is how far below the upper edge of a scroll an object is.
type place struct {
	scroll *container.Scroll
	at     float32
}

// around finds an object inside another: how far below its upper edge it is,
// and the scrolls around it, the innermost first.
func around(in, object fyne.CanvasObject) (at float32, scrolls []place, found bool) {
	if in == object {
		return 0, nil, true
	}
	for _, child := range inside(in) {
		if at, scrolls, found = around(child, object); !found {
			continue
		}
		at += child.Position().Y
		if scroll, ok := in.(*container.Scroll); ok {
			scrolls = append(scrolls, place{scroll, at})
		}
		return at, scrolls, true
	}
	return 0, nil, false
}

func inside(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *widget.PopUp:
		return []fyne.CanvasObject{o.Content}
	case Holder:
		return []fyne.CanvasObject{o.Inside()}
	}
	return nil
}

// FocusGained shows the list.
func (l *List) FocusGained() {
	l.List.FocusGained()
	Reveal(l)
}
