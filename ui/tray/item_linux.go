package tray

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"log/slog"
	"slices"
	"strings"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"

	"dialpadsync.app/assets"
)

// Where the library puts the icon.
const (
	itemPath      = "/StatusNotifierItem"
	itemInterface = "org.kde.StatusNotifierItem"
)

// onBus is the icon as the library has put it on its connection. What the
// library does not do is done through the icon's own properties on the bus:
// pictures of several sizes, and the signal that the tooltip has changed.
type onBus struct {
	conn *dbus.Conn
	log  *slog.Logger
}

// exported is the icon the library has just put on the bus, or an error if it
// could not.
func exported(log *slog.Logger) (*onBus, error) {
	conn, err := dbus.SessionBus() // the library's own
	if err != nil {
		return nil, err
	}
	o := &onBus{conn, log}
	ctx, cancel := soon(context.Background())
	defer cancel()
	var there dbus.Variant
	return o, o.self().CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, itemInterface, "Id").Store(&there)
}

// soon bounds a question to somebody on this computer.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 5*time.Second)
}

func (o *onBus) self() dbus.BusObject { return o.conn.Object(o.conn.Names()[0], itemPath) }

// pixmap is a picture as the bus wants it: ARGB, big-endian, not premultiplied.
type pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// icon implements item with the drawing in all its sizes.
func (o *onBus) icon(name string, dark bool) {
	pictures, err := pixmaps(name, dark)
	if err == nil {
		ctx, cancel := soon(context.Background())
		defer cancel()
		err = o.self().CallWithContext(ctx, "org.freedesktop.DBus.Properties.Set", 0,
			itemInterface, "IconPixmap", dbus.MakeVariant(pictures)).Err
	}
	if err == nil {
		err = o.conn.Emit(itemPath, itemInterface+".NewIcon")
	}
	o.note("icon", err)
}

// tooltip implements item.
func (o *onBus) tooltip(text string) {
	systray.SetTooltip(text)
	o.note("tooltip", o.conn.Emit(itemPath, itemInterface+".NewToolTip"))
}

func (o *onBus) note(what string, err error) {
	if err != nil {
		o.log.Warn("the panel could not be told", slog.String("what", what), slog.Any("error", err))
	}
}

// registerAgain makes sure that a panel that came later has the icon. The
// library tries too; one of the two may come too early.
func (o *onBus) registerAgain(ctx context.Context, bus *dbus.Conn) {
	ctx, cancel := soon(ctx)
	defer cancel()
	panel := bus.Object(watcher, "/StatusNotifierWatcher")
	var list dbus.Variant
	asked := panel.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, watcher, "RegisteredStatusNotifierItems")
	if asked.Store(&list) == nil {
		if names, ok := list.Value().([]string); ok && slices.ContainsFunc(names, o.named) {
			return
		}
	}
	call := o.conn.Object(watcher, "/StatusNotifierWatcher").CallWithContext(ctx, watcher+".RegisterStatusNotifierItem", 0, itemPath)
	o.note("registration", call.Err)
}

func (o *onBus) named(entry string) bool {
	return slices.ContainsFunc(o.conn.Names(), func(own string) bool { return strings.HasPrefix(entry, own) })
}

func pixmaps(name string, dark bool) ([]pixmap, error) {
	var all []pixmap
	for _, size := range assets.Sizes() {
		img, err := png.Decode(bytes.NewReader(assets.Icon(name, dark, size)))
		if err != nil {
			return nil, fmt.Errorf("icon %q: %w", name, err)
		}
		straight := image.NewNRGBA(img.Bounds())
		draw.Draw(straight, img.Bounds(), img, image.Point{}, draw.Src)
		pixels := make([]byte, len(straight.Pix))
		for i := 0; i < len(pixels); i += 4 {
			copy(pixels[i+1:i+4], straight.Pix[i:i+3])
			pixels[i] = straight.Pix[i+3]
		}
		all = append(all, pixmap{int32(size), int32(size), pixels})
	}
	return all, nil
}
