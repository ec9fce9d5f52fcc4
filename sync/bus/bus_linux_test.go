package bus

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"

	"dialpadsync.app/sync/sim/bussim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var kinds = map[string]func(context.Context) (*dbus.Conn, error){
	"DBUS_SESSION_BUS_ADDRESS": Session, "DBUS_SYSTEM_BUS_ADDRESS": System,
}

func TestABusIsJoined(t *testing.T) {
	b := bussim.Start(t)
	for variable, join := range kinds {
		b.Setenv(variable)
		ctx, cancel := context.WithCancel(t.Context())
		conn, err := join(ctx)
		if err != nil {
			t.Fatalf("%s: %v", variable, err)
		}
		cancel() // it bounds the joining only
		var names []string
		if err := conn.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil || len(names) == 0 {
			t.Errorf("%s: %v, %v", variable, names, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestABusThatIsNotThereIsAnError(t *testing.T) {
	for variable, join := range kinds {
		t.Setenv(variable, "unix:path="+filepath.Join(t.TempDir(), "none"))
		if conn, err := join(t.Context()); err == nil {
			t.Errorf("%s: %v", variable, conn)
		}
	}
}

// TestABusThatDoesNotAnswerIsGivenUp is a socket that takes the connection and
// says nothing.
func TestABusThatDoesNotAnswerIsGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mute")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	for variable, join := range kinds {
		t.Setenv(variable, "unix:path="+path)
		ctx, cancel := context.WithCancel(t.Context())
		accepted := make(chan net.Conn)
		go func() {
			conn, err := listener.Accept()
			if err == nil {
				cancel()
			}
			accepted <- conn
		}()
		if _, err := join(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", variable, err)
		}
		_ = (<-accepted).Close()
	}
}
