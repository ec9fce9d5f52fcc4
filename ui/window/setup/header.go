package setup

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/look"
)

// header says where in the set-up the person is and what is left. A set-up of
// one step has none.
type header struct {
	content *fyne.Container
	marks   *fyne.Container
}

func newHeader() *header {
	h := &header{marks: look.Flow()}
	h.content = container.NewVBox(look.Page(h.marks), widget.NewSeparator())
	h.content.Hide()
	return h
}

// show marks the step the person is at.
func (h *header) show(titles []string, now int) {
	setVisible(h.content, len(titles) > 1)
	h.marks.Objects = nil
	for i, title := range titles {
		if i > 0 {
			h.marks.Add(mark("—", theme.ColorNamePlaceHolder, false))
		}
		if i < now {
			tick := widget.NewIcon(theme.NewSuccessThemedResource(theme.ConfirmIcon()))
			h.marks.Add(container.New(ticked{}, tick, mark(title, theme.ColorNameForeground, false)))
			continue
		}
		colour := theme.ColorNamePlaceHolder
		if i == now {
			colour = theme.ColorNamePrimary
		}
		h.marks.Add(mark(strconv.Itoa(i+1)+" "+title, colour, i == now))
	}
	h.marks.Refresh()
}

func mark(text string, colour fyne.ThemeColorName, bold bool) *widget.RichText {
	return widget.NewRichText(&widget.TextSegment{Text: text, Style: widget.RichTextStyle{
		ColorName: colour, Inline: true, SizeName: theme.SizeNameText, TextStyle: fyne.TextStyle{Bold: bold},
	}})
}

// ticked puts a text close behind its drawing.
type ticked struct{}

func (ticked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	tick, text := objects[0], objects[1]
	tick.Resize(fyne.NewSize(tick.MinSize().Width, size.Height))
	tick.Move(fyne.NewPos(theme.Padding(), 0))
	text.Resize(fyne.NewSize(text.MinSize().Width, size.Height))
	text.Move(fyne.NewPos(tick.MinSize().Width, 0))
}

func (ticked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	tick, text := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(tick.Width+text.Width, fyne.Max(tick.Height, text.Height))
}
