package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// look is one look at the running agent.
type look struct {
	asked, answered time.Time // the answer is about a moment between them
	by              string
	green           bool // it claims to be up to date
	idle            bool // no pass was under way
	checked, proved time.Time
	// odd is what in the answer itself speaks against the claim, or empty.
	odd string
}

// settling is how long after a change another one may be missed for a while:
// Zendesk's times have whole seconds, and an article that young is looked at
// again.
const settling = 4 * time.Second

// freshness is how old the picture may be that an answer shows: the agent makes
// it a moment after it has done something.
const freshness = 250 * time.Millisecond

// itself begins what an answer says against its own claim.
const itself = "it says itself: "

// falseGreens holds every claim to be up to date, and every proof that a look
// shows, against what the doubles know, and says where one is not true. A claim
// whose moment is not known to the instant is false only if it was so at each
// moment it can be about.
//
// "Up to date" means: the help center was heard of within two intervals;
// everything it had told by the last check, and shown by the last listing of a
// proof, is in Dialpad; what was changed by hand in Dialpad before that proof is
// put right; no write is under way or without an answer; and both sign-ins were
// valid at the last try. "Proved" means that both sides had the same keys when
// the proof ended, but for what changed since it began. What is said again and
// again is listed once.
func falseGreens(t *truth, looks []look) []string {
	j := newClaimJudge(t)
	looks = slices.SortedFunc(slices.Values(looks), func(a, b look) int { return a.answered.Compare(b.answered) })
	var lies []string
	said, seen := map[string]bool{}, map[int64]bool{}
	for _, l := range looks {
		if l.green {
			for _, why := range j.claim(l) {
				if !said[why] {
					said[why] = true
					lies = append(lies, fmt.Sprintf("%s said by %s, checked %s, proved %s: %s", clock(l.answered), l.by, clock(l.checked), clock(l.proved), why))
				}
			}
		}
		if !l.proved.IsZero() && !seen[l.proved.UnixNano()] {
			seen[l.proved.UnixNano()] = true
			lies = append(lies, j.proof(l)...)
		}
	}
	return lies
}

func clock(t time.Time) string { return t.Format("15:04:05.000") }

// claimJudge is the truth in the order in which claims need it.
type claimJudge struct {
	*truth
	all []string // keys
	// When the help center began to answer well for the first page of its
	// changes or of a listing, and of a listing.
	checks, listings []time.Time
	// When it last said anything, or Dialpad took a write.
	words []time.Time
	// Writes under way, and those whose answer left it open what Dialpad holds,
	// up to a word about the same node that leaves no doubt.
	running []stretch
	open    map[string][]stretch // by key
	// When Dialpad said of a node it has that it has none, by key.
	denied map[string][]time.Time
	// From a refused sign-in to the next request that was let in.
	refused []stretch
}

// stretch is a period with its reason.
type stretch struct {
	period
	why string
}

func newClaimJudge(t *truth) *claimJudge {
	began := func(e entry) time.Time { return e.Time }
	j := &claimJudge{truth: t, all: t.keys(), open: map[string][]stretch{}, denied: map[string][]time.Time{}}
	j.checks = times(t.toSource, began, func(e entry) bool {
		return whole(e) && begins(e) && (e.Template == feedTemplate || e.Template == listTemplate)
	})
	j.listings = times(t.toSource, began, func(e entry) bool { return whole(e) && begins(e) && e.Template == listTemplate })
	j.words = slices.SortedFunc(slices.Values(slices.Concat(
		times(t.toSource, over, whole),
		times(t.toDialpad, over, func(e entry) bool { return writes(e) && succeeded(e) }),
	)), time.Time.Compare)
	for i, e := range t.toDialpad {
		if e.Status == http.StatusNotFound && e.Fault != "" {
			j.denied[t.keyOf[e.Subject]] = append(j.denied[t.keyOf[e.Subject]], over(e))
		}
		if !writes(e) {
			continue
		}
		what := fmt.Sprintf("%s %s %s of %s", e.Method, e.Template, e.Subject, clock(e.Time))
		j.running = append(j.running, stretch{period{e.Time, over(e)}, what + " is under way"})
		if strings.Contains(e.Template, "{id}") && !definite(e) {
			settled := next(t.toDialpad[i+1:], func(later entry) bool { return later.Subject == e.Subject && definite(later) })
			key := t.keyOf[e.Subject]
			j.open[key] = append(j.open[key], stretch{period{over(e), settled}, fmt.Sprintf("%s got %d and nobody asked again", what, e.Status)})
		}
	}
	j.refusals("the help center", t.toSource, t.sourceShut)
	j.refusals("Dialpad", t.toDialpad, t.dialpadShut)
	return j
}

// next is when the first of the entries that is meant was over, or zero.
func next(entries []entry, meant func(entry) bool) time.Time {
	if i := slices.IndexFunc(entries, meant); i >= 0 {
		return over(entries[i])
	}
	return time.Time{}
}

// refusals finds what only a pass asks for and what was refused because the
// sign-in was not valid.
func (j *claimJudge) refusals(side string, entries []entry, shut []period) {
	for i, e := range entries {
		ofPass := writes(e) || e.Template == nodesTemplate || e.Template == feedTemplate || e.Template == listTemplate
		invalid := slices.ContainsFunc(shut, func(p period) bool { return p.covers(e.Time, over(e)) })
		if e.Status != http.StatusUnauthorized || e.Fault != "" || !ofPass || !invalid {
			continue
		}
		again := next(entries[i+1:], succeeded)
		j.refused = append(j.refused, stretch{period{over(e), again}, fmt.Sprintf("%s refused the sign-in at %s and has not let anybody in since", side, clock(e.Time))})
	}
}

// claim says why a claim is false.
func (j *claimJudge) claim(l look) []string {
	l.asked = l.asked.Add(-freshness)
	var why []string
	if l.odd != "" {
		why = append(why, itself+l.odd)
	}
	checked, listed := lastBefore(j.checks, l.checked), lastBefore(j.listings, l.proved)
	if checked.IsZero() || listed.IsZero() {
		return append(why, "the help center was never asked before that")
	}
	if last := lastBefore(j.words, l.asked); l.asked.Sub(last) > 2*j.interval {
		why = append(why, fmt.Sprintf("the help center has said nothing since %s", clock(last)))
	}
	why = append(why, during(j.running, l)...)
	for key, some := range j.open {
		if !j.isKept(key, l.asked, l.answered) {
			why = append(why, during(some, l)...)
		}
	}
	return append(append(why, j.signedOut(l, checked)...), j.different(l, checked, listed)...)
}

// during are the reasons of the stretches that all of a look lies in.
func during(some []stretch, l look) []string {
	var why []string
	for _, s := range some {
		if s.covers(l.asked, l.answered) {
			why = append(why, s.why)
		}
	}
	return why
}

// signedOut says which sign-in is not valid although a pass that began since
// has ended.
func (j *claimJudge) signedOut(l look, checked time.Time) []string {
	if !l.idle {
		return nil
	}
	why := during(j.refused, l)
	for side, shut := range map[string][]period{"the help center": j.sourceShut, "Dialpad": j.dialpadShut} {
		for _, p := range shut {
			if p.covers(checked, l.answered) {
				why = append(why, fmt.Sprintf("the sign-in to %s has not been valid since %s, and a pass has begun and ended since", side, clock(p.from)))
			}
		}
	}
	return why
}

// different says which documents are not what the claim says they are.
func (j *claimJudge) different(l look, checked, listed time.Time) []string {
	var why []string
	for _, key := range j.all {
		since := checked
		if listed.Before(since) && j.silentChange(key, listed.Add(-settling), l.answered) {
			since = listed
		}
		want := j.source.during(key, since.Add(-settling), l.answered)
		have := j.dialpad.during(key, l.asked, l.answered)
		if agree(want, have) || j.excused(key, l, want, have) {
			continue
		}
		last := want[len(want)-1]
		why = append(why, fmt.Sprintf("%s: Dialpad has %.50q, the help center %.50q since %s (told %v, known up to %s)",
			key, have[0].state, last.state, clock(last.to), last.told, clock(since)))
	}
	return why
}

// silentChange says that something happened to a document from a to b that the
// feed of changes does not tell.
func (j *claimJudge) silentChange(key string, a, b time.Time) bool {
	return slices.ContainsFunc(j.source.during(key, a, b), func(e event) bool { return !e.told && e.to.After(a) })
}

// agree says that one side's state can be the other's.
func agree(want, have []event) bool {
	return slices.ContainsFunc(have, func(h event) bool {
		return slices.ContainsFunc(want, func(w event) bool { return w.state == h.state })
	})
}

// excused says that nobody can hold a difference against the program: the
// person keeps the document, or since Dialpad was last looked at somebody
// changed it there, or Dialpad said that it does not have it. Keys are looked at
// by every proof; texts are only promised to be by a full one.
func (j *claimJudge) excused(key string, l look, want, have []event) bool {
	hidden := slices.ContainsFunc(want, func(e event) bool { return e.state == nothing })
	if hidden && j.isKept(key, l.asked, l.answered) || j.isDenied(key, l.proved, l.answered) {
		return true
	}
	return slices.ContainsFunc(have, func(e event) bool {
		seen := e.to.Add(j.lag)
		switch {
		case !e.byHand:
			return false
		case e.state == nothing || e.state == twice || e.state == unpublished:
			return !seen.Before(l.proved)
		}
		return !slices.ContainsFunc(j.full, func(p period) bool { return p.from.After(seen) && p.to.Before(l.asked) })
	})
}

func (j *claimJudge) isKept(key string, a, b time.Time) bool {
	return slices.ContainsFunc(j.kept[key], func(p period) bool { return p.touches(a, b) })
}

// isDenied says that Dialpad was wrong about a node from a to b.
func (j *claimJudge) isDenied(key string, a, b time.Time) bool {
	return slices.ContainsFunc(j.denied[key], func(at time.Time) bool { return !at.Add(j.lag).Before(a) && !at.After(b) })
}

// proof says which keys only one side had all the time from before a proof
// began until the look that first showed it.
func (j *claimJudge) proof(l look) []string {
	var why []string
	began := lastBefore(j.listings, l.proved).Add(-settling)
	for _, key := range j.all {
		want, sure := count(j.source.during(key, began, l.answered))
		have, known := count(j.dialpad.during(key, l.proved.Add(-j.lag), l.answered))
		if sure && known && want != have && !j.isKept(key, began, l.answered) && !j.isDenied(key, l.proved, l.answered) {
			why = append(why, fmt.Sprintf("proved %s, shown %s by %s, but the help center had %s %d times and Dialpad %d times since %s",
				clock(l.proved), clock(l.answered), l.by, key, want, have, clock(began)))
		}
	}
	return why
}

// count is how often a document was there, if that did not change.
func count(events []event) (n int, sure bool) {
	for i, e := range events {
		here := 1
		switch e.state {
		case nothing, unpublished:
			here = 0
		case twice:
			here = 2
		}
		if i > 0 && here != n {
			return n, false
		}
		n = here
	}
	return n, true
}
