package tray

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The desktop's settings, from the XDG desktop portal.
// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
const (
	portal         = "org.freedesktop.portal.Desktop"
	portalPath     = "/org/freedesktop/portal/desktop"
	portalSettings = "org.freedesktop.portal.Settings"
	appearance     = "org.freedesktop.appearance"
	colorScheme    = "color-scheme"
)

// Values of color-scheme.
const (
	noPreference  = 0
	preferDark    = 1
	preferLight   = 2
	unknownScheme = 99 // our own: nobody said anything
)

// darkPanel says which inks the icon needs. GNOME's bar is dark whatever the
// windows are; elsewhere the panel follows them, and where nobody says
// anything most are dark.
func darkPanel(desktop string, scheme uint32) bool {
	for name := range strings.SplitSeq(desktop, ":") {
		if name == "GNOME" || name == "Unity" {
			return true
		}
	}
	return scheme != preferLight
}

// askScheme asks a portal that runs; the answer comes later, or never.
func (l *link) askScheme(ctx context.Context, answer chan *dbus.Call) {
	l.bus.Object(portal, portalPath).GoWithContext(ctx, portalSettings+".Read", dbus.FlagNoAutoStart, answer, appearance, colorScheme)
}

func schemeOf(call *dbus.Call) uint32 {
	var value dbus.Variant
	if call.Store(&value) != nil {
		return unknownScheme
	}
	return scheme(value)
}

func changedScheme(signal *dbus.Signal) uint32 {
	var namespace, key string
	var value dbus.Variant
	if dbus.Store(signal.Body, &namespace, &key, &value) != nil || namespace != appearance || key != colorScheme {
		return unknownScheme
	}
	return scheme(value)
}

// scheme is the number in a variant; Read wraps it twice.
func scheme(value dbus.Variant) uint32 {
	for {
		switch v := value.Value().(type) {
		case dbus.Variant:
			value = v
		case uint32:
			return v
		default:
			return unknownScheme
		}
	}
}
