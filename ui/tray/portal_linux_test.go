package tray

import (
	"sync"

	"github.com/godbus/dbus/v5"
)

// portalSim is a desktop portal with one setting.
type portalSim struct {
	mu     sync.Mutex
	scheme uint32
}

// Read answers as the portal does: the value in a variant in a variant.
func (p *portalSim) Read(namespace, key string) (dbus.Variant, *dbus.Error) {
	if namespace != appearance || key != colorScheme {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.portal.Error.NotFound", nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return dbus.MakeVariant(dbus.MakeVariant(p.scheme)), nil
}

func (p *portalSim) set(conn *dbus.Conn, scheme uint32) error {
	p.mu.Lock()
	p.scheme = scheme
	p.mu.Unlock()
	return conn.Emit(portalPath, portalSettings+".SettingChanged", appearance, colorScheme, dbus.MakeVariant(scheme))
}
