package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// offer is one thing a notice offers to do.
type offer struct {
	label string
	do    func()
}

// notice says what came of something: a drawing, a sentence, what helps.
type notice struct {
	drawing *widget.Icon
	text    *widget.Label
	more    *look.Quiet
	offers  *fyne.Container
	content *fyne.Container
}

func newNotice() *notice {
	n := &notice{drawing: widget.NewIcon(nil), text: look.Text(""), more: look.Hint(""), offers: look.Flow()}
	beside := container.NewVBox(n.text, n.more, n.offers)
	n.content = container.NewBorder(nil, nil, container.NewVBox(container.NewPadded(n.drawing)), nil, beside)
	n.clear()
	return n
}

// clear says nothing.
func (n *notice) clear() { n.content.Hide() }

// good says that something went well.
func (n *notice) good(text, more string) {
	n.show(theme.NewSuccessThemedResource(theme.ConfirmIcon()), text, more, nil)
}

// bad says that something did not, and what helps.
func (n *notice) bad(text string, offers ...offer) {
	n.show(theme.NewErrorThemedResource(theme.ErrorIcon()), text, "", offers)
}

// explain adds to what is said.
func (n *notice) explain(more string) {
	n.more.SetText(more)
	n.more.Show()
	n.content.Refresh()
}

func (n *notice) show(drawing fyne.Resource, text, more string, offers []offer) {
	n.drawing.SetResource(drawing)
	n.text.SetText(text)
	n.more.SetText(more)
	setVisible(n.more, more != "")
	n.offers.Objects = nil
	for _, o := range offers {
		n.offers.Add(control.NewButton(o.label, o.do))
	}
	setVisible(n.offers, len(offers) > 0)
	n.content.Show()
	n.content.Refresh()
}

// first is the button that helps most, or nil.
func (n *notice) first() fyne.Focusable {
	if !n.content.Visible() || len(n.offers.Objects) == 0 {
		return nil
	}
	return n.offers.Objects[0].(*control.Button)
}
