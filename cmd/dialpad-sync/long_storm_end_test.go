//go:build long

package main

import (
	"context"
	"maps"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
)

// decideRest has removed what still waits for the person.
func (s *storm) decideRest() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	s.decide(engine.Delete)(ctx, nil)
}

// unreadable lets somebody delete one document in Dialpad and double another
// one while Dialpad lets nobody read a single node. Both sides then have equally
// many, and nothing is open: but nobody knows what became of the two, and so
// nothing is proved until Dialpad can be read again.
func (s *storm) unreadable() {
	s.t.Helper()
	nodes := s.nodes()
	var keys []string
	for _, id := range s.visible()[:2] {
		keys = append(keys, keyOf(id))
	}
	s.must(s.records.byHand(keys[0], func() error { return s.dialpad.DeleteByHand(nodes[keys[0]][0].ID) }))
	s.must(s.records.byHand(keys[1], func() error {
		twin := nodes[keys[1]][0]
		s.dialpad.Seed(dialpadsim.Node{
			Source: twin.Source, ExternalID: twin.ExternalID, Title: twin.Title, URL: twin.URL, Locale: twin.Locale, Content: twin.Content,
		})
		return nil
	}))
	linger(s.t.Context(), 2*time.Second) // longer than the listing's lag
	fault(s.t, s.dialpad.Faults(), "GET /kbm/nodes/{id} status=403")
	asked := time.Now()
	o := s.mustEnd("sync", "--full", "--json", "--wait", "1s")
	s.lookAtReport(asked, o, true)
	if o.code == exitInSync {
		s.t.Errorf("proved without a look at two nodes: %s", o)
	}
	linger(s.t.Context(), time.Second) // for those who look
	s.dialpad.Faults().Clear()
	s.calm()
}

// signedOut withdraws one sign-in after the other. The next pass says that the
// person is needed, and with the sign-in back everything goes on.
func (s *storm) signedOut() {
	s.t.Helper()
	for _, side := range []string{"the help center", "Dialpad"} {
		if side == "Dialpad" {
			s.shutDialpad()
		} else {
			s.shutZendesk()
		}
		if o := s.mustEnd("sync", "--json", "--wait", "1s"); o.code != exitSignIn {
			s.t.Errorf("without a sign-in to %s: %s", side, o)
		}
		linger(s.t.Context(), 2*time.Second) // for those who look
		s.openAgain()
		o := s.mustEnd("sync", "--json", "--wait", "2m")
		for o.code == exitSignIn && s.t.Context().Err() == nil { // the same secret is not tried again at once
			linger(s.t.Context(), time.Second)
			o = s.mustEnd("sync", "--json", "--wait", "2m")
		}
		if o.code != exitInSync {
			s.t.Errorf("signed in to %s again: %s", side, o)
		}
	}
}

// silences lets the help center be silent from before a night in which the
// computer was off until after two intervals. While the agent may still claim
// that everything is up to date, it does; then it must not.
func (s *storm) silences() {
	s.t.Helper()
	const left = 8 * time.Second // of the two intervals, in the morning
	for _, silence := range []string{"hold=1h", "status=503", "reset=before"} {
		agent := s.startAgent()
		if o := s.mustEnd("sync", "--json", "--wait", "2m"); o.code != exitInSync {
			s.t.Errorf("before a silence: %s", o)
		}
		s.stopAgent(agent)
		night := night{at: time.Now(), length: 30*time.Minute - left}
		s.aged(night.length)
		s.nights = append(s.nights, night)
		fault(s.t, s.zendesk.Faults(), silence)
		before := len(s.seen.all)
		agent = s.startAgent()
		stop := s.keepLooking()
		linger(s.t.Context(), left+4*time.Second)
		stop()
		s.stopAgent(agent)
		s.zendesk.Faults().Clear()
		greens := 0
		for _, l := range s.seen.all[before:] {
			if l.green {
				greens++
			}
		}
		s.t.Logf("a help center with %s: %d looks, %d green", silence, len(s.seen.all)-before, greens)
		if silence == "hold=1h" && greens == 0 {
			s.t.Error("nothing was green before the two intervals were over")
		}
	}
}

// unseen are the kinds of looks of which there were too few, and how many are
// missing.
func (s *storm) unseen() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return tooFew(map[string]int{
		"green looks at the local API":   s.seen.counts["green by the local API"] - 300,
		"green answers of status --json": s.seen.counts["green by status --json"] - 20,
		"green ends of sync --json":      s.seen.counts["green by sync --json"] - 10,
		"looks at waiting removals":      s.seen.held - 100,
	})
}

// tooFew keeps what is below its minimum.
func tooFew(beyond map[string]int) map[string]int {
	for what, n := range beyond {
		if n >= 0 {
			delete(beyond, what)
		}
	}
	return beyond
}

// enough demands that there was something to judge.
func (s *storm) enough() {
	s.t.Helper()
	short := tooFew(map[string]int{
		"withdrawals by Dialpad":         len(s.dialpadShut) - 3,
		"withdrawals by the help center": len(s.zendeskShut) - 2,
		"full proofs":                    len(s.full) - 3,
		"decisions to delete":            s.calls["decided to delete"] - 1,
		"decisions to keep":              s.calls["decided to keep"] - 1,
		"articles put back":              s.calls["put back instead of deciding"] - 1,
	})
	maps.Copy(short, s.unseen())
	for what, n := range short {
		s.t.Errorf("too few %s: %d less than needed", what, -n)
	}
}
