// Package trayhost is a panel for tests: it owns the StatusNotifierWatcher on a
// message bus, takes registrations, and reads and clicks an item as a panel
// does, after https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem
// and the com.canonical.dbusmenu interface.
package trayhost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
	"github.com/godbus/dbus/v5/prop"
)

// Name is what a panel owns on the bus.
const Name = "org.kde.StatusNotifierWatcher"

const (
	watcherPath   = "/StatusNotifierWatcher"
	itemInterface = "org.kde.StatusNotifierItem"
	menuInterface = "com.canonical.dbusmenu"
	properties    = "org.freedesktop.DBus.Properties"
)

// Host is the panel.
type Host struct {
	conn    *dbus.Conn
	props   *prop.Properties
	signals chan *dbus.Signal
	end     chan struct{} // closed by Close
	done    chan struct{} // closed when nobody listens any more
	closing sync.Once

	mu         sync.Mutex
	items      []*Item
	registered int
	counts     map[string]int
	changed    chan struct{} // closed and renewed at each change
}

// Open makes conn a panel. Close ends it; conn stays open.
func Open(conn *dbus.Conn) (*Host, error) {
	h := &Host{
		conn: conn, signals: make(chan *dbus.Signal, 64), end: make(chan struct{}), done: make(chan struct{}),
		counts: map[string]int{}, changed: make(chan struct{}),
	}
	if err := h.export(); err != nil {
		return nil, err
	}
	for _, iface := range []string{itemInterface, menuInterface, properties} {
		if err := conn.AddMatchSignal(dbus.WithMatchInterface(iface)); err != nil {
			return nil, err
		}
	}
	conn.Signal(h.signals)
	go h.listen()
	reply, err := conn.RequestName(Name, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		return nil, errors.Join(fmt.Errorf("own %s: %v", Name, reply), err, h.Close())
	}
	return h, nil
}

// export puts the watcher on the bus with full introspection, without which Qt
// programs do not register.
func (h *Host) export() error {
	if err := h.conn.Export(registry{h}, watcherPath, Name); err != nil {
		return err
	}
	spec := prop.Map{Name: {
		"RegisteredStatusNotifierItems": {Value: []string{}, Emit: prop.EmitTrue},
		"IsStatusNotifierHostRegistered": {
			Value: true, Emit: prop.EmitTrue,
		},
		"ProtocolVersion": {Value: int32(0), Emit: prop.EmitTrue},
	}}
	props, err := prop.Export(h.conn, watcherPath, spec)
	if err != nil {
		return err
	}
	h.props = props
	node := &introspect.Node{Name: watcherPath, Interfaces: []introspect.Interface{
		introspect.IntrospectData, prop.IntrospectData,
		{Name: Name, Methods: introspect.Methods(registry{h}), Properties: props.Introspection(Name)},
	}}
	return h.conn.Export(introspect.NewIntrospectable(node), watcherPath, "org.freedesktop.DBus.Introspectable")
}

// Close gives the name up and stops listening. A second call does nothing.
func (h *Host) Close() error {
	var err error
	h.closing.Do(func() {
		_, err = h.conn.ReleaseName(Name)
		h.conn.RemoveSignal(h.signals)
		close(h.end)
		<-h.done
	})
	if errors.Is(err, dbus.ErrClosed) {
		return nil
	}
	return err
}

func (h *Host) listen() {
	defer close(h.done)
	for {
		select {
		case signal, open := <-h.signals:
			switch {
			case !open:
				return // the connection has ended
			case signal.Name == fence:
				close(signal.Body[0].(chan struct{}))
			default:
				h.change(func() { h.counts[signal.Name[strings.LastIndexByte(signal.Name, '.')+1:]]++ })
			}
		case <-h.end:
			return
		}
	}
}

// registry is what items call.
type registry struct{ h *Host }

// RegisterStatusNotifierItem takes an item by the name or the object path it
// gives. A second registration of the same one changes nothing.
func (r registry) RegisterStatusNotifierItem(sender dbus.Sender, service string) *dbus.Error {
	item := &Item{host: r.h, owner: service, path: "/StatusNotifierItem"}
	if strings.HasPrefix(service, "/") {
		item.owner, item.path = string(sender), dbus.ObjectPath(service)
	}
	var names []string
	r.h.change(func() {
		r.h.registered++
		same := func(i *Item) bool { return i.owner == item.owner && i.path == item.path }
		if !slices.ContainsFunc(r.h.items, same) {
			r.h.items = append(r.h.items, item)
		}
		for _, i := range r.h.items {
			names = append(names, i.owner+string(i.path))
		}
	})
	r.h.props.SetMust(Name, "RegisteredStatusNotifierItems", names)
	return nil
}

// RegisterStatusNotifierHost is there for completeness; this is the host.
func (registry) RegisterStatusNotifierHost(string) *dbus.Error { return nil }

func (h *Host) change(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.changed)
	h.changed = make(chan struct{})
}

// Until waits until ready says so; it is asked again after each change the
// host hears of.
func (h *Host) Until(ctx context.Context, ready func() bool) error {
	for {
		h.mu.Lock()
		changed := h.changed
		h.mu.Unlock()
		if ready() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Item waits for the newest item there is.
func (h *Host) Item(ctx context.Context) (*Item, error) {
	var item *Item
	err := h.Until(ctx, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.items) > 0 {
			item = h.items[len(h.items)-1]
		}
		return item != nil
	})
	return item, err
}

// Registrations is how often an item has registered, the same one included.
func (h *Host) Registrations() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.registered
}

// Changes is how many signals of a name ("NewIcon", "LayoutUpdated") have come.
func (h *Host) Changes(signal string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.counts[signal]
}

// Heard returns when every signal that had arrived before is counted.
func (h *Host) Heard() {
	counted := make(chan struct{})
	h.signals <- &dbus.Signal{Name: fence, Body: []any{counted}}
	<-counted
}

// fence is a signal nobody else sends.
const fence = "fence"
