//go:build long

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/view"
)

// looks are what somebody saw who looked at the agent again and again.
type looks struct {
	all    []look
	counts map[string]int // by face, and the green ones of each
	held   int            // looks at removals that wait for the person
}

// note adds a look at an account.
func (s *storm) note(l look, a engine.AccountStatus) {
	l.checked, l.proved, l.idle = a.Checked, a.Proved, a.Phase == engine.Idle
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.all = append(s.seen.all, l)
	s.seen.counts["by "+l.by]++
	if l.green {
		s.seen.counts["green by "+l.by]++
	}
	if a.Held > 0 {
		s.seen.held++
	}
}

// against tells what in a status speaks against its being green.
func against(a engine.AccountStatus) string {
	var odd []string
	for what, n := range map[string]int{"pending": a.Pending, "failed": a.Failed, "held": a.Held, "missing": a.SourceDocuments - a.DialpadDocuments} {
		if n != 0 {
			odd = append(odd, fmt.Sprintf("%d %s", n, what))
		}
	}
	slices.Sort(odd)
	if a.Problem != nil {
		odd = append(odd, "a problem: "+a.Problem.Detail)
	}
	return strings.Join(odd, ", ")
}

// lookAtAPI asks as the window does.
func (s *storm) lookAtAPI(ctx context.Context) {
	l := look{by: "the local API", asked: time.Now()}
	picture, err := s.agent.Status(ctx)
	l.answered = time.Now()
	if err != nil || len(picture.Accounts) != 1 {
		s.t.Errorf("the local API: %v %+v", err, picture)
		return
	}
	l.green = view.In("en").Of(picture.Status, l.answered, view.ClockTimes).Icon == view.UpToDate
	l.odd = against(picture.Accounts[0])
	s.note(l, picture.Accounts[0])
}

// lookByCommand asks as a script does.
func (s *storm) lookByCommand() {
	l := look{by: "status --json", asked: time.Now()}
	o, _ := s.callFor(20*time.Second, "status", "--json")
	l.answered = time.Now()
	var status struct {
		Running  bool                   `json:"running"`
		Icon     view.Icon              `json:"icon"`
		Accounts []engine.AccountStatus `json:"accounts"`
	}
	if err := json.Unmarshal([]byte(o.out), &status); err != nil || !status.Running || len(status.Accounts) != 1 {
		s.t.Errorf("status: %v %s", err, o)
		return
	}
	l.green = status.Icon == view.UpToDate || o.code == exitInSync
	l.odd = against(status.Accounts[0])
	if (o.code == exitInSync) != (status.Icon == view.UpToDate) {
		l.odd += fmt.Sprintf("exit %d beside the drawing %q", o.code, status.Icon)
	}
	s.note(l, status.Accounts[0])
}

// lookAtReport takes what a call of sync said when it ended.
func (s *storm) lookAtReport(asked time.Time, o outcome, full bool) {
	l := look{by: "sync --json", asked: asked, answered: time.Now(), green: o.code == exitInSync}
	var r report
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		s.t.Errorf("sync: %v %s", err, o)
		return
	}
	a := engine.AccountStatus{
		Phase: engine.Idle, Checked: r.CheckedAt, Proved: r.ProvedAt, Failed: r.Failed, Held: r.HeldDeletions,
		SourceDocuments: r.SourceDocuments, DialpadDocuments: r.DialpadDocuments,
	}
	l.odd = against(a)
	if (r.Result == "in_sync") != l.green || (r.Error == nil) != l.green && l.green {
		l.odd += fmt.Sprintf("exit %d beside %q and %v", o.code, r.Result, r.Error)
	}
	s.note(l, a)
	if full && l.green {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.full = append(s.full, period{asked, l.answered})
	}
}

// redial finds the agent that has just started and waits until it knows its
// account.
func (s *storm) redial() {
	s.t.Helper()
	h, err := openHome(s.home, "dir:"+s.secrets)
	s.must(err)
	for s.t.Context().Err() == nil {
		if s.agent, err = h.Agent(s.t.Context()); err == nil {
			picture, err := s.agent.Status(s.t.Context())
			if err == nil && len(picture.Accounts) == 1 {
				return
			}
			s.agent.Close()
		}
		linger(s.t.Context(), 20*time.Millisecond)
	}
}

// judged holds everything that was seen against the truth.
func (s *storm) judged() {
	s.t.Helper()
	began := time.Now()
	t := s.truth()
	t.sourceShut, t.dialpadShut, t.full = s.zendeskShut, s.dialpadShut, s.full
	t = t.retimed(func(at time.Time) time.Time { return s.asOf(at, at) })
	var all []look
	proofs := map[int64]bool{}
	for _, l := range s.seen.all {
		saw := l.answered
		l.checked, l.proved = s.asOf(l.checked, saw), s.asOf(l.proved, saw)
		l.asked, l.answered = s.asOf(l.asked, saw), s.asOf(l.answered, saw)
		proofs[l.proved.UnixNano()] = true
		all = append(all, l)
	}
	lies := falseGreens(t, all)
	s.t.Logf("looks: %s; %d of removals that wait; %d proofs; judged in %s: %d lies",
		counted(s.seen.counts), s.seen.held, len(proofs), time.Since(began).Round(time.Millisecond), len(lies))
	// What the doubles know says more than an answer that contradicts itself.
	own := func(lie string) int { return strings.Count(lie, itself) }
	slices.SortStableFunc(lies, func(a, b string) int { return own(a) - own(b) })
	if len(lies) > 0 {
		s.t.Errorf("%d false greens:\n%s\nWhat happened is in %s, kept with -artifacts.", len(lies), firstOf(lies, 20), s.t.ArtifactDir())
		s.writeDown(t, all)
	}
}

// writeDown leaves what led to a lie: both journals, what was held, what was
// seen, and the agent's own log.
func (s *storm) writeDown(t *truth, all []look) {
	var lines []string
	line := func(at time.Time, format string, args ...any) {
		lines = append(lines, clock(at)+" "+fmt.Sprintf(format, args...))
	}
	for side, entries := range map[string][]entry{"help center": t.toSource, "Dialpad": t.toDialpad} {
		for _, e := range entries {
			line(e.Time, "%s %s %s %s %v: %d after %s %s", side, e.Method, e.Template, e.Subject, e.QueryKeys, e.Status, e.Took, e.Fault)
		}
	}
	for side, h := range map[string]history{"help center": t.source, "Dialpad": t.dialpad} {
		for key, events := range h {
			for _, e := range events {
				line(e.from, "%s has %s as %.40q (told %v, by hand %v)", side, key, e.state, e.told, e.byHand)
			}
		}
	}
	for _, l := range all {
		line(l.asked, "%s until %s: green %v, idle %v, checked %s, proved %s %s", l.by, clock(l.answered), l.green, l.idle, clock(l.checked), clock(l.proved), l.odd)
	}
	slices.Sort(lines)
	s.must(os.WriteFile(filepath.Join(s.t.ArtifactDir(), "events"), []byte(strings.Join(lines, "\n")), 0o600))
	s.must(os.CopyFS(filepath.Join(s.t.ArtifactDir(), "log"), os.DirFS(filepath.Join(s.home, "log"))))
}

// asOf is a moment by the agent's clock at the end of everything: each night
// since somebody saw it was long, and took no time here.
func (s *storm) asOf(moment, saw time.Time) time.Time {
	if moment.IsZero() {
		return moment
	}
	for _, n := range s.nights {
		if saw.Before(n.at) {
			moment = moment.Add(-n.length)
		}
	}
	return moment
}

// firstOf are the first few of some texts.
func firstOf(texts []string, n int) string {
	if len(texts) <= n {
		return strings.Join(texts, "\n")
	}
	return strings.Join(texts[:n], "\n") + fmt.Sprintf("\nand %d more", len(texts)-n)
}
