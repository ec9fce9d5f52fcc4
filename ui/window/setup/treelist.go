package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
)

// treeList shows the rows of a tree. The arrows walk through it, left and right
// fold, Space and Enter tick. Only the rows in sight exist.
type treeList struct {
	control.List
	tree    *tree
	words   *view.Words
	shown   []*node
	filter  string
	changed func()
	at      int // the row with the focus
}

func newTreeList(words *view.Words, changed func()) *treeList {
	l := &treeList{words: words, changed: changed, tree: newTree(nil)}
	l.Length = func() int { return len(l.shown) }
	l.CreateItem = func() fyne.CanvasObject { return newTreeRow() }
	l.UpdateItem = func(i int, o fyne.CanvasObject) { l.draw(o.(*treeRow), i) }
	l.OnSelected = l.onSelected
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// fill shows another tree.
func (l *treeList) fill(t *tree) {
	l.tree = t
	l.rebuild()
}

// search shows what the text finds.
func (l *treeList) search(text string) {
	l.filter = text
	l.rebuild()
	l.ScrollToTop()
}

func (l *treeList) rebuild() {
	l.shown = l.tree.rows(l.filter)
	l.at = max(0, min(l.at, len(l.shown)-1))
	l.Refresh()
}

// onSelected ticks: the row is chosen for a moment only, so that choosing it
// again unticks it.
func (l *treeList) onSelected(i int) {
	l.UnselectAll()
	if i < 0 || i >= len(l.shown) {
		return
	}
	l.at = i
	l.tree.toggle(l.shown[i])
	l.Refresh()
	l.changed()
}

// TypedKey walks, folds and ticks.
func (l *treeList) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyDown:
		l.at = max(0, min(l.at+1, len(l.shown)-1))
	case fyne.KeyUp:
		l.at = max(0, l.at-1)
	case fyne.KeyLeft, fyne.KeyRight:
		if l.at < len(l.shown) {
			l.fold(l.shown[l.at], key.Name == fyne.KeyRight)
		}
		return
	}
	l.List.TypedKey(key)
}

func (l *treeList) fold(n *node, open bool) {
	n.open = open
	l.rebuild()
}

func (l *treeList) draw(r *treeRow, i int) {
	if i >= len(l.shown) {
		return
	}
	n := l.shown[i]
	r.indent.depth = n.depth
	r.fold.show(len(n.children) > 0, n.open || l.filter != "", func() { l.fold(n, !n.open) })
	r.box.SetResource(drawing(n.tick()))
	r.name.SetText(n.Name)
	r.count.SetText(l.words.Text("choose.number", view.Args{"number": n.Count}))
	r.content.Refresh()
}

// drawing is the box of what is ticked, partly ticked, or not.
func drawing(t tick) fyne.Resource {
	switch t {
	case on:
		return theme.NewPrimaryThemedResource(theme.CheckButtonCheckedIcon())
	case partly:
		return theme.NewPrimaryThemedResource(theme.Icon(theme.IconNameCheckButtonPartial))
	}
	return theme.CheckButtonIcon()
}

// treeRow is one row: how deep, the arrow, the box, the name, the number.
type treeRow struct {
	widget.BaseWidget
	indent  *indent
	fold    *arrow
	box     *widget.Icon
	name    *widget.Label
	count   *widget.Label
	content *fyne.Container
}

func newTreeRow() *treeRow {
	r := &treeRow{indent: &indent{}, fold: newArrow(), box: widget.NewIcon(nil), name: widget.NewLabel(""), count: widget.NewLabel("")}
	r.name.Truncation = fyne.TextTruncateEllipsis
	before := container.NewHBox(container.New(r.indent, layout.NewSpacer()), r.fold, r.box)
	r.content = container.NewBorder(nil, nil, before, r.count, r.name)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer draws the row.
func (r *treeRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// indent is the room before a row, by its depth.
type indent struct{ depth int }

func (i *indent) Layout([]fyne.CanvasObject, fyne.Size) {}

func (i *indent) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(float32(i.depth)*theme.IconInlineSize(), 0)
}

// arrow opens and closes what is below a row.
type arrow struct {
	widget.Icon
	tapped func()
}

func newArrow() *arrow {
	a := &arrow{}
	a.ExtendBaseWidget(a)
	return a
}

func (a *arrow) show(has, open bool, tapped func()) {
	a.tapped = tapped
	switch {
	case !has:
		a.tapped = nil
		a.SetResource(nil)
	case open:
		a.SetResource(theme.MenuDropDownIcon())
	default:
		a.SetResource(theme.MenuExpandIcon())
	}
}

// Tapped folds.
func (a *arrow) Tapped(*fyne.PointEvent) {
	if a.tapped != nil {
		a.tapped()
	}
}
