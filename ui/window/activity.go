package window

import (
	"cmp"
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// activityAgent is what the activity page asks of the agent.
type activityAgent interface {
	Activity(ctx context.Context, after int64) ([]local.ActivityRow, error)
	OpenDocument(ctx context.Context, ask local.DocumentRequest) error
}

// activity is the page of what came, changed and went in this run of the agent.
type activity struct {
	*desk
	agent activityAgent

	ledger   ledger
	selected int64 // the number of the selected row, 0 for none
	moving   bool  // the selection is moved along with its row
	reading  once
	opening  once

	search *control.Entry
	kind   *control.Select
	list   *control.List
	widths cells
	row    fyne.CanvasObject // one that is only measured
	empty  *widget.Label
	story  *widget.Label
	open   *control.Button
}

// deeds are what can be chosen, in the order of the choice; the first is all.
var deeds = []engine.Deed{"", engine.Created, engine.Updated, engine.Removed, engine.Restored, engine.Refused}

// deedNames are the keys of what happened in a word, told those of the sentence.
var (
	deedNames = map[engine.Deed]string{
		"": "activity.all", engine.Created: "activity.created", engine.Updated: "activity.updated",
		engine.Removed: "activity.removed", engine.Restored: "activity.restored", engine.Refused: "activity.failed",
	}
	told = map[engine.Deed]string{
		engine.Created: "activity.told_created", engine.Updated: "activity.told_updated",
		engine.Removed: "activity.told_removed", engine.Restored: "activity.told_restored",
	}
)

// newActivity makes the page; it keeps so many rows, or keptRows for 0.
func newActivity(d *desk, rows int) *activity {
	a := &activity{desk: d, ledger: ledger{limit: cmp.Or(rows, keptRows)}, empty: look.Text(""), story: look.Text("")}
	a.search = control.NewEntry()
	a.search.SetPlaceHolder(d.words.Text("activity.search"))
	a.search.OnChanged = func(string) { a.onChoose() }
	var kinds []string
	for _, deed := range deeds {
		kinds = append(kinds, a.kindName(deed))
	}
	a.kind = control.NewSelect(kinds, nil)
	a.kind.SetSelectedIndex(0)
	a.kind.OnChanged = func(string) { a.onChoose() }
	a.widths = cells{0, textWidth(kinds...), 0}
	a.list = control.NewList(func() int { return len(a.ledger.seen) }, a.newRow, a.drawRow)
	a.row = a.newRow()
	a.list.OnSelected = a.onSelected
	a.open = control.NewButton(d.words.Text("activity.open"), a.onOpen)
	a.open.Hide()
	a.empty.Alignment = fyne.TextAlignCenter
	return a
}

func (a *activity) kindName(deed engine.Deed) string {
	return a.words.Text(deedNames[deed])
}

// connect begins anew: another agent has other rows.
func (a *activity) connect(agent Agent) {
	a.agent = agent
	a.ledger.rows = nil
	a.onChoose()
}

func (a *activity) content() fyne.CanvasObject {
	head := container.New(layout.NewBorderLayout(nil, nil, nil, a.kind), a.search, a.kind)
	foot := container.NewBorder(nil, nil, nil, container.NewCenter(a.open), a.story)
	a.drawEmpty()
	return container.NewPadded(between(head, container.NewStack(a.list, middle(a.empty)), foot))
}

func (a *activity) opened() { a.read() }

// draw asks for the rows there are since the last time.
func (a *activity) draw(p local.Picture, _ time.Time) {
	if p.Activity != a.ledger.last() {
		a.read()
	}
}

func (a *activity) read() {
	if a.agent == nil {
		return
	}
	after := a.ledger.last()
	askOnce(&a.reading, a.work, func(ctx context.Context) ([]local.ActivityRow, error) {
		return a.agent.Activity(ctx, after)
	}, func(rows []local.ActivityRow, err error) {
		if err == nil && len(rows) > 0 && a.ledger.last() == after {
			a.add(rows)
		}
	})
}

// add shows new rows above the others without moving what the person looks at.
func (a *activity) add(rows []local.ActivityRow) {
	offset := a.list.GetScrollOffset()
	added := a.ledger.add(rows)
	a.redraw()
	if offset > 0 {
		a.list.ScrollToOffset(offset + float32(added)*a.rowHeight())
	}
}

// rowHeight is a row of the list with the line below it.
func (a *activity) rowHeight() float32 { return a.row.MinSize().Height + theme.Padding() }

// redraw shows what the ledger has in sight.
func (a *activity) redraw() {
	a.drawEmpty()
	if n := len(a.ledger.rows); n > 0 {
		a.widths[0] = textWidth(a.words.Clock(a.ledger.rows[0].At, a.now()), a.words.Clock(a.ledger.rows[n-1].At, a.now()))
	}
	a.moving = true
	if at := a.ledger.find(a.selected); at >= 0 {
		a.list.Select(at)
	} else {
		a.list.UnselectAll()
		a.selected = 0
		say(a.story, "")
		show(a.open, false)
	}
	a.moving = false
	a.list.Refresh()
}

func (a *activity) drawEmpty() {
	text := ""
	switch {
	case len(a.ledger.rows) == 0:
		text = a.words.Text("activity.empty")
	case len(a.ledger.seen) == 0:
		text = a.words.Text("activity.none_found")
	}
	say(a.empty, text)
}

func (a *activity) onChoose() {
	a.ledger.choose(a.search.Text, deeds[max(0, a.kind.SelectedIndex())])
	a.redraw()
	a.list.ScrollToTop()
}

func (a *activity) onSelected(i int) {
	if a.moving || i >= len(a.ledger.seen) {
		return
	}
	row := a.ledger.at(i)
	a.selected = row.Number
	say(a.story, a.tell(row))
	show(a.open, row.Deed != engine.Removed) // of which nothing is left to open
}

// tell is one row as a sentence.
func (a *activity) tell(row local.ActivityRow) string {
	args := view.Args{
		"title": title(row), "source": a.account(row.Account).Source, "when": a.words.Ago(row.At, a.now()),
	}
	if row.Deed == engine.Refused {
		f := engine.Failure{Key: row.Key, Title: oneLine(row.Title), Code: row.Code}
		if row.Code != "" {
			f.Kind = source.BadDocument
		}
		return a.words.Failed(f)
	}
	return a.words.Text(told[row.Deed], args)
}

// title is what a row is called: its title, or its key where nobody said.
func title(row local.ActivityRow) string {
	if row.Title != "" {
		return oneLine(row.Title)
	}
	return oneLine(string(row.Key))
}

func (a *activity) onOpen() {
	at := a.ledger.find(a.selected)
	if at < 0 {
		return
	}
	row := a.ledger.at(at)
	doOnce(&a.opening, a.work, func(ctx context.Context) error {
		return a.agent.OpenDocument(ctx, local.DocumentRequest{Account: row.Account, Key: row.Key})
	}, func(err error) {
		if err != nil {
			a.fail(row.Account, err)
		}
	})
}

// newRow is a row's widgets: when, what, which.
func (a *activity) newRow() fyne.CanvasObject {
	which := widget.NewLabel("")
	which.Truncation = fyne.TextTruncateEllipsis
	return container.New(a.widths, widget.NewLabel(""), widget.NewLabel(""), which)
}

func (a *activity) drawRow(i int, object fyne.CanvasObject) {
	if i >= len(a.ledger.seen) {
		return
	}
	row := a.ledger.at(i)
	labels := object.(*fyne.Container).Objects
	for at, text := range []string{a.words.Clock(row.At, a.now()), a.kindName(row.Deed), title(row)} {
		labels[at].(*widget.Label).SetText(text)
	}
}
