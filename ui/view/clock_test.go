package view_test

import (
	"testing"
	"time"
)

func TestClockSaysTimesAsPeopleDo(t *testing.T) {
	for _, row := range []struct {
		at              time.Time
		english, german string
	}{
		{now.Add(-2 * time.Minute), "10:40", "10:40"},
		{now.Add(-10*time.Hour - 42*time.Minute), "0:00", "0:00"},
		{time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), "tomorrow 8:00", "morgen 8:00"},
		{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), "20 Nov, 9:00", "20. Nov., 9:00"},
		{time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC), "1 Mar, 9:05", "1. März, 9:05"},
		{time.Date(2025, 12, 24, 18, 30, 0, 0, time.UTC), "24 Dec 2025, 18:30", "24. Dez. 2025, 18:30"},
		{time.Time{}, "never", "noch nie"},
	} {
		if got := english.Clock(row.at, now); got != row.english {
			t.Errorf("%v: %q, want %q", row.at, got, row.english)
		}
		if got := german.Clock(row.at, now); got != row.german {
			t.Errorf("%v: %q, want %q", row.at, got, row.german)
		}
	}
}

func TestClockIsWhereThePersonIs(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3600)
	if got := german.Clock(now, now.In(berlin)); got != "11:42" {
		t.Errorf("%q", got)
	}
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC) // tomorrow already in Berlin
	if got := german.Clock(late, now.In(berlin)); got != "morgen 0:30" {
		t.Errorf("%q", got)
	}
}

func TestAgoAndUntil(t *testing.T) {
	for _, row := range []struct {
		by                  time.Duration
		ago, vor, until, in string
	}{
		{by: 30 * time.Second, ago: "just now", vor: "gerade eben", until: "in 1 minute", in: "in 1 Minute"},
		{by: 61 * time.Second, ago: "1 minute ago", vor: "vor 1 Minute", until: "in 1 minute", in: "in 1 Minute"},
		{by: 59 * time.Minute, ago: "59 minutes ago", vor: "vor 59 Minuten", until: "in 59 minutes", in: "in 59 Minuten"},
		{by: 2 * time.Hour, ago: "2 hours ago", vor: "vor 2 Stunden", until: "in 2 hours", in: "in 2 Stunden"},
		{by: 24 * time.Hour, ago: "21 Nov, 10:42", vor: "21. Nov., 10:42", until: "tomorrow 10:42", in: "morgen 10:42"},
	} {
		for got, want := range map[string]string{
			english.Ago(now.Add(-row.by), now): row.ago, german.Ago(now.Add(-row.by), now): row.vor,
			english.Until(now.Add(row.by), now): row.until, german.Until(now.Add(row.by), now): row.in,
		} {
			if got != want {
				t.Errorf("%v: %q, want %q", row.by, got, want)
			}
		}
	}
}
