package wake

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"

	"dialpadsync.app/sync/bus"
)

// What tells of sleep, network and power on the system's bus.
// https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
// https://networkmanager.dev/docs/api/latest/gdbus-org.freedesktop.NetworkManager.html
// https://upower.freedesktop.org/docs/UPower.html
const (
	logind         = "org.freedesktop.login1"
	logindManager  = "org.freedesktop.login1.Manager"
	networkManager = "org.freedesktop.NetworkManager"
	networkPath    = "/org/freedesktop/NetworkManager"
	upower         = "org.freedesktop.UPower"
	upowerPath     = "/org/freedesktop/UPower"

	connectedGlobal = 70 // NM_STATE_CONNECTED_GLOBAL: the Internet is there
	meteredYes      = 1  // NM_METERED_YES
	meteredNo       = 2
	meteredGuessYes = 3
	meteredGuessNo  = 4
)

// lookAgain is how long after its death the bus is looked for.
const lookAgain = time.Minute

// Run calls tell when something has happened, until ctx ends; then it returns
// nil. Without a system bus it returns ErrNone at once. tell returns soon.
func Run(ctx context.Context, tell func(Reason)) error {
	return run(ctx, tell, lookAgain)
}

func run(ctx context.Context, tell func(Reason), again time.Duration) error {
	conn, err := bus.System(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	for {
		err := listen(ctx, conn, tell)
		_ = conn.Close() // it has ended, or we do
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNone, err)
		}
		if conn = rejoin(ctx, again); conn == nil {
			return nil
		}
		tell(Network) // what has been missed meanwhile
	}
}

// listen follows one bus. It returns nil when the bus or ctx has ended.
func listen(ctx context.Context, conn *dbus.Conn, tell func(Reason)) error {
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	for _, m := range []struct{ sender, iface, member string }{
		{logind, logindManager, "PrepareForSleep"}, {networkManager, networkManager, "StateChanged"},
	} {
		err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(m.sender), dbus.WithMatchInterface(m.iface), dbus.WithMatchMember(m.member))
		if err != nil && conn.Connected() && ctx.Err() == nil {
			return err
		}
	}
	for {
		select {
		case signal, open := <-signals:
			if !open {
				return nil
			}
			if reason := reasonOf(signal); reason != "" {
				tell(reason)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// reasonOf reads a signal: going to sleep and losing the network are no reason
// to look.
func reasonOf(signal *dbus.Signal) Reason {
	if len(signal.Body) != 1 {
		return ""
	}
	switch signal.Name {
	case logindManager + ".PrepareForSleep":
		if begins, ok := signal.Body[0].(bool); ok && !begins {
			return Slept
		}
	case networkManager + ".StateChanged":
		if state, ok := signal.Body[0].(uint32); ok && state == connectedGlobal {
			return Network
		}
	}
	return ""
}

// rejoin looks for the bus now and then; nil when ctx has ended.
func rejoin(ctx context.Context, again time.Duration) *dbus.Conn {
	look := time.NewTicker(again)
	defer look.Stop()
	for ctx.Err() == nil {
		select {
		case <-look.C:
			if conn, err := bus.System(ctx); err == nil {
				return conn
			}
		case <-ctx.Done():
		}
	}
	return nil
}

// PowerNow asks those who know, if they run; it starts nobody. Without a
// system bus everything is unknown.
func PowerNow(ctx context.Context) Power {
	conn, err := bus.System(ctx)
	if err != nil {
		return Power{}
	}
	defer func() { _ = conn.Close() }() // nothing is pending
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var p Power
	if onBattery, ok := property(ctx, conn, upower, upowerPath, "OnBattery").(bool); ok {
		p.Battery = answer(onBattery)
	}
	switch property(ctx, conn, networkManager, networkPath, "Metered") {
	case uint32(meteredYes), uint32(meteredGuessYes):
		p.Metered = Yes
	case uint32(meteredNo), uint32(meteredGuessNo):
		p.Metered = No
	}
	return p
}

// property is a service's property, or nil. The interfaces asked here are
// called like their services.
func property(ctx context.Context, conn *dbus.Conn, service string, path dbus.ObjectPath, name string) any {
	var value dbus.Variant
	call := conn.Object(service, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, service, name)
	if call.Store(&value) != nil {
		return nil
	}
	return value.Value()
}
