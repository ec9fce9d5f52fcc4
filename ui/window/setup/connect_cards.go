package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// cards are the sources to choose from, one card for each that works.
type cards struct {
	*parts
	onCard  func(local.SourceCard)
	buttons []*control.Button
	content *fyne.Container
}

func newCards(p *parts, onCard func(local.SourceCard)) *cards {
	return &cards{parts: p, onCard: onCard, content: container.NewVBox()}
}

// fill makes a card of each source: its name and what it needs, on a button.
func (c *cards) fill(sources []local.SourceCard) {
	c.buttons, c.content.Objects = nil, nil
	for _, s := range sources {
		b := control.NewButton("", func() { c.onCard(s) })
		c.buttons = append(c.buttons, b)
		says := container.NewVBox(look.Heading(s.Title), look.Hint(c.text("source.needs")))
		c.content.Add(container.NewStack(b, look.Page(says)))
	}
}

func (c *cards) first() fyne.Focusable {
	if len(c.buttons) == 0 {
		return nil
	}
	return c.buttons[0]
}
