package model_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"dialpadsync.app/sync/sim"
)

// tally counts what happened, so that nobody believes in a test whose deeds
// never came about.
type tally struct {
	mu     sync.Mutex
	counts map[string]map[string]int // by kind and name
}

func newTally() *tally { return &tally{counts: map[string]map[string]int{}} }

func (t *tally) add(kind, name string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts[kind] == nil {
		t.counts[kind] = map[string]int{}
	}
	t.counts[kind][name] += n
}

// report is one line for each count.
func (t *tally) report() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	for _, kind := range slices.Sorted(maps.Keys(t.counts)) {
		for _, name := range slices.Sorted(maps.Keys(t.counts[kind])) {
			lines = append(lines, fmt.Sprintf("%8d  %s: %s", t.counts[kind][name], kind, name))
		}
	}
	return strings.Join(lines, "\n")
}

// enough says what came about too rarely in n worlds, one line each. The rarest
// deeds and faults come about in one of fifty worlds; what is asked for is a
// tenth of that, and nothing of few worlds.
func (t *tally) enough(n int) []string {
	const many = 1000
	share := n
	if n < many {
		share = 500 // of few worlds each is asked for once, and a few may be absent
	}
	var few, all []string
	all = append(all, slices.Sorted(maps.Keys(others))...)
	for _, e := range edits {
		all = append(all, e.what)
	}
	all = append(all, slices.Sorted(maps.Keys(drifts))...)
	few = append(few, t.least("deed", share/500, all...)...)
	few = append(few, t.least("fault", share/500, ruleNames("dialpad: ", dialpadWeather)...)...)
	few = append(few, t.least("fault", share/500, ruleNames("zendesk: ", zendeskWeather)...)...)
	few = append(few, t.least("kill", share/500, killPlaces()...)...)
	few = append(few, t.least("status", n/100, "up to date", "working", "waiting", "some failed", "removals held", "needs the person")...)
	few = append(few, t.least("when", n/20, "between passes", "during a pass")...)
	few = append(few, t.least("person", share/500, "delete held removals", "keep held removals")...)
	if few = append(few, t.least("judged", n, "proofs", "creates", "rewrites")...); n < many && len(few) < len(all)/6 {
		return nil
	}
	return few
}

// ruleNames spells faults as they are counted.
func ruleNames(side string, texts []string) []string {
	var names []string
	for _, text := range texts {
		rule, err := sim.Parse(text, "page", "token")
		if err != nil {
			panic(err) // a mistake in the list
		}
		names = append(names, side+rule.String())
	}
	return names
}

// killPlaces are where a process may die, each before and after its effect.
func killPlaces() []string {
	var places []string
	for _, what := range []string{
		"checkpoint write", "durable checkpoint write", "saving a token",
		"dialpad token", "dialpad list", "dialpad GET node", "dialpad POST node", "dialpad PUT node", "dialpad DELETE node",
		"dialpad POST content", "dialpad GET content", "dialpad other",
		"zendesk token", "zendesk list", "zendesk feed", "zendesk article", "zendesk other",
	} {
		places = append(places, "before "+what, "after "+what)
	}
	return places
}

// least are the names of a kind that came about less often than n times.
func (t *tally) least(kind string, n int, names ...string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var few []string
	for _, name := range names {
		if have := t.counts[kind][name]; have < n {
			few = append(few, fmt.Sprintf("%s %q: %d, want %d", kind, name, have, n))
		}
	}
	return few
}
