package window

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/local"
)

// bars draws one bar for each day: how much changed. A day without changes has
// a line, so that thirty days are always seen as thirty.
type bars struct {
	widget.BaseWidget
	days []local.Day
}

const (
	barsHeight = 44
	// quiet is the height of a day without changes.
	quiet = 2
)

func newBars() *bars {
	b := &bars{}
	b.ExtendBaseWidget(b)
	return b
}

// setDays shows other days.
func (b *bars) setDays(days []local.Day) {
	b.days = days
	b.Refresh()
}

// changes is how much changed on a day.
func changes(d local.Day) int { return d.Created + d.Updated + d.Deleted }

// shares gives each day's part of the highest bar, from 0 to 1. The square root
// lets a quiet day be seen beside a first copy.
func shares(days []local.Day) []float32 {
	highest := 0
	for _, d := range days {
		highest = max(highest, changes(d))
	}
	parts := make([]float32, len(days))
	for i, d := range days {
		if highest > 0 {
			parts[i] = float32(math.Sqrt(float64(changes(d)) / float64(highest)))
		}
	}
	return parts
}

// CreateRenderer makes the bars' drawing.
func (b *bars) CreateRenderer() fyne.WidgetRenderer {
	r := &barsRenderer{bars: b}
	r.Refresh()
	return r
}

type barsRenderer struct {
	bars    *bars
	objects []fyne.CanvasObject
}

// Layout places the bars on a common ground.
func (r *barsRenderer) Layout(size fyne.Size) {
	parts := shares(r.bars.days)
	if len(parts) == 0 {
		return
	}
	step := size.Width / float32(len(parts))
	for i, object := range r.objects {
		height := max(quiet, parts[i]*size.Height)
		object.Resize(fyne.NewSize(max(1, step*0.7), height))
		object.Move(fyne.NewPos(step*float32(i), size.Height-height))
	}
}

// MinSize leaves two units for each day.
func (r *barsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(float32(2*len(r.bars.days)), barsHeight)
}

// Refresh follows the days and the theme.
func (r *barsRenderer) Refresh() {
	for len(r.objects) < len(r.bars.days) {
		r.objects = append(r.objects, canvas.NewRectangle(nil))
	}
	r.objects = r.objects[:len(r.bars.days)]
	for i, object := range r.objects {
		rectangle := object.(*canvas.Rectangle)
		rectangle.FillColor = theme.Color(theme.ColorNamePrimary)
		if changes(r.bars.days[i]) == 0 {
			rectangle.FillColor = theme.Color(theme.ColorNameDisabled)
		}
		rectangle.CornerRadius = 1
	}
	r.Layout(r.bars.Size())
	canvas.Refresh(r.bars)
}

// Objects are the bars.
func (r *barsRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy lets nothing go.
func (r *barsRenderer) Destroy() {}
