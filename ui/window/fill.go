package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// fill is an area of one of the theme's colours, of at least a height. Without a
// colour it only takes room.
type fill struct {
	widget.BaseWidget
	name   fyne.ThemeColorName
	height float32
}

func newFill(name fyne.ThemeColorName, height float32) *fill {
	f := &fill{name: name, height: height}
	f.ExtendBaseWidget(f)
	return f
}

// light fills the area with the accent, or leaves it empty.
func (f *fill) light(on bool) {
	name := fyne.ThemeColorName("")
	if on {
		name = theme.ColorNamePrimary
	}
	if f.name != name {
		f.name = name
		f.Refresh()
	}
}

// CreateRenderer makes the area.
func (f *fill) CreateRenderer() fyne.WidgetRenderer {
	r := &fillRenderer{fill: f, area: canvas.NewRectangle(nil)}
	r.WidgetRenderer = widget.NewSimpleRenderer(r.area)
	r.Refresh()
	return r
}

type fillRenderer struct {
	fyne.WidgetRenderer
	fill *fill
	area *canvas.Rectangle
}

// MinSize is the height.
func (r *fillRenderer) MinSize() fyne.Size { return fyne.NewSize(0, r.fill.height) }

// Refresh follows the theme.
func (r *fillRenderer) Refresh() {
	r.area.FillColor = color.Transparent
	if r.fill.name != "" {
		r.area.FillColor = theme.Color(r.fill.name)
	}
	r.area.Refresh()
}
