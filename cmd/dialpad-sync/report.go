package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// report is the line `sync --json` prints for one account: a contract for
// scripts. Counts are the last proof plus acknowledged changes; requests count
// every HTTP request, token calls too.
type report struct {
	Account          string       `json:"account"`
	Result           string       `json:"result"` // in_sync, attention, sign_in, waiting
	SourceDocuments  int          `json:"source_documents"`
	DialpadDocuments int          `json:"dialpad_documents"`
	Created          int          `json:"created"`
	Updated          int          `json:"updated"`
	Deleted          int          `json:"deleted"`
	Unchanged        int          `json:"unchanged"`
	Failed           int          `json:"failed"`
	HeldDeletions    int          `json:"held_deletions"`
	SourceRequests   int64        `json:"source_requests"`
	DialpadRequests  int64        `json:"dialpad_requests"`
	CheckedAt        time.Time    `json:"checked_at,omitzero"`
	ProvedAt         time.Time    `json:"proved_at,omitzero"`
	Seconds          float64      `json:"seconds"`
	Error            *reportError `json:"error,omitempty"`
}

type reportError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Help    string `json:"help,omitempty"`
}

// reportOf tells how an account stands after a pass, and the exit code that
// follows from the same verdict every other face shows.
func reportOf(w *view.Words, out engine.Outcome, now time.Time) (report, int) {
	s, run := out.Status, out.Run
	r := report{
		Account: s.ID, SourceDocuments: s.SourceDocuments, DialpadDocuments: s.DialpadDocuments,
		Created: run.Created, Updated: run.Updated, Deleted: run.Deleted, Unchanged: run.Unchanged,
		Failed: s.Failed, HeldDeletions: s.Held,
		SourceRequests: run.SourceRequests, DialpadRequests: run.DialpadRequests,
		CheckedAt: s.Checked.Round(0), ProvedAt: s.Proved.Round(0),
		Seconds: float64(run.Ended.Sub(run.Began).Milliseconds()) / 1000,
	}
	code := exitOfVerdict(s.Verdict(now))
	switch {
	case errors.Is(out.Err, context.Canceled):
		failure := stopped(w)
		r.Error, code = &failure, exitWaiting
	case s.Problem != nil:
		failure := failureOf(w, *s.Problem, s.Source)
		r.Error, code = &failure, exitOf(*s.Problem)
	}
	r.Result = resultOf(code)
	if code == exitWaiting && r.Error == nil {
		r.Error = &reportError{
			Kind: "unproved", Message: lineOf(w, s, now), Help: w.Text("cli.not_proved"),
		}
		if s.Pending > 0 {
			r.Error.Kind, r.Error.Help = "pending", w.Text("cli.run_again")
		}
	}
	return r, code
}

// resultOf is the word for an exit code of one account.
func resultOf(code int) string {
	switch code {
	case exitInSync:
		return "in_sync"
	case exitSignIn:
		return "sign_in"
	case exitWaiting:
		return "waiting"
	}
	return "attention"
}

// printOutcomes writes the outcomes as lines of JSON or as words, and returns
// the worst exit code. A mistake in the settings is a line with the error alone.
func printOutcomes(t terminal, outs []engine.Outcome, asJSON bool) int {
	worst := exitInSync
	for _, out := range outs {
		r, code := reportOf(t.Words, out, time.Now())
		worst = max(worst, code)
		if asJSON && code == exitUsage {
			printError(t, *r.Error)
			tellPass(t.Words, t.Err, r, out)
			continue
		}
		if asJSON {
			_ = json.NewEncoder(t.Out).Encode(r)
			tellPass(t.Words, t.Err, r, out)
			continue
		}
		tellPass(t.Words, t.Out, r, out)
	}
	return worst
}

// lineOf is the line of one account alone.
func lineOf(w *view.Words, a engine.AccountStatus, now time.Time) string {
	return w.Of(engine.Status{Accounts: []engine.AccountStatus{a}}, now, view.ClockTimes).Line
}

// tellPass tells a person how a pass went.
func tellPass(w *view.Words, to io.Writer, r report, out engine.Outcome) {
	line := lineOf(w, out.Status, time.Now())
	fmt.Fprintf(to, "%s (%s): %s\n", out.Status.Source, r.Account, line)
	var did []string
	for _, deed := range []struct {
		n    int
		what string
	}{{r.Created, "cli.new"}, {r.Updated, "cli.changed"}, {r.Deleted, "cli.removed"}, {r.HeldDeletions, "cli.to_decide"}} {
		if deed.n > 0 {
			did = append(did, w.Text(deed.what, view.Args{"count": deed.n}))
		}
	}
	if len(did) == 0 {
		did = append(did, w.Text("cli.nothing_to_do"))
	}
	fmt.Fprintf(to, "  %s\n", w.Text("cli.requests", view.Args{
		"did": strings.Join(did, ", "), "n": r.SourceRequests, "source": out.Status.Source, "dialpad": r.DialpadRequests, "took": r.Seconds,
	}))
	if r.Result == "in_sync" {
		fmt.Fprintf(to, "  %s\n", w.Text("cli.proved", view.Args{
			"when": w.Clock(r.ProvedAt, time.Now()), "n": r.DialpadDocuments, "things": w.Things(out.Status.Place, r.DialpadDocuments),
		}))
	}
	if r.Error == nil || r.Error.Kind == stoppedKind {
		return
	}
	for _, text := range []string{r.Error.Message, r.Error.Help} {
		if text != "" && text != line {
			fmt.Fprintf(to, "  %s\n", text)
		}
	}
}
