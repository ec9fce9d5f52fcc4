package notice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"image"
	"image/draw"
	"image/png"
	"slices"

	"github.com/esiqveland/notify"
	"github.com/godbus/dbus/v5"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/bus"
)

// post is a connection to the session's bus, kept because some desktops take a
// program's notifications away when it leaves the bus.
type post struct {
	conn   *dbus.Conn
	markup bool   // the desktop reads the text as HTML
	last   uint32 // number of the notification shown last
}

// send asks the desktop to show a notification. When ctx ends first, the
// connection is given up, which ends the question too.
func (p *post) send(ctx context.Context, title, text string) error {
	if p.conn == nil || !p.conn.Connected() {
		if err := p.connect(ctx); err != nil {
			return err
		}
	}
	conn := p.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // nothing to lose
	defer stop()
	if p.markup {
		text = html.EscapeString(text)
	}
	n := notify.Notification{
		AppName: "Dialpad Sync", ReplacesID: p.last, Summary: title, Body: text,
		ExpireTimeout: notify.ExpireTimeoutSetByNotificationServer,
	}
	n.AddHint(notify.Hint{ID: "desktop-entry", Variant: dbus.MakeVariant("dialpad-sync")})
	if picture, err := logo(); err == nil {
		n.AddHint(notify.HintImageDataRGBA(picture))
	}
	id, err := notify.SendNotification(conn, n)
	if err != nil {
		return class(ctx, err)
	}
	p.last = id
	return nil
}

// connect joins a bus that is there; none is started.
func (p *post) connect(ctx context.Context) error {
	p.close()
	conn, err := bus.Session(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errNobody, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // nothing to lose
	defer stop()
	able, err := notify.GetCapabilities(conn)
	if err != nil {
		_ = conn.Close() // of no use
		return class(ctx, err)
	}
	*p = post{conn: conn, markup: slices.Contains(able, "body-markup")}
	return nil
}

func (p *post) close() {
	if p.conn != nil {
		_ = p.conn.Close() // of no use any more
	}
	*p = post{}
}

// class tells a desktop without notifications from one that failed.
func class(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("the desktop does not answer: %w", ctx.Err())
	}
	var answer dbus.Error
	if errors.As(err, &answer) && (answer.Name == "org.freedesktop.DBus.Error.ServiceUnknown" || answer.Name == "org.freedesktop.DBus.Error.NameHasNoOwner") {
		return fmt.Errorf("%w: %w", errNobody, err)
	}
	return err
}

// logo is the program's icon for desktops where it is not installed. The bus
// wants it not premultiplied, in a type that says the opposite.
func logo() (*image.RGBA, error) {
	img, err := png.Decode(bytes.NewReader(assets.App(64)))
	if err != nil {
		return nil, err
	}
	straight := image.NewNRGBA(img.Bounds())
	draw.Draw(straight, img.Bounds(), img, image.Point{}, draw.Src)
	return &image.RGBA{Pix: straight.Pix, Stride: straight.Stride, Rect: straight.Rect}, nil
}
