// Package window is what a person sees when they open Dialpad Sync: the frame
// that follows the agent, and the pages overview, activity, problems and
// settings. A page shows pictures of the agent and hands wishes on; nothing
// about syncing is decided here. Everything but the calls to the agent happens
// in the UI thread.
package window

import (
	"context"
	"errors"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
	"dialpadsync.app/ui/window/setup"
)

// Config is what a window is made of.
type Config struct {
	App    fyne.App
	Agents Agents
	// Guide opens the set-up.
	Guide func(Opening) Guide
	// Post brings a function into the UI thread without waiting: fyne.Do.
	Post func(func())
	// Now is the wall clock in the person's time zone.
	Now func() time.Time
	// Getenv tells the language of the system.
	Getenv func(string) string
	// OpenURL shows a page in the browser.
	OpenURL func(string)
	// Downloads is where a person looks for a saved file.
	Downloads string
	// Told remembers that it was said that closing the window ends nothing.
	Told Reminder
	// Quit ends the UI thread's loop. It is not the window's own Close, after which
	// the toolkit's driver (v2.7.1) falls over the next move of the mouse.
	Quit func()
	// Theme is how it looks until the agent says what the person chose.
	Theme string
	// Rows is how many rows of activity are kept; 0 is as many as the agent has.
	Rows int
	// Begin is the page to begin with, or empty.
	Begin   local.Page
	Version string
}

// Reminder remembers between two runs that something has been said.
type Reminder interface {
	Said() bool
	Say()
}

// Opening is what a set-up needs of its window.
type Opening struct {
	Agent Agent
	Words *view.Words
	Task  Task
	// Window is what it is shown in.
	Window fyne.Window
	Post   func(func())
	// Finished and Left tell that the person is through, or wants to leave.
	Finished, Left func()
}

// redrawEvery is how often "3 minutes ago" is said anew.
const redrawEvery = 30 * time.Second

// Window is the one window.
type Window struct {
	config Config
	window fyne.Window
	follow *follower
	work   *work
	desk   *desk
	closed bool
	// removed says that the program was taken off this computer, ended that the
	// person quit it; the window then looks for no agent.
	removed, ended bool

	agent   Agent
	picture local.Picture
	prefs   local.Preferences
	setup   local.Setup
	seen    *int // the last wish to come forward, nil before the first picture
	// entering waits for the first picture.
	entering bool
	begun    once
	// quitting waits for the agent to end.
	quitting once

	body    *fyne.Container
	banner  *banner
	absence *absence
	guide   Guide
	pages   *pages // nil until the agent has been asked
}

// New makes the window. Run has to be called for it to live.
func New(c Config) *Window {
	w := &Window{config: c, window: c.App.NewWindow("Dialpad Sync"), body: container.NewStack()}
	post := func(f func()) {
		c.Post(func() {
			if !w.closed {
				f()
			}
		})
	}
	w.work = newWork(post)
	w.follow = &follower{agents: c.Agents, post: post, found: w.found, drawn: w.drawn, lost: w.lost, wishes: make(chan reach, 1)}
	w.desk = &desk{
		now: c.Now, work: w.work, dialogs: control.NewDialogs(w.window, w.onKey),
		picture: func() local.Picture { return w.picture }, redraw: w.redraw,
		copyText: func(text string) { c.App.Clipboard().SetContent(text) },
		openURL:  c.OpenURL, show: w.show, begin: w.openGuide,
	}
	look.Wear(c.App, look.Options{Variant: c.Theme})
	w.speak("")
	w.window.SetMaster()
	w.window.SetCloseIntercept(w.onClose)
	w.window.Resize(fyne.NewSize(760, 560))
	return w
}

// Show shows the window.
func (w *Window) Show() { w.window.Show() }

// Run follows the agent until ctx ends, and waits for every call it has made.
func (w *Window) Run(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() { w.work.run(ctx) })
	parts.Go(func() { w.follow.run(ctx) })
	parts.Go(func() { w.tick(ctx) })
	parts.Wait()
}

// tick redraws what is said relative to now.
func (w *Window) tick(ctx context.Context) {
	ticker := time.NewTicker(redrawEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			w.work.post(w.redraw)
		}
	}
}

// speak builds everything that has words in it, in a language.
func (w *Window) speak(setting string) {
	w.desk.words = view.In(view.Language(setting, w.config.Getenv))
	w.banner, w.absence = newBanner(), newAbsence()
	w.window.SetMainMenu(w.menu())
	w.window.SetContent(between(w.banner.box, w.body, nil))
	w.put(middle(centred(w.desk.words.Text("frame.starting"))))
}

// put shows something instead of what is shown.
func (w *Window) put(content fyne.CanvasObject) {
	if w.shows(content) {
		return
	}
	w.body.Objects = []fyne.CanvasObject{content}
	w.body.Refresh()
}

// shows says whether this is what is shown.
func (w *Window) shows(content fyne.CanvasObject) bool {
	return len(w.body.Objects) == 1 && w.body.Objects[0] == content
}

// found takes a running agent.
func (w *Window) found(agent Agent) {
	w.agent = agent
	w.picture.Parting = nil // another agent's
	w.banner.hide()
	if w.pages != nil {
		w.pages.connect(agent)
	}
	w.begin()
}

// lost tells that there is no agent, or one that cannot be spoken to.
func (w *Window) lost(err error) {
	if w.removed || w.ended {
		return
	}
	t := w.desk.words.Text
	text, button, does := t("frame.stopped"), t("frame.start_again"), w.follow.startAgain
	switch {
	case errors.Is(err, local.ErrOtherVersion):
		text, button, does = t("frame.other_version"), t("frame.replace"), w.follow.replace
	case source.KindOf(err) != source.Unclassified:
		text = w.desk.message("", err).Sentence
	case !errors.Is(err, local.ErrNoAgent) && w.agent == nil:
		text = t("frame.not_started", view.Args{"why": err.Error()})
	}
	if w.guide != nil { // what was typed there stays
		w.banner.say(text, button, does)
		return
	}
	w.miss(text, button, does)
}

// miss shows why there is nothing to see, and what can be done about it.
func (w *Window) miss(text, button string, does func()) {
	w.desk.dialogs.CloseAll()
	w.absence.say(text, button, does)
	w.put(w.absence.box)
}

// begin asks the agent what the window looks like, then shows it.
func (w *Window) begin() {
	type answers struct {
		setup local.Setup
		prefs local.Preferences
	}
	agent := w.agent
	askOnce(&w.begun, w.work, func(ctx context.Context) (answers, error) {
		setup, err := agent.Setup(ctx)
		if err != nil {
			return answers{}, err
		}
		prefs, err := agent.Preferences(ctx)
		return answers{setup, prefs}, err
	}, func(a answers, err error) {
		if err != nil && w.pages != nil && w.shows(w.pages.box) {
			return // what is shown is still true
		}
		if err != nil {
			w.miss(w.desk.message("", err).Sentence, w.desk.words.Label(view.TryAgain), w.begin)
			return
		}
		w.setup = a.setup
		w.prefer(a.prefs)
		if w.pages != nil {
			w.pages.settings.drawAccounts(a.setup)
		}
		w.enter()
	})
}

// prefer follows theme and language.
func (w *Window) prefer(p local.Preferences) {
	speaks := w.desk.words.Language()
	look.Wear(w.config.App, look.Options{Variant: p.Theme})
	w.prefs = p
	if view.Language(p.Language, w.config.Getenv) != speaks {
		w.pages = nil
		w.speak(p.Language)
	}
}

// preferred follows what has been saved on the settings page.
func (w *Window) preferred(p local.Preferences) {
	w.prefer(p)
	if w.pages == nil {
		w.config.Begin = local.PageSettings
		w.enter()
	}
	w.redraw()
}

// enter shows the set-up where there is something to set up, else the pages.
func (w *Window) enter() {
	switch {
	case w.guide != nil, w.pages != nil && w.pages.parting.underWay(): // goes on when that is over
	case w.seen == nil:
		w.entering = true // when a picture says whether something is under way
	case !ready(w.setup) && !parts(w.picture):
		w.openGuide(Task{Goal: setup.Whole})
	default:
		w.openPages()
	}
}

// openPages shows the pages, making them where there are none.
func (w *Window) openPages() {
	if w.pages == nil {
		w.pages = newPages(w)
		w.pages.connect(w.agent)
		w.pages.show(w.config.Begin)
		w.config.Begin = ""
	}
	w.put(w.pages.box)
	w.redraw()
}

// ready says that there is something the pages can show: Dialpad is connected
// and of one source at least it has been chosen what to copy.
func ready(s local.Setup) bool {
	for _, a := range s.Accounts {
		if a.Selected && s.Dialpad != nil {
			return true
		}
	}
	return false
}

// parts says that a disconnection is under way, which leaves an account
// without a choice of what to copy.
func parts(p local.Picture) bool { return p.Parting != nil && !p.Parting.Over }

// openGuide shows the set-up instead of the pages.
func (w *Window) openGuide(task Task) {
	if w.agent == nil || w.guide != nil {
		return
	}
	w.desk.dialogs.CloseAll()
	w.guide = w.config.Guide(Opening{
		Agent: w.agent, Words: w.desk.words, Task: task, Window: w.window, Post: w.work.post,
		Finished: w.closeGuide, Left: w.leaveGuide,
	})
	w.put(w.guide.Content())
}

// closeGuide goes on with what the agent says now.
func (w *Window) closeGuide() {
	if w.guide == nil {
		return
	}
	w.guide.Close()
	w.guide = nil
	w.begin()
}

// leaveGuide goes back to the pages, or closes the window of somebody who does
// not want to set anything up.
func (w *Window) leaveGuide() {
	if ready(w.setup) {
		w.closeGuide()
		return
	}
	w.close()
}

// drawn takes a picture.
func (w *Window) drawn(p local.Picture) {
	if p.Ending {
		w.ended = true
		w.close()
		return
	}
	changed := accountsDiffer(w.picture, p)
	w.picture = p
	if changed && w.pages != nil {
		w.begin() // somebody connected or disconnected elsewhere
	}
	w.come(p.Show)
	if w.entering {
		w.entering = false
		w.enter()
	}
	w.redraw()
}

func accountsDiffer(a, b local.Picture) bool {
	if len(a.Accounts) != len(b.Accounts) {
		return true
	}
	for i := range a.Accounts {
		if a.Accounts[i].ID != b.Accounts[i].ID {
			return true
		}
	}
	return false
}

// come brings the window forward where somebody wants to see it.
func (w *Window) come(wish local.Show) {
	before := w.seen
	w.seen = &wish.Count
	if before != nil && *before == wish.Count {
		return
	}
	if agent := w.agent; agent != nil && wish.Count > 0 { // or it counts as one that hangs
		do(w.work, func(ctx context.Context) error { return agent.Came(ctx, wish.Count) }, func(error) {})
	}
	if before == nil {
		return // a wish from before this window was opened
	}
	w.window.RequestFocus()
	if wish.Page == local.PageSetup {
		w.openGuide(taskOf(wish.Account))
		return
	}
	if wish.Page != "" {
		w.show(wish.Page)
	}
}

// taskOf is what the set-up is opened for when somebody asks for it: an account
// wants a sign-in.
func taskOf(account string) Task {
	if account == "" {
		return Task{Goal: setup.Whole}
	}
	return Task{Goal: setup.SignInAgain, Account: account}
}

// show brings a page to the front.
func (w *Window) show(page local.Page) {
	if w.pages == nil {
		w.config.Begin = page
		return
	}
	if w.guide == nil {
		w.pages.show(page)
		w.redraw()
	}
}

// redraw shows the newest picture as it is now.
func (w *Window) redraw() {
	if w.pages != nil && w.agent != nil {
		w.pages.draw(w.picture, w.config.Now())
	}
}

// onKey is for keys that nothing has a use for.
func (w *Window) onKey(key *fyne.KeyEvent) {
	if w.guide != nil {
		w.guide.Key(key)
	}
}

// onClose closes the window. The first time it says that the sync goes on.
func (w *Window) onClose() {
	if w.agent == nil || !ready(w.setup) || w.config.Told.Said() {
		w.close()
		return
	}
	w.config.Told.Say()
	w.desk.dialogs.CloseAll()
	t := w.desk.words.Text
	title, text := t("frame.stays"), t("frame.stays_explain")
	if w.picture.NoIcon {
		title, text = t("frame.goes_on"), t("frame.goes_on_explain")
	}
	w.desk.tell(title, text).OnClose(w.close)
}

// onQuit ends the agent, which ends the window.
func (w *Window) onQuit() {
	if w.agent == nil || w.shows(w.absence.box) {
		w.close()
		return
	}
	agent := w.agent
	doOnce(&w.quitting, w.work, agent.Stop, func(err error) {
		if err != nil {
			w.desk.fail("", err)
		}
	})
}

func (w *Window) close() {
	if w.guide != nil {
		w.guide.Close()
		w.guide = nil
	}
	if !w.closed {
		w.closed = true
		w.config.Quit()
	}
}

// gone is the end of a window whose program has been removed.
func (w *Window) gone() {
	w.removed = true
	w.desk.dialogs.CloseAll()
	w.desk.tell(w.desk.words.Text("frame.removed"), w.desk.words.Text("frame.removed_explain")).OnClose(w.close)
}
