package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Waiting says that something takes its time: a text, where there is one, and a
// bar that moves while it is shown. The toolkit's own bar moves from the first
// time it is drawn, also where nobody sees it, and has the whole window drawn
// again sixty times a second.
type Waiting struct {
	widget.BaseWidget
	text *widget.Label
	bar  *widget.ProgressBarInfinite
}

// NewWaiting makes one; it is hidden until it is shown.
func NewWaiting(text string) *Waiting {
	w := &Waiting{text: Text(text), bar: widget.NewProgressBarInfinite()}
	w.ExtendBaseWidget(w)
	w.bar.MinSize() // makes its drawing, which would run from here on
	w.SetText(text)
	w.Hide()
	return w
}

// SetText changes what it says.
func (w *Waiting) SetText(text string) {
	w.text.SetText(text)
	if text == "" {
		w.text.Hide()
	} else {
		w.text.Show()
	}
}

// Show shows it and lets the bar move.
func (w *Waiting) Show() {
	w.BaseWidget.Show()
	w.bar.Start()
}

// Hide hides it and stops the bar.
func (w *Waiting) Hide() {
	w.bar.Stop()
	w.BaseWidget.Hide()
}

// Moves says whether the bar moves.
func (w *Waiting) Moves() bool { return w.bar.Running() }

// CreateRenderer lays the text above the bar.
func (w *Waiting) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewVBox(w.text, Thin(w.bar)))
}
