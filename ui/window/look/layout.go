package look

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Flow puts its objects side by side and begins a new line where they do not
// fit, as words do.
func Flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{}, objects...)
}

// Buttons is Flow at the far end of the line, for what a screen offers to do.
// The last button is the main one.
func Buttons(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{end: true}, objects...)
}

// flow remembers the width it was given last: how high it is depends on it.
type flow struct {
	end   bool
	width float32
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	gap, y := theme.Padding(), float32(0)
	for _, line := range f.lines(objects) {
		x, high := float32(0), float32(0)
		if f.end {
			x = size.Width - wide(line)
		}
		for _, o := range line {
			high = fyne.Max(high, o.MinSize().Height)
		}
		for _, o := range line {
			want := o.MinSize()
			want.Width = fyne.Min(want.Width, fyne.Max(size.Width, 1))
			o.Resize(fyne.NewSize(want.Width, high))
			o.Move(fyne.NewPos(fyne.Max(x, 0), y))
			x += want.Width + gap
		}
		y += high + gap
	}
}

func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, line := range f.lines(objects) {
		high := float32(0)
		for _, o := range line {
			least := o.MinSize()
			high, size.Width = fyne.Max(high, least.Height), fyne.Max(size.Width, least.Width)
		}
		if i > 0 {
			size.Height += theme.Padding()
		}
		size.Height += high
	}
	return size
}

// lines breaks the visible objects into lines of the last width.
func (f *flow) lines(objects []fyne.CanvasObject) [][]fyne.CanvasObject {
	var lines [][]fyne.CanvasObject
	var line []fyne.CanvasObject
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if f.width > 0 && len(line) > 0 && wide(slices.Concat(line, []fyne.CanvasObject{o})) > f.width {
			lines, line = append(lines, line), nil
		}
		line = append(line, o)
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines
}

func wide(line []fyne.CanvasObject) float32 {
	sum := theme.Padding() * float32(len(line)-1)
	for _, o := range line {
		sum += o.MinSize().Width
	}
	return sum
}

// Column keeps its content no wider than lines are read with ease, in the
// middle of a wide window.
func Column(content fyne.CanvasObject) *fyne.Container {
	return container.New(column{}, content)
}

// lineLength is the widest column, in letters of the theme's text size.
const lineLength = 52

type column struct{}

func (column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := fyne.Min(size.Width, lineLength*theme.TextSize())
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, size.Height))
		o.Move(fyne.NewPos((size.Width-width)/2, 0))
	}
}

func (column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

// Tall gives its content at least the height of that many lines of text, and
// all the room there is beyond.
func Tall(lines int, content fyne.CanvasObject) *fyne.Container {
	return container.New(tall(lines), content)
}

type tall int

func (tall) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
		o.Move(fyne.NewPos(0, 0))
	}
}

func (t tall) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, float32(t)*(theme.TextSize()+theme.Padding()))
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

// Thin makes a bar as thin as a line, so that it does not draw the eye.
func Thin(bar fyne.CanvasObject) *fyne.Container { return container.New(thin{}, bar) }

type thin struct{}

func (thin) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(fyne.NewSize(size.Width, theme.Padding()))
		o.Move(fyne.NewPos(0, (size.Height-theme.Padding())/2))
	}
}

func (thin) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, theme.Padding()) }

// Beside puts two columns side by side where both have room for a line of text,
// else one below the other. The first takes the height there is beyond what
// both need.
func Beside(left, right fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{}, left, right)
}

// columnLength is the narrowest of two columns, in letters.
const columnLength = 22

// beside remembers the width it was given last, as flow does.
type beside struct{ width float32 }

func (b *beside) two() bool { return b.width >= 2*columnLength*theme.TextSize() }

func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	left, right, gap := objects[0], objects[1], 2*theme.InnerPadding()
	if b.two() {
		width := (size.Width - gap) / 2
		left.Resize(fyne.NewSize(width, size.Height))
		left.Move(fyne.NewPos(0, 0))
		right.Resize(fyne.NewSize(width, size.Height))
		right.Move(fyne.NewPos(width+gap, 0))
		return
	}
	below := right.MinSize().Height
	above := fyne.Max(left.MinSize().Height, size.Height-below-theme.Padding())
	left.Resize(fyne.NewSize(size.Width, above))
	left.Move(fyne.NewPos(0, 0))
	right.Resize(fyne.NewSize(size.Width, below))
	right.Move(fyne.NewPos(0, above+theme.Padding()))
}

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	left, right := objects[0].MinSize(), objects[1].MinSize()
	size := left.Max(right)
	if !b.two() {
		size.Height = left.Height + theme.Padding() + right.Height
	}
	return size
}

// Page keeps its content off the edges of the window.
func Page(content fyne.CanvasObject) *fyne.Container { return container.New(page{}, content) }

type page struct{}

func (page) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := theme.InnerPadding()
	for _, o := range objects {
		o.Resize(size.SubtractWidthHeight(2*gap, 2*gap))
		o.Move(fyne.NewPos(gap, gap))
	}
}

func (page) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size.AddWidthHeight(2*theme.InnerPadding(), 2*theme.InnerPadding())
}
