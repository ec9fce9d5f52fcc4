package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// accountRows is the table of accounts: name, state, count and a menu.
type accountRows struct {
	*desk
	acts actor
	box  *fyne.Container
	rows []accountRow
}

type accountRow struct {
	id          string
	name, count *widget.Label
	state       *look.Quiet
	more        *control.Button
}

func newAccountRows(d *desk, acts actor) *accountRows {
	return &accountRows{desk: d, acts: acts, box: container.New(columns(3))}
}

// draw shows the accounts; both lists have the same order.
func (r *accountRows) draw(accounts []engine.AccountStatus, shown []view.Account) {
	if len(accounts) != len(r.rows) {
		r.build(len(accounts))
	}
	show(r.box, len(accounts) > 0 && accounts[0].ID != "") // what cannot be read yet has no name
	for i, a := range accounts {
		row := &r.rows[i]
		row.id = a.ID
		say(row.name, shown[i].Name)
		if row.state.Text() != shown[i].Short {
			row.state.SetText(shown[i].Short)
		}
		say(row.count, r.words.Text("overview.count", view.Args{"n": a.DialpadDocuments}))
	}
}

func (r *accountRows) build(n int) {
	r.rows = make([]accountRow, n)
	r.box.RemoveAll()
	for i := range r.rows {
		row := &r.rows[i]
		row.name, row.count, row.state = widget.NewLabel(""), widget.NewLabel(""), look.Hint("")
		row.state.Truncation, row.state.Wrapping = fyne.TextTruncateEllipsis, fyne.TextWrapOff
		row.name.Truncation = fyne.TextTruncateEllipsis
		row.count.Alignment = fyne.TextAlignTrailing
		row.more = control.NewIconButton("", theme.MoreHorizontalIcon(), func() { r.onMore(row) })
		row.more.Importance = widget.LowImportance
		r.box.Add(tight(row.name, row.state))
		r.box.Add(middle(row.count))
		r.box.Add(middle(row.more))
	}
}

func (r *accountRows) onMore(row *accountRow) {
	canvas := fyne.CurrentApp().Driver().CanvasForObject(row.more)
	menu := widget.NewPopUpMenu(fyne.NewMenu("", r.items(row.id)...), canvas)
	menu.ShowAtRelativePosition(fyne.NewPos(0, row.more.Size().Height), row.more)
}

// items is what can be done with one account.
func (r *accountRows) items(id string) []*fyne.MenuItem {
	does := func(key string, a view.Action) *fyne.MenuItem {
		return fyne.NewMenuItem(r.words.Text(key), func() { r.acts.act(a, id) })
	}
	return []*fyne.MenuItem{
		does("tray.sync_now", view.TryAgain),
		does("overview.choose", view.ChooseAgain),
		does("overview.sign_in", view.Reconnect),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(r.words.Text("overview.disconnect"), func() { r.acts.disconnect(id) }),
	}
}
