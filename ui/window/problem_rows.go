package window

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// problem is one row of the problems page.
type problem struct {
	account  string
	name     string // of the account, where there are several
	sentence string
	help     string
	since    time.Time
	action   view.Action
	button   string
	// failure is set for a document that could not be copied.
	failure *engine.Failure
}

// failures are the documents that could not be copied, of each account.
type failures map[string][]engine.Failure

// problems lists what is wrong, the worst of each account first. The words are
// those of every other face.
func problems(w *view.Words, s engine.Status, failed failures, now time.Time) []problem {
	var rows []problem
	shown := w.Of(s, now, view.RelativeTimes).Accounts
	for i, a := range s.Accounts {
		name := ""
		if len(s.Accounts) > 1 {
			name = shown[i].Name
		}
		for _, row := range accountProblems(w, s, a, shown[i], now) {
			row.account, row.name = a.ID, name
			rows = append(rows, row)
		}
		if list, read := failed[a.ID]; a.Failed > 0 && (!read || len(list) == 0) {
			rows = append(rows, unread(w, s, a, name, now))
		}
		for _, f := range failed[a.ID] {
			rows = append(rows, failureRow(w, a.ID, name, f))
		}
	}
	return rows
}

// accountProblems are the rows about the account as a whole. It has one line
// for its worst state; what lies behind that is asked for without it.
func accountProblems(w *view.Words, s engine.Status, a engine.AccountStatus, shown view.Account, now time.Time) []problem {
	var rows []problem
	if a.Problem != nil {
		m := w.Message(*a.Problem, view.Context{Source: a.Source, Place: a.Place, Now: now})
		row := problem{sentence: m.Sentence, help: m.Help, since: a.Problem.Since, action: m.Action, button: m.Button}
		if shown.State == view.Needed || shown.State == view.Waits {
			row.sentence, row.action, row.button = shown.Line, shown.Action, shown.Button
		}
		rows = append(rows, row)
	}
	if a.Held > 0 {
		calm := a
		calm.Problem, calm.WaitUntil = nil, time.Time{}
		s.Accounts = []engine.AccountStatus{calm}
		line := w.Of(s, now, view.RelativeTimes).Accounts[0]
		rows = append(rows, problem{sentence: line.Line, action: line.Action, button: line.Button})
	}
	return rows
}

// unread stands for documents that could not be copied while it is read which
// ones they are.
func unread(w *view.Words, s engine.Status, a engine.AccountStatus, name string, now time.Time) problem {
	calm := a
	calm.Problem, calm.WaitUntil, calm.Held = nil, time.Time{}, 0
	s.Accounts = []engine.AccountStatus{calm}
	return problem{account: a.ID, name: name, sentence: w.Of(s, now, view.RelativeTimes).Accounts[0].Line, help: w.Text("problems.reading")}
}

func failureRow(w *view.Words, account, name string, f engine.Failure) problem {
	f.Title = oneLine(f.Title)
	return problem{
		account: account, name: name, sentence: w.Failed(f), since: f.Since,
		action: view.OpenArticle, button: w.Label(view.OpenArticle), failure: &f,
	}
}

// problemCount is the number on the tab: what needs the person.
func problemCount(s engine.Status, now time.Time) int {
	n := 0
	for _, a := range s.Accounts {
		if a.Verdict(now) == engine.NeedsPerson {
			n++
		}
		if a.Held > 0 {
			n++
		}
		n += a.Failed
	}
	return n
}

// failedCounts is how many documents of each account failed: when it differs,
// the lists are read again.
func failedCounts(p local.Picture) map[string]int {
	counts := map[string]int{}
	for _, a := range p.Accounts {
		if a.Failed > 0 {
			counts[a.ID] = a.Failed
		}
	}
	return counts
}
