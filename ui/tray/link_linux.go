package tray

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/bus"
)

const watcher = "org.kde.StatusNotifierWatcher"

// run shows the tray on the session's bus.
func run(ctx context.Context, config Config) error {
	conn, err := bus.Session(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	systray.SetTitle("Dialpad Sync")
	m := newMenu(config, "_")
	m.listen(ctx)
	stages := make(chan stage)
	l := &link{config: config, stages: stages, desktop: os.Getenv("XDG_CURRENT_DESKTOP")}
	var keeping sync.WaitGroup
	keeping.Go(func() { l.keep(ctx, conn) })
	f := &follower{timing: config.timing, screen: m, words: config.Words, spoken: m.spoken}
	f.follow(ctx, config.Pictures, stages)
	keeping.Wait()
	m.wait()
	if l.end != nil {
		l.end()
	}
	return nil
}

// link keeps the icon on whatever panel there is.
type link struct {
	config  Config
	stages  chan<- stage
	desktop string // XDG_CURRENT_DESKTOP

	bus     *dbus.Conn // ours, to look and listen
	item    *onBus     // the icon, once it is on the bus
	dark    bool
	noPanel sync.Once
	end     func() // takes the icon away; nil before it was there
}

// keep follows the bus, and the next one after it has died, until ctx ends.
func (l *link) keep(ctx context.Context, conn *dbus.Conn) {
	for conn != nil {
		l.bus, l.item = conn, nil
		l.dark = darkPanel(l.desktop, noPreference)
		l.serve(ctx)
		_ = conn.Close() // it has ended, or we do
		if !l.tell(ctx, stage{}) {
			return
		}
		l.config.Log.Warn("the desktop's message bus has ended; the icon comes back with it")
		conn = l.reconnect(ctx)
	}
}

// reconnect looks for the bus now and then; nil when ctx has ended.
func (l *link) reconnect(ctx context.Context) *dbus.Conn {
	look := time.NewTicker(l.config.timing.retry)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if conn, err := bus.Session(ctx); err == nil {
				return conn
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// tell hands the stage on, or says that ctx has ended.
func (l *link) tell(ctx context.Context, s stage) bool {
	select {
	case l.stages <- s:
		return true
	case <-ctx.Done():
		return false
	}
}

// serve follows one bus until it or ctx ends.
func (l *link) serve(ctx context.Context) {
	signals := make(chan *dbus.Signal, 16)
	l.bus.Signal(signals)
	err := l.follow(ctx, watcher, portal)
	schemes := make(chan *dbus.Call, 1)
	l.askScheme(ctx, schemes)
	var there bool
	if err == nil {
		err = l.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcher).Store(&there)
	}
	if err != nil {
		l.config.Log.Warn("the desktop's message bus does not answer", slog.Any("error", err))
		return
	}
	if there {
		l.appear(ctx)
	}
	grace := time.NewTimer(l.config.timing.grace)
	defer grace.Stop()
	for {
		select {
		case signal, open := <-signals:
			if !open {
				return
			}
			l.hear(ctx, signal, schemes)
		case call := <-schemes:
			l.repaint(ctx, schemeOf(call))
		case <-grace.C:
			if l.item == nil {
				l.noPanel.Do(l.config.NoPanel)
			}
		case <-ctx.Done():
			return
		}
	}
}

// follow asks the bus to tell when one of the names comes or goes, and when
// the desktop's settings change.
func (l *link) follow(ctx context.Context, names ...string) error {
	for _, name := range names {
		err := l.bus.AddMatchSignalContext(ctx, dbus.WithMatchSender("org.freedesktop.DBus"),
			dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name))
		if err != nil {
			return err
		}
	}
	return l.bus.AddMatchSignalContext(ctx, dbus.WithMatchInterface(portalSettings), dbus.WithMatchMember("SettingChanged"))
}

func (l *link) hear(ctx context.Context, signal *dbus.Signal, schemes chan *dbus.Call) {
	switch signal.Name {
	case "org.freedesktop.DBus.NameOwnerChanged":
		var name, before, after string
		if dbus.Store(signal.Body, &name, &before, &after) != nil || after == "" {
			return
		}
		if name == watcher {
			l.appear(ctx)
		} else {
			l.askScheme(ctx, schemes)
		}
	case portalSettings + ".SettingChanged":
		l.repaint(ctx, changedScheme(signal))
	}
}

// appear puts the icon on a panel that is there.
func (l *link) appear(ctx context.Context) {
	if l.item != nil {
		l.item.registerAgain(ctx, l.bus)
		return
	}
	if l.end == nil { // later it would tell the bus that died
		systray.SetIcon(assets.Icon("not-set-up", l.dark, 24))
	}
	begin, end := systray.RunWithExternalLoop(nil, nil)
	begin()
	item, err := exported(l.config.Log)
	if err != nil {
		l.config.Log.Warn("the icon could not be shown", slog.Any("error", err))
		return
	}
	l.item, l.end = item, end
	l.tell(ctx, stage{up: true, dark: l.dark, item: item})
}

// repaint changes to the inks of another panel.
func (l *link) repaint(ctx context.Context, scheme uint32) {
	dark := darkPanel(l.desktop, scheme)
	if scheme == unknownScheme || dark == l.dark {
		return
	}
	l.dark = dark
	if l.item != nil {
		l.tell(ctx, stage{up: true, dark: dark, item: l.item})
	}
}
