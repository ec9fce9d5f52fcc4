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

// forget does it, showing how far it has come.
func (p *parting) forget(ask local.ForgetRequest) {
	if p.agent == nil || p.busy {
		return
	}
	p.busy = true
	name := cmp.Or(p.account(ask.Account).Source, ask.Account) // the picture forgets it as well
	text, bar := look.Text(p.words.Text("parting.going")), widget.NewProgressBar()
	bar.TextFormatter = func() string { return "" }
	bar.Hide()
	shown := p.dialogs.Show(p.words.Text("parting.going_title"), control.Wide, container.NewVBox(text, bar))
	var last local.ForgetStep
	tell := func(step local.ForgetStep) {
		last = step
		if step.Total > 0 && !step.Done {
			show(bar, true)
			bar.SetValue(float64(step.Removed) / float64(step.Total))
			say(text, p.words.Text("parting.removed", view.Args{"done": step.Removed, "total": step.Total}))
		}
	}
	p.work.start(func(ctx context.Context) {
		err := p.agent.Forget(ctx, ask, func(step local.ForgetStep) { p.work.post(func() { tell(step) }) })
		p.work.post(func() {
			p.busy = false
			shown.Close()
			p.ended(ask, name, last, err)
		})
	})
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
