package setup

import (
	"context"
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

// Selector is what the third step asks.
type Selector interface {
	// Choices lists what can be ticked.
	Choices(ctx context.Context, account string) (local.Choices, error)
	// Plan tells of its progress and then what a selection would do.
	Plan(ctx context.Context, ask local.ChooseRequest, tell func(local.PlanStep)) error
	// Sample reads one selected document as it will look in Dialpad.
	Sample(ctx context.Context, ask local.ChooseRequest) (local.Sample, error)
	// Choose keeps a selection and begins to copy it.
	Choose(ctx context.Context, ask local.ChooseRequest) error
}

// choose is the third step: what to copy. Before anything is written it says
// what would happen.
type choose struct {
	*parts
	agent  Selector
	again  bool // an earlier choice is changed
	onNext func(account string)
	onBack func()
	// onSignIn is told that a side ("source", "dialpad") wants a new sign-in.
	onSignIn func(side string)

	account, title   string
	filled           bool
	loading, sending *job

	what     *choices
	plan     *plan
	sample   *sample
	whole    *fyne.Container // everything but the sample
	progress *look.Waiting
	sent     *look.Waiting
	notice   *notice
	form     *fyne.Container
	heading  *widget.Label
	promise  *look.Quiet
	idle     *look.Quiet
	login    *option
	showOne  *control.Button
	back     *control.Button
	main     *control.Button
	content  *fyne.Container
}

func newChoose(p *parts, agent Selector, again bool, onNext func(string), onBack func(), onSignIn func(string)) *choose {
	s := &choose{parts: p, agent: agent, again: again, onNext: onNext, onBack: onBack, onSignIn: onSignIn, notice: newNotice()}
	s.what = newChoices(p, s.changed, s.confirm)
	s.plan = newPlan(p, agent, s.arrange, onSignIn)
	s.sample = newSample(p, agent, s.closeSample)
	s.promise, s.idle = look.Hint(""), look.Hint("")
	s.login = newOption(p.text("choose.login"), nil)
	s.login.set(true)
	s.progress = look.NewWaiting("")
	s.sent = look.NewWaiting(p.text("choose.sending"))
	s.showOne = p.button("choose.show_one", s.onShowOne)
	s.back = p.button("setup.back", s.escape)
	s.main = p.mainButton("choose.start", s.confirm)
	if again {
		s.main.SetText(p.text("choose.save"))
		s.login.Hide()
	}
	right := container.NewVBox(s.plan.content, s.notice.content, s.login, s.promise, s.idle)
	columns := look.Beside(below(s.what.head, s.what.body, s.what.foot), right)
	s.heading = look.Heading(p.text("choose.what"))
	s.form = below(s.heading, columns, s.sent)
	s.whole = container.NewStack(screen(container.NewStack(container.NewVBox(s.progress), s.form), s.back, s.showOne, s.main))
	s.content = container.NewStack(s.whole, s.sample.content)
	return s
}

// Title is the step's name in the header.
func (s *choose) Title() string { return s.text("setup.step_choose") }

// Content is the screen.
func (s *choose) Content() fyne.CanvasObject { return s.content }

// Done is never so: what is copied is always looked at once more.
func (s *choose) Done() bool { return false }

// begin says whose answers are chosen; another account begins anew.
func (s *choose) begin(account, title string) {
	if account == s.account {
		return
	}
	s.account, s.title, s.filled = account, title, false
	names := view.Args{"source": title}
	s.promise.SetText(s.text("choose.promise", names))
	s.progress.SetText(s.text("choose.reading", names))
}

func (s *choose) enter() {
	if s.filled {
		s.changed()
		s.focus(s.what.search)
		return
	}
	s.load()
}

func (s *choose) leave() {
	s.loading.stop()
	s.sending.stop()
	s.plan.stop()
	s.sample.close()
}

// load asks what there is to choose from.
func (s *choose) load() {
	s.notice.clear()
	question := func(ctx context.Context) (local.Choices, error) { return s.agent.Choices(ctx, s.account) }
	s.loading = ask(s.desk, question, func(c local.Choices, err error) {
		s.loading.stop()
		if err != nil {
			problem := engine.ProblemOf(err)
			s.arrange()
			s.fail(s.notice, problem, s.message(problem, s.title), remedies{again: s.load, signIn: onSide(s.onSignIn, problem)})
			s.content.Refresh()
			return
		}
		s.filled = true
		s.what.fill(c)
		s.sayIdle(c.Idle)
		s.changed()
		s.focus(s.what.search)
	})
	s.focus(nil) // Enter does nothing while it waits, Esc cancels
	s.arrange()
}

// sayIdle warns of a sign-in that ends while the computer is off for long.
func (s *choose) sayIdle(idle time.Duration) {
	const day = 24 * time.Hour
	key, n := "choose.idle_weeks", int(idle/(7*day))
	if n == 0 {
		key, n = "choose.idle_days", max(1, int(idle/day))
	}
	if idle <= 0 {
		s.idle.SetText("")
		return
	}
	s.idle.SetText(s.text(key, view.Args{"source": s.title, "n": n}))
}

// changed plans what is ticked now.
func (s *choose) changed() {
	s.notice.clear()
	s.plan.make(s.request(), s.title, s.what.missing())
	s.arrange()
}

func (s *choose) request() local.ChooseRequest {
	return local.ChooseRequest{Account: s.account, Selection: s.what.selection()}
}

func (s *choose) arrange() {
	loading, sending := s.loading.busy(), s.sending.busy()
	setVisible(s.progress, loading)
	setVisible(s.heading, s.filled)
	setVisible(s.form, s.filled || !loading)
	setVisible(s.what.head, s.filled)
	setVisible(s.what.body, s.filled)
	setVisible(s.what.foot, s.filled)
	setVisible(s.promise, s.filled)
	setVisible(s.idle, s.filled && s.idle.Text() != "")
	setVisible(s.login, s.filled && !s.again)
	setVisible(s.sent, sending)
	setEnabled(s.main, s.plan.made != nil && !sending)
	setEnabled(s.showOne, s.plan.made != nil && s.plan.made.Total > 0 && !sending)
	setVisible(s.main, s.filled)
	setVisible(s.showOne, s.filled)
	back := "setup.back"
	if sending || s.again {
		back = "setup.cancel"
	}
	s.back.SetText(s.text(back))
	s.content.Refresh()
}

// confirm is Start: what was seen is agreed to, no more.
func (s *choose) confirm() {
	if s.sample.open() {
		s.closeSample()
		return
	}
	if s.plan.made == nil || s.sending.busy() {
		return
	}
	request := s.request()
	request.KeepExtra = s.plan.keepExtra()
	request.Removals = s.plan.removals()
	request.StartAtLogin = !s.again && s.login.ticked()
	s.notice.clear()
	send := func(ctx context.Context) (struct{}, error) { return struct{}{}, s.agent.Choose(ctx, request) }
	s.sending = ask(s.desk, send, func(_ struct{}, err error) {
		s.sending.stop()
		s.arrange()
		if err == nil {
			s.onNext(s.account)
			return
		}
		problem := engine.ProblemOf(err)
		s.fail(s.notice, problem, s.message(problem, s.title), remedies{again: s.confirm, signIn: onSide(s.onSignIn, problem)})
		s.content.Refresh()
	})
	s.focus(nil) // Enter does nothing while it waits, Esc cancels
	s.arrange()
}

// onShowOne shows one of the ticked answers as it will look.
func (s *choose) onShowOne() {
	if s.plan.made == nil || s.sample.open() {
		return
	}
	s.whole.Hide()
	s.sample.show(s.request(), s.title)
	s.content.Refresh()
}

func (s *choose) closeSample() {
	s.sample.close()
	s.whole.Show()
	s.content.Refresh()
	s.focus(s.showOne)
}

// escape closes what is on top: the sample, what is being sent, the step.
func (s *choose) escape() {
	switch {
	case s.sample.open():
		s.closeSample()
	case s.sending.busy():
		s.sending.stop()
		s.arrange()
		s.focus(s.main)
	default:
		s.onBack()
	}
}
