package view

import (
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// line is what one account or all of them together have to say.
type line struct {
	state        State
	text, detail string
	// first says it in one sentence, where that is not the text's first one.
	first  string
	action Action
}

// sentence is the line in one sentence.
func (l line) sentence(w *Words) string {
	if l.first != "" {
		return l.first
	}
	return w.first(l.text)
}

// account is the line of one account.
func (w *Words) account(a engine.AccountStatus, now time.Time, times Times) line {
	l := line{state: stateOf(a, now)}
	switch l.state {
	case Current:
		return w.current(a, now, times)
	case SomeFailed:
		l.first, l.action = w.Text("state.not_copied", Args{"n": a.Failed}), Show
		l.text = w.Text("state.failed", Args{"in_dialpad": w.inDialpad(a), "failed": l.first})
	case Held:
		l.text, l.action = w.held(a, now), Decide
	case Needed, Waits:
		l.text, l.action = w.trouble(a, now)
	case Checking, Copying:
		l.text = w.working(a, now)
	default:
		if a.Pending == 0 {
			l.text = w.due(a, now, times)
			break
		}
		l.first = w.Text("state.on_the_way", Args{"n": a.Pending})
		l.text = w.Text("state.pending", Args{"in_dialpad": w.inDialpad(a), "pending": l.first})
	}
	return l
}

// inDialpad is "1,204 of 1,204 answers are in Dialpad", with what the person
// kept.
func (w *Words) inDialpad(a engine.AccountStatus) string {
	args := Args{"n": a.SourceDocuments, "done": a.DialpadDocuments, "of_things": w.ofThings(a.Place, a.SourceDocuments)}
	text := w.Text("state.in_dialpad", args)
	if a.Kept > 0 {
		text = w.Text("state.kept", Args{"in_dialpad": text, "kept": w.Text("state.kept_by_you", Args{"n": a.Kept})})
	}
	return text
}

// current is the only line that goes with a tick.
func (w *Words) current(a engine.AccountStatus, now time.Time, times Times) line {
	l := line{state: Current, text: w.inDialpad(a)}
	if times == ClockTimes {
		l.text = w.Text("state.up_to_date", Args{"in_dialpad": l.text, "checked": w.checked(a, now, times)})
		return l
	}
	l.detail = w.checked(a, now, times)
	if a.Next.After(now) {
		next := w.Text("state.next_check", Args{"when": w.Until(a.Next, now)})
		l.detail = w.Text("state.checked_next", Args{"checked": l.detail, "next": next})
	}
	return l
}

func (w *Words) checked(a engine.AccountStatus, now time.Time, times Times) string {
	return w.Text("state.checked", Args{"when": w.when(a.Checked, now, times)})
}

// held is about removals that wait. That the rest is up to date is said only
// where it is.
func (w *Words) held(a engine.AccountStatus, now time.Time) string {
	args := Args{"n": a.Held, "things": w.Things(a.Place, a.Held), "source": a.Source}
	switch a.Waiting {
	case engine.WaitWho:
		return w.Text("state.held_who", args)
	case engine.WaitMoved:
		return w.Text("state.held_moved", args)
	}
	text := w.Text("state.held", args)
	settled := a.Failed == 0 && a.Pending == 0 && a.Problem == nil && a.SourceDocuments > 0
	if settled && now.Sub(a.Checked) <= 2*a.Interval {
		text = w.Text("state.held_others", Args{"held": text, "n": a.SourceDocuments})
	}
	return text
}

// trouble is about an account whose last pass ended early, or that waits.
func (w *Words) trouble(a engine.AccountStatus, now time.Time) (string, Action) {
	c := Context{Source: a.Source, Place: a.Place, Now: now}
	p := a.Problem
	switch {
	case p == nil, p.Kind == source.Throttled && a.WaitUntil.After(now):
		return w.throttled(w.side(a.WaitSide, a.Source), a.WaitUntil, now), NoAction
	case p.Kind == source.SignIn && p.Code == "" && !a.Checked.IsZero():
		return w.Text("state.signed_out", w.nouns(a.Place), Args{"side": w.side(p.Side, a.Source), "when": w.Clock(a.Checked, now)}), Reconnect
	}
	m := w.Message(*p, c)
	return m.Sentence, m.Action
}

// working tells of a pass that runs.
func (w *Words) working(a engine.AccountStatus, now time.Time) string {
	args := w.nouns(a.Place)
	args["source"], args["progress"] = a.Source, w.Progress(Progress(a, now))
	switch a.Phase {
	case engine.FirstCopy:
		return w.Text("state.copying", args)
	case engine.Removing:
		return w.Text("state.removing", args)
	case engine.Comparing:
		return w.Text("state.comparing", args)
	}
	return w.Text("state.checking")
}

// due tells of an account that is not known to be current, although nothing is
// on its way.
func (w *Words) due(a engine.AccountStatus, now time.Time, times Times) string {
	switch {
	case !a.Imported:
		return w.Text("state.first_unfinished")
	case a.Checked.IsZero():
		return w.Text("state.never_checked")
	}
	return w.Text("state.was_in_dialpad", Args{
		"n": a.SourceDocuments, "done": a.DialpadDocuments, "of_things": w.ofThings(a.Place, a.SourceDocuments),
		"when": w.when(a.Checked, now, times),
	})
}

// resting is why the computer is left alone.
func (w *Words) resting(why engine.Rest) string {
	if why == engine.RestMetered {
		return w.Text("state.metered")
	}
	return w.Text("state.battery")
}

func (w *Words) paused(until, now time.Time) string {
	if until.IsZero() {
		return w.Text("state.paused_open")
	}
	return w.Text("state.paused", Args{"when": w.Clock(until, now)})
}

// first is the first sentence of a line. A full stop behind a number or the
// name of a month ends none.
func (w *Words) first(line string) string {
	months := strings.Fields(w.Text("clock.months"))
	for at := 0; ; {
		end := strings.Index(line[at:], ". ")
		if end < 0 {
			return line
		}
		at += end + 1
		words := strings.Fields(line[:at])
		last := words[len(words)-1]
		if before := last[:len(last)-1]; !slices.Contains(months, last) && strings.Trim(before, "(0123456789") != "" {
			return line[:at]
		}
	}
}
