package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/sync/source"
	"dialpadsync.app/ui/window"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/windowtest"
)

// list draws a long list of activity at random places, as somebody sees it who
// drags its bar. The software painter draws; a graphics card is faster.
func list(ctx context.Context, b *bench) ([]figure, error) {
	app := test.NewApp()
	pump := windowtest.NewPump()
	w := window.New(window.Config{
		App: app, Agents: windowtest.NewAgents(busy(b.sizes.entries)), Post: pump.Post, Now: time.Now, Getenv: os.Getenv,
		Quit: func() {}, Begin: local.PageActivity, Rows: b.sizes.entries, Told: said{},
	})
	all := app.Driver().AllWindows()
	screen := windowtest.Screen{Window: all[len(all)-1]}
	screen.Window.Resize(fyne.NewSize(760, 560))
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	newest := fmt.Sprintf("Answer %d", b.sizes.entries)
	if err := pump.Until("the list is there", func() bool { return screen.Sees(newest) }); err != nil {
		return nil, err
	}
	rows, ok := windowtest.Find[*control.List](screen)
	if !ok {
		return nil, errors.New("there is no list")
	}
	rows.ScrollToBottom()
	bottom := rows.GetScrollOffset()
	var took []time.Duration
	for range b.sizes.offsets {
		best, offset := time.Hour, bottom*rand.Float32()
		for range draws {
			rows.ScrollToTop()
			began := time.Now()
			rows.ScrollToOffset(offset)
			screen.Window.Canvas().Capture()
			best = min(best, time.Since(began))
		}
		took = append(took, best)
	}
	slices.Sort(took)
	setting := fmt.Sprintf("%d random offsets of a list of %s rows, 760 × 560, software painter, best of %d", b.sizes.offsets, many(b.sizes.entries), draws)
	p99 := took[(len(took)*99-1)/100]
	return []figure{atMost("window: list, p99", setting, p99.Seconds()*1000, 50, "ms").more("median %.0f ms", took[len(took)/2].Seconds()*1000)}, nil
}

// draws is how often a place is drawn; the best counts, since other programs
// take their time as well.
const draws = 5

// busy is an agent to whose answers much has happened.
func busy(rows int) *windowtest.Agent {
	a := &windowtest.Agent{
		SetupState: local.Setup{
			Accounts: []local.Account{{ID: account, Title: "Zendesk", Selected: true}}, Dialpad: &local.DialpadRequest{Region: "eu"},
		},
		Prefs: local.Preferences{Theme: "light", Language: "en"},
	}
	a.Shown.Accounts = []engine.AccountStatus{{ID: account, Source: "Zendesk", Phase: engine.Idle}}
	a.Shown.Activity = int64(rows)
	for n := range rows {
		a.Rows = append(a.Rows, local.ActivityRow{
			Number: int64(n + 1), At: time.Now(), Account: account, Key: source.Key(fmt.Sprintf("%d:en-us", n)),
			Title: fmt.Sprintf("Answer %d", n+1), Deed: engine.Updated,
		})
	}
	return a
}

// said is a reminder of which everything has been said.
type said struct{}

// Said implements window.Reminder.
func (said) Said() bool { return true }

// Say implements window.Reminder.
func (said) Say() {}
