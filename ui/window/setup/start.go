package setup

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// start is what is seen while the agent tells how far an earlier set-up came.
type start struct {
	*parts
	agent    Agent
	onNext   func(local.Setup, []local.SourceCard)
	onBack   func()
	asking   *job
	progress *look.Waiting
	notice   *notice
	cancel   *control.Button
	content  fyne.CanvasObject
}

func newStart(p *parts, agent Agent, onNext func(local.Setup, []local.SourceCard), onBack func()) *start {
	s := &start{parts: p, agent: agent, onNext: onNext, onBack: onBack, notice: newNotice()}
	s.progress = look.NewWaiting(p.text("setup.looking"))
	s.cancel = p.button("setup.cancel", onBack)
	s.content = screen(container.NewVBox(s.progress, s.notice.content), s.cancel)
	return s
}

// Title is shown nowhere: what is looked up is not a step.
func (s *start) Title() string { return "" }

// Content is the screen.
func (s *start) Content() fyne.CanvasObject { return s.content }

// Done is always so: there is nothing to do.
func (s *start) Done() bool { return true }

func (s *start) enter() { s.look() }

func (s *start) leave() {
	s.asking.stop()
	s.progress.Hide()
}

func (s *start) confirm() {
	if !s.asking.busy() {
		s.look()
	}
}

func (s *start) escape() { s.onBack() }

// look asks the agent; a failure is said and can be tried again.
func (s *start) look() {
	s.asking.stop()
	s.notice.clear()
	s.progress.Show()
	s.asking = s.desk.begin(func(ctx context.Context, show func(func())) {
		sources, err := s.agent.Sources(ctx)
		var setup local.Setup
		if err == nil {
			setup, err = s.agent.Setup(ctx)
		}
		show(func() {
			s.progress.Hide()
			if err != nil {
				problem := engine.ProblemOf(err)
				s.fail(s.notice, problem, s.message(problem, ""), remedies{again: s.look})
				return
			}
			s.onNext(setup, sources)
		})
	})
}
