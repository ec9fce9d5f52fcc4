package engine_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// shelf is a guard's book in memory.
type shelf struct {
	mu      sync.Mutex
	records map[string]engine.GuardRecord
}

// Recall implements engine.Book.
func (s *shelf) Recall(_ context.Context, value string) (engine.GuardRecord, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[value], nil
}

// Remember implements engine.Book.
func (s *shelf) Remember(_ context.Context, value string, r engine.GuardRecord) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.records == nil {
		s.records = map[string]engine.GuardRecord{}
	}
	s.records[value] = r
	return nil
}

func (s *shelf) copy() *shelf { return &shelf{records: maps.Clone(s.records)} }

// turnBack is as a slate's.
func (s *shelf) turnBack(d time.Duration) {
	for value, r := range s.records {
		turn(&r.Window.Here, d)
		s.records[value] = r
	}
}

// guardWorld is an account whose source lies, with what the test itself knows of
// removals.
type guardWorld struct {
	*liar
	t         *testing.T
	rng       *rand.Rand
	tally     *tally
	story     []string
	account   string
	selection string
	slate     *slate
	book      *shelf
	engine    *engine.Engine
	spare     int // number of the next new document

	deciding bool
	gone     []time.Time // when something was removed without the person's word
	sizes    []sizeThen
	provedAs string // the role at the last proof
	// unseen are documents that were denied and not listed since; what happened to
	// them meanwhile the change order has told already.
	unseen map[source.Key]bool
}

// sizeThen is what Dialpad held at a moment.
type sizeThen struct {
	at   time.Time
	held int
}

func (g *guardWorld) note(format string, args ...any) {
	g.story = append(g.story, time.Now().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

func (g *guardWorld) never(format string, args ...any) {
	g.wrong = append(g.wrong, fmt.Sprintf(format, args...))
}

func (g *guardWorld) event(what string) {
	g.note("%s", what)
	g.tally.add("events: "+what, 1)
}

func (g *guardWorld) wait(d time.Duration) { time.Sleep(d) }

// start begins a new process.
func (g *guardWorld) start() {
	g.heard = false
	var err error
	g.engine, err = engine.New(g.t.Context(), engine.Config{
		Checkpoint: g.slate, Book: g.book, Sum: sumOf,
		Accounts: []engine.Account{{
			ID: g.account, Fingerprint: "here", Selection: g.selection, SourceValue: "ours",
			Source: g.liar, Destination: target{dialpad{g.world}, g}, SourceTime: g.clock, Workers: 2,
		}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// target is Dialpad in a guard's world.
type target struct {
	dialpad
	guard *guardWorld
}

// Delete implements engine.Destination and judges the removal.
func (d target) Delete(_ context.Context, node engine.Node) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ask("delete", false); err != nil {
		return err
	}
	if n := d.nodes[node.ID]; n != nil {
		if !d.hasOther(node.ID, n.key) {
			d.guard.judge(n.key)
		}
		delete(d.nodes, node.ID)
	}
	return nil
}

// judge says whether a removal that is about to be carried out is wrong.
func (g *guardWorld) judge(key source.Key) {
	if g.says(key).Document != nil {
		g.never("%s goes while the source shows it", key)
	}
	what := "honest"
	if a := g.docs[key]; a != nil && a.hidden == "" {
		what = "denied, below the limit"
	}
	if g.deciding {
		g.tally.add("removals: decided", 1)
		return
	}
	g.tally.add("removals: "+what+", unasked", 1)
	now := time.Now()
	before := 0
	for _, at := range g.gone {
		if now.Sub(at) < 24*time.Hour {
			before++
		}
	}
	known, allowed := g.known(), g.allowed(now)
	switch {
	case before+1 > allowed:
		g.never("%s is removal %d in 24 hours, %d may go", key, before+1, allowed)
	case before+known > allowed:
		g.never("%s goes before the guard speaks: %d have gone, %d are due, %d may go", key, before, known, allowed)
	}
	if role := g.presentRole(); g.provedAs != "" && role != g.provedAs {
		g.never("%s goes for a %s, proved as %s", key, role, g.provedAs)
	}
	g.gone = append(g.gone, now)
}

// known counts the removals the engine has heard of that have not been carried
// out.
func (g *guardWorld) known() int {
	n := 0
	for _, row := range g.rowsHeld() {
		if g.nodes[row.Node] != nil {
			n++
		}
	}
	return n
}

func (g *guardWorld) rowsHeld() map[source.Key]engine.Row {
	return g.rowsWhere(func(r engine.Row) bool { return r.Hold != "" && !r.Kept })
}

func (g *guardWorld) rowsWhere(f func(engine.Row) bool) map[source.Key]engine.Row {
	out := map[source.Key]engine.Row{}
	for row := range g.slate.Each(context.Background(), g.account, engine.Unsettled) {
		if f(row) {
			out[row.Key] = row
		}
	}
	return out
}

// allowed is how many removals 24 hours may see that end now. The product
// counts by the hour, so that their beginning may lie up to an hour earlier.
func (g *guardWorld) allowed(now time.Time) int {
	var bases []int
	for i, s := range g.sizes {
		age := now.Sub(s.at)
		switch {
		case age >= 25*time.Hour || i == 0:
			bases = []int{s.held}
		case age >= 24*time.Hour:
			bases = append(bases, s.held)
		}
	}
	most := 0
	for _, base := range bases {
		n := max(20, base/5)
		if base <= 3 {
			base = g.sizes[len(g.sizes)-1].held + g.goneBefore(now)
		}
		if base > 3 {
			n = min(n, base/2)
		}
		most = max(most, n)
	}
	return most
}

// decide is the person's word about everything that waits.
func (g *guardWorld) decide(d engine.Decision) {
	held := g.rowsHeld()
	if len(held) == 0 {
		return
	}
	g.note("the person says %s about %d", d, len(held))
	g.tally.add("decisions: "+string(d), 1)
	g.deciding = true
	before := len(g.nodes)
	out, err := g.engine.Decide(g.t.Context(), g.account, d, time.Now())
	g.deciding = false
	left := before - len(g.nodes)
	switch {
	case err != nil:
		g.never("decide: %v", err)
	case d == engine.Keep && left > 0:
		g.never("%d went that the person keeps", left)
	case d == engine.Keep && out.Err == nil:
		if left = len(held); len(g.rowsHeld()) > 0 {
			g.never("%d of %d still wait although the person keeps them", len(g.rowsHeld()), len(held))
		}
	}
	for i := range g.sizes {
		g.sizes[i].held = max(0, g.sizes[i].held-left)
	}
	if g.presentRole() != g.provedAs {
		g.provedAs = "" // the decision was about the other person's view
	}
}

// measure notes what Dialpad holds now.
func (g *guardWorld) measure() {
	g.sizes = append(g.sizes, sizeThen{time.Now(), g.ours()})
}

// goneBefore counts what went in the last 24 hours before the pass under way.
func (g *guardWorld) goneBefore(now time.Time) int {
	n := 0
	for _, at := range g.gone {
		if now.Sub(at) < 24*time.Hour && at.Before(g.sizes[len(g.sizes)-1].at) {
			n++
		}
	}
	return n
}

// ours counts what Dialpad holds, without what the person keeps; right after the
// loss of a checkpoint only the book knows that.
func (g *guardWorld) ours() int {
	kept := g.rowsWhere(func(r engine.Row) bool { return r.Kept })
	n := len(g.nodes) - len(kept)
	keys := g.book.records["ours"].Kept
	rows, _ := g.slate.Rows(context.Background(), g.account, keys)
	for _, key := range keys {
		if _, known := rows[key]; !known {
			n--
		}
	}
	return max(0, n)
}

// sync makes one pass and holds its outcome against what has to follow.
func (g *guardWorld) sync(opts engine.Options) engine.Outcome {
	time.Sleep(time.Second)
	g.measure()
	began := time.Now()
	outs, err := g.engine.Sync(g.t.Context(), g.account, opts, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	g.measure()
	out := outs[0]
	s := out.Status
	g.note("sync full=%v: %d created, %d updated, %d removed, held %d (%s), proved %v, %v",
		opts.Full, out.Run.Created, out.Run.Updated, out.Run.Deleted, s.Held, s.Waiting, s.Proved.Format("02 15:04:05"), out.Err)
	if g.tally == nil {
		return out
	}
	if out.Run.Deleted > 0 && s.Held > 0 {
		g.never("of one pass's removals %d went and %d wait", out.Run.Deleted, s.Held)
	}
	if s.Held > 0 {
		g.tally.add("passes: removals held", 1)
	}
	if state, _, _ := g.slate.Load(g.t.Context(), g.account); !state.Compared.Before(began) {
		clear(g.unseen)
	}
	for _, l := range g.lies {
		for key := range l.denied {
			g.unseen[key] = true
		}
	}
	if out.Err == nil {
		g.arrived(out)
	}
	if out.Err == nil && !s.Proved.Before(began) && !s.Proved.After(time.Now()) {
		g.provedAs = g.presentRole()
	}
	return out
}

// arrived demands that Dialpad holds everything the source shows.
func (g *guardWorld) arrived(out engine.Outcome) {
	texts := map[source.Key]string{}
	for _, n := range g.nodes {
		texts[n.key] = n.body
	}
	for _, key := range g.shown() {
		if a := g.docs[key]; a != nil && texts[key] != a.body && !g.unseen[key] {
			g.never("the source shows %s, Dialpad does not have its text", key)
		}
	}
	if out.Status.Held > 0 {
		g.tally.add("documents: arrived while removals were held", out.Run.Created+out.Run.Updated)
	}
}

// isKept says that a difference is about a document the person keeps.
func (g *guardWorld) isKept(difference string) bool {
	for key := range g.rowsWhere(func(r engine.Row) bool { return r.Kept }) {
		if strings.HasSuffix(difference, fmt.Sprintf("holds %s, which the source does not have", key)) {
			return true
		}
	}
	return false
}
