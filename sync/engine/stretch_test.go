package engine

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/source"
)

func TestAfterPass(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	in := func(d time.Duration) time.Time { return now.Add(d) }
	failed := func(kind source.Kind, retry time.Duration, told bool) Outcome {
		e := &source.Error{Kind: kind, Op: "read", Told: told}
		if retry != 0 {
			e.RetryAt = in(retry)
		}
		return Outcome{Err: fmt.Errorf("read changes: %w", e)}
	}
	for name, c := range map[string]struct {
		out      Outcome
		failures int
		left     time.Duration // of the stretch
		at       time.Duration
		again    bool
	}{
		"done":                                   {Outcome{}, 0, time.Minute, 0, false},
		"work is due":                            {Outcome{Again: in(-time.Second)}, 0, time.Minute, time.Second, true},
		"work is due soon":                       {Outcome{Again: in(20 * time.Second)}, 0, time.Minute, 20 * time.Second, true},
		"work is due later":                      {Outcome{Again: in(time.Hour)}, 0, time.Minute, 0, false},
		"the person is needed":                   {failed(source.SignIn, 0, false), 1, time.Minute, 0, false},
		"a defect":                               {Outcome{Err: errors.New("nil map")}, 1, time.Minute, 0, false},
		"down":                                   {failed(source.Transient, 0, false), 1, time.Minute, 30 * time.Second, true},
		"down again":                             {failed(source.Transient, 0, false), 2, 5 * time.Minute, time.Minute, true},
		"down, and the stretch is short":         {failed(source.Transient, 0, false), 1, 3 * time.Second, 3 * time.Second, false},
		"down, and the stretch is over":          {failed(source.Transient, 0, false), 1, -time.Second, 0, false},
		"down until a time":                      {failed(source.Transient, 31*time.Second, false), 1, time.Minute, 31 * time.Second, true},
		"down until after the stretch":           {failed(source.Transient, 31*time.Second, false), 1, 10 * time.Second, 10 * time.Second, false},
		"throttled, and nobody said how long":    {failed(source.Throttled, 20*time.Second, false), 1, 10 * time.Second, 10 * time.Second, false},
		"told to wait":                           {failed(source.Throttled, 20*time.Second, true), 1, time.Minute, 20 * time.Second, true},
		"told to wait to the end of the stretch": {failed(source.Throttled, time.Minute, true), 1, time.Minute, time.Minute, true},
		"told to wait for longer":                {failed(source.Throttled, time.Hour, true), 1, time.Minute, 0, false},
	} {
		at, again := afterPass(now, in(c.left), c.out, c.failures)
		if at.Sub(now) != c.at || again != c.again {
			t.Errorf("%s: in %v, again %v; want in %v, again %v", name, at.Sub(now), again, c.at, c.again)
		}
	}
}

// What a pass repeats is no progress; what it does beyond the one before is.
func TestStretch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStretch(10 * time.Second)
		left := func(want time.Duration) {
			t.Helper()
			if got := time.Until(s.until()); got != want {
				t.Errorf("%v left, want %v", got, want)
			}
		}
		run := func(steps int) {
			s.pass()
			for range steps {
				time.Sleep(time.Second)
				s.step()
			}
		}
		run(3)
		left(10 * time.Second)
		run(3)
		left(7 * time.Second)
		run(5)
		left(10 * time.Second)
		time.Sleep(4 * time.Second)
		s.lasting()
		left(10 * time.Second)
		run(2)
		left(10 * time.Second)
		s.joined(time.Now().Add(-time.Hour))
		left(10 * time.Second)
		time.Sleep(time.Minute)
		left(-50 * time.Second)
		s.joined(time.Now())
		left(10 * time.Second)
	})
}
