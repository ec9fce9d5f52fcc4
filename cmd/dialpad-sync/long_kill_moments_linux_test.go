//go:build long

package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// count is how many processes have been killed.
func (r *reaper) count() int {
	n := 0
	for _, some := range r.kills {
		n += some
	}
	return n
}

// firstCopy kills agents that have only begun to copy.
func (r *reaper) firstCopy(kills int) {
	r.t.Helper()
	for r.count() < kills {
		r.kill()
		if m := r.peek(); !m.known || !m.imported {
			r.books["kills in the first copy"]++
		}
		r.autopsy()
		if r.t.Failed() {
			r.t.Fatalf("in the first copy, at kill %d", r.count())
		}
	}
}

// births loses the checkpoint again and again and kills agents while they make
// its file and bring it to its schema.
func (r *reaper) births(kills int) {
	r.t.Helper()
	r.word = ""
	for range kills {
		r.forget()
		if r.strike(r.atWrite("a write to a new checkpoint", r.home, "checkpoint.db", 1+r.moods.IntN(20), 2*time.Second), "agent", "--no-tray") {
			r.books["kills while the checkpoint was made"]++
		}
		r.autopsy()
	}
}

// renewal kills an agent whose sign-in to the help center has to be renewed
// first.
func (r *reaper) renewal() {
	r.t.Helper()
	old := r.signedInWith()
	r.signIn(old.Access, old.Refresh, time.Now().Add(-time.Minute))
	r.word = ""
	if r.strike(r.renewalPoint(), "agent", "--no-tray") {
		r.books["kills around a renewal"]++
	}
}

// lookAtSignIn looks at what a process that is dead has left of the sign-in it
// began with. The help center drops the old one with the request that renews it,
// whatever becomes of its answer: only a kill before the new one was saved may
// lose the sign-in. Then the program says so each time it is asked, until the
// person has signed in.
func (r *reaper) lookAtSignIn(old pair) {
	r.t.Helper()
	carriedOut := false
	for _, e := range r.zendesk.Journal().Entries() {
		carriedOut = carriedOut || e.Template == aRefresh.template && succeeded(e)
	}
	now := r.signedInWith()
	valid := r.zendesk.Refreshes(now.Refresh)
	switch {
	case valid && carriedOut:
		r.books["renewals that survived"]++
	case valid:
	case !carriedOut || now.Refresh != old.Refresh:
		r.t.Errorf("the sign-in is lost although it was saved (%v) or never renewed (%v), after %s", now.Refresh != old.Refresh, !carriedOut, r.lastKill)
	default:
		r.signInAgain()
	}
}

// signInAgain is what comes of a sign-in that was lost: one clear sentence, and
// nothing but that.
func (r *reaper) signInAgain() {
	r.t.Helper()
	r.books["sign-ins lost"]++
	before := r.writes()
	for _, args := range [][]string{{"sync", "--json"}, {"sync"}} {
		o := r.exec(args...)
		for o.code == exitWaiting { // the help center does not answer just now
			o = r.exec(args...)
		}
		if n := strings.Count(o.out+o.errs, "ign in"); o.code != exitSignIn || n == 0 {
			r.t.Errorf("%v with a lost sign-in: %s", args, o)
		}
	}
	if n := r.writes(); n != before {
		r.t.Errorf("without a sign-in to the help center Dialpad was written to %d times", n-before)
	}
	access, refresh := r.zendesk.Token(zendesksim.Admin)
	r.signIn(access, refresh, time.Now().Add(10*time.Hour))
}

func (r *reaper) renewalPoint() point {
	long := 3 * time.Second
	switch n := r.moods.IntN(10); {
	case n < 5:
		return r.atRequest(r.zendeskDoor, aRefresh, 1, long)
	case n < 9:
		return r.atWrite("a write to the sign-ins", filepath.Join(r.secrets, "help-center"), "", 1+r.moods.IntN(8), long)
	}
	return point{name: "time", release: func() {}, within: time.Duration(r.moods.IntN(200)) * time.Millisecond}
}

// pair is the sign-in to the help center as it is kept.
type pair struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// signedInWith is what is kept now; it is never half written.
func (r *reaper) signedInWith() (p pair) {
	r.t.Helper()
	text := r.read(filepath.Join(r.secrets, "help-center", "token"))
	if err := json.Unmarshal([]byte(text), &p); err != nil || p.Refresh == "" {
		r.t.Errorf("what is kept of the sign-in is broken (%v), %d bytes, after %s", err, len(text), r.lastKill)
	}
	return p
}

// enoughMoments demands that kills came at the rare moments too.
func (r *reaper) enoughMoments(kills int) {
	r.t.Helper()
	for what, least := range map[string]int{
		"kills in the first copy":             kills / 40,
		"kills while the checkpoint was made": kills / 40,
		"kills around a renewal":              kills / 20,
		"renewals that survived":              kills / 80,
		"sign-ins lost":                       kills / 80,
		"days that passed":                    kills / 80,
	} {
		if n := r.books[what]; n < least {
			r.t.Errorf("%d %s, want at least %d", n, what, least)
		}
	}
}
