package tray

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dialpadsync.app/ui/view"
)

// stuck is an agent whose acts do not return.
type stuck struct{ entered, release chan struct{} }

func (s stuck) Sync(bool)       { s.entered <- struct{}{}; <-s.release }
func (s stuck) Pause(time.Time) {}
func (s stuck) Resume()         {}
func (s stuck) Open(string)     {}

// TestQuitWaitsForNobody: whatever hangs, the person gets out.
func TestQuitWaitsForNobody(t *testing.T) {
	s := stuck{entered: make(chan struct{}), release: make(chan struct{})}
	quit := make(chan struct{})
	m := newMenu(Config{Agent: s, Words: func() *view.Words { return english }, Quit: func() { close(quit) }}, "_")
	ctx, cancel := context.WithCancel(t.Context())
	m.listen(ctx)
	m.syncNow.item.ClickedCh <- struct{}{}
	<-s.entered
	m.rows[len(m.rows)-1].item.ClickedCh <- struct{}{}
	<-quit
	close(s.release)
	cancel()
	m.wait()
}

// frozen is a panel that takes questions and never answers.
type frozen struct {
	once           sync.Once
	asked, release chan struct{}
}

// Get is org.freedesktop.DBus.Properties.Get.
func (f *frozen) Get(string, string) (dbus.Variant, *dbus.Error) {
	f.once.Do(func() { close(f.asked) })
	<-f.release
	return dbus.MakeVariant(""), nil
}

// TestAPanelThatHangsDoesNotKeepTheAgent from ending.
func TestAPanelThatHangsDoesNotKeepTheAgent(t *testing.T) {
	d := open(t)
	d.show(status(7))
	d.untilTooltip(faceFor(status(7), time.Now()).line)
	if err := d.host.Close(); err != nil {
		t.Fatal(err)
	}
	conn := d.bus.Connect()
	panel := &frozen{asked: make(chan struct{}), release: make(chan struct{})}
	defer close(panel.release)
	if err := conn.Export(panel, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	d.bus.Own(conn, watcher)
	<-panel.asked
	d.order(order{End: true})
	d.end()
}
