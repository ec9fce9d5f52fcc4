package view

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// short is an account's state in a few words.
func (w *Words) short(a engine.AccountStatus, state State, now time.Time) string {
	switch state {
	case Current:
		return w.Text("short.up_to_date")
	case SomeFailed:
		return w.Text("short.failed", Args{"n": a.Failed})
	case Held:
		return w.Text("short.held", Args{"n": a.Held})
	case Needed:
		if a.Problem.Kind == source.SignIn {
			return w.Text("short.signed_out")
		}
		return w.Text("short.needs_you")
	case Waits:
		return w.Text("short.waiting")
	case Copying:
		return w.Text("short.copying", w.progress(a, now))
	case Checking:
		return w.shortWork(a, now)
	}
	switch {
	case a.Pending > 0:
		return w.Text("short.pending", Args{"n": a.Pending})
	case !a.Imported:
		return w.Text("short.first_unfinished")
	case a.Checked.IsZero():
		return w.Text("short.never_checked")
	}
	return w.Text("short.not_checked", Args{"when": w.Clock(a.Checked, now)})
}

func (w *Words) shortWork(a engine.AccountStatus, now time.Time) string {
	switch a.Phase {
	case engine.Comparing:
		return w.Text("short.comparing")
	case engine.Removing:
		return w.Text("short.removing", w.progress(a, now))
	}
	return w.Text("short.checking")
}

func (w *Words) progress(a engine.AccountStatus, now time.Time) Args {
	return Args{"progress": w.Progress(Progress(a, now))}
}
