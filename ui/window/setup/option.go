package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// box is what an option is ticked with: a square one, or a round one.
type box interface {
	fyne.Focusable
	fyne.Disableable
	fyne.CanvasObject
	SetChecked(bool)
}

// option is a box with a text that breaks lines, which a toolkit's box does
// not. A tap on the text is one on the box.
type option struct {
	widget.BaseWidget
	box     box
	check   *widget.Check // the box's state
	label   *widget.Label
	content *fyne.Container
}

func newOption(text string, changed func(bool)) *option {
	b := control.NewCheck("", changed)
	return layOption(b, &b.Check, text)
}

func newRound(text string, changed func(bool)) *option {
	b := control.NewRadio(changed)
	return layOption(b, &b.Check, text)
}

func layOption(b box, check *widget.Check, text string) *option {
	o := &option{box: b, check: check, label: look.Text(text)}
	o.content = container.New(boxed{}, b, o.label)
	o.ExtendBaseWidget(o)
	return o
}

func (o *option) ticked() bool { return o.check.Checked }

// boxed puts a text as near to its box as the toolkit's own boxes have it.
type boxed struct{}

func (boxed) indent(box fyne.CanvasObject) float32 {
	return box.MinSize().Width - theme.InnerPadding() - theme.Padding()
}

func (b boxed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	box, label := objects[0], objects[1]
	box.Resize(box.MinSize())
	box.Move(fyne.NewPos(0, 0))
	label.Move(fyne.NewPos(b.indent(box), 0))
	label.Resize(fyne.NewSize(size.Width-b.indent(box), size.Height))
}

func (b boxed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	box, label := objects[0], objects[1]
	return fyne.NewSize(b.indent(box)+label.MinSize().Width, fyne.Max(box.MinSize().Height, label.MinSize().Height))
}

// CreateRenderer draws box and text.
func (o *option) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(o.content) }

// Inside is box and text.
func (o *option) Inside() fyne.CanvasObject { return o.content }

// Tapped ticks or unticks.
func (o *option) Tapped(*fyne.PointEvent) {
	if o.box.Disabled() {
		return
	}
	fyne.CurrentApp().Driver().CanvasForObject(o).Focus(o.box)
	o.box.SetChecked(!o.ticked())
}

func (o *option) setText(text string) {
	o.label.SetText(text)
	o.Refresh()
}

// set ticks without telling anybody.
func (o *option) set(on bool) {
	told := o.check.OnChanged
	o.check.OnChanged = nil
	o.box.SetChecked(on)
	o.check.OnChanged = told
}

// either is a row of options of which one is chosen, or none yet.
type either struct {
	options []*option
	chosen  int
	onPick  func(int)
	content *fyne.Container
}

func newEither(texts []string, onPick func(int)) *either {
	e := &either{chosen: -1, onPick: onPick, content: container.NewVBox()}
	for i, text := range texts {
		o := newRound(text, func(bool) { e.picked(i) })
		e.options = append(e.options, o)
		e.content.Add(o)
	}
	return e
}

// picked is told of a tap; the chosen one stays chosen when it is tapped again.
func (e *either) picked(i int) {
	changed := e.chosen != i
	e.set(i)
	if changed {
		e.onPick(i)
	}
}

// set chooses without telling anybody; -1 chooses none.
func (e *either) set(chosen int) {
	e.chosen = chosen
	for i, o := range e.options {
		o.set(i == chosen)
	}
}

// first is where the keyboard begins: the chosen one, else the first.
func (e *either) first() fyne.Focusable { return e.options[max(0, e.chosen)].box }
