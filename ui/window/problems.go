package window

import (
	"context"
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// problemsAgent is what the problems page asks of the agent.
type problemsAgent interface {
	Failures(ctx context.Context, account string) ([]engine.Failure, error)
	Held(ctx context.Context, account string) ([]engine.HeldRemoval, error)
	Decide(ctx context.Context, account string, d engine.Decision, seen time.Time) (engine.Outcome, error)
	Retry(ctx context.Context, ask local.DocumentRequest) error
}

// mostFailures is how many rows about single documents are shown: the agent
// reads no more titles.
const mostFailures = 100

// problemsPage has a row for everything that is wrong.
type problemsPage struct {
	*desk
	agent problemsAgent
	opens activityAgent
	acts  actor

	failed failures
	counts map[string]int // what failed was read at

	reading, pressed once
	rows             []*problemRow
	more, empty      *widget.Label
	box              *fyne.Container
}

func newProblems(d *desk, acts actor) *problemsPage {
	p := &problemsPage{desk: d, acts: acts, failed: failures{}, box: container.NewVBox(), more: centred(""), empty: centred(d.words.Text("problems.none"))}
	return p
}

// connect forgets what another agent said.
func (p *problemsPage) connect(agent Agent) {
	p.agent, p.opens, p.counts = agent, agent, nil
}

func (p *problemsPage) content() fyne.CanvasObject {
	return container.NewStack(container.NewVScroll(container.NewPadded(container.NewVBox(p.box, p.more))), middle(p.empty))
}

// opened reads the documents that could not be copied anew: their titles are
// asked for only when somebody looks.
func (p *problemsPage) opened() { p.counts = nil }

func (p *problemsPage) draw(picture local.Picture, now time.Time) {
	if counts := failedCounts(picture); p.counts == nil || !maps.Equal(counts, p.counts) {
		p.read(counts)
	}
	p.drawRows(problems(p.words, picture.Status, p.failed, now), now)
}

// read asks for the failures of every account that has some.
func (p *problemsPage) read(counts map[string]int) {
	if p.agent == nil || p.reading.busy {
		return
	}
	p.counts = counts
	agent := p.agent
	askOnce(&p.reading, p.work, func(ctx context.Context) (failures, error) {
		read := failures{}
		for _, account := range slices.Sorted(maps.Keys(counts)) {
			list, err := agent.Failures(ctx, account)
			if err != nil {
				return nil, err
			}
			read[account] = list
		}
		return read, nil
	}, func(read failures, err error) {
		if err != nil {
			return // the sentence about the account says what is wrong
		}
		p.failed = read
		p.drawRows(problems(p.words, p.picture().Status, p.failed, p.now()), p.now())
	})
}

// drawRows shows the rows. Their widgets are used again, so that the focus stays
// where it is.
func (p *problemsPage) drawRows(problems []problem, now time.Time) {
	show(p.empty, len(problems) == 0)
	shown, documents := 0, 0
	for _, row := range problems {
		if row.failure != nil {
			if documents++; documents > mostFailures {
				continue
			}
		}
		if shown == len(p.rows) {
			p.rows = append(p.rows, newProblemRow(p))
			p.box.Add(p.rows[shown].box)
		}
		p.rows[shown].draw(row, shown == 0, now)
		shown++
	}
	for i, row := range p.rows {
		show(row.box, i < shown)
	}
	more := ""
	if documents > mostFailures {
		more = p.words.Text("problems.more", view.Args{"n": documents - mostFailures})
	}
	say(p.more, more)
}

// hint is whose problem it is and since when.
func (p *problemsPage) hint(row problem, now time.Time) string {
	since := p.since(row, now)
	if since == "" && row.failure == nil && row.action == view.NoAction {
		since = row.help
	}
	if row.name == "" || since == "" {
		return row.name + since
	}
	return p.words.Text("problems.whose", view.Args{"name": row.name, "since": since})
}

func (p *problemsPage) since(row problem, now time.Time) string {
	switch {
	case row.since.IsZero():
		return ""
	case row.failure != nil && row.failure.RetryAt.After(now):
		return p.words.Text("problems.since_again", view.Args{
			"since": p.words.Clock(row.since, now), "when": p.words.Clock(row.failure.RetryAt, now),
		})
	}
	return p.words.Text("problems.since", view.Args{"when": p.words.Clock(row.since, now)})
}

func (p *problemsPage) press(account string, call func(context.Context) error) {
	doOnce(&p.pressed, p.work, call, func(err error) {
		if err != nil {
			p.fail(account, err)
		}
	})
}
