package setup

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// Tester is what the second step asks.
type Tester interface {
	// Dialpad tests a sign-in and, where it is asked to, keeps it.
	Dialpad(ctx context.Context, ask local.DialpadRequest) (local.DialpadAnswer, error)
	Browser
}

// dialpad is the second step: where Dialpad is and how to sign in there, tested
// before it goes on.
type dialpad struct {
	*parts
	agent  Tester
	onNext func()
	onBack func()

	// kept is the sign-in this computer has already, or nil; tested what
	// Dialpad has said yes to.
	kept    *local.DialpadRequest
	tested  *local.DialpadRequest
	testing *job

	form     *dialpadForm
	browser  *browser
	progress *look.Waiting
	notice   *notice
	back     *control.Button
	main     *control.Button
	content  fyne.CanvasObject
}

func newDialpad(p *parts, agent Tester, onNext, onBack func()) *dialpad {
	s := &dialpad{parts: p, agent: agent, onNext: onNext, onBack: onBack, notice: newNotice()}
	s.form = newDialpadForm(p, s.changed, s.confirm)
	s.browser = newBrowser(p, agent, s.onSignedIn, func(problem engine.Problem, _ *local.Person) { s.failed(problem) })
	s.progress = look.NewWaiting(p.text("credentials.testing"))
	s.progress.Hide()
	s.back = p.button("setup.back", s.escape)
	s.main = p.mainButton("credentials.test", s.confirm)
	body := container.NewVBox(s.form.content, s.browser.content, s.progress, s.notice.content)
	s.content = screen(body, s.back, s.main)
	return s
}

// Title is the step's name in the header.
func (s *dialpad) Title() string { return s.text("setup.step_dialpad") }

// Content is the screen.
func (s *dialpad) Content() fyne.CanvasObject { return s.content }

// Done says that a sign-in is kept and nothing else has been typed.
func (s *dialpad) Done() bool { return s.kept != nil && s.form.request() == *s.kept }

// begin fills the step in from an earlier set-up.
func (s *dialpad) begin(before *local.DialpadRequest, signedIn bool) {
	if before == nil {
		return
	}
	s.form.fill(*before)
	if signedIn {
		kept := s.form.request()
		s.kept = &kept
		s.form.secret.SetPlaceHolder(s.text("credentials.secret_kept"))
		s.notice.good(s.text("credentials.kept"), "")
	}
}

// signInAgain asks for another secret: the one that is kept is not taken any
// more.
func (s *dialpad) signInAgain() {
	s.kept, s.tested = nil, nil
	s.form.secret.SetPlaceHolder("")
	s.changed()
	s.focus(s.form.secret)
}

func (s *dialpad) enter() {
	s.arrange()
	if s.Done() {
		s.focus(s.main)
		return
	}
	s.focus(s.form.first())
}

func (s *dialpad) leave() {
	s.testing.stop()
	s.browser.stop()
}

// busy says that Dialpad is being asked.
func (s *dialpad) busy() bool { return s.testing.busy() || s.browser.signIn.busy() }

func (s *dialpad) arrange() {
	waiting := s.browser.signIn.busy()
	setVisible(s.form.content, !waiting)
	setVisible(s.main, !waiting)
	setVisible(s.progress, s.testing.busy())
	setEnabled(s.main, !s.testing.busy())
	key := "credentials.test"
	switch {
	case s.Done() || s.passed():
		key = "setup.next"
	case s.form.inBrowser():
		key = "credentials.sign_in"
	}
	s.main.SetText(s.text(key))
	back := "setup.back"
	if s.busy() {
		back = "setup.cancel"
	}
	s.back.SetText(s.text(back))
	s.content.Refresh()
}

// passed says that Dialpad said yes to what is typed now.
func (s *dialpad) passed() bool { return s.tested != nil && s.form.request() == *s.tested }

// changed is told that something else is typed: what was said no longer holds.
func (s *dialpad) changed() {
	s.testing.stop()
	s.notice.clear()
	s.arrange()
}

// confirm is Test, and Next when the test went well.
func (s *dialpad) confirm() {
	switch {
	case s.busy():
	case s.Done():
		s.onNext()
	case s.passed():
		s.ask(true)
	default:
		if missing, where := s.form.missing(s.kept != nil); missing != "" {
			s.notice.bad(missing)
			s.reveal(s.notice.content)
			s.focus(where)
			return
		}
		s.begun()
	}
}

// begun asks Dialpad, in the browser or with id and secret.
func (s *dialpad) begun() {
	s.notice.clear()
	request := s.form.request()
	if !s.form.inBrowser() {
		s.ask(false)
		return
	}
	s.browser.begin(local.ConnectRequest{Source: "dialpad", Dialpad: &request}, "Dialpad")
	s.focus(nil) // Enter does nothing while it waits, Esc cancels
	s.arrange()
}

// ask tests what is typed, and keeps it where the person goes on.
func (s *dialpad) ask(keep bool) {
	request := s.form.request()
	sent := request
	sent.Keep = keep
	question := func(ctx context.Context) (local.DialpadAnswer, error) { return s.agent.Dialpad(ctx, sent) }
	s.testing = ask(s.desk, question, func(answer local.DialpadAnswer, err error) {
		s.testing.stop()
		switch {
		case err != nil:
			s.failed(engine.ProblemOf(err))
		case keep:
			s.kept = &request
			s.arrange()
			s.onNext()
		default:
			s.tested = &request
			s.answered(answer)
		}
	})
	s.focus(nil) // Enter does nothing while it waits, Esc cancels
	s.arrange()
	s.reveal(s.progress)
}

// answered tells what Dialpad holds.
func (s *dialpad) answered(answer local.DialpadAnswer) {
	more := ""
	if answer.Ours > 0 {
		more = s.text("credentials.ours", view.Args{"n": answer.Ours})
	}
	text := s.text("credentials.nothing")
	if answer.Elsewhere > 0 {
		text = s.text("credentials.elsewhere", view.Args{"n": answer.Elsewhere})
	}
	s.notice.good(text, more)
	s.arrange()
	s.focus(s.main)
	s.reveal(s.notice.content)
}

func (s *dialpad) onSignedIn(step local.ConnectStep) {
	request := s.form.request()
	s.kept = &request
	var answer local.DialpadAnswer
	if step.Dialpad != nil {
		answer = *step.Dialpad
	}
	s.answered(answer)
}

// failed says why Dialpad did not let us in, and the next click.
func (s *dialpad) failed(problem engine.Problem) {
	s.tested = nil
	m := s.message(problem, "")
	again := remedies{again: s.confirm, check: s.check}
	var others []offer
	if other, name := s.form.otherRegion(); problem.Code == source.CodeWrongSecret && other >= 0 {
		m.Sentence = s.text("credentials.wrong_secret", view.Args{"region": s.form.regionName()})
		m.Action, m.Button = view.TryAgain, s.text("credentials.try_region", view.Args{"region": name})
		again.again = func() { s.tryRegion(other) }
		others = append(others, offer{s.words.Label(view.CheckSignIn), s.check})
	}
	s.arrange()
	s.fail(s.notice, problem, m, again, others...)
	s.content.Refresh()
}

// check leads back to what was typed.
func (s *dialpad) check() {
	s.notice.clear()
	s.focus(s.form.id)
}

func (s *dialpad) tryRegion(other int) {
	s.form.region.set(other)
	s.changed()
	s.confirm()
}

// escape cancels what runs; where nothing runs it goes back.
func (s *dialpad) escape() {
	if !s.busy() {
		s.onBack()
		return
	}
	s.leave()
	s.arrange()
	s.focus(s.main)
}

// trimmed is what was typed without the spaces a copy brings along.
func trimmed(e *control.Entry) string { return strings.TrimSpace(e.Text) }
