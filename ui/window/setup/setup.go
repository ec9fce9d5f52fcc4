// Package setup is the window's set-up: connect the source, sign in to Dialpad,
// choose what to copy. Each step is a screen of its own that asks the agent,
// shows what it says and hands its result on; the steps do not know each other.
// Nothing about syncing is decided here.
package setup

import (
	"context"
	"net/url"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// Agent is what the set-up asks of the agent; *local.Client is one.
type Agent interface {
	// Setup says how far an earlier set-up came.
	Setup(ctx context.Context) (local.Setup, error)
	Connector
	Tester
	Selector
}

// Host is the window the set-up is shown in.
type Host struct {
	// Canvas has the focus.
	Canvas    fyne.Canvas
	Clipboard fyne.Clipboard
	// OpenURL shows a page in the browser.
	OpenURL func(*url.URL) error
	// Do brings a result to the UI thread: fyne.Do, which does not wait.
	Do func(func())
	// Finished is told once that the person is through; the account is what
	// they set up. Left is told that they want to leave before that.
	Finished func(account string)
	Left     func()
}

// Task is what the set-up is opened for.
type Task struct {
	Goal Goal
	// Account is whom SignInAgain and ChooseAgain are about.
	Account string
}

// Goal says which steps there are.
type Goal int

const (
	// Whole is all three steps; what an earlier set-up has done is skipped.
	Whole Goal = iota
	// AddSource connects one more source and chooses what to copy of it.
	AddSource
	// SignInAgain renews the sign-in of an account.
	SignInAgain
	// ChooseAgain changes what of an account is copied.
	ChooseAgain
	// DialpadAgain changes the sign-in to Dialpad.
	DialpadAgain
)

// step is one screen of the set-up.
type step interface {
	Title() string
	Content() fyne.CanvasObject
	// Done says that the step has nothing left to do.
	Done() bool
	// enter is called whenever the step comes into sight: it puts the focus
	// where the person begins. leave stops what runs and keeps what was typed.
	enter()
	leave()
	// confirm and escape are Enter and Esc where no field has a use for them.
	confirm()
	escape()
}

// Wizard is the set-up. All its methods are for the UI thread.
type Wizard struct {
	words *view.Words
	host  Host
	task  Task
	desk  *desk

	connect *connect
	dialpad *dialpad
	choose  *choose
	start   *start
	steps   []step
	now     int

	header  *header
	stage   *fyne.Container
	content fyne.CanvasObject
}

// New opens the set-up: it asks the agent how far an earlier one came and goes
// on from there. Close has to be called in the end.
func New(agent Agent, words *view.Words, host Host, task Task) *Wizard {
	w := &Wizard{words: words, host: host, task: task, desk: newDesk(host.Do), now: -1}
	p := &parts{words: words, host: host, desk: w.desk, lay: func() {}}
	w.connect = newConnect(p, agent, w.connected, w.back)
	w.dialpad = newDialpad(p, agent, w.signedIn, w.back)
	w.choose = newChoose(p, agent, task.Goal == ChooseAgain, w.chosen, w.back, w.signIn)
	w.start = newStart(p, agent, w.resume, w.back)
	switch task.Goal {
	case AddSource:
		w.steps = []step{w.connect, w.choose}
	case SignInAgain:
		w.steps = []step{w.connect}
	case ChooseAgain:
		w.steps = []step{w.choose}
	case DialpadAgain:
		w.steps = []step{w.dialpad}
	default:
		w.steps = []step{w.connect, w.dialpad, w.choose}
	}
	w.header = newHeader()
	w.stage = container.NewStack(w.start.Content())
	w.content = below(w.header.content, w.stage, nil)
	p.lay = w.content.Refresh
	w.start.enter()
	return w
}

// Content is what the window shows.
func (w *Wizard) Content() fyne.CanvasObject { return w.content }

// Close ends everything that runs and waits for it.
func (w *Wizard) Close() { w.desk.close() }

// Key is for keys that nothing in the window has a use for: Enter presses the
// main button, Esc goes back.
func (w *Wizard) Key(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		w.shown().confirm()
	case fyne.KeyEscape:
		w.shown().escape()
	}
}

func (w *Wizard) shown() step {
	if w.now < 0 {
		return w.start
	}
	return w.steps[w.now]
}

// resume begins where an earlier set-up ended.
func (w *Wizard) resume(s local.Setup, sources []local.SourceCard) {
	begun := unfinished(s, w.task)
	if w.task.Goal == AddSource {
		begun = nil
	}
	w.connect.begin(sources, begun, begun != nil && slices.Contains(s.SignedIn, begun.ID))
	w.dialpad.begin(s.Dialpad, slices.Contains(s.SignedIn, "dialpad"))
	if begun != nil {
		w.choose.begin(begun.ID, begun.Title)
	}
	w.show(w.firstOpen())
	if w.task.Goal == SignInAgain && begun != nil {
		w.connect.signInAgain()
	}
}

// unfinished is the account the task is about: the one it names, else the
// first that is not completely set up, else the first.
func unfinished(s local.Setup, task Task) *local.Account {
	for i, a := range s.Accounts {
		if task.Account == "" && (!a.Selected || !slices.Contains(s.SignedIn, a.ID)) || task.Account == a.ID {
			return &s.Accounts[i]
		}
	}
	if task.Account == "" && len(s.Accounts) > 0 {
		return &s.Accounts[0]
	}
	return nil
}

// firstOpen is the first step that is not done, or the last one. Whoever comes
// to sign in again begins there although an old sign-in is kept.
func (w *Wizard) firstOpen() int {
	for i, s := range w.steps {
		if !s.Done() || w.task.Goal == SignInAgain || w.task.Goal == DialpadAgain {
			return i
		}
	}
	return len(w.steps) - 1
}

func (w *Wizard) show(i int) {
	if i >= len(w.steps) {
		return
	}
	w.shown().leave()
	w.now = i
	w.stage.Objects = []fyne.CanvasObject{w.steps[i].Content()}
	w.stage.Refresh()
	w.header.show(w.titles(), i)
	w.steps[i].enter()
}

// titles are the names of the steps, where there are several.
func (w *Wizard) titles() []string {
	if w.task.Goal != Whole && w.task.Goal != AddSource {
		return nil
	}
	var titles []string
	for _, s := range w.steps {
		titles = append(titles, s.Title())
	}
	return titles
}

// signIn leads from the last step to the one where a side is signed in to, and
// from there back again. A set-up that had no such step has one from now on.
func (w *Wizard) signIn(side string) {
	var to step = w.connect
	if side == "dialpad" {
		to = w.dialpad
	}
	i := slices.Index(w.steps, to)
	if i < 0 {
		i = w.now
		w.steps = slices.Insert(w.steps, i, to)
		w.now++
	}
	w.show(i)
	if to == w.connect {
		w.connect.signInAgain()
	} else {
		w.dialpad.signInAgain()
	}
}

// next goes to the next step that is not done; one behind it has to be looked
// at in any case.
func (w *Wizard) next(account string) {
	i := w.now + 1
	for i < len(w.steps)-1 && w.steps[i].Done() {
		i++
	}
	if i >= len(w.steps) {
		w.host.Finished(account)
		return
	}
	w.show(i)
}

func (w *Wizard) back() {
	if w.now <= 0 {
		w.host.Left()
		return
	}
	w.show(w.now - 1)
}

func (w *Wizard) connected(c connected) {
	w.choose.begin(c.account, c.title)
	w.next(c.account)
}

func (w *Wizard) signedIn() { w.next("") }

func (w *Wizard) chosen(account string) { w.host.Finished(account) }
