package wake

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
	"go.uber.org/goleak"

	"dialpadsync.app/sync/sim/bussim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const system = "DBUS_SYSTEM_BUS_ADDRESS"

// patience bounds what a test waits for.
const patience = 30 * time.Second

// listener is a Run under test.
type listener struct {
	t    *testing.T
	told chan Reason
	end  context.CancelFunc
	done chan error
}

func start(t *testing.T) *listener {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	l := &listener{t: t, told: make(chan Reason, 16), end: cancel, done: make(chan error, 1)}
	go func() { l.done <- run(ctx, func(r Reason) { l.told <- r }, time.Millisecond) }()
	return l
}

func (l *listener) expect(want Reason) {
	l.t.Helper()
	select {
	case got := <-l.told:
		if got != want {
			l.t.Errorf("told %q, want %q", got, want)
		}
	case err := <-l.done:
		l.t.Fatalf("ended: %v; want %q", err, want)
	}
}

func (l *listener) stop() {
	l.t.Helper()
	l.end()
	if err := <-l.done; err != nil || len(l.told) > 0 {
		l.t.Errorf("%v, still told %d", err, len(l.told))
	}
}

// services own the names of logind and NetworkManager.
func services(t *testing.T, bus *bussim.Bus) *dbus.Conn {
	t.Helper()
	conn := bus.Connect()
	bus.Own(conn, logind)
	bus.Own(conn, networkManager)
	return conn
}

func emit(t *testing.T, conn *dbus.Conn, path dbus.ObjectPath, name string, value any) {
	t.Helper()
	if err := conn.Emit(path, name, value); err != nil {
		t.Fatal(err)
	}
}

// listening sends sleep's end until it is heard: then the listener is there.
func (l *listener) listening(conn *dbus.Conn) {
	l.t.Helper()
	for tick := time.NewTicker(time.Millisecond); ; {
		select {
		case <-tick.C:
			emit(l.t, conn, "/org/freedesktop/login1", logindManager+".PrepareForSleep", false)
		case r := <-l.told:
			tick.Stop()
			if r != Slept {
				l.t.Errorf("told %q", r)
			}
			l.drain(conn)
			return
		}
	}
}

// drain takes what is on its way; a network change marks the end.
func (l *listener) drain(conn *dbus.Conn) {
	l.t.Helper()
	emit(l.t, conn, networkPath, networkManager+".StateChanged", uint32(connectedGlobal))
	for r := range l.told {
		if r == Network {
			return
		}
	}
}

func TestSleepAndNetworkAreToldOf(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv(system)
	conn := services(t, bus)
	l := start(t)
	l.listening(conn)
	emit(t, conn, "/org/freedesktop/login1", logindManager+".PrepareForSleep", true)
	emit(t, conn, networkPath, networkManager+".StateChanged", uint32(20))                     // disconnected
	emit(t, conn, networkPath, networkManager+".StateChanged", uint32(50))                     // the local network alone
	emit(t, bus.Connect(), "/org/freedesktop/login1", logindManager+".PrepareForSleep", false) // not logind
	emit(t, conn, "/org/freedesktop/login1", logindManager+".PrepareForSleep", "odd")
	emit(t, conn, "/org/freedesktop/login1", logindManager+".PrepareForSleep", false)
	l.expect(Slept)
	emit(t, conn, networkPath, networkManager+".StateChanged", uint32(connectedGlobal))
	l.expect(Network)
	l.stop()
}

func TestABusThatComesBackIsHeardAgain(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv(system)
	l := start(t)
	l.listening(services(t, bus))
	bus.Stop()
	bus.Restart()
	l.expect(Network) // something may have been missed
	conn := services(t, bus)
	l.listening(conn)
	l.stop()
}

func TestWithoutASystemBusNothingIsKnown(t *testing.T) {
	t.Setenv(system, "unix:path=/nonexistent")
	if err := Run(t.Context(), func(Reason) {}); !errors.Is(err, ErrNone) {
		t.Errorf("%v", err)
	}
	if p := PowerNow(t.Context()); p != (Power{}) {
		t.Errorf("%+v", p)
	}
}

func TestBatteryAndMeteredNetworksAreKnown(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv(system)
	if p := PowerNow(t.Context()); p != (Power{}) {
		t.Errorf("with nobody on the bus: %+v", p)
	}
	conn := bus.Connect()
	bus.Own(conn, upower)
	bus.Own(conn, networkManager)
	export := func(service string, path dbus.ObjectPath, name string, value any) {
		t.Helper()
		if _, err := prop.Export(conn, path, prop.Map{service: {name: {Value: value}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		battery bool
		metered uint32
		want    Power
	}{
		{true, 0, Power{Yes, Unknown}}, {false, 1, Power{No, Yes}}, {true, 2, Power{Yes, No}},
		{false, 3, Power{No, Yes}}, {false, 4, Power{No, No}},
	} {
		export(upower, upowerPath, "OnBattery", row.battery)
		export(networkManager, networkPath, "Metered", row.metered)
		if got := PowerNow(t.Context()); got != row.want {
			t.Errorf("battery %v, metered %d: %+v, want %+v", row.battery, row.metered, got, row.want)
		}
	}
}
