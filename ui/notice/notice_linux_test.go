package notice

import (
	"bytes"
	"context"
	"image/png"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/sim/bussim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const service, object = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"

// shown is what the desktop was asked to show.
type shown struct {
	App, Title, Text string
	Replaces, Number uint32
	Hints            map[string]dbus.Variant
	Expires          int32
}

// desktopSim is a desktop that remembers its notifications.
// https://specifications.freedesktop.org/notification-spec/latest/
type desktopSim struct {
	able []string
	hold chan struct{} // if not nil, answers wait for it

	mu   sync.Mutex
	seen []shown
}

func (d *desktopSim) GetCapabilities() ([]string, *dbus.Error) { return d.able, nil }

func (d *desktopSim) Notify(app string, replaces uint32, _, title, text string, _ []string, hints map[string]dbus.Variant, expires int32) (uint32, *dbus.Error) {
	if d.hold != nil {
		<-d.hold
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	number := replaces
	if number == 0 {
		number = uint32(len(d.seen) + 7)
	}
	d.seen = append(d.seen, shown{app, title, text, replaces, number, hints, expires})
	return number, nil
}

func (d *desktopSim) all() []shown {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.seen)
}

func desktop(t *testing.T, bus *bussim.Bus, d *desktopSim) {
	t.Helper()
	conn := bus.Connect()
	if err := conn.Export(d, object, service); err != nil {
		t.Fatal(err)
	}
	bus.Own(conn, service)
}

func sender(t *testing.T) (*Sender, *bytes.Buffer) {
	log := &bytes.Buffer{}
	s := New(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(s.Close)
	return s, log
}

func TestANotificationIsShown(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv("DBUS_SESSION_BUS_ADDRESS")
	d := &desktopSim{able: []string{"body"}}
	desktop(t, bus, d)
	s, log := sender(t)
	s.Send(t.Context(), "Zendesk wants you to sign in again.", "R&D <b>help</b>: nothing is lost.")
	s.Send(t.Context(), "All well again.", "1,204 of 1,204 answers are in Dialpad.")
	want := []shown{
		{App: "Dialpad Sync", Title: "Zendesk wants you to sign in again.", Text: "R&D <b>help</b>: nothing is lost.", Number: 7, Expires: -1},
		{App: "Dialpad Sync", Title: "All well again.", Text: "1,204 of 1,204 answers are in Dialpad.", Replaces: 7, Number: 7, Expires: -1},
	}
	seen := d.all()
	for i := range seen {
		hints := seen[i].Hints
		if hints["desktop-entry"].Value() != "dialpad-sync" {
			t.Errorf("hints %v", hints)
		}
		checkPicture(t, hints["image-data"])
		seen[i].Hints = nil
	}
	if diff := cmp.Diff(want, seen); diff != "" || log.Len() > 0 {
		t.Errorf("%s\n%s", diff, log)
	}
}

func checkPicture(t *testing.T, hint dbus.Variant) {
	t.Helper()
	var picture struct {
		Width, Height, Stride int32
		Alpha                 bool
		Bits, Channels        int32
		Pixels                []byte
	}
	if err := dbus.Store([]any{hint.Value()}, &picture); err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(assets.App(64)))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := want.At(32, 4).RGBA()
	at := 4*int(picture.Stride) + 32*4
	if got := picture.Pixels[at : at+4]; picture.Width != 64 || !bytes.Equal(got, []byte{byte(r >> 8), byte(g >> 8), byte(b >> 8), 255}) {
		t.Errorf("%d wide, pixel %v", picture.Width, got)
	}
}

func TestADesktopThatReadsHTMLGetsThePlainText(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv("DBUS_SESSION_BUS_ADDRESS")
	d := &desktopSim{able: []string{"body", "body-markup"}}
	desktop(t, bus, d)
	s, _ := sender(t)
	s.Send(t.Context(), "A & B", "R&D <b>")
	if seen := d.all(); len(seen) != 1 || seen[0].Title != "A & B" || seen[0].Text != "R&amp;D &lt;b&gt;" {
		t.Errorf("%+v", seen)
	}
}

func TestADesktopWithoutNotificationsIsToldOfOnce(t *testing.T) {
	bus := bussim.Start(t)
	gone := "unix:path=/nonexistent/bus"
	for name, address := range map[string]string{"no daemon": bus.Address, "no bus": gone} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
			s, log := sender(t)
			for range 3 {
				s.Send(t.Context(), "title", "secret text")
			}
			if lines := strings.Count(log.String(), "\n"); lines != 1 || strings.Contains(log.String(), "secret text") {
				t.Errorf("%d lines:\n%s", lines, log)
			}
		})
	}
}

func TestADesktopThatComesLateIsFound(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv("DBUS_SESSION_BUS_ADDRESS")
	s, _ := sender(t)
	s.Send(t.Context(), "lost", "")
	d := &desktopSim{}
	desktop(t, bus, d)
	s.Send(t.Context(), "first", "")
	bus.Stop()
	s.Send(t.Context(), "lost too", "")
	bus.Restart()
	desktop(t, bus, d)
	s.Send(t.Context(), "second", "")
	if seen := d.all(); len(seen) != 2 || seen[1].Title != "second" || seen[1].Replaces != 0 {
		t.Errorf("%+v", seen)
	}
}

// TestADesktopThatHangsHoldsNobodyUp ends the caller's context while the
// desktop has not answered.
func TestADesktopThatHangsHoldsNobodyUp(t *testing.T) {
	bus := bussim.Start(t)
	bus.Setenv("DBUS_SESSION_BUS_ADDRESS")
	d := &desktopSim{hold: make(chan struct{})}
	desktop(t, bus, d)
	t.Cleanup(func() { close(d.hold) })
	s, log := sender(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s.Send(ctx, "title", "text")
	if !strings.Contains(log.String(), "does not answer") {
		t.Errorf("%s", log)
	}
}
