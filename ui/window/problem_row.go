package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// problemRow is a sentence, whose problem it is and since when, and the buttons
// that help.
type problemRow struct {
	page *problemsPage
	now  problem // what it shows

	text        *widget.Label
	hint        *look.Quiet
	help, again *control.Button
	buttons     *fyne.Container
	box         *fyne.Container
}

func newProblemRow(page *problemsPage) *problemRow {
	r := &problemRow{page: page, text: look.Text(""), hint: look.Hint("")}
	r.help = control.NewButton("", r.onHelp)
	r.again = control.NewButton(page.words.Label(view.TryAgain), r.onAgain)
	r.buttons = look.Flow(r.help, r.again)
	r.box = container.NewVBox(tight(r.text, r.hint), r.buttons, widget.NewSeparator())
	return r
}

// draw shows a problem. The button of the first one draws the eye.
func (r *problemRow) draw(p problem, first bool, now time.Time) {
	r.now = p
	say(r.text, p.sentence)
	hint := r.page.hint(p, now)
	if r.hint.Text() != hint {
		r.hint.SetText(hint)
	}
	show(r.hint, hint != "")
	importance := widget.MediumImportance
	if first && p.failure == nil {
		importance = widget.HighImportance
	}
	if r.help.Text != p.button || r.help.Importance != importance {
		r.help.Importance = importance
		r.help.SetText(p.button)
	}
	show(r.help, p.action != view.NoAction)
	show(r.again, p.failure != nil)
	show(r.buttons, p.action != view.NoAction)
}

func (r *problemRow) onHelp() {
	if r.now.failure == nil {
		r.page.acts.act(r.now.action, r.now.account)
		return
	}
	ask := local.DocumentRequest{Account: r.now.account, Key: r.now.failure.Key}
	r.page.press(ask.Account, func(ctx context.Context) error { return r.page.opens.OpenDocument(ctx, ask) })
}

func (r *problemRow) onAgain() {
	ask := local.DocumentRequest{Account: r.now.account, Key: r.now.failure.Key}
	r.page.press(ask.Account, func(ctx context.Context) error { return r.page.agent.Retry(ctx, ask) })
}
