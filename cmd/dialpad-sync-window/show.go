package main

import (
	"context"
	"net/url"
	"os"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/adrg/xdg"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window"
)

// appID names the program to the desktop.
const appID = "app.dialpadsync.window"

// show opens the window and returns when it has been closed, or ctx has ended,
// and everything it began has come to its end.
func show(ctx context.Context, o options, home local.Home) {
	noStrayBus()
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("dialpad-sync.png", assets.App(256)))
	w := window.New(window.Config{
		App: a, Agents: agentsOf(home, o.secrets), Guide: guideOf(a), Post: fyne.Do, Now: time.Now,
		Getenv: os.Getenv, OpenURL: func(page string) { openURL(a, page) }, Downloads: downloads(xdg.UserDirs.Download, xdg.Home),
		Told: reminderOf(home), Quit: a.Driver().Quit, Begin: o.page, Version: version,
	})
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	defer func() {
		stop()
		<-ended
	}()
	defer context.AfterFunc(ctx, func() { fyne.Do(a.Driver().Quit) })()
	w.Show()
	a.Run()
}

func openURL(a fyne.App, page string) {
	if u, err := url.Parse(page); err == nil {
		_ = a.OpenURL(u) // the toolkit logs it
	}
}

// downloads is where a person looks for a saved file: the folder for it, or
// their own where there is none.
func downloads(folder, own string) string {
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		return folder
	}
	return own
}

// noStrayBus keeps the toolkit, which asks the desktop for its colours, from
// starting a message bus that would outlive us: where there is none, it is told
// of one that does not answer.
func noStrayBus() {
	const name = "DBUS_SESSION_BUS_ADDRESS"
	if os.Getenv(name) != "" {
		return
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(dir + "/bus"); err == nil {
			return
		}
	}
	_ = os.Setenv(name, "unix:path=/dev/null")
}
