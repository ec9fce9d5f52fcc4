package control_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
)

// held is a widget made of others.
type held struct {
	widget.BaseWidget
	inside fyne.CanvasObject
}

func (h *held) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(h.inside) }
func (h *held) Inside() fyne.CanvasObject           { return h.inside }

func TestWhatHasTheFocusIsInSight(t *testing.T) {
	w := window(t)
	column := container.NewVBox()
	var fields []*control.Entry
	for range 40 {
		e := control.NewEntry()
		h := &held{inside: e}
		h.ExtendBaseWidget(h)
		fields = append(fields, e)
		column.Add(container.NewPadded(h))
	}
	scroll := container.NewVScroll(column)
	w.SetContent(container.NewBorder(widget.NewLabel("above"), nil, nil, nil, scroll))
	w.Resize(fyne.NewSize(400, 300))

	in := func(e *control.Entry) bool {
		driver := fyne.CurrentApp().Driver()
		top := driver.AbsolutePositionForObject(e).Y - driver.AbsolutePositionForObject(scroll).Y
		return top >= 0 && top+e.Size().Height <= scroll.Size().Height
	}
	for _, i := range []int{0, 39, 20, 1} {
		w.Canvas().Focus(fields[i])
		if !in(fields[i]) {
			t.Errorf("field %d has the focus and is not in sight (offset %v)", i, scroll.Offset.Y)
		}
	}
	before := scroll.Offset
	w.Canvas().Focus(fields[2])
	if scroll.Offset != before {
		t.Error("what is in sight already was scrolled to")
	}
}
