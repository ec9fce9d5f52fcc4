package view

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Clock gives a moment as people say it: the time today, "tomorrow 8:00", or
// the date, in the location of now.
func (w *Words) Clock(t, now time.Time) string {
	if t.IsZero() {
		return w.Text("clock.never")
	}
	t = t.In(now.Location())
	switch midnight := midnight(now, 0); {
	case !t.Before(midnight) && t.Before(midnight.AddDate(0, 0, 1)):
		return clockTime(t)
	case !t.Before(midnight) && t.Before(midnight.AddDate(0, 0, 2)):
		return w.Text("clock.tomorrow", Args{"clock": clockTime(t)})
	case t.Year() == now.Year():
		return w.Text("clock.date", w.date(t))
	}
	return w.Text("clock.date_year", w.date(t))
}

// Day gives the date of a moment.
func (w *Words) Day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() {
		return w.Text("clock.day", w.date(t))
	}
	return w.Text("clock.day_year", w.date(t))
}

// date is what entries about a day are filled with.
func (w *Words) date(t time.Time) Args {
	months := strings.Fields(w.Text("clock.months"))
	return Args{
		"day": t.Format("2"), "month": months[t.Month()-1], "year": t.Format("2006"), "clock": clockTime(t),
	}
}

func clockTime(t time.Time) string { return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()) }

// midnight is the beginning of a day, so many days from today.
func midnight(now time.Time, days int) time.Time {
	year, month, day := now.Date()
	return time.Date(year, month, day+days, 0, 0, 0, 0, now.Location())
}

// Ago gives a moment that has passed as people say it: "3 minutes ago", after
// a day the date.
func (w *Words) Ago(t, now time.Time) string {
	switch gone := now.Sub(t); {
	case t.IsZero() || gone >= 24*time.Hour || gone < -time.Minute:
		return w.Clock(t, now)
	case gone < time.Minute:
		return w.Text("clock.just_now")
	case gone < time.Hour:
		return w.Text("clock.minutes_ago", Args{"n": int(gone.Minutes())})
	default:
		return w.Text("clock.hours_ago", Args{"n": int(gone.Hours())})
	}
}

// Until gives a moment to come as people say it: "in 12 minutes", after a day
// the date.
func (w *Words) Until(t, now time.Time) string {
	switch left := t.Sub(now); {
	case left >= 24*time.Hour || left < 0:
		return w.Clock(t, now)
	case left < time.Hour:
		return w.Text("clock.in_minutes", Args{"n": max(1, int(math.Round(left.Minutes())))})
	default:
		return w.Text("clock.in_hours", Args{"n": int(math.Round(left.Hours()))})
	}
}

// when is a moment that has passed, in the style of a view.
func (w *Words) when(t, now time.Time, times Times) string {
	if times == RelativeTimes {
		return w.Ago(t, now)
	}
	return w.Clock(t, now)
}

// period is a length of time, rounded as people do.
func (w *Words) period(d time.Duration) string {
	switch {
	case d >= 36*time.Hour:
		return w.Text("clock.n_days", Args{"n": int(math.Round(d.Hours() / 24))})
	case d >= 90*time.Minute:
		return w.Text("clock.n_hours", Args{"n": int(math.Round(d.Hours()))})
	}
	return w.Text("clock.n_minutes", Args{"n": int(math.Round(d.Minutes()))})
}

// left is how long something still takes, rounded as people do.
func (w *Words) left(d time.Duration) string {
	switch {
	case d < 50*time.Second:
		return w.Text("clock.left_seconds", Args{"n": max(5, int(math.Ceil(d.Seconds()/5))*5)})
	case d < 90*time.Second:
		return w.Text("clock.left_minute")
	case d < 90*time.Minute:
		return w.Text("clock.left_minutes", Args{"n": int(math.Round(d.Minutes()))})
	}
	return w.Text("clock.left_hours", Args{"n": int(math.Round(d.Hours()))})
}
