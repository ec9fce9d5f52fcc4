package model_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// begun is what was there when a pass began.
type begun struct {
	seq     int
	at      time.Time
	moves   int
	state   engine.State
	rows    map[source.Key]engine.Row
	nodes   map[string]dialpadsim.Node
	garbled bool // see world.garbled
	windy   bool // Dialpad has not always answered as it means
}

// seen are the events up to which the passes so far have looked: by the order
// of changes, by a comparison of keys, by a proof, and by one that read the
// contents.
type seen struct {
	// allowed is when a pass has asked both sides without a hitch.
	allowed                        int
	told, listed, proved, contents int
	// from is when what the proof's listing shows can have been true.
	from time.Time
	// watched are the documents whose node's version was known when the last
	// proof began, so that it shows any change of their content.
	watched map[source.Key]bool
}

// by is what a proof has to have seen that began at the event proved, with all
// changes of the source up to the event looked.
func (s seen) by(looked, proved int) seen {
	s.told, s.listed, s.proved = looked, looked, proved
	return s
}

// begin writes down how things stand before a pass.
func (c *computer) begin() begun {
	b := begun{at: c.clock.Now(), rows: map[source.Key]engine.Row{}}
	b.state = c.state()
	for row, err := range c.keep.checkpoint().Each(c.t.Context(), account, engine.Every) {
		c.must(err)
		b.rows[row.Key] = row
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	b.seq, b.moves, b.nodes = c.seq, len(c.world.moves), maps.Clone(c.nodes)
	return b
}

func (c *computer) state() engine.State {
	state, _, err := c.keep.checkpoint().Load(c.t.Context(), account)
	c.must(err)
	return state
}

// forget is for a checkpoint that was lost: nothing has been seen.
func (c *computer) forget() { c.seen = seen{} }

// settling is how long after one change another one may be missed for a while:
// the source's times have whole seconds, and what is that young is looked at
// again by a pass that begins later.
const settling = 2 * time.Second

// judgePass holds what a pass has done and says against the truth.
func (c *computer) judgePass(b begun) {
	c.judgeMoves(b)
	after := c.state()
	moved := func(before, after time.Time) bool { return !after.IsZero() && !after.Equal(before) }
	looked := b.seq
	if b.at.Sub(c.ended) < settling {
		looked = min(looked, c.source.before(b.at.Add(-settling)))
	}
	if c.byListing {
		// A listing by last change that was cut off goes on from where it was, and
		// what has changed since it began comes with the pass after that.
		looked = min(looked, c.previous)
	}
	c.ended, c.previous = c.clock.Now(), b.seq
	if moved(b.state.Checked, after.Checked) {
		c.seen.told = looked
		if !b.windy {
			c.seen.allowed = b.seq
		}
	}
	if moved(b.state.Compared, after.Compared) {
		c.seen.listed = looked
	}
	if moved(b.state.ContentsRead, after.ContentsRead) {
		c.seen.contents = b.seq
	}
	if moved(b.state.Proved, after.Proved) {
		c.seen.proved, c.seen.from, c.seen.watched = b.seq, b.at.Add(-c.lag()), c.watched(b)
		c.tally.add("judged", "proofs", 1)
		for _, odd := range c.odd(c.seen.by(looked, b.seq)) {
			c.never("a proof, and " + odd)
		}
	}
}

// judgeStatus holds the status as it is now against the truth.
func (c *computer) judgeStatus() {
	verdict := c.engine.Status().Verdict(time.Now())
	c.tally.add("status", verdictName(verdict), 1)
	if verdict != engine.UpToDate {
		return
	}
	for _, odd := range c.odd(c.seen) {
		c.never("up to date, and " + odd)
	}
	for side, at := range c.shut {
		if at < c.seen.allowed {
			c.never("up to date, and the sign-in to " + side + " was withdrawn before the last pass")
		}
	}
}

func verdictName(v engine.Verdict) string {
	return [...]string{"not set up", "up to date", "working", "waiting", "paused", "some failed", "removals held", "needs the person"}[v]
}

// odd lists the documents about which both sides differ although somebody who
// has looked so far has to know it.
func (c *computer) odd(s seen) []string {
	held := c.held()
	c.mu.Lock()
	defer c.mu.Unlock()
	var odd []string
	for _, key := range c.keys(held) {
		what := c.difference(key, held[key])
		switch {
		case what == "", c.source.unseen(key, s.told, s.listed), c.driftedSince(key, s.proved), c.driftedAfter(key, s.from):
		case c.kept[key] && c.source.now(key) == "":
		case !s.watched[key] && isText(held[key]) && c.driftedSince(key, s.contents):
		default:
			odd = append(odd, what)
		}
	}
	return odd
}

// keys are those of either side, in order. The lock is held.
func (c *computer) keys(held map[source.Key][]dialpadsim.Node) []source.Key {
	all := map[source.Key]bool{}
	for key := range held {
		all[key] = true
	}
	for key := range c.source {
		all[key] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// difference says how Dialpad differs from the source about a document, or "".
func (c *computer) difference(key source.Key, nodes []dialpadsim.Node) string {
	want := c.source.now(key)
	switch {
	case want == "" && len(nodes) == 0:
	case want == "":
		return fmt.Sprintf("%s is in Dialpad although the source does not have it", key)
	case len(nodes) == 0:
		return fmt.Sprintf("%s is missing in Dialpad", key)
	case len(nodes) > 1:
		return fmt.Sprintf("%s is in Dialpad %d times", key, len(nodes))
	case holds(nodes[0]) != want:
		return fmt.Sprintf("%s is %q in Dialpad and %q at the source", key, holds(nodes[0]), want)
	}
	return ""
}

// isText says that a document is there once and in use, so that only reading it
// can show that its text is another one.
func isText(nodes []dialpadsim.Node) bool {
	return len(nodes) == 1 && nodes[0].Status == "published" && nodes[0].HasContent
}

// watched are the documents whose node's version the checkpoint knows.
func (c *computer) watched(b begun) map[source.Key]bool {
	watched := map[source.Key]bool{}
	for key, row := range b.rows {
		watched[key] = row.NodeVersion != 0 && row.State == engine.Clean && c.Switches.ReportVersions != "off" && c.Switches.ListShape != "sparse"
	}
	return watched
}

// driftedSince says whether somebody changed a node of the document by hand
// after an event. The lock is held.
func (w *world) driftedSince(key source.Key, seq int) bool {
	return slices.ContainsFunc(w.moves, func(m move) bool { return m.seq > seq && m.byHand && m.key() == key })
}

// driftedAfter is driftedSince for a moment. The lock is held.
func (w *world) driftedAfter(key source.Key, from time.Time) bool {
	return slices.ContainsFunc(w.moves, func(m move) bool { return m.at.After(from) && m.byHand && m.key() == key })
}

// lag is how far Dialpad's listing lags behind.
func (w *world) lag() time.Duration { return time.Duration(w.Switches.LagMS) * time.Millisecond }

// key is the document a changed node is of, or empty.
func (m move) key() source.Key {
	n := m.after
	if n.ID == "" {
		n = m.before
	}
	if n.Source != ours {
		return ""
	}
	return source.Key(n.ExternalID)
}

// judgeMoves holds every write of a pass against what was needed.
func (c *computer) judgeMoves(b begun) {
	c.mu.Lock()
	moves := slices.Clone(c.world.moves[b.moves:])
	c.mu.Unlock()
	nodes := maps.Clone(b.nodes)
	again := map[source.Key]bool{}
	for _, m := range moves {
		id := cmp.Or(m.before.ID, m.after.ID)
		if !m.byHand {
			c.judgeMove(b, m, nodes, again)
		}
		if nodes[id] = m.after; m.after.ID == "" {
			delete(nodes, id)
		}
	}
	c.tally.add("judged", "writes again of what was under way", len(again))
	if len(again) > inFlight {
		c.never(fmt.Sprintf("%d documents were written again", len(again)))
	}
}

// madeByHand says whether somebody made a node by hand after an event. The lock
// is held.
func (w *world) madeByHand(id string, seq int) bool {
	return slices.ContainsFunc(w.moves, func(m move) bool {
		return m.seq > seq && m.byHand && m.before.ID == "" && m.after.ID == id
	})
}

// inFlight is how many documents may be under way when a process dies: those
// marked ahead, and one for each worker.
const inFlight = 16 + 4

func (c *computer) judgeMove(b begun, m move, nodes map[string]dialpadsim.Node, again map[source.Key]bool) {
	key := m.key()
	if key == "" {
		c.never("a node of somebody else was written: " + m.before.ID + m.after.ID)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	say := func(format string, args ...any) {
		c.wrong = append(c.wrong, fmt.Sprintf("%s: ", key)+fmt.Sprintf(format, args...))
	}
	var twins []dialpadsim.Node
	known := false // one of them at least may be known to the program
	for id, n := range nodes {
		if isOurs(n) && source.Key(n.ExternalID) == key && id != m.before.ID {
			twins = append(twins, n)
			known = known || !c.madeByHand(id, c.seen.proved)
		}
	}
	switch {
	case m.after.ID == "" || m.after.Status == "archived":
		c.tally.add("judged", "removals", 1)
		_, old := b.nodes[m.before.ID] // one of this pass goes when its content is refused
		if old && !c.source.awaySince(key, m.at.Add(-freshWord)) && len(twins) == 0 && m.before.HasContent {
			say("was removed although the source shows it")
		}
	case m.before.ID == "":
		c.tally.add("judged", "creates", 1)
		if known {
			say("was created although it is there")
		}
		if !slices.ContainsFunc(c.source.since(key, b.seq), func(text string) bool { return text != "" }) {
			say("was created although the source does not have it")
		}
	default:
		c.tally.add("judged", "rewrites", 1)
		c.judgeRewrite(b, m, say, again)
	}
}

// freshWord is how long the source's word about a removal is good for, with
// what the requests take.
const freshWord = time.Minute

// judgeRewrite holds the change of a node against its need. The lock is held.
func (c *computer) judgeRewrite(b begun, m move, say func(string, ...any), again map[source.Key]bool) {
	key := m.key()
	texts := c.source.since(key, b.seq)
	title := m.after.Title
	body, _ := cutWrap(m.after.Content)
	one := func(part int, is string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return text != "" && strings.SplitN(text, "\x00", 2)[part] == is })
	}
	if m.after.HasContent && m.after.Content != m.before.Content && !one(1, body) {
		say("got the text %q, which the source did not have meanwhile", body)
	}
	if m.after.Title != m.before.Title && !one(0, title) {
		say("got the title %q, which the source did not have meanwhile", title)
	}
	before, there := b.nodes[m.before.ID]
	needless := there && len(texts) == 1 && holds(before) == texts[0] && !c.driftedSince(key, b.seq)
	row, known := b.rows[key]
	switch {
	case !needless, b.garbled, c.madeByHand(m.before.ID, c.seen.proved):
	case known && row.Unsettled():
		again[key] = true
	default:
		say("was written although nothing about it had changed")
	}
}

// end says what is wrong when everything has calmed down, or "".
func (c *computer) end() string {
	last := c.mark()
	for _, odd := range c.odd(seen{told: last, listed: last, proved: last, contents: last, from: c.clock.Now()}) {
		c.never("at the end " + odd)
	}
	if v := c.engine.Status().Verdict(time.Now()); v != engine.UpToDate {
		c.never(fmt.Sprintf("at the end the status says %q: %+v", verdictName(v), c.engine.Status().Accounts[0]))
	}
	begin := c.begin()
	c.pass(engine.Options{}, 0)
	if n := len(c.world.moves) - begin.moves; n > 0 {
		c.never(fmt.Sprintf("a pass without changes made %d writes", n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.wrong, "\n")
}
