package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/look"
)

// columns lays objects out in rows of a table: every column is as wide as its
// widest object, and the first takes what is left.
type columns int

// MinSize is the sum of the columns and rows.
func (n columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	widths, heights := n.measure(objects)
	pad := theme.Padding()
	size := fyne.NewSize(pad*float32(len(widths)-1), pad*float32(max(0, len(heights)-1)))
	for _, width := range widths {
		size.Width += width
	}
	for _, height := range heights {
		size.Height += height
	}
	return size
}

// Layout places the objects.
func (n columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths, heights := n.measure(objects)
	pad := theme.Padding()
	widths[0] += max(0, size.Width-n.MinSize(objects).Width)
	y := float32(0)
	for row, height := range heights {
		x := float32(0)
		for column, width := range widths {
			if i := row*int(n) + column; i < len(objects) {
				objects[i].Resize(fyne.NewSize(width, height))
				objects[i].Move(fyne.NewPos(x, y))
			}
			x += width + pad
		}
		y += height + pad
	}
}

func (n columns) measure(objects []fyne.CanvasObject) (widths, heights []float32) {
	widths = make([]float32, n)
	for i, object := range objects {
		size := object.MinSize()
		if i%int(n) == 0 {
			heights = append(heights, 0)
		}
		widths[i%int(n)] = max(widths[i%int(n)], size.Width)
		heights[i/int(n)] = max(heights[i/int(n)], size.Height)
	}
	return widths, heights
}

// cells lays a row out whose columns have these widths; one of width 0 takes what
// is left.
type cells []float32

// MinSize is the widths, and the height of the highest object.
func (c cells) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(c.sum(), 0)
	for _, object := range objects {
		size.Height = max(size.Height, object.MinSize().Height)
	}
	return size
}

// Layout places the objects.
func (c cells) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for i, object := range objects {
		width := c[i]
		if width == 0 {
			width = max(0, size.Width-c.sum())
		}
		object.Resize(fyne.NewSize(width, size.Height))
		object.Move(fyne.NewPos(x, 0))
		x += width
	}
}

func (c cells) sum() (sum float32) {
	for _, width := range c {
		sum += width
	}
	return sum
}

// textWidth is the width of the widest of some labels.
func textWidth(texts ...string) float32 {
	widest := float32(0)
	for _, text := range texts {
		widest = max(widest, fyne.MeasureText(text, theme.TextSize(), fyne.TextStyle{}).Width)
	}
	return widest + 2*theme.InnerPadding()
}

// tight stacks texts as lines of one paragraph.
func tight(texts ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()), texts...)
}

// between lays out what is at the top, in the middle and at the bottom, and Tab
// walks through them in this order. The toolkit's own border begins with the
// middle. Parts may be nil.
func between(top, middle, bottom fyne.CanvasObject) *fyne.Container {
	c := container.New(layout.NewBorderLayout(top, bottom, nil, nil))
	for _, part := range []fyne.CanvasObject{top, middle, bottom} {
		if part != nil {
			c.Add(part)
		}
	}
	return c
}

// centred is a text in the middle of its lines.
func centred(text string) *widget.Label {
	label := look.Text(text)
	label.Alignment = fyne.TextAlignCenter
	return label
}

// middle puts a text into the middle of the room there is.
func middle(text fyne.CanvasObject) *fyne.Container {
	return container.NewVBox(layout.NewSpacer(), text, layout.NewSpacer())
}
