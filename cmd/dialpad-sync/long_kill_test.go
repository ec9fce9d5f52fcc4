//go:build long

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
)

// TestAThousandKills kills the agent at random moments while the help center
// is edited and both sides fail, and while Dialpad has nothing of its own
// against doubles and lists late. At no moment does an answer have two
// documents, does one go that the help center has, or is somebody else's
// touched; at the end one sync makes both sides equal. KILLS is how many.
func TestAThousandKills(t *testing.T) {
	kills := 1000
	if text := os.Getenv("KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	const seed = 11
	began := time.Now()
	r := &reaper{
		havoc: newHavoc(t, seed, 240, dialpadsim.Switches{Dup: "duplicate", LagMS: 600}),
		moods: rand.New(rand.NewPCG(seed, 13)), keys: map[string]string{}, held: map[string]bool{}, requests: map[string]int{},
	}
	if o := r.exec("sync"); o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	r.same()
	// Everything is touched and nothing is different: that teaches the agent how
	// fast it may ask the help center, so that it gets something done before it
	// dies.
	r.must(r.zendesk.BulkTouch(len(r.visible())))
	if o := r.exec("sync"); o.code != exitInSync {
		t.Fatalf("%s", o)
	}
	t.Logf("%d articles copied, and read once more, in %s", len(r.visible()), time.Since(began).Round(time.Second))
	r.autopsy()
	r.trouble()
	killing := time.Now()
	for n := range kills {
		if n == kills*7/10 || n == kills*17/20 {
			r.forget()
		}
		r.night()
		r.kill(r.life())
		r.autopsy()
		if t.Failed() {
			t.Fatalf("at kill %d of %d", n+1, kills)
		}
	}
	t.Logf("%d kills in %s: articles %s", kills, time.Since(killing).Round(time.Second), counted(r.deeds))
	t.Logf("what the agent got done: %s", counted(r.requests))
	r.peace()
	if took := time.Since(began); took > 12*time.Minute {
		t.Errorf("it took %s, want at most 12 minutes", took)
	}
}

// reaper kills agents and looks what they leave.
type reaper struct {
	*havoc
	moods *rand.Rand
	hid   bool // the last night took an article away
	// keys are the keys of all nodes there ever were, by node id; held are the
	// keys that have had a node since they became visible.
	keys      map[string]string
	held      map[string]bool
	requests  map[string]int
	deletions int // all of them looked at
}

// trouble makes both sides fail now and then, most of all in the ways that
// leave a client unsure.
func (r *reaper) trouble() {
	r.t.Helper()
	fault(r.t, r.dialpad.Faults(),
		"probability=0.05 status=503",
		"probability=0.01 status=429 retry-after=1",
		"POST /kbm/nodes probability=0.08 reset=after",
		"POST /kbm/nodes probability=0.04 status=502 effect",
		"POST /kbm/nodes/{id}/content probability=0.05 reset=after",
		"PUT /kbm/nodes/{id} probability=0.05 reset=after",
		"DELETE /kbm/nodes/{id} probability=0.1 reset=after",
	)
	fault(r.t, r.zendesk.Faults(),
		"probability=0.05 status=503",
		"probability=0.01 status=429 retry-after=1",
		"probability=0.02 reset=mid",
	)
}

// forget loses the checkpoint, as a new computer does.
func (r *reaper) forget() {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.home, "checkpoint.db*"))
	if err != nil || len(files) == 0 {
		r.t.Fatalf("no checkpoint in %s (%v)", r.home, err)
	}
	for _, file := range files {
		r.must(os.Remove(file))
	}
}

// night is what happens to the help center while no agent runs.
func (r *reaper) night() {
	n := r.moods.IntN(100)
	r.hid = n >= 44 && n < 50 && r.removals > 0
	switch {
	case n < 22:
		r.edit()
	case n < 44:
		r.add()
	case n < 50:
		r.hide()
	case n < 53:
		r.show()
	}
}

// day is what happens to it while one runs. Nothing comes back in the daytime:
// an agent that has just heard that an answer is gone may remove it.
func (r *reaper) day() {
	switch n := r.moods.IntN(10); {
	case n < 4:
		r.edit()
	case n < 8:
		r.add()
	default:
		r.hide()
	}
}

// life is how long the next agent lives: mostly it dies before it has done
// much. One of fifteen, and each that has something to remove, may live long
// enough to come to the end of a pass.
func (r *reaper) life() time.Duration {
	if r.hid || r.moods.IntN(15) == 0 {
		return time.Duration(400+r.moods.IntN(3600)) * time.Millisecond
	}
	return time.Duration(5+r.moods.IntN(395)) * time.Millisecond
}

// kill starts an agent and kills it after a while, without any warning.
func (r *reaper) kill(after time.Duration) {
	r.t.Helper()
	cmd := r.program("agent", "--no-tray")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	r.must(cmd.Start())
	if r.moods.IntN(8) == 0 {
		dawn := time.Duration(r.moods.Int64N(int64(after)))
		time.Sleep(dawn)
		r.day()
		after -= dawn
	}
	time.Sleep(after)
	r.must(cmd.Process.Kill())
	err, _ := cmd.Wait().(*exec.ExitError)
	if err == nil || err.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		r.t.Errorf("the agent ended by itself: %v\n%s", err, &said)
	}
	r.zendeskDoor.empty()
	r.dialpadDoor.empty()
}

// autopsy looks at what the last agent has done to Dialpad.
func (r *reaper) autopsy() {
	r.t.Helper()
	visible := map[string]bool{}
	for _, id := range r.visible() {
		visible[keyOf(id)] = true
	}
	nodes := r.nodes()
	for key, have := range nodes {
		if len(have) > 1 {
			r.t.Errorf("%s has %d documents: %+v", key, len(have), have)
		}
		r.held[key] = true
		for _, n := range have {
			r.keys[n.ID] = key
		}
	}
	for key := range r.held {
		switch {
		case !visible[key]:
			delete(r.held, key) // it may go now, and come back later
		case len(nodes[key]) == 0:
			r.t.Errorf("%s was in Dialpad, is in the help center, and is gone from Dialpad", key)
		}
	}
	for _, e := range r.dialpad.Journal().Entries() {
		r.count(e.Method+" "+e.Template, e.Status)
		if e.Method == "DELETE" {
			r.deletions++
		}
		if e.Method == "DELETE" && (visible[r.keys[e.Subject]] || r.keys[e.Subject] == "") {
			r.t.Errorf("%s (%q) was deleted while the help center had it: %+v", e.Subject, r.keys[e.Subject], e)
		}
	}
	if now := r.strangers(); !slices.Equal(now, r.foreign) {
		r.t.Errorf("documents of others are %v, were %v", now, r.foreign)
	}
	r.forgetJournals()
}

// count adds one of Dialpad's answers to the books.
func (r *reaper) count(what string, status int) {
	switch {
	case status == 0 || status >= 500:
		what += " failed or unanswered"
	case status >= 400:
		what += " refused"
	}
	r.requests[what]++
}

// peace ends all trouble. One sync, and nothing but syncs, must bring the proof;
// after it there is nothing left to write.
func (r *reaper) peace() {
	r.t.Helper()
	for _, rule := range slices.Concat(r.dialpad.Faults().Rules(), r.zendesk.Faults().Rules()) {
		r.t.Logf("fault %4d times: %s", rule.Fired, rule.Fault)
	}
	r.dialpad.Faults().Clear()
	r.zendesk.Faults().Clear()
	began := time.Now()
	o := r.exec("sync", "--full", "--json", "--wait", "4m")
	if o.code != exitInSync {
		r.t.Fatalf("the sync after all kills: %s", o)
	}
	r.t.Logf("the last sync took %s: %s", time.Since(began).Round(100*time.Millisecond), o.out)
	r.same()
	r.autopsy()
	r.t.Logf("%d deletions in all, each held against what the help center had", r.deletions)
	o = r.exec("sync", "--full", "--json")
	if n := r.writes(); o.code != exitInSync || n != 0 {
		r.t.Errorf("a sync with nothing to do wrote %d times: %s", n, o)
	}
}
