package setup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// Browser signs a person in through the browser.
type Browser interface {
	// Connect tells of every step; ending ctx cancels the sign-in.
	Connect(ctx context.Context, ask local.ConnectRequest, tell func(local.ConnectStep)) error
	// OpenAgain opens the page of the sign-in under way once more.
	OpenAgain(ctx context.Context) error
}

// browser is the wait for a sign-in in the browser: what to do there, how long
// it waits, and what helps where no page came up.
type browser struct {
	*parts
	agent Browser
	// onDone and onFailed are told how it ended; neither is after stop.
	onDone   func(local.ConnectStep)
	onFailed func(engine.Problem, *local.Person)

	signIn, clock, opening *job
	place                  string
	last                   local.ConnectStep

	says      *widget.Label
	progress  *look.Waiting
	openAgain *control.Button
	copyLink  *control.Button
	content   *fyne.Container
}

func newBrowser(p *parts, agent Browser, onDone func(local.ConnectStep), onFailed func(engine.Problem, *local.Person)) *browser {
	b := &browser{parts: p, agent: agent, onDone: onDone, onFailed: onFailed, says: look.Text(""), progress: look.NewWaiting("")}
	b.openAgain = p.button("setup.open_again", b.onOpenAgain)
	b.copyLink = p.copier("setup.copy_link", func() string { return b.last.URL })
	b.content = container.NewVBox(b.says, b.progress, look.Flow(b.openAgain, b.copyLink))
	b.content.Hide()
	return b
}

// begin starts a sign-in at a place, which is what people call the page.
func (b *browser) begin(ask local.ConnectRequest, place string) {
	b.stop()
	b.place, b.last = place, local.ConnectStep{}
	b.copyLink.SetText(b.text("setup.copy_link"))
	b.content.Show()
	b.say()
	b.signIn = b.desk.begin(func(ctx context.Context, show func(func())) {
		err := b.agent.Connect(ctx, ask, func(s local.ConnectStep) { show(func() { b.step(s) }) })
		if err == nil {
			err = errEnded
		}
		show(func() { b.fail(engine.ProblemOf(err), nil) })
	})
}

// errEnded is a sign-in whose end the agent never told.
var errEnded = errors.New("the sign-in ended without a word")

// stop cancels the sign-in under way.
func (b *browser) stop() {
	b.signIn.stop()
	b.clock.stop()
	b.opening.stop()
	b.content.Hide()
}

func (b *browser) step(s local.ConnectStep) {
	switch s.Stage {
	case local.ConnectDone:
		b.stop()
		b.onDone(s)
	case local.ConnectFailed:
		problem := engine.ProblemOf(errEnded)
		if s.Problem != nil {
			problem = *s.Problem
		}
		b.fail(problem, s.Who)
	case local.ConnectOpened:
		b.last = s
		b.clock.stop()
		b.say()
		b.clock = b.desk.every(b.say)
		b.focus(b.openAgain)
	default:
		b.last.Stage = s.Stage
		b.clock.stop()
		b.say()
	}
}

func (b *browser) fail(problem engine.Problem, who *local.Person) {
	b.stop()
	b.onFailed(problem, who)
}

// say tells what the person is to do now.
func (b *browser) say() {
	args := view.Args{"host": b.place, "left": countdown(time.Until(b.last.Until))}
	opened := b.last.Stage == local.ConnectOpened
	key := "setup.browser_opening"
	switch {
	case opened && b.last.NotOpened:
		key = "setup.browser_by_hand"
	case opened:
		key = "setup.browser_open"
	case b.last.Stage == local.ConnectFinishing:
		key = "setup.browser_finishing"
	}
	b.says.SetText(b.text(key, args))
	setVisible(b.progress, !opened)
	setVisible(b.openAgain, opened)
	setVisible(b.copyLink, opened)
	b.content.Refresh()
}

// countdown is what is left of a wait, in minutes and seconds.
func countdown(left time.Duration) string {
	seconds := max(0, int(left.Round(time.Second).Seconds()))
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func (b *browser) onOpenAgain() {
	if b.opening.busy() {
		return
	}
	open := func(ctx context.Context) (struct{}, error) { return struct{}{}, b.agent.OpenAgain(ctx) }
	b.opening = ask(b.desk, open, func(_ struct{}, err error) {
		if err != nil {
			b.last.NotOpened = true
			b.say()
		}
	})
}
