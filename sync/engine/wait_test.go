package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// tries breaks the source and counts how often it is asked.
func (b *bench) tries(fail func() error) *int {
	n := new(int)
	b.fault = func(op string, after bool) error {
		if op != "fetch" || after {
			return nil
		}
		*n++
		return fail()
	}
	return n
}

// A call ends when its wait without progress is over, neither before nor after,
// unless it was told to come back later than that.
func TestACallEndsWhenItsWaitIsOver(t *testing.T) {
	down := func() error { return &source.Error{Kind: source.Transient, Code: source.CodeDown, Op: "list"} }
	dead := func() error {
		return &source.Error{Kind: source.Transient, Code: source.CodeDown, Op: "list", RetryAt: time.Now().Add(31 * time.Second)}
	}
	told := func(d time.Duration) func() error {
		return func() error {
			return &source.Error{Kind: source.Throttled, Op: "list", RetryAt: time.Now().Add(d), Told: true}
		}
	}
	for name, c := range map[string]struct {
		fail        func() error
		wait, took  time.Duration
		least, most int // tries
	}{
		"down, 1 s":                 {down, time.Second, time.Second, 1, 1},
		"down, 10 s":                {down, 10 * time.Second, 10 * time.Second, 1, 1},
		"down, 1 min":               {down, time.Minute, time.Minute, 2, 2},
		"down, 1 h":                 {down, time.Hour, time.Hour, 50, 70},
		"dead, 10 s":                {dead, 10 * time.Second, 10 * time.Second, 1, 1},
		"dead, 2 min":               {dead, 2 * time.Minute, 2 * time.Minute, 4, 4},
		"told 5 s, 10 s":            {told(5 * time.Second), 10 * time.Second, 10 * time.Second, 2, 3},
		"told an hour, 2 min":       {told(time.Hour), 2 * time.Minute, 0, 1, 1},
		"told 8 s, later 8 s, 10 s": {told(8 * time.Second), 10 * time.Second, 8 * time.Second, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bench) {
				b.equal()
				n := b.tries(c.fail)
				began := time.Now()
				out := b.sync(engine.Options{}, c.wait)
				if took := time.Since(began); took != c.took {
					t.Errorf("it took %v, want %v", took, c.took)
				}
				if *n < c.least || *n > c.most {
					t.Errorf("%d tries, want %d to %d", *n, c.least, c.most)
				}
				if out.Status.Verdict(time.Now()) != engine.Waiting {
					t.Errorf("%+v", out.Status)
				}
			})
		})
	}
}

// The wait counts from the last thing that got done.
func TestTheWaitCountsFromTheLastProgress(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.equal()
		b.perPage = 1 // one document is written at a time
		b.fill(20)
		var last time.Time
		written := 0
		b.fault = func(op string, after bool) error {
			switch {
			case op == "put" && after:
				written, last = written+1, time.Now()
			case op == "put" && written == 12:
				return &source.Error{Kind: source.Throttled, Op: "put"}
			case op == "put":
				time.Sleep(8 * time.Second)
			}
			return nil
		}
		b.sync(engine.Options{}, 10*time.Second)
		if took := time.Since(last); written < 12 || took != 10*time.Second {
			t.Errorf("%d written; it ended %v after the last", written, took)
		}
	})
}

// What is only done over and over is no progress: a listing that always breaks
// off at the same place.
func TestRepeatingIsNoProgress(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.fill(20)
		b.equal()
		time.Sleep(2 * time.Hour)
		pages := 0
		b.fault = func(op string, _ bool) error {
			if op != "keys" {
				return nil
			}
			if pages++; pages%2 == 0 {
				return &source.Error{Kind: source.Transient, Code: source.CodeCutShort, Op: "list"}
			}
			time.Sleep(5 * time.Second)
			return nil
		}
		began := time.Now()
		b.sync(engine.Options{}, 2*time.Minute)
		if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

// The other side hears how long the call will wait.
func TestTheSourceIsToldThePatience(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.equal()
		asked := time.Duration(0)
		b.patient = func(ctx context.Context) { asked = source.Patience(ctx) }
		b.sync(engine.Options{}, 10*time.Second)
		if asked != 10*time.Second {
			t.Errorf("patience is %v", asked)
		}
		b.agent(time.Minute)
		if asked < time.Hour {
			t.Errorf("the agent's patience is %v", asked)
		}
	})
}

// Somebody else's pass that has been told to wait for longer holds nobody up.
func TestACallDoesNotWaitForAToldWait(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bench) {
		b.equal()
		b.edit(1, "an answer")
		b.fault = func(op string, after bool) error {
			if op == "put" && !after {
				b.engine.Waiting("help", "dialpad", time.Now().Add(time.Hour))
				time.Sleep(time.Hour)
				b.engine.Waiting("help", "dialpad", time.Time{})
			}
			return nil
		}
		b.during(func() {
			began := time.Now()
			out := b.sync(engine.Options{}, 2*time.Minute)
			if took := time.Since(began); took != 0 {
				t.Errorf("it took %v", took)
			}
			if p := out.Status.Problem; p == nil || p.Kind != source.Throttled || errors.Is(out.Err, context.Canceled) {
				t.Errorf("%v, %+v", out.Err, out.Status)
			}
		})
	})
}
