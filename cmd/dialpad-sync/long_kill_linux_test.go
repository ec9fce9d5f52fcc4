//go:build long

package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// killsFor bounds the kills of one world.
const killsFor = 20 * time.Minute

// TestAThousandKills kills agents, and calls that carry out a person's
// decision, without any warning: after a while, when one of their requests
// arrives or has just had its effect, and right after they wrote to the
// checkpoint; during the first copy, while the checkpoint's file is made and
// brought to its schema, and while the sign-in is renewed. Meanwhile the help center is edited, articles go and come back,
// more go than the guard lets pass, and both sides fail. It does so for each of
// the things Dialpad may do with a second create of a key.
//
// At no moment does an answer have two documents, does one go that the help
// center has or the person keeps, or is somebody else's touched. A sign-in is
// lost only by a kill between the request that renews it and the moment at which
// the new one is saved; the next call then says so. At the end one sync makes
// both sides equal. KILLS is how many there are in each world.
func TestAThousandKills(t *testing.T) {
	kills := 400
	if text := os.Getenv("KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for i, dup := range []string{"duplicate", "conflict", "upsert"} {
		t.Run(dup, func(t *testing.T) {
			t.Parallel()
			newReaper(t, uint64(11+i), dup, kills).reap(kills)
		})
	}
}

// reaper kills processes and looks what they leave.
type reaper struct {
	*havoc
	moods *rand.Rand
	// copied are the keys that have had a node since they became visible;
	// before are the nodes at the last look, with their keys.
	copied map[string]bool
	before map[string]string
	kills  map[string]int // by what they waited for
	books  map[string]int
	// word is the decision that the last process was to carry out, or empty.
	word string
	// copy is a folder for a copy of the checkpoint.
	copy     string
	last     map[string]string // what the checkpoint knew, for messages
	lastKill string
}

func newReaper(t *testing.T, seed uint64, dup string, kills int) *reaper {
	r := &reaper{
		havoc: newHavoc(t, seed, 150, dialpadsim.Switches{Dup: dup, LagMS: 600}),
		moods: rand.New(rand.NewPCG(seed, 13)), copied: map[string]bool{}, before: map[string]string{},
		kills: map[string]int{}, books: map[string]int{}, copy: t.TempDir(),
	}
	r.firstCopy(kills / 20)
	// Everything is touched and nothing is different: that teaches the agent how
	// fast it may ask the help center, so that it gets something done before it
	// dies.
	for range 5 {
		if o := r.exec("sync"); o.code != exitInSync {
			t.Fatalf("%s", o)
		}
		r.same()
		r.must(r.zendesk.BulkTouch(len(r.visible())))
	}
	r.exec("sync")
	r.autopsy()
	return r
}

func (r *reaper) reap(kills int) {
	r.trouble()
	began := time.Now()
	losses := []int{kills * 7 / 10, kills * 17 / 20}
	for n := r.count(); n < kills; n = r.count() {
		if len(losses) > 0 && n >= losses[0] {
			losses = losses[1:]
			r.births(kills / 40)
		}
		r.night()
		if r.moods.IntN(8) == 0 {
			r.renewal()
		} else {
			r.kill()
		}
		r.autopsy()
		if r.t.Failed() || time.Since(began) > killsFor {
			r.t.Fatalf("at kill %d of %d, after %s", n, kills, time.Since(began))
		}
	}
	r.t.Logf("%d kills in %s, waiting for %s", r.count(), time.Since(began).Round(time.Second), counted(r.kills))
	r.t.Logf("articles: %s", counted(r.deeds))
	r.t.Logf("under kills: %s", counted(r.books))
	r.enoughMoments(kills)
	removed, decided := r.books["removed"], r.books["removed as decided"]+r.books["kept as decided"]
	if removed < kills/4 || decided < kills/10 {
		r.t.Errorf("under %d kills %d documents were removed and %d decided, want at least %d and %d", kills, removed, decided, kills/4, kills/10)
	}
	r.peace()
}

// trouble makes both sides fail now and then, most of all in the ways that
// leave a client unsure.
func (r *reaper) trouble() {
	r.t.Helper()
	fault(r.t, r.dialpad.Faults(),
		"probability=0.01 status=503",
		"probability=0.001 status=429 retry-after=1",
		"POST /kbm/nodes probability=0.08 reset=after",
		"POST /kbm/nodes probability=0.04 status=502 effect",
		"POST /kbm/nodes/{id}/content probability=0.05 reset=after",
		"PUT /kbm/nodes/{id} probability=0.05 reset=after",
		"DELETE /kbm/nodes/{id} probability=0.1 reset=after",
	)
	fault(r.t, r.zendesk.Faults(),
		"probability=0.01 status=503",
		"probability=0.001 status=429 retry-after=1",
		"probability=0.01 reset=mid",
	)
}

// forget loses the checkpoint, as a new computer does, and with it what the
// person wanted to keep.
func (r *reaper) forget() {
	r.t.Helper()
	r.books["checkpoints lost"]++
	files, err := filepath.Glob(filepath.Join(r.home, "checkpoint.db*"))
	r.must(err)
	for _, file := range files {
		r.must(os.Remove(file))
	}
	clear(r.kept)
}

// night is what happens to the help center while no agent runs. Some nights
// are a day long, and in one of forty more goes than the guard lets pass.
func (r *reaper) night() {
	const forty = "nights in which forty went"
	switch n := r.moods.IntN(1000); {
	case r.books[forty] < 1+r.count()/40 && len(r.visible()) > 110:
		r.hide(40)
		r.books[forty]++
	case n < 120:
		r.edit()
	case n < 220:
		r.add()
	case n < 520 && len(r.visible()) > 110:
		r.hide(1 + r.moods.IntN(10))
	case n < 690:
		for range 1 + r.moods.IntN(12) {
			r.show()
		}
	case n < 740 && r.peek().known:
		r.aged(time.Hour)
		r.books["hours that passed"]++
	case n < 780 && r.peek().known:
		r.aged(25 * time.Hour)
		r.books["days that passed"]++
	}
}

// day is what happens to it while one runs. Nothing comes back in the daytime:
// an agent that has just heard that an answer is gone may remove it.
func (r *reaper) day() {
	switch n := r.moods.IntN(10); {
	case n < 3:
		r.edit()
	case n < 6:
		r.add()
	default:
		r.hide(1 + r.moods.IntN(3))
	}
}

// kill starts a process and kills it: an agent, an agent that is told the
// person's decision about what waits, or a call that carries it out by itself.
// It returns false when the process ended first.
func (r *reaper) kill() bool {
	waiting := r.remembered().held
	r.word = ""
	if len(waiting) == 0 || r.moods.IntN(4) == 0 {
		return r.strike(r.point(len(waiting) == 0), "agent", "--no-tray")
	}
	r.word = []string{"--delete", "--delete", "--delete", "--delete", "--keep"}[r.moods.IntN(5)]
	var killed bool
	if r.moods.IntN(2) == 0 {
		killed = r.strike(r.point(true), "deletions", r.word)
	} else {
		killed = r.strikeAgentThatIsTold(r.point(true), r.word)
	}
	if r.word == "--keep" {
		r.noteKept(waiting)
	}
	return killed
}

// remembered is what the checkpoint knows; what the person keeps must be in it.
func (r *reaper) remembered() remembered {
	r.t.Helper()
	m := r.peek()
	for key := range r.kept {
		if m.known && !slices.Contains(m.kept, key) {
			r.t.Errorf("the person keeps %s, and the checkpoint has forgotten it:\nnow  %s\nthen %s\nafter %s\nstate %s", key, m.rows[key], r.last[key], r.lastKill, m.rows[""])
		}
	}
	r.last = m.rows
	return m
}

// noteKept notes which of the removals that waited the person keeps: those
// whose decision was written down before the process died, as far as they had
// not come back and Dialpad still had them.
func (r *reaper) noteKept(waited []string) {
	now, visible, nodes := r.peek().kept, r.visible(), r.nodes()
	for _, key := range waited {
		back := slices.ContainsFunc(visible, func(id int64) bool { return keyOf(id) == key })
		if slices.Contains(now, key) && !r.kept[key] && !back && len(nodes[key]) > 0 {
			r.keep(time.Now(), key)
			r.books["kept as decided"]++
		}
	}
}

// autopsy looks at what the last process has done to Dialpad.
func (r *reaper) autopsy() {
	r.t.Helper()
	visible := map[string]bool{}
	for _, id := range r.visible() {
		visible[keyOf(id)] = true
	}
	nodes, now := r.nodes(), map[string]string{}
	for key, have := range nodes {
		if len(have) > 1 {
			r.t.Errorf("%s has %d documents: %+v", key, len(have), have)
		}
		r.copied[key] = true
		for _, n := range have {
			now[n.ID] = key
		}
	}
	for key := range r.copied {
		switch {
		case !visible[key]:
			delete(r.copied, key) // it may go now, and come back later
		case len(nodes[key]) == 0:
			r.t.Errorf("%s was in Dialpad, is in the help center, and is gone from Dialpad", key)
		}
	}
	for id, key := range r.before {
		if now[id] != "" {
			continue
		}
		if visible[key] || r.kept[key] {
			r.t.Errorf("%s (%s) went while the help center had it (%v) or the person kept it (%v)", id, key, visible[key], r.kept[key])
		}
		if r.word == "--delete" {
			r.books["removed as decided"]++
		} else {
			r.books["removed"]++
		}
	}
	r.before = now
	r.readJournal(visible)
	if now := r.strangers(); !slices.Equal(now, r.foreign) {
		r.t.Errorf("documents of others are %v, were %v", now, r.foreign)
	}
	r.forgetJournals()
}

// overdue is how many documents Dialpad has that are to go, as the help
// center's feed of changes tells.
func (r *reaper) overdue() int {
	told := map[string]bool{}
	for _, id := range slices.Concat(r.drafts, r.closed) {
		told[keyOf(id)] = true
	}
	n := 0
	for _, key := range r.before {
		if told[key] && !r.kept[key] {
			n++
		}
	}
	return n
}

// readJournal holds every delete that was asked for against what the help
// center had, whatever came of it.
func (r *reaper) readJournal(visible map[string]bool) {
	r.t.Helper()
	for _, e := range r.dialpad.Journal().Entries() {
		if !writes(e) {
			continue
		}
		outcome := ""
		if !definite(e) {
			outcome = " failed or unanswered"
		}
		r.books[e.Method+" "+e.Template+outcome]++
		key := r.records.keyOf[e.Subject]
		if e.Method == "DELETE" && (visible[key] || r.kept[key] || key == "") {
			r.t.Errorf("%s (%q) was to be deleted while the help center had it (%v) or the person kept it (%v): %+v", e.Subject, key, visible[key], r.kept[key], e)
		}
	}
}

// peace ends all trouble. What still waits for the person goes; then one sync
// must bring the proof, and after it there is nothing left to write.
func (r *reaper) peace() {
	r.t.Helper()
	for _, rule := range slices.Concat(r.dialpad.Faults().Rules(), r.zendesk.Faults().Rules()) {
		r.t.Logf("fault %4d times: %s", rule.Fired, rule.Fault)
	}
	r.dialpad.Faults().Clear()
	r.zendesk.Faults().Clear()
	began := time.Now()
	o := r.exec("sync", "--full", "--json", "--wait", "4m")
	if o.code == exitAttention && o.report(r.t).HeldDeletions > 0 {
		r.exec("deletions", "--delete").says(r.t, exitInSync, "were removed from Dialpad")
		o = r.exec("sync", "--full", "--json", "--wait", "4m")
	}
	if o.code != exitInSync {
		r.t.Fatalf("the sync after all kills: %s", o)
	}
	before := r.remembered()
	r.t.Logf("the last sync took %s: %s", time.Since(began).Round(100*time.Millisecond), o.out)
	r.same()
	r.autopsy()
	o = r.exec("sync", "--full", "--json")
	m := r.remembered()
	for _, key := range m.held {
		r.t.Errorf("held at the end: %s, kept %v, visible %v, nodes %v, row %s\nbefore %s", key, r.kept[key], slices.ContainsFunc(r.visible(), func(id int64) bool { return keyOf(id) == key }), r.nodes()[key], m.rows[key], before.rows[key])
	}
	if n := r.writes(); o.code != exitInSync || n != 0 {
		r.t.Errorf("a sync with nothing to do wrote %d times: %s", n, o)
	}
}
