package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Radio is the round box of one of several things, without a text. Whoever
// lays several out sees to it that one is ticked. The toolkit has them in
// groups only, whose boxes keep Esc to themselves.
type Radio struct {
	widget.Check
	focused bool
}

// NewRadio makes a round box.
func NewRadio(changed func(bool)) *Radio {
	r := &Radio{}
	r.OnChanged = changed
	r.ExtendBaseWidget(r)
	return r
}

// TypedKey ticks the box for Enter and passes Esc on.
func (r *Radio) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		r.TypedRune(' ')
	case fyne.KeyEscape:
		passOn(r, key)
	}
}

// FocusGained shows where the focus is.
func (r *Radio) FocusGained() {
	r.focused = true
	r.Check.FocusGained()
	Reveal(r)
}

// FocusLost shows that it has gone.
func (r *Radio) FocusLost() {
	r.focused = false
	r.Check.FocusLost()
}

// CreateRenderer draws the round box.
func (r *Radio) CreateRenderer() fyne.WidgetRenderer {
	d := &radioDrawing{radio: r, halo: canvas.NewCircle(color.Transparent), icon: widget.NewIcon(nil)}
	d.Refresh()
	return d
}

// radioDrawing is a round box with a halo while it has the focus.
type radioDrawing struct {
	radio *Radio
	halo  *canvas.Circle
	icon  *widget.Icon
}

func (d *radioDrawing) size(name fyne.ThemeSizeName) float32 { return d.radio.Theme().Size(name) }

// MinSize is that of the toolkit's box without a text.
func (d *radioDrawing) MinSize() fyne.Size {
	icon, pad := d.size(theme.SizeNameInlineIcon), 2*d.size(theme.SizeNameInnerPadding)
	line := fyne.MeasureText("M", d.size(theme.SizeNameText), fyne.TextStyle{}).Height
	return fyne.NewSize(icon+pad, max(icon, line)+pad)
}

// Layout puts the box into the middle of its height.
func (d *radioDrawing) Layout(size fyne.Size) {
	icon, border := d.size(theme.SizeNameInlineIcon), d.size(theme.SizeNameInputBorder)
	halo := icon + d.size(theme.SizeNameInnerPadding)
	d.halo.Resize(fyne.NewSquareSize(halo))
	d.halo.Move(fyne.NewPos(border, (size.Height-halo)/2))
	d.icon.Resize(fyne.NewSquareSize(icon))
	d.icon.Move(fyne.NewPos(border+(halo-icon)/2, (size.Height-icon)/2))
}

// Refresh draws what is ticked.
func (d *radioDrawing) Refresh() {
	d.halo.FillColor = color.Transparent
	if d.radio.focused {
		d.halo.FillColor = d.radio.Theme().Color(theme.ColorNameFocus, fyne.CurrentApp().Settings().ThemeVariant())
	}
	d.halo.Refresh()
	if d.radio.Checked {
		d.icon.SetResource(theme.NewPrimaryThemedResource(theme.RadioButtonCheckedIcon()))
	} else {
		d.icon.SetResource(theme.NewThemedResource(theme.RadioButtonIcon()))
	}
}

// Objects are halo and box.
func (d *radioDrawing) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{d.halo, d.icon} }

// Destroy has nothing to do.
func (d *radioDrawing) Destroy() {}
