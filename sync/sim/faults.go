package sim

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Rule is one fault: which requests, and what happens to them.
type Rule struct {
	Match  Match
	Action Action
}

// Faults is the list of rules of a double. It is safe for concurrent use.
type Faults struct {
	clock *Clock
	words []string

	mu    sync.Mutex
	seed  uint64
	dice  *rand.Rand
	rules []*active
}

// active is a rule and what it has seen.
type active struct {
	Rule
	text  string
	since time.Time
	seen  int
	fired int
	gate  gate
}

// NewFaults returns an empty list. Words are the further keys that this double
// understands; probabilities are drawn from seed.
func NewFaults(clock *Clock, seed uint64, words ...string) *Faults {
	f := &Faults{clock: clock, words: words, seed: seed}
	f.dice = newDice(seed)
	return f
}

func newDice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// Add appends a rule; its counts and its window start now.
func (f *Faults) Add(rule Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &active{Rule: rule, text: rule.String(), since: f.clock.Now()})
}

// AddText parses the texts and appends their rules, all or none.
func (f *Faults) AddText(texts ...string) error {
	rules := make([]Rule, 0, len(texts))
	for _, text := range texts {
		rule, err := Parse(text, f.words...)
		if err != nil {
			return err
		}
		rules = append(rules, rule)
	}
	for _, rule := range rules {
		f.Add(rule)
	}
	return nil
}

// Clear removes every rule and starts the seeded draws again.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
	f.dice = newDice(f.seed)
}

// Fired is a rule and how often it has acted.
type Fired struct {
	Fault string `json:"fault"`
	Seen  int    `json:"seen"`  // requests it matched, whether or not it acted
	Fired int    `json:"fired"` // requests it acted on
}

// Rules returns the rules in force with their counts.
func (f *Faults) Rules() []Fired {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Fired, 0, len(f.rules))
	for _, a := range f.rules {
		out = append(out, Fired{Fault: a.text, Seen: a.seen, Fired: a.fired})
	}
	return out
}

// decide returns what happens to a request, in which words, and a function to
// be called when the request is over.
func (f *Faults) decide(r *http.Request, route Route) (Action, string, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	var (
		action Action
		texts  []string
		held   []*active
	)
	for _, a := range f.rules {
		if !f.fires(a, r, route, now) {
			continue
		}
		if a.Action.Limit.any() && a.gate.enter(a.Action.Limit, now) {
			held = append(held, a)
			continue
		}
		a.fired++
		action = action.merge(a.effective())
		texts = append(texts, a.text)
	}
	return action, strings.Join(texts, "; "), func() { f.leave(held) }
}

// fires counts the request and tells whether the rule is due.
func (f *Faults) fires(a *active, r *http.Request, route Route, now time.Time) bool {
	m := a.Match
	age := now.Sub(a.since)
	if age < m.From || (m.Until > 0 && age >= m.Until) || !m.request(r, route) {
		return false
	}
	a.seen++
	switch {
	case m.Times > 0 && a.fired >= m.Times:
		return false
	case m.Nth > 0 && a.seen != m.Nth:
		return false
	case m.Every > 0 && a.seen%m.Every != 0:
		return false
	case m.Probability > 0 && f.dice.Float64() >= m.Probability:
		return false
	}
	return true
}

func (f *Faults) leave(held []*active) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range held {
		a.gate.leave()
	}
}

// effective is the action with what its keys imply: a limit or a Retry-After
// alone means 429.
func (a *active) effective() Action {
	act := a.Action
	act.Header = act.Header.Clone()
	if !act.replaces() && (act.Limit.any() || act.RetryAfter != nil) {
		act.Status = http.StatusTooManyRequests
	}
	return act
}

// gate is the state of one Limit.
type gate struct {
	tokens  float64
	last    time.Time
	running int
}

// enter takes a place and a token, or reports false when there is none.
func (g *gate) enter(l Limit, now time.Time) bool {
	if l.Parallel > 0 && g.running >= l.Parallel {
		return false
	}
	if l.PerSecond > 0 && !g.take(l, now) {
		return false
	}
	g.running++
	return true
}

func (g *gate) take(l Limit, now time.Time) bool {
	size := l.Burst
	if size == 0 {
		size = max(1, l.PerSecond)
	}
	if g.last.IsZero() {
		g.tokens = size
	} else if gone := now.Sub(g.last).Seconds(); gone > 0 {
		g.tokens = min(size, g.tokens+gone*l.PerSecond)
	}
	g.last = now
	// The tolerance keeps a client that sends exactly at the rate on the right
	// side of rounding.
	if g.tokens < 1-1e-9 {
		return false
	}
	g.tokens--
	return true
}

func (g *gate) leave() { g.running-- }
