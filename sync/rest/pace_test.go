package rest

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// bucketServer takes a burst and then a limit; windowServer takes so many
// requests in any second.
type bucketServer struct{ limit, burst, tokens, filled float64 }

func (s *bucketServer) takes(now float64) bool {
	s.tokens = min(s.limit*s.burst, s.tokens+s.limit*(now-s.filled))
	s.filled = now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

type windowServer struct {
	limit int
	taken []float64
}

func (s *windowServer) takes(now float64) bool {
	for len(s.taken) > 0 && s.taken[0] <= now-1 {
		s.taken = s.taken[1:]
	}
	if len(s.taken) >= s.limit {
		return false
	}
	s.taken = append(s.taken, now)
	return true
}

// drive sends as fast as the pacer lets it until the given time; each refusal
// costs a pause of one second.
func drive(p *pacer, takes func(float64) bool, from, until float64) (accepted, refused int) {
	for now := from; now < until; {
		pace := p.rateAt(now)
		p.admit(now)
		if takes(now) {
			accepted++
			now += 1 / pace
			continue
		}
		refused++
		p.refused(now, now+1)
		now++
	}
	return accepted, refused
}

func TestPacerFindsLimit(t *testing.T) {
	for _, limit := range []int{3, 5, 8, 13, 20, 40} {
		servers := map[string]func(float64) bool{
			"window":       (&windowServer{limit: limit}).takes,
			"half burst":   (&bucketServer{limit: float64(limit), burst: 0.5}).takes,
			"full burst":   (&bucketServer{limit: float64(limit), burst: 1}).takes,
			"minute burst": (&bucketServer{limit: float64(limit), burst: 60}).takes,
		}
		for name, takes := range servers {
			t.Run(fmt.Sprintf("%s %d", name, limit), func(t *testing.T) {
				p := newPacer(4, 100)
				drive(p, takes, 0, 30)
				accepted, refused := drive(p, takes, 30, 630)
				if share := float64(accepted) / float64(limit*600); share < 0.94 {
					t.Errorf("achieves %.3f of the limit", share)
				}
				if share := float64(refused) / float64(accepted+refused); share > 0.015 {
					t.Errorf("%.3f of the requests were refused", share)
				}
				if p.limit < 0.9*float64(limit) || p.limit > 1.1*float64(limit) {
					t.Errorf("takes the limit for %.2f", p.limit)
				}
			})
		}
	}
}

func TestPacerFollowsLimit(t *testing.T) {
	for _, change := range []struct{ from, to int }{{20, 3}, {15, 12}, {3, 20}, {8, 10}} {
		server := &windowServer{limit: change.from}
		p := newPacer(4, 100)
		drive(p, server.takes, 0, 90)
		server.limit = change.to
		_, refused := drive(p, server.takes, 90, 150)
		if math.Abs(p.limit-float64(change.to)) > 0.05*float64(change.to) {
			t.Errorf("a minute after %d became %d the limit is taken for %.2f", change.from, change.to, p.limit)
		}
		if refused > 8 {
			t.Errorf("from %d to %d cost %d refusals", change.from, change.to, refused)
		}
	}
}

func TestPacerAfterRefusal(t *testing.T) {
	p := newPacer(10, 100)
	server := &windowServer{limit: 12}
	var before float64
	for now := 0.0; ; now += 1 / before {
		before = p.rateAt(now)
		p.admit(now)
		if !server.takes(now) {
			p.refused(now, now+1)
			break
		}
	}
	if p.pace >= before || p.pace < before/2 {
		t.Errorf("a refusal at %.2f a second led to %.2f, want just under", before, p.pace)
	}
}

func TestPacerNeedsDemand(t *testing.T) {
	p := newPacer(4, 100)
	for now := 0.0; now < 3600; now += 2 {
		p.rateAt(now)
		p.admit(now)
	}
	if p.pace > 8 {
		t.Errorf("one request in 2 s raised the pace to %.2f", p.pace)
	}
	server := &windowServer{limit: 5}
	drive(p, server.takes, 3600, 3660)
	held := p.pace
	for now := 3660.0; now < 7200; now += 2 {
		p.rateAt(now)
		p.admit(now)
	}
	if p.pace != held {
		t.Errorf("one request in 2 s moved the pace from %.2f to %.2f", held, p.pace)
	}
}

func TestPacerInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ceiling := rapid.Float64Range(0.5, 100).Draw(t, "ceiling")
		p := newPacer(rapid.Float64Range(0.1, 20).Draw(t, "start"), ceiling)
		now := 0.0
		for range rapid.IntRange(1, 300).Draw(t, "requests") {
			now += rapid.Float64Range(0, 3).Draw(t, "gap")
			before := p.rateAt(now)
			p.admit(now)
			if rapid.IntRange(0, 9).Draw(t, "refused") == 0 {
				pause := rapid.Float64Range(0, 5).Draw(t, "pause")
				p.refused(now, now+pause)
				if p.pace >= before && before > slowest {
					t.Fatalf("a refusal at %v led to %v", before, p.pace)
				}
				now += pause
			}
			if !(p.pace >= slowest && p.pace <= max(ceiling, slowest)) {
				t.Fatalf("pace is %v with a ceiling of %v", p.pace, ceiling)
			}
			if len(p.admitted) > keptAdmissions || len(p.refusals) > keptRefusals {
				t.Fatalf("keeps %d admissions and %d refusals", len(p.admitted), len(p.refusals))
			}
		}
	})
}

func TestLearnedSurvives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := NewLimiter(LimitConfig{Start: 4, Ceiling: 100})
		drive(first.pacer, (&windowServer{limit: 7}).takes, 0, 60)
		first.refused(slot{at: first.pacer.resumed + 1}, time.Hour, false)
		raw, err := json.Marshal(first.Learned())
		if err != nil {
			t.Fatal(err)
		}
		var learned LearnedRate
		if err := json.Unmarshal(raw, &learned); err != nil {
			t.Fatal(err)
		}
		second := NewLimiter(LimitConfig{Start: 4, Ceiling: 100, Learned: learned})
		if diff := cmp.Diff(first.Learned(), second.Learned()); diff != "" {
			t.Error(diff)
		}
		if until := second.Status().Until; !until.Equal(time.Now().Add(time.Hour)) {
			t.Errorf("the told wait ends at %v after a restart", until)
		}
		if pace := second.pacer.pace; pace < 6.5 || pace >= 7 {
			t.Errorf("a limit of 7 gives a pace of %v after a restart", pace)
		}
		third := NewLimiter(LimitConfig{Start: 4, Ceiling: 5, Learned: learned})
		if third.pacer.pace != 5 {
			t.Errorf("pace is %v over a ceiling of 5", third.pacer.pace)
		}
	})
}

func TestLearnedNonsense(t *testing.T) {
	for _, learned := range []LearnedRate{
		{PerSecond: -1}, {PerSecond: 1e300, Refused: true, Burst: 1e300}, {PerSecond: 1e-300, Refused: true, Burst: -5},
		{PerSecond: 5, Until: time.Now().Add(1000 * time.Hour)}, {Until: time.Now().Add(-time.Hour)},
	} {
		l := NewLimiter(LimitConfig{Start: 4, Ceiling: 10, Learned: learned})
		if status := l.Status(); status.PerSecond < slowest || status.PerSecond > 10 || !status.Until.IsZero() {
			t.Errorf("%+v gives %+v", learned, status)
		}
	}
}
