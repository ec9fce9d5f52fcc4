package setup

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// sample shows one of the ticked answers as it will look in Dialpad.
type sample struct {
	*parts
	agent   Selector
	reading *job

	title    *widget.Label
	body     *fyne.Container
	progress *look.Waiting
	notice   *notice
	original *control.Button
	back     *control.Button
	url      string
	content  *fyne.Container
}

func newSample(p *parts, agent Selector, onBack func()) *sample {
	s := &sample{parts: p, agent: agent, title: look.Heading(""), body: container.NewVBox(), notice: newNotice()}
	s.progress = look.NewWaiting(p.text("choose.reading_one"))
	s.back = p.mainButton("setup.back", onBack)
	s.original = p.button("choose.original", func() { p.open(s.url) })
	hint := look.Hint(p.text("choose.sample_hint"))
	s.content = container.NewStack(screen(container.NewVBox(s.title, hint, widget.NewSeparator(), s.progress, s.notice.content, s.body), s.original, s.back))
	s.content.Hide()
	return s
}

func (s *sample) open() bool { return s.content.Visible() }

// show reads a sample of a selection.
func (s *sample) show(request local.ChooseRequest, source string) {
	s.title.SetText(s.text("choose.sample"))
	s.body.Objects = nil
	s.notice.clear()
	s.original.Hide()
	s.progress.Show()
	s.content.Show()
	s.content.Refresh()
	s.focus(s.back)
	question := func(ctx context.Context) (rendered, error) {
		one, err := s.agent.Sample(ctx, request)
		if err != nil {
			return rendered{}, err
		}
		return render(one, s.parts)
	}
	s.reading = ask(s.desk, question, func(r rendered, err error) {
		s.progress.Hide()
		if err != nil {
			problem := engine.ProblemOf(err)
			s.fail(s.notice, problem, s.message(problem, source), remedies{again: func() { s.show(request, source) }})
			s.content.Refresh()
			return
		}
		s.url = r.url
		setVisible(s.original, r.url != "")
		s.title.SetText(r.title)
		s.body.Objects = []fyne.CanvasObject{r.text()}
		s.content.Refresh()
	})
}

func (s *sample) close() {
	s.reading.stop()
	s.content.Hide()
}
