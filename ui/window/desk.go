package window

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// desk is what every page works with. All of it belongs to the UI thread.
type desk struct {
	words   *view.Words
	now     func() time.Time
	work    *work
	dialogs *control.Dialogs
	// picture is the newest one.
	picture func() local.Picture
	// redraw draws the newest picture anew.
	redraw func()
	// copyText puts a text into the clipboard.
	copyText func(string)
	// openURL shows a page in the browser.
	openURL func(string)
	// show goes to a page; begin opens the set-up.
	show  func(local.Page)
	begin func(Task)
}

// account is what the newest picture says of an account; one it does not know
// has its id alone.
func (d *desk) account(id string) engine.AccountStatus {
	for _, a := range d.picture().Accounts {
		if a.ID == id {
			return a
		}
	}
	return engine.AccountStatus{ID: id}
}

// message puts a failure into words. The account it is about may be empty.
func (d *desk) message(account string, err error) view.Message {
	var unreachable *url.Error
	if errors.Is(err, local.ErrNoAgent) || errors.As(err, &unreachable) {
		return view.Message{Sentence: d.words.Text("frame.stopped")}
	}
	a, p := d.account(account), engine.ProblemOf(err)
	p.Since = time.Time{} // just now
	return d.words.Message(p, view.Context{Source: a.Source, Place: a.Place, Now: d.now()})
}

// fail tells that something the person asked for did not happen, and why.
func (d *desk) fail(account string, err error) {
	m := d.message(account, err)
	buttons := []fyne.CanvasObject{}
	if m.Guide != "" {
		buttons = append(buttons, control.NewButton(m.Button, func() { d.guide(m) }))
	}
	if m.Action == view.CopyDetails {
		buttons = append(buttons, control.NewButton(m.Button, func() { d.copyText(err.Error()) }))
	}
	d.tell(d.words.Text("frame.not_done"), m.Sentence, buttons...)
}

// guide shows what to do about a failure, in several lines.
func (d *desk) guide(m view.Message) {
	d.tell(m.Sentence, m.Guide, control.NewButton(d.words.Text("frame.copy"), func() { d.copyText(m.Guide) }))
}

// tell shows a text with a button to close it, behind other buttons.
func (d *desk) tell(title, text string, buttons ...fyne.CanvasObject) *control.Dialog {
	var shown *control.Dialog
	all := slices.Concat(buttons, []fyne.CanvasObject{control.NewMainButton(d.words.Text("frame.close"), func() { shown.Close() })})
	shown = d.dialogs.Show(title, control.Wide, look.Text(text), all...)
	return shown
}

// confirm asks once more before something that cannot be undone; Cancel is the
// default.
func (d *desk) confirm(title, text, yes string, confirmed func()) {
	var shown *control.Dialog
	danger := control.NewButton(yes, func() {
		shown.Close()
		confirmed()
	})
	danger.Importance = widget.DangerImportance
	no := control.NewMainButton(d.words.Text("frame.cancel"), func() { shown.Close() })
	shown = d.dialogs.Show(title, control.Wide, look.Text(text), no, danger)
}

// say changes a label only where its text changes: every change is a redraw.
func say(label *widget.Label, text string) {
	if label.Text != text {
		label.SetText(text)
	}
	show(label, text != "")
}

// show shows or hides an object, once.
func show(object fyne.CanvasObject, visible bool) {
	if visible != object.Visible() {
		if visible {
			object.Show()
		} else {
			object.Hide()
		}
	}
}
