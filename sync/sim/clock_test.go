package sim

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestRunningClockFollowsTimeAndMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock()
		start := time.Now()
		time.Sleep(time.Minute)
		c.Advance(time.Hour)
		c.SetSkew(-24 * time.Hour)
		if got := c.Now().Sub(start); got != 61*time.Minute {
			t.Errorf("Now moved by %v, want 61m", got)
		}
		if got := c.Date().Sub(c.Now()); got != -24*time.Hour {
			t.Errorf("Date is off by %v, want -24h", got)
		}
		c.Reset()
		if !c.Now().Equal(time.Now()) || !c.Date().Equal(time.Now()) {
			t.Error("Reset left the clock moved or skewed")
		}
	})
}

func TestFrozenClockStandsUntilAdvanced(t *testing.T) {
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	c := NewFrozenClock(start)
	if !c.Now().Equal(start) {
		t.Fatal("a frozen clock does not stand at its start")
	}
	c.Advance(90 * time.Second)
	if got := c.Now(); !got.Equal(start.Add(90 * time.Second)) {
		t.Errorf("after Advance: %v", got)
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1h30m": 90 * time.Minute, "+10y": 87660 * time.Hour, "-2d": -48 * time.Hour,
		"1.5w": 252 * time.Hour, "0": 0, "250ms": 250 * time.Millisecond,
	} {
		if got, err := Span(text); err != nil || got != want {
			t.Errorf("Span(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "y", "NaNd", "400y", "1h5d"} {
		if got, err := Span(text); err == nil {
			t.Errorf("Span(%q) = %v, want an error", text, got)
		}
	}
}
