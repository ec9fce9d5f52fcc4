package window

import (
	"cmp"
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// forgetter disconnects.
type forgetter interface {
	Forget(ctx context.Context, ask local.ForgetRequest, f func(local.ForgetStep)) error
}

// parting ends with an account, or with everything, and says each time what
// becomes of the copied answers.
type parting struct {
	*desk
	agent forgetter
	// gone is told when everything has been removed from this computer, done
	// when an account has gone.
	gone, done func()

	busy bool
	// going shows one that is under way; nil at other times. watched is the number
	// of one that this window has not asked for itself, or 0; known the last one
	// it has seen.
	going          *progress
	watched, known int
	// telling says that what came of it is being read.
	telling bool
}

// underWay says that somebody is being parted with, or reads what came of it.
func (p *parting) underWay() bool { return p.busy || p.telling }

// open asks what is to become of one account's answers.
func (p *parting) open(account string) {
	a := p.account(account)
	args := view.Args{"source": a.Source, "n": a.DialpadDocuments}
	p.ask(p.words.Text("parting.title", args), p.words.Text("parting.explain", args),
		p.words.Text("parting.keep"), p.words.Text("parting.remove", args), p.words.Text("parting.sure", args),
		local.ForgetRequest{Account: account})
}

// openLeftover asks what is to become of the answers of an account that was
// taken out of the settings by hand.
func (p *parting) openLeftover(left local.Leftover) {
	args := view.Args{"source": left.Account, "n": left.Documents}
	p.ask(p.words.Text("parting.leftover_title", args), p.words.Text("parting.leftover_explain", args),
		p.words.Text("parting.leftover_keep"), p.words.Text("parting.leftover_remove", args), p.words.Text("parting.sure", args),
		local.ForgetRequest{Account: left.Account})
}

// openEverything asks before everything is removed from this computer.
func (p *parting) openEverything() {
	n := 0
	for _, a := range p.picture().Accounts {
		n += a.DialpadDocuments
	}
	args := view.Args{"n": n}
	p.ask(p.words.Text("preference.end"), p.words.Text("parting.everything_explain"),
		p.words.Text("parting.everything_keep"), p.words.Text("parting.everything_remove", args), p.words.Text("parting.sure", args),
		local.ForgetRequest{Everything: true})
}

// ask offers both ways in full; nothing is the default.
func (p *parting) ask(title, explain, keep, remove, sure string, ask local.ForgetRequest) {
	if p.busy {
		return
	}
	var shown *control.Dialog
	away := ask
	away.DeleteDocuments = true
	choose := func(ask local.ForgetRequest) {
		shown.Close()
		p.forget(ask)
	}
	stay := control.NewButton(keep, func() { choose(ask) })
	danger := control.NewButton(remove, func() { p.confirm(title, sure, remove, func() { choose(away) }) })
	danger.Importance = widget.DangerImportance
	cancel := control.NewMainButton(p.words.Text("frame.cancel"), func() { shown.Close() })
	shown = p.dialogs.Show(title, control.Wide, container.NewVBox(look.Text(explain), stay, danger), cancel)
}

// progress is the dialog of a disconnection under way.
type progress struct {
	dialog *control.Dialog
	text   *widget.Label
	bar    *widget.ProgressBar
}

func (p *parting) begin() *progress {
	text, bar := look.Text(p.words.Text("parting.going")), widget.NewProgressBar()
	bar.TextFormatter = func() string { return "" }
	bar.Hide()
	dialog := p.dialogs.Show(p.words.Text("parting.going_title"), control.Wide, container.NewVBox(text, bar, look.Hint(p.words.Text("parting.goes_on"))))
	return &progress{dialog, text, bar}
}

// draw shows how far it has come.
func (p *parting) draw(step local.ForgetStep) {
	if p.going != nil && step.Total > 0 && !step.Done {
		show(p.going.bar, true)
		p.going.bar.SetValue(float64(step.Removed) / float64(step.Total))
		say(p.going.text, p.words.Text("parting.removed", view.Args{"done": step.Removed, "total": step.Total}))
	}
}

// close takes the dialog away.
func (p *parting) close() {
	p.busy, p.watched = false, 0
	if p.going != nil {
		p.going.dialog.Close()
		p.going = nil
	}
}

// forget does it, showing how far it has come. It goes on without the window.
func (p *parting) forget(ask local.ForgetRequest) {
	if p.agent == nil || p.busy {
		return
	}
	p.busy = true
	ask.Stays = true
	name := cmp.Or(p.account(ask.Account).Source, ask.Account) // the picture forgets it as well
	p.going = p.begin()
	var last local.ForgetStep
	tell := func(step local.ForgetStep) {
		last = step
		p.known = max(p.known, step.Number)
		p.draw(step)
	}
	agent := p.agent
	p.work.start(func(ctx context.Context) {
		err := agent.Forget(ctx, ask, func(step local.ForgetStep) { p.work.post(func() { tell(step) }) })
		p.work.post(func() {
			p.close()
			p.ended(ask, name, last, err)
		})
	})
}

// connect forgets what another agent did.
func (p *parting) connect(agent forgetter) {
	if p.watched != 0 {
		p.close()
	}
	p.agent, p.known = agent, 0
}

// follow shows one that goes on in the agent and was asked for elsewhere, or in a
// window that has been closed.
func (p *parting) follow(now *local.Parting) {
	switch {
	case now == nil && p.watched != 0:
		p.close()
		return
	case now == nil:
		return
	case !p.busy && !now.Over && now.Number > p.known:
		p.busy, p.watched, p.known = true, now.Number, now.Number
		p.going = p.begin()
	case p.watched != now.Number:
		return
	}
	p.draw(now.Step)
	if now.Over {
		p.close()
		p.ended(now.Ask, now.Source, now.Step, nil)
	}
}

// ended says what came of it.
func (p *parting) ended(ask local.ForgetRequest, name string, last local.ForgetStep, err error) {
	switch {
	case last.Done && ask.Everything:
		p.gone()
	case last.Done:
		text := p.words.Text("parting.done", view.Args{"source": name})
		if last.NotConfirmed {
			text = p.words.Text("parting.not_confirmed", view.Args{"source": name})
		}
		p.telling = true
		p.tell(p.words.Text("parting.done_title"), text).OnClose(func() {
			p.telling = false
			p.done()
		})
	case last.Problem != nil && ask.DeleteDocuments && !ask.Anyway && shutOut(*last.Problem):
		p.anyway(ask, *last.Problem)
	case last.Problem != nil:
		p.fail(ask.Account, last.Problem.AsError())
	case err != nil:
		p.fail(ask.Account, err)
	default:
		p.fail(ask.Account, local.ErrNoAgent) // it ended without a word
	}
}

// shutOut says that Dialpad no longer lets us remove anything.
func shutOut(p engine.Problem) bool {
	return p.Side != "source" && (p.Kind == source.SignIn || p.Kind == source.Forbidden)
}

// anyway asks whether to forget although the answers stay.
func (p *parting) anyway(ask local.ForgetRequest, why engine.Problem) {
	text := p.message(ask.Account, why.AsError()).Sentence
	var shown *control.Dialog
	ask.Anyway = true
	forget := control.NewButton(p.words.Text("parting.anyway_button"), func() {
		shown.Close()
		p.forget(ask)
	})
	forget.Importance = widget.DangerImportance
	cancel := control.NewMainButton(p.words.Text("frame.cancel"), func() { shown.Close() })
	body := []fyne.CanvasObject{look.Text(text), look.Text(p.words.Text("parting.anyway"))}
	shown = p.dialogs.Show(p.words.Text("parting.anyway_title"), control.Wide, container.NewVBox(body...), cancel, forget)
}
