//go:build unix && !darwin

package secret

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/godbus/dbus/v5"
)

// sessionBus says whether this session has a message bus. Without this look
// the D-Bus library would start a bus of its own by dbus-launch, which outlives
// us and holds no keyring.
func sessionBus() error {
	return findBus(os.Getenv("DBUS_SESSION_BUS_ADDRESS"), fmt.Sprintf("/run/user/%d", os.Getuid()))
}

// findBus knows the places where the D-Bus library looks before it starts one.
func findBus(address, runtimeDir string) error {
	if address != "" && address != "autolaunch:" {
		return nil
	}
	for _, name := range []string{"/bus", "/dbus-session"} {
		if _, err := os.Stat(runtimeDir + name); err == nil {
			return nil
		}
	}
	return fmt.Errorf("no session bus: %w", errNoRing)
}

// noSecretService says whether err means that nothing on the bus offers a
// keyring, or that the bus itself cannot be reached.
func noSecretService(err error) bool {
	var answer dbus.Error
	if errors.As(err, &answer) {
		switch answer.Name {
		case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
			return true
		}
		return false
	}
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}
