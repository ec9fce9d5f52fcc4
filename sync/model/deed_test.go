package model_test

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// deed is one thing that happens. N and K say to whom and how.
type deed struct {
	What string
	N, K int
	// At is at which request of the next pass an edit or a drift happens; 0 is
	// now.
	At int
}

// others are the deeds that are neither an edit nor a drift, with how often
// each is drawn.
var others = map[string]int{
	"sync": 8, "run": 6, "kill": 30, "weather": 60, "restart": 3, "lose checkpoint": 4, "damage checkpoint": 3,
	"wait": 8, "sleep": 5, "clock forward": 5, "clock back": 5, "summer time": 2,
	"choose": 5, "delete held": 6, "keep held": 4, "sign in": 3,
	"expire tokens": 3, "revoke dialpad": 2, "revoke zendesk": 2, "demote": 3, "promote": 3, "expire cursors": 4, "switch": 3,
}

// names are all deeds, each as often as it is to be drawn.
var names = func() (all []string) {
	for _, name := range slices.Sorted(maps.Keys(others)) {
		all = append(all, slices.Repeat([]string{name}, others[name])...)
	}
	for _, e := range edits {
		all = append(all, slices.Repeat([]string{e.what}, 5)...)
	}
	for _, name := range slices.Sorted(maps.Keys(drifts)) {
		all = append(all, slices.Repeat([]string{name}, 5)...)
	}
	return all
}()

func drawDeed(rt *rapid.T) deed {
	d := deed{What: oneOf(rt, "what", names...), N: upTo(rt, "n", 200), K: upTo(rt, "k", 30)}
	if findEdit(d.What) != nil || drifts[d.What] != nil {
		d.At = max(0, upTo(rt, "at", 50)-25)
	}
	return d
}

// upTo draws a number from 0 to most, each as often as the others: rapid's own
// ranges prefer small ones.
func upTo(rt *rapid.T, what string, most int) int {
	h := fnv.New64a()
	for range 2 {
		_ = binary.Write(h, binary.LittleEndian, rapid.Uint64().Draw(rt, what))
	}
	_, _ = h.Write([]byte(what))
	return int(h.Sum64() >> 16 % uint64(most+1))
}

func oneOf[T any](rt *rapid.T, what string, values ...T) T {
	return values[upTo(rt, what, len(values)-1)]
}

// during are deeds that wait for a request of the next pass.
type during struct {
	mu   sync.Mutex
	n    int
	wait map[int][]func()
}

func (d *during) add(at int, do func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wait == nil {
		d.wait = map[int][]func(){}
	}
	d.wait[d.n+at] = append(d.wait[d.n+at], do)
}

// request counts a request and does what waits for it.
func (d *during) request() {
	d.mu.Lock()
	d.n++
	some := d.wait[d.n]
	delete(d.wait, d.n)
	d.mu.Unlock()
	for _, do := range some {
		do()
	}
}

// happen lets a deed come about. Half of them come a little later.
func (c *computer) happen(d deed) {
	if d.K%2 == 0 {
		time.Sleep(settling)
	}
	c.tell("%+v", d)
	e, drift := findEdit(d.What), drifts[d.What]
	if e == nil && drift == nil {
		c.tally.add("deed", d.What, 1)
		c.other(d)
		return
	}
	when := "between passes"
	if d.At > 0 {
		when = "during a pass"
	}
	do := func() {
		done := false
		if e != nil {
			done = c.edit(e, d.N, d.K)
		} else {
			c.acting.Lock()
			defer c.acting.Unlock()
			done = drift(c.world, d.N)
		}
		if done {
			c.tally.add("deed", d.What, 1)
			c.tally.add("when", when, 1)
		}
	}
	if d.At > 0 {
		c.during.add(d.At, do)
		return
	}
	do()
}

func (c *computer) other(d deed) {
	switch d.What {
	case "sync":
		c.pass(engine.Options{Full: d.N%4 == 0}, time.Duration(d.K%3)*3*time.Minute)
	case "run":
		c.run(time.Duration(20+d.N%60) * time.Minute)
	case "kill":
		c.kill(d.N, d.K)
	case "restart":
		c.start()
	case "weather":
		c.storm(d)
	case "wait":
		time.Sleep(time.Duration(1+d.N) * time.Second)
	case "sleep":
		time.Sleep(time.Duration(1+d.N%80) * time.Hour)
	case "clock forward":
		c.clockForward(jumps[d.N%len(jumps)])
	case "summer time":
		c.summerTime()
	case "lose checkpoint":
		c.loseCheckpoint()
	case "damage checkpoint":
		c.damageCheckpoint(d.N)
	case "choose":
		c.choose(d.N, d.K)
	case "delete held":
		c.holdSome(d)
		c.decide(engine.Delete)
	case "keep held":
		c.holdSome(d)
		c.decide(engine.Keep)
	case "sign in":
		c.signIn()
	default:
		c.disturb(d)
	}
}

// disturb changes what both sides are like.
func (c *computer) disturb(d deed) {
	switch d.What {
	case "expire tokens":
		c.dialpad.ExpireTokens()
	case "revoke dialpad":
		c.dialpad.RevokeAll()
		c.shut["dialpad"] = c.mark()
	case "revoke zendesk":
		c.zendesk.RevokeAll()
		c.shut["zendesk"] = c.mark()
	case "demote":
		c.zendesk.SetRole(zendesksim.Admin, zendesksim.EndUser)
		c.demoted, c.byListing = true, true
		c.hush()
	case "promote":
		c.zendesk.SetRole(zendesksim.EndUser, zendesksim.Admin)
		c.demoted = false
	case "expire cursors":
		c.zendesk.ExpireCursors()
	case "switch":
		c.must(c.dialpad.SetSwitches(func(s *dialpadsim.Switches) {
			s.Retired = [][]string{nil, {"v2.2"}, {"v3.1"}}[d.N%3]
			s.ErrorShape = []string{"kare", "google", "oauth", "detail", "html", "empty"}[d.K%6]
		}))
	}
}

// jumps are how far a clock is set wrong.
var jumps = []time.Duration{
	time.Second, time.Minute, time.Hour, 25 * time.Hour, 40 * 24 * time.Hour, 10 * 8766 * time.Hour,
}

// clockForward sets the computer's clock forward while the program does not
// run; everybody else's stays. A bubble has one clock only, so that a running
// process could not tell it from waiting.
func (c *computer) clockForward(by time.Duration) {
	c.stop()
	c.clock.Advance(-by)
	time.Sleep(by)
	c.start()
}

// summerTime lets the computer live through the next change of the hour.
func (c *computer) summerTime() {
	_, now := time.Now().Zone()
	at := time.Now()
	for {
		next := at.Add(time.Hour)
		if _, offset := next.Zone(); offset != now {
			break
		}
		at = next
	}
	time.Sleep(time.Until(at.Add(-time.Minute)))
}

func (c *computer) loseCheckpoint() {
	c.stop()
	c.must(c.keep.lose())
	c.lost = true
	c.forget()
	c.start()
}

func (c *computer) damageCheckpoint(how int) {
	c.stop()
	c.must(c.keep.damage(how))
	c.forget()
	c.start()
}

// choose ticks other sections and languages, as somebody does who edits
// settings.toml.
func (c *computer) choose(n, k int) {
	c.stop()
	chosen := selection{}
	if all := c.zendesk.Sections(); n%3 > 0 {
		for i, id := range all {
			if (i+n)%3 != 0 {
				chosen.sections = append(chosen.sections, id)
			}
		}
	}
	if chosen.locales = languages[:1]; k%2 == 0 {
		chosen.locales = languages[:c.Languages]
	}
	c.mu.Lock()
	c.chosen = chosen
	c.mu.Unlock()
	c.noteSource(noneTold)
	c.start()
}

// decide is the person's word about all removals that wait.
func (c *computer) decide(d engine.Decision) {
	held, err := c.engine.Held(c.t.Context(), account, 0)
	c.must(err)
	begin := c.begin()
	_, err = c.engine.Decide(c.t.Context(), account, d, time.Now())
	c.must(err)
	if d == engine.Keep {
		c.mu.Lock()
		for _, h := range held {
			c.kept[h.Key] = true
		}
		c.mu.Unlock()
	}
	if len(held) > 0 {
		c.tally.add("person", string(d)+" held removals", 1)
	}
	c.judgePass(begin)
}

// pass lets the program sync once; a wait lets it try again.
func (c *computer) pass(opts engine.Options, wait time.Duration) {
	begin := c.begin()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*24*time.Hour)
	defer cancel()
	_, err := c.engine.Sync(ctx, account, opts, wait)
	c.must(err)
	begin.garbled, begin.windy = c.garbled(), c.windy()
	c.fair()
	c.judgePass(begin)
}

// run lets the program run by itself for a while.
func (c *computer) run(d time.Duration) {
	begin := c.begin()
	ctx, cancel := context.WithCancel(c.t.Context())
	defer cancel()
	time.AfterFunc(d, cancel)
	c.must(c.engine.Run(ctx))
	begin.garbled, begin.windy = c.garbled(), c.windy()
	c.fair()
	c.judgePass(begin)
}

// busy gives the next pass something to do.
func (c *computer) busy(d deed) {
	for i, what := range []string{"edit many in one second", "add", "unpublish", "archive", "publish"} {
		if i == 0 || (d.N+i)%4 == 0 {
			c.happen(deed{What: what, N: d.N + 7*i, K: d.K + i})
		}
	}
	for i, what := range slices.Sorted(maps.Keys(drifts)) {
		if (d.N+i)%9 == 0 {
			c.happen(deed{What: what, N: d.K, At: d.N % 3 * d.K})
		}
	}
}

// holdSome makes it likely that removals wait for the person.
func (c *computer) holdSome(d deed) {
	if d.N%3 > 0 {
		c.happen(deed{What: "hide most", N: d.N, K: d.K})
		c.pass(engine.Options{Full: true}, 0)
	}
}

// storm is a pass with much to do under one or two faults.
func (c *computer) storm(d deed) {
	c.must(c.blow(d.N, d.K))
	if d.K%3 == 0 {
		c.must(c.blow(d.N/2, d.K+1))
	}
	if c.renewalsFail() {
		c.endToken()
	}
	c.busy(d)
	c.pass(engine.Options{Full: d.K%2 == 0}, time.Duration(d.N%3)*2*time.Minute)
}

// kill lets the process die at its nth request or write from now, while it
// syncs, and starts the next one.
func (c *computer) kill(n, k int) {
	c.busy(deed{N: n, K: k})
	begin := c.begin()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*24*time.Hour)
	defer cancel()
	if places := killPlaces(); k%3 == 0 {
		c.happen(deed{What: "archive", N: n, K: k})
		c.doom.arm(0, places[n%len(places)], cancel)
	} else {
		c.doom.arm(n%[]int{6, 20, 61}[n%3], "", cancel)
	}
	_, err := c.engine.Sync(ctx, account, engine.Options{Full: k%4 == 0}, 0)
	c.must(err)
	begin.garbled, begin.windy = c.garbled(), c.windy()
	c.fair()
	if place := c.doom.died(); place != "" {
		c.tally.add("kill", place, 1)
		c.must(c.keep.crash())
	}
	c.start()
	c.judgePass(begin)
}
