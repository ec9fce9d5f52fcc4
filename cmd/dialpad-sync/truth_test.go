package main

import (
	"maps"
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"
)

// truth is what the doubles know about a stretch of time. The program has no
// part in it.
type truth struct {
	interval time.Duration // of the account
	lag      time.Duration // how long Dialpad's listing may miss a change
	// What both sides held, by key.
	source, dialpad history
	// The requests both were asked, in the order of their arrival.
	toSource, toDialpad []entry
	// When a sign-in was not valid.
	sourceShut, dialpadShut []period
	keyOf                   map[string]string // by the ids of Dialpad's nodes
	// When a person had said that Dialpad keeps a document, by key.
	kept map[string][]period
	// Calls of sync --full that said that both sides are equal.
	full []period
}

// history is what one side held, by key, in the order of time.
type history map[string][]event

// event is a change of what one side holds for a key. It happened at some
// moment from from to to.
type event struct {
	from, to time.Time
	// state is the text that is held since, or one of the states below.
	state string
	// told: the help center's feed of changes tells of it. Otherwise only a
	// listing shows it.
	told bool
	// byHand: somebody did it in Dialpad.
	byHand bool
}

// States that are no text.
const (
	nothing     = ""
	twice       = "\x00there twice"
	unpublished = "\x00unpublished"
)

// during returns the events whose states were in force, or may have been, at
// some moment from a to b; the zero event stands for the beginning.
func (h history) during(key string, a, b time.Time) []event {
	var some []event
	last := event{}
	for _, next := range h[key] {
		if next.from.After(b) {
			break
		}
		if !next.to.Before(a) {
			some = append(some, last)
		}
		last = next
	}
	return append(some, last)
}

// keys are those of both sides, in order.
func (t *truth) keys() []string {
	all := map[string]bool{}
	for key := range t.source {
		all[key] = true
	}
	for key := range t.dialpad {
		all[key] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// period is a stretch of time; without an end it goes on.
type period struct{ from, to time.Time }

// covers says that all of a to b lies in the period.
func (p period) covers(a, b time.Time) bool {
	return !a.Before(p.from) && (p.to.IsZero() || !b.After(p.to))
}

// touches says that some of a to b lies in the period.
func (p period) touches(a, b time.Time) bool {
	return !b.Before(p.from) && (p.to.IsZero() || !a.After(p.to))
}

// retimed is the truth by another clock, as somebody sees it whose computer
// was off for a while.
func (t *truth) retimed(by func(time.Time) time.Time) *truth {
	out := *t
	out.source, out.dialpad = t.source.retimed(by), t.dialpad.retimed(by)
	for _, list := range []*[]entry{&out.toSource, &out.toDialpad} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].Time = by((*list)[i].Time)
		}
	}
	out.sourceShut, out.dialpadShut, out.full = retimed(t.sourceShut, by), retimed(t.dialpadShut, by), retimed(t.full, by)
	out.kept = map[string][]period{}
	for key, some := range t.kept {
		out.kept[key] = retimed(some, by)
	}
	return &out
}

func (h history) retimed(by func(time.Time) time.Time) history {
	out := history{}
	for key, events := range h {
		out[key] = slices.Clone(events)
		for i, e := range events {
			out[key][i].from, out[key][i].to = by(e.from), by(e.to)
		}
	}
	return out
}

func retimed(some []period, by func(time.Time) time.Time) []period {
	out := slices.Clone(some)
	for i := range out {
		out[i].from = by(out[i].from)
		if !out[i].to.IsZero() {
			out[i].to = by(out[i].to)
		}
	}
	return out
}

// What the journals call the places of both APIs.
const (
	feedTemplate  = "/api/v2/help_center/incremental/articles"
	listTemplate  = "/api/v2/help_center/{locale}/articles"
	nodesTemplate = "/{v}/kbm/nodes"
)

// over is when an exchange was over.
func over(e entry) time.Time { return e.Time.Add(e.Took) }

// whole says that the answer came as the double meant it.
func whole(e entry) bool { return e.Status == http.StatusOK && e.Fault == "" }

func succeeded(e entry) bool { return e.Status >= 200 && e.Status < 300 }

// definite says that the answer leaves no doubt about the node it is about.
func definite(e entry) bool {
	return succeeded(e) || e.Status == http.StatusNotFound || e.Status == http.StatusGone
}

// writes says that the request was to change something in Dialpad.
func writes(e entry) bool {
	return e.Method != http.MethodGet && strings.HasPrefix(e.Template, nodesTemplate)
}

// begins says that the request asked for the first page.
func begins(e entry) bool { return !slices.Contains(e.QueryKeys, "page[after]") }

// times collects a moment of each entry that a condition holds for, in order.
func times(entries []entry, when func(entry) time.Time, holds func(entry) bool) []time.Time {
	var some []time.Time
	for _, e := range entries {
		if holds(e) {
			some = append(some, when(e))
		}
	}
	slices.SortFunc(some, time.Time.Compare)
	return some
}

// lastBefore is the last of the sorted times before a moment, or zero.
func lastBefore(sorted []time.Time, moment time.Time) time.Time {
	i := sort.Search(len(sorted), func(i int) bool { return !sorted[i].Before(moment) })
	if i == 0 {
		return time.Time{}
	}
	return sorted[i-1]
}
