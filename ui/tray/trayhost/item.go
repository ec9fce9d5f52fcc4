package trayhost

import (
	"context"
	"fmt"
	"image"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Item is one registered icon.
type Item struct {
	host  *Host
	owner string
	path  dbus.ObjectPath
}

// Pixmap is a picture as it goes over the bus: ARGB, 32 bits, big-endian, not
// premultiplied.
type Pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// Image is the picture.
func (p Pixmap) Image() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, int(p.Width), int(p.Height)))
	for i := 0; i+3 < min(len(p.Pixels), len(img.Pix)); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = p.Pixels[i+1], p.Pixels[i+2], p.Pixels[i+3], p.Pixels[i]
	}
	return img
}

func (i *Item) get(ctx context.Context, name string, into any) error {
	call := i.host.conn.Object(i.owner, i.path).CallWithContext(ctx, properties+".Get", 0, itemInterface, name)
	var value dbus.Variant
	if err := call.Store(&value); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return value.Store(into)
}

// Icon is the item's pictures, one for each size.
func (i *Item) Icon(ctx context.Context) ([]Pixmap, error) {
	var pictures []Pixmap
	err := i.get(ctx, "IconPixmap", &pictures)
	return pictures, err
}

// Title is the item's name.
func (i *Item) Title(ctx context.Context) (string, error) {
	var title string
	err := i.get(ctx, "Title", &title)
	return title, err
}

// Tooltip is the text shown at the pointer.
func (i *Item) Tooltip(ctx context.Context) (string, error) {
	var tip struct {
		Icon        string
		Pictures    []Pixmap
		Title, Text string
	}
	err := i.get(ctx, "ToolTip", &tip)
	return tip.Title, err
}

// Entry is a line of a menu.
type Entry struct {
	ID        int32
	Label     string
	Enabled   bool
	Separator bool
	Submenu   []Entry
}

// layout is an entry as com.canonical.dbusmenu sends it.
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu is the visible part of the item's menu.
func (i *Item) Menu(ctx context.Context) ([]Entry, error) {
	var revision uint32
	var root layout
	if err := i.menu(ctx, "GetLayout", int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		return nil, fmt.Errorf("read the menu: %w", err)
	}
	return entries(root)
}

func (i *Item) menu(ctx context.Context, method string, args ...any) *dbus.Call {
	var path dbus.ObjectPath
	if err := i.get(ctx, "Menu", &path); err != nil {
		return &dbus.Call{Err: err}
	}
	return i.host.conn.Object(i.owner, path).CallWithContext(ctx, menuInterface+"."+method, 0, args...)
}

func entries(parent layout) ([]Entry, error) {
	var all []Entry
	for _, child := range parent.Children {
		var l layout
		if err := child.Store(&l); err != nil {
			return nil, fmt.Errorf("an entry of the menu: %w", err)
		}
		if visible, set := l.Properties["visible"].Value().(bool); set && !visible {
			continue
		}
		e := Entry{ID: l.ID, Enabled: true}
		if label, ok := l.Properties["label"].Value().(string); ok {
			e.Label = unmark(label)
		}
		if enabled, ok := l.Properties["enabled"].Value().(bool); ok {
			e.Enabled = enabled
		}
		e.Separator = l.Properties["type"].Value() == "separator"
		var err error
		if e.Submenu, err = entries(l); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// unmark is a label as a person sees it: "_" marks the key that chooses the
// entry, "__" is an underscore.
func unmark(label string) string {
	const underscore = "\x00"
	label = strings.ReplaceAll(label, "__", underscore)
	return strings.ReplaceAll(strings.ReplaceAll(label, "_", ""), underscore, "_")
}

// Click chooses the visible, enabled entry with a label; more labels lead into
// submenus.
func (i *Item) Click(ctx context.Context, labels ...string) error {
	menu, err := i.Menu(ctx)
	if err != nil {
		return err
	}
	var found *Entry
	for _, label := range labels {
		found = nil
		for n := range menu {
			if menu[n].Label == label {
				found = &menu[n]
			}
		}
		if found == nil {
			return fmt.Errorf("no entry %q in %v", label, menu)
		}
		if !found.Enabled {
			return fmt.Errorf("the entry %q cannot be chosen", label)
		}
		menu = found.Submenu
	}
	return i.menu(ctx, "Event", found.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err
}

// Labels are the labels of a menu's entries, "-" for a separator.
func Labels(menu []Entry) []string {
	var all []string
	for _, e := range menu {
		if e.Separator {
			all = append(all, "-")
			continue
		}
		all = append(all, e.Label)
	}
	return all
}
