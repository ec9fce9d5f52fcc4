// Package bus joins the message buses of a desktop and of a system. A bus that
// does not answer is given up within seconds, and none is ever started: the
// D-Bus library would start one by itself, which then outlives us.
package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience bounds the greeting; a bus answers within a millisecond.
const patience = 5 * time.Second

// Session is a connection of our own to the bus of the person's session. ctx
// bounds the joining, not the connection, which is closed by the caller.
func Session(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return nil, fmt.Errorf("no session bus: %w", err)
	}
	if err := greet(ctx, conn); err != nil {
		return nil, fmt.Errorf("join the session bus: %w", err)
	}
	return conn, nil
}

// System is the same for the bus of the system.
func System(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SystemBusPrivate()
	if err != nil {
		return nil, fmt.Errorf("no system bus: %w", err)
	}
	if err := greet(ctx, conn); err != nil {
		return nil, fmt.Errorf("join the system bus: %w", err)
	}
	return conn, nil
}

// greet makes conn usable, or closes it.
func greet(ctx context.Context, conn *dbus.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends what waits
	err := conn.Auth(nil)
	if err == nil {
		err = conn.Hello()
	}
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // of no use
	}
	return err
}
