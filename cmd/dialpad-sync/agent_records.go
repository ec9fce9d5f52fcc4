package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
)

// activityKept is how many rows of activity an agent remembers. They live in
// memory only, because of their titles.
const activityKept = 2000

// activitySpare is how many more there may be before old ones go.
const activitySpare = 200

// activity is what happened to documents in this run of the agent.
type activity struct {
	mu   sync.Mutex
	rows []local.ActivityRow
	last int64
}

func (a *activity) add(e engine.Event) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	if len(a.rows) == activityKept+activitySpare {
		a.rows = slices.Delete(a.rows, 0, activitySpare)
	}
	a.rows = append(a.rows, local.ActivityRow{
		Number: a.last, At: e.At, Account: e.Account, Key: e.Key, Title: e.Title,
		Deed: e.Deed, Reason: e.Reason, Code: e.Code,
	})
	return a.last
}

func (a *activity) after(number int64) []local.ActivityRow {
	a.mu.Lock()
	defer a.mu.Unlock()
	from, _ := slices.BinarySearchFunc(a.rows, number+1, func(r local.ActivityRow, n int64) int { return int(r.Number - n) })
	return slices.Clone(a.rows[max(from, len(a.rows)-activityKept):])
}

// hear is told of every document written or removed.
func (a *agent) hear(e engine.Event) {
	last := a.activity.add(e)
	a.change(func(p *local.Picture) { p.Activity = max(p.Activity, last) })
}

// Activity implements local.Chronicler.
func (a *agent) Activity(after int64) []local.ActivityRow { return a.activity.after(after) }

// historyDays is how many days the picture of changes shows.
const historyDays = 30

// History implements local.Chronicler.
func (a *agent) History(ctx context.Context) (days []local.Day, err error) {
	err = a.finish(ctx, func(ctx context.Context, sys *system) error {
		first := midnight(time.Now()).AddDate(0, 0, 1-historyDays)
		runs, err := sys.store.Runs(ctx, first)
		days = daysOf(runs, first)
		return err
	})
	return days, err
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, t.Location())
}

// daysOf adds passes up by the day they ended, for historyDays from first on,
// which is a midnight.
func daysOf(runs []engine.Run, first time.Time) []local.Day {
	days := make([]local.Day, historyDays)
	for i := range days {
		days[i].Date = first.AddDate(0, 0, i)
	}
	for _, r := range runs {
		for i := range days {
			if day := &days[i]; midnight(r.Ended.In(first.Location())).Equal(day.Date) {
				day.Created += r.Created
				day.Updated += r.Updated
				day.Deleted += r.Deleted
			}
		}
	}
	return days
}
