package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// choices is what can be ticked: languages, the tree with its search, and what
// is left out unless it is asked for.
type choices struct {
	*parts
	changed    func()
	languages  *languages
	search     *control.Entry
	none       *look.Quiet
	list       *treeList
	restricted *option
	drafts     *option
	head       *fyne.Container
	body       *fyne.Container
	foot       *fyne.Container
}

func newChoices(p *parts, changed, onEnter func()) *choices {
	c := &choices{parts: p, changed: changed, search: newEntry(), none: look.Hint("")}
	c.languages = newLanguages(p, func() {
		c.recount()
		changed()
	})
	c.list = newTreeList(p.words, changed)
	c.search.SetPlaceHolder(p.text("choose.search"))
	c.search.OnChanged = c.onSearch
	c.search.OnSubmitted = func(text string) {
		if text == "" {
			onEnter()
			return
		}
		c.focus(c.list) // whoever has searched wants what was found, not to start
	}
	c.none.Hide()
	c.restricted = newOption("", func(bool) { changed() })
	c.drafts = newOption("", func(bool) { changed() })
	c.head = container.NewVBox(c.languages.content, c.search, c.none)
	c.body = look.Tall(8, c.list)
	c.foot = container.NewVBox(c.restricted, c.drafts)
	return c
}

// fill shows what a source has, with what is chosen ticked.
func (c *choices) fill(from local.Choices) {
	t := newTree(from.Collections)
	t.choose(from.Chosen.Collections)
	c.languages.fill(from.Collections, from.Chosen.Locales)
	c.restricted.set(from.Chosen.IncludeRestricted)
	c.drafts.set(from.Chosen.IncludeDrafts)
	c.list.fill(t)
	c.recount()
}

// recount shows the numbers of the ticked languages.
func (c *choices) recount() {
	c.list.tree.recount(c.languages.chosen())
	c.list.Refresh()
	restricted, drafts := c.list.tree.hidden()
	c.restricted.setText(c.text("choose.restricted", view.Args{"number": restricted}))
	c.drafts.setText(c.text("choose.drafts", view.Args{"number": drafts}))
	setVisible(c.restricted, restricted > 0 || c.restricted.ticked())
	setVisible(c.drafts, drafts > 0 || c.drafts.ticked())
}

// onSearch filters the tree; far too long a text finds nothing.
func (c *choices) onSearch(text string) {
	if tooLong(text) {
		text = string([]rune(text)[:longestField])
	}
	c.list.search(text)
	setVisible(c.none, len(c.list.shown) == 0)
	c.none.SetText(c.text("choose.none_found"))
	c.head.Refresh()
}

// missing says what has to be ticked first, or is empty.
func (c *choices) missing() string {
	switch {
	case c.list.tree.empty():
		return c.text("choose.tick_something")
	case len(c.languages.ids) > 0 && len(c.languages.chosen()) == 0:
		return c.text("choose.tick_language")
	}
	return ""
}

func (c *choices) selection() local.Selection {
	return local.Selection{
		Collections: c.list.tree.chosen(), Locales: c.languages.chosen(),
		IncludeRestricted: c.restricted.ticked(), IncludeDrafts: c.drafts.ticked(),
	}
}
