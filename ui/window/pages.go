package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// page is one page of the window.
type page interface {
	// connect gives it the agent to ask, whenever there is another one.
	connect(agent Agent)
	// content is made once.
	content() fyne.CanvasObject
	// opened is called when it comes to the front, draw for every picture while
	// it is there.
	opened()
	draw(p local.Picture, now time.Time)
}

// order is how the tabs stand.
var order = []local.Page{local.PageOverview, local.PageActivity, local.PageProblems, local.PageSettings}

// names are the keys of the pages' names.
var names = map[local.Page]string{
	local.PageOverview: "frame.overview", local.PageActivity: "frame.activity",
	local.PageProblems: "frame.problems", local.PageSettings: "frame.settings",
}

// pages are the pages of the window with their tabs.
type pages struct {
	words    *view.Words
	overview *overview
	activity *activity
	problems *problemsPage
	settings *settingsPage
	held     *held
	parting  *parting
	actions  *actions

	tabs  *tabs
	made  map[local.Page]fyne.CanvasObject
	stage *fyne.Container
	box   fyne.CanvasObject
}

// newPages makes the pages and what they share.
func newPages(w *Window) *pages {
	d := w.desk
	p := &pages{words: d.words, made: map[local.Page]fyne.CanvasObject{}, stage: container.NewStack()}
	p.held = &held{desk: d}
	p.parting = &parting{desk: d, gone: w.gone, done: w.begin}
	p.actions = &actions{desk: d, held: p.held, parting: p.parting, version: w.config.Version}
	p.overview = newOverview(d, p.actions)
	p.activity = newActivity(d, w.config.Rows)
	p.problems = newProblems(d, p.actions)
	p.settings = newSettings(d, p.actions, p.parting, w.preferred)
	p.settings.diagnostics.folder = w.config.Downloads
	p.tabs = newTabs(order, func(page local.Page) string { return p.name(page, 0) }, w.show)
	p.box = between(container.NewPadded(p.tabs.box), p.stage, nil)
	return p
}

// page is the page of a name; a name nobody knows is the overview's.
func (p *pages) page(name local.Page) page {
	switch name {
	case local.PageActivity:
		return p.activity
	case local.PageProblems:
		return p.problems
	case local.PageSettings:
		return p.settings
	}
	return p.overview
}

// name is what stands on a tab.
func (p *pages) name(page local.Page, problems int) string {
	if page == local.PageProblems && problems > 0 {
		return p.words.Text("frame.problems_n", view.Args{"count": problems})
	}
	return p.words.Text(names[page])
}

// connect gives every page the agent.
func (p *pages) connect(agent Agent) {
	p.held.agent, p.actions.agent = agent, agent
	p.parting.connect(agent)
	for _, name := range order {
		p.page(name).connect(agent)
	}
}

// show brings a page to the front.
func (p *pages) show(name local.Page) {
	if p.page(name) == page(p.overview) {
		name = local.PageOverview
	}
	if p.made[name] == nil {
		p.made[name] = p.page(name).content()
	}
	p.stage.Objects = []fyne.CanvasObject{p.made[name]}
	p.stage.Refresh()
	p.tabs.choose(name)
	p.page(name).opened()
}

// draw shows a picture on the tabs and on the page in front.
func (p *pages) draw(picture local.Picture, now time.Time) {
	p.tabs.rename(local.PageProblems, p.name(local.PageProblems, problemCount(picture.Status, now)))
	p.page(p.tabs.current).draw(picture, now)
	p.parting.follow(picture.Parting)
}
