package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window/control"
)

// tabs are the names of the pages in a row. The toolkit's own cannot be reached
// by Tab.
type tabs struct {
	pages   []local.Page
	buttons []*control.Button
	lines   []*fill
	current local.Page
	row     *fyne.Container
	box     *fyne.Container
}

// newTabs makes a tab for each page; chosen is told of a press.
func newTabs(pages []local.Page, name func(local.Page) string, chosen func(local.Page)) *tabs {
	t := &tabs{pages: pages, row: container.NewHBox()}
	for _, page := range pages {
		button := control.NewButton(name(page), func() { chosen(page) })
		button.Importance = widget.LowImportance
		line := newFill("", theme.Size(theme.SizeNameInputBorder)*2)
		t.buttons, t.lines = append(t.buttons, button), append(t.lines, line)
		t.row.Add(container.NewBorder(nil, line, nil, nil, button))
	}
	t.box = container.NewVBox(t.row, widget.NewSeparator())
	return t
}

// choose marks the page that is in front.
func (t *tabs) choose(page local.Page) {
	t.current = page
	for i, other := range t.pages {
		t.lines[i].light(other == page)
	}
}

// rename changes what stands on a tab.
func (t *tabs) rename(page local.Page, name string) {
	for i, other := range t.pages {
		if other == page && t.buttons[i].Text != name {
			t.buttons[i].SetText(name)
		}
	}
}
