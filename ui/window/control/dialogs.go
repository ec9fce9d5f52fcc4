package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Dialogs are the dialogs of one window, one above the other. Esc closes the
// one on top. All calls are made in the UI thread.
type Dialogs struct {
	window fyne.Window
	open   []*Dialog
	// onKey is told of keys nobody else wanted while no dialog is open.
	onKey func(*fyne.KeyEvent)
}

// NewDialogs takes over the keys of a window that no widget wants; those that
// are not for a dialog go to onKey, which may be nil.
func NewDialogs(window fyne.Window, onKey func(*fyne.KeyEvent)) *Dialogs {
	d := &Dialogs{window: window, onKey: onKey}
	window.Canvas().SetOnTypedKey(d.typed)
	return d
}

func (d *Dialogs) typed(key *fyne.KeyEvent) {
	if len(d.open) == 0 {
		if d.onKey != nil {
			d.onKey(key)
		}
		return
	}
	if key.Name == fyne.KeyEscape {
		d.open[len(d.open)-1].Close()
	}
}

// Open is how many dialogs are open.
func (d *Dialogs) Open() int { return len(d.open) }

// CloseAll closes every dialog.
func (d *Dialogs) CloseAll() {
	for len(d.open) > 0 {
		d.open[len(d.open)-1].Close()
	}
}

// Dialog is one open dialog.
type Dialog struct {
	all     *Dialogs
	shown   *dialog.CustomDialog
	onClose func()
}

// Size of a dialog, as a share of its window: a dialog with a list is tall.
type Size int

const (
	// Fitting is as large as its content.
	Fitting Size = iota
	// Wide leaves room for lines of text; the height is the content's.
	Wide
	// Tall has room for a list.
	Tall
)

// Show opens a dialog. The buttons stand below the content in their order; the
// first one that is a Button of high importance, else the last, has the focus.
func (d *Dialogs) Show(title string, size Size, content fyne.CanvasObject, buttons ...fyne.CanvasObject) *Dialog {
	shown := dialog.NewCustomWithoutButtons(title, content, d.window)
	opened := &Dialog{all: d, shown: shown}
	row := append([]fyne.CanvasObject{layout.NewSpacer()}, buttons...)
	shown.SetButtons([]fyne.CanvasObject{container.NewHBox(row...)})
	shown.SetOnClosed(opened.closed)
	d.open = append(d.open, opened)
	shown.Show()
	opened.resize(size)
	opened.focus(buttons)
	return opened
}

// resize gives the dialog its share of the window. A wrapped text knows its
// height only when it has its width, so that is given first.
func (o *Dialog) resize(size Size) {
	if size == Fitting {
		return
	}
	room := o.all.window.Canvas().Size()
	wanted := fyne.NewSize(min(room.Width*0.8, 560), o.shown.MinSize().Height)
	o.shown.Resize(wanted)
	wanted.Height = o.shown.MinSize().Height
	if size == Tall {
		wanted.Height = max(wanted.Height, room.Height*0.8)
	}
	o.shown.Resize(wanted)
}

func (o *Dialog) focus(buttons []fyne.CanvasObject) {
	var last *Button
	for _, b := range buttons {
		button, ok := b.(*Button)
		if !ok || button.Disabled() {
			continue
		}
		last = button
		if button.Importance == widget.HighImportance {
			break
		}
	}
	if last != nil {
		o.all.window.Canvas().Focus(last)
	}
}

// OnClose is called once when the dialog has closed, however that came.
func (o *Dialog) OnClose(f func()) { o.onClose = f }

// Close closes the dialog; closing it twice does nothing.
func (o *Dialog) Close() {
	if o.shown != nil {
		o.shown.Hide()
	}
}

func (o *Dialog) closed() {
	if o.shown == nil {
		return
	}
	o.shown = nil
	for i, other := range o.all.open {
		if other == o {
			o.all.open = append(o.all.open[:i], o.all.open[i+1:]...)
			break
		}
	}
	if o.onClose != nil {
		o.onClose()
	}
}
