package setup

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/look"
)

// planPause is how long nobody ticks before what is ticked is planned.
const planPause = 600 * time.Millisecond

// plan says what would happen to what is ticked. Nothing is written for it.
type plan struct {
	*parts
	agent    Selector
	changed  func()
	onSignIn func(side string)

	making *job
	made   *local.Plan
	title  string

	summary  *widget.Label
	detail   *look.Quiet
	progress *look.Waiting
	extra    *either
	extraBox *fyne.Container
	extraSay *widget.Label
	notice   *notice
	content  *fyne.Container
}

func newPlan(p *parts, agent Selector, changed func(), onSignIn func(string)) *plan {
	s := &plan{parts: p, agent: agent, changed: changed, onSignIn: onSignIn, summary: look.Text(""), detail: look.Hint(""),
		progress: look.NewWaiting(""), extraSay: look.Text(""), notice: newNotice()}
	s.summary.TextStyle = fyne.TextStyle{Bold: true}
	s.extra = newEither([]string{p.text("choose.keep_extra"), p.text("choose.remove_extra")}, func(int) { s.say() })
	s.extra.set(0)
	s.extraBox = container.NewVBox(s.extraSay, s.extra.content)
	s.content = container.NewVBox(s.summary, s.progress, s.detail, s.extraBox, s.notice.content)
	return s
}

// make plans a selection after a short rest; what was planned before no longer
// holds. missing says why there is nothing to plan.
func (s *plan) make(request local.ChooseRequest, title, missing string) {
	s.making.stop()
	s.made, s.title = nil, title
	s.extra.set(0) // a removal is agreed to for one plan only
	s.notice.clear()
	setVisible(s.progress, missing == "")
	s.detail.Hide()
	s.extraBox.Hide()
	if missing != "" {
		s.summary.SetText(missing)
		return
	}
	s.summary.SetText(s.text("choose.counting"))
	s.making = s.desk.begin(func(ctx context.Context, show func(func())) {
		if !rest(ctx, planPause) {
			return
		}
		err := s.agent.Plan(ctx, request, func(step local.PlanStep) { show(func() { s.step(step, request) }) })
		show(func() { s.ended(err, request) })
	})
}

func (s *plan) stop() { s.making.stop() }

func (s *plan) step(step local.PlanStep, request local.ChooseRequest) {
	switch {
	case step.Problem != nil:
		s.failed(*step.Problem, request)
	case step.Plan != nil:
		s.made = step.Plan
		s.progress.Hide()
		s.say()
		s.changed()
	case step.Counted > 0:
		s.summary.SetText(s.text("choose.counted", view.Args{"n": step.Counted}))
	}
}

// ended is told when the agent has said all; a plan that never came is a
// failure.
func (s *plan) ended(err error, request local.ChooseRequest) {
	if s.made != nil || s.notice.content.Visible() {
		return
	}
	if err == nil {
		err = errEnded
	}
	s.failed(engine.ProblemOf(err), request)
}

func (s *plan) failed(problem engine.Problem, request local.ChooseRequest) {
	s.progress.Hide()
	s.summary.SetText(s.text("choose.no_plan"))
	again := func() {
		s.make(request, s.title, "")
		s.changed()
	}
	s.fail(s.notice, problem, s.message(problem, s.title), remedies{again: again, signIn: onSide(s.onSignIn, problem)})
	s.changed()
}

func (s *plan) keepExtra() bool { return s.extra.chosen == 0 }

// removals is how many removals the person has seen.
func (s *plan) removals() int {
	n := s.made.Remove
	if !s.keepExtra() {
		n += s.made.Extra
	}
	return n
}

// say puts the plan in words.
func (s *plan) say() {
	p := s.made
	if p == nil {
		return
	}
	key := "choose.will_copy"
	if len(p.ByLocale) > 1 {
		key = "choose.will_copy_languages"
	}
	text := s.text(key, view.Args{"n": p.Total, "languages": s.byLanguage(p.ByLocale)})
	if n := s.removals(); n > 0 {
		text += " " + s.text("choose.will_remove", view.Args{"n": n})
	} else {
		text += " " + s.text("choose.nothing_removed")
	}
	s.summary.SetText(text)
	setVisible(s.detail, p.Already > 0)
	s.detail.SetText(s.text("choose.already", view.Args{"n": p.Already, "add": p.Add}))
	setVisible(s.extraBox, p.Extra > 0)
	s.extraSay.SetText(s.text("choose.extra", view.Args{"n": p.Extra}))
	s.content.Refresh()
}

// byLanguage lists the languages with their numbers, the largest first.
func (s *plan) byLanguage(counts map[string]int) string {
	ids := make([]string, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	names := languageNames(s.words.Language(), ids)
	var list []string
	for _, id := range ids {
		list = append(list, s.text("choose.of_language", view.Args{"number": counts[id], "language": names[id]}))
	}
	return strings.Join(list, ", ")
}
