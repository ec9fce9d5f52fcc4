package setup

import (
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// small is the smallest size the window is made for.
var small = fyne.NewSize(720, 560)

// stage is a window with the set-up in it, the fake agent behind it, and
// everything a person would do and see.
type stage struct {
	t         *testing.T
	agent     *fakeAgent
	window    fyne.Window
	wizard    *Wizard
	clipboard clipboard
	pages     []string // opened in the browser by the window
	finished  []string
	left      int
	door      door
}

// door is the UI thread of a test: what comes through waits until the test
// takes it.
type door struct {
	mu      sync.Mutex
	waiting []func()
}

func (d *door) do(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(d.waiting, f)
}

func (d *door) take() []func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting := d.waiting
	d.waiting = nil
	return waiting
}

// clipboard stands in for the system's.
type clipboard struct{ text string }

func (c *clipboard) Content() string     { return c.text }
func (c *clipboard) SetContent(s string) { c.text = s }

// setting is what a test may vary about the window.
type setting struct {
	task     Task
	language string
	look     look.Options
	size     fyne.Size
}

// play opens the set-up in a bubble where time is the test's own, and closes it
// at the end; a goroutine left behind fails the test.
func play(t *testing.T, agent func() *fakeAgent, set setting, story func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, agent(), set)
		story(s)
		s.wizard.Close()
	})
}

// worn is the look the one app of these tests has now. Another app, or another
// look, would have every font read anew, which takes longer than the tests.
var worn *look.Options

func dress(o look.Options) {
	if worn == nil {
		test.NewApp()
	}
	if worn == nil || *worn != o {
		fyne.CurrentApp().Settings().SetTheme(look.New(o))
		worn = &o
	}
}

func open(t *testing.T, agent *fakeAgent, set setting) *stage {
	t.Helper()
	dress(set.look)
	s := &stage{t: t, agent: agent, window: test.NewTempWindow(t, widget.NewLabel(""))}
	if set.size.IsZero() {
		set.size = small
	}
	s.wizard = New(agent, view.In(set.language), Host{
		Canvas: s.window.Canvas(), Clipboard: &s.clipboard, Do: s.door.do,
		OpenURL:  func(u *url.URL) error { s.pages = append(s.pages, u.String()); return nil },
		Finished: func(account string) { s.finished = append(s.finished, account) },
		Left:     func() { s.left++ },
	}, set.task)
	s.window.Canvas().SetOnTypedKey(s.wizard.Key)
	s.window.SetPadded(false)
	s.window.SetContent(s.wizard.Content())
	s.window.Resize(set.size)
	s.settle()
	return s
}

// settle lets everything happen that can without time passing.
func (s *stage) settle() {
	s.t.Helper()
	for {
		synctest.Wait()
		waiting := s.door.take()
		if len(waiting) == 0 {
			break
		}
		for _, f := range waiting {
			f()
		}
	}
}

// pass lets time pass, a second at most at once.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	for d > 0 {
		part := min(d, time.Second)
		time.Sleep(part)
		d -= part
		s.settle()
	}
}

// lay lays everything out anew, as the driver does for each frame, until
// nothing moves any more.
func (s *stage) lay() {
	for range 4 {
		size := s.window.Canvas().Size()
		lay(s.window.Content(), size)
	}
}

func lay(o fyne.CanvasObject, size fyne.Size) {
	if !o.Visible() {
		return
	}
	o.Resize(size)
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, size)
		}
		for _, child := range o.Objects {
			lay(child, child.Size())
		}
	case *container.Scroll:
		r := test.WidgetRenderer(o)
		r.Layout(size)
		lay(o.Content, o.Content.Size())
	case fyne.Widget:
		r := test.WidgetRenderer(o)
		r.Layout(size)
		for _, child := range r.Objects() {
			lay(child, child.Size())
		}
	}
}

// walk calls f with everything in sight.
func (s *stage) walk(f func(fyne.CanvasObject)) { walk(s.window.Content(), f) }

func walk(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	f(o)
	switch o.(type) {
	case *widget.Label, *look.Quiet, *control.Button, *control.Check, *control.Entry:
		return
	}
	for _, child := range children(o) {
		walk(child, f)
	}
}

func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// words is every text in sight, one a line.
func (s *stage) words() string {
	var all []string
	s.walk(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			all = append(all, o.Text)
		case *look.Quiet:
			all = append(all, o.Text())
		case *widget.RichText:
			all = append(all, o.String())
		case *control.Button:
			all = append(all, o.Text)
		case *control.Check:
			all = append(all, o.Text)
		case *widget.Hyperlink:
			all = append(all, o.Text)
		}
	})
	return strings.Join(all, "\n")
}

func (s *stage) reads(want ...string) {
	s.t.Helper()
	all := s.words()
	for _, w := range want {
		if !strings.Contains(all, w) {
			s.t.Errorf("nobody can read %q in:\n%s", w, all)
		}
	}
}

func (s *stage) readsNot(unwanted ...string) {
	s.t.Helper()
	all := s.words()
	for _, u := range unwanted {
		if strings.Contains(all, u) {
			s.t.Errorf("%q is still in:\n%s", u, all)
		}
	}
}

// button is the button in sight with this label, or nil.
func (s *stage) button(label string) *control.Button {
	var found *control.Button
	s.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*control.Button); ok && b.Text == label && found == nil {
			found = b
		}
	})
	return found
}

// tap presses a button and lets happen what follows.
func (s *stage) tap(label string) {
	s.t.Helper()
	b := s.button(label)
	if b == nil {
		s.t.Fatalf("there is no button %q in:\n%s", label, s.words())
	}
	test.Tap(b)
	s.settle()
}

// tick taps the option or box whose text begins so.
func (s *stage) tick(text string) {
	s.t.Helper()
	var found fyne.Tappable
	s.walk(func(o fyne.CanvasObject) {
		if found != nil {
			return
		}
		switch o := o.(type) {
		case *option:
			if strings.HasPrefix(o.label.Text, text) {
				found = o
			}
		case *control.Check:
			if o.Text != "" && strings.HasPrefix(o.Text, text) {
				found = o
			}
		}
	})
	if found == nil {
		s.t.Fatalf("there is no box %q in:\n%s", text, s.words())
	}
	if check, ok := found.(*control.Check); ok {
		check.SetChecked(!check.Checked)
	} else {
		found.Tapped(&fyne.PointEvent{})
	}
	s.settle()
}

// row taps a row of the tree.
func (s *stage) row(name string) {
	s.t.Helper()
	list := s.wizard.choose.what.list
	i := slices.IndexFunc(list.shown, func(n *node) bool { return n.Name == name })
	if i < 0 {
		s.t.Fatalf("there is no row %q", name)
	}
	list.Select(i)
	s.settle()
}

// write types into a field what a person would, replacing what is there.
func (s *stage) write(e *control.Entry, text string) {
	s.t.Helper()
	s.window.Canvas().Focus(e)
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	test.Type(e, text)
	s.settle()
}

// press types a key where the focus is, as the driver does.
func (s *stage) press(name fyne.KeyName) {
	s.t.Helper()
	key := &fyne.KeyEvent{Name: name}
	if focused := s.window.Canvas().Focused(); focused != nil {
		focused.TypedKey(key)
	} else if typed := s.window.Canvas().OnTypedKey(); typed != nil {
		typed(key)
	}
	s.settle()
}

// shoot writes what is in sight as a picture where SETUP_SHOTS names a folder.
func (s *stage) shoot(name string) {
	s.t.Helper()
	dir := os.Getenv("SETUP_SHOTS")
	if dir == "" {
		return
	}
	s.lay()
	file, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, s.window.Canvas().Capture()); err != nil {
		s.t.Fatal(err)
	}
}

// keys types what a keyboard would where the focus is; tab and newline are
// keys of their own.
func (s *stage) keys(text string) {
	s.t.Helper()
	for _, r := range text {
		switch r {
		case '\t':
			s.window.Canvas().FocusNext()
		case '\n':
			s.press(fyne.KeyReturn)
		default:
			if focused := s.window.Canvas().Focused(); focused != nil {
				focused.TypedRune(r)
			}
		}
	}
	s.settle()
}

// inSight says whether an object lies within the window as it is scrolled now.
func (s *stage) inSight(o fyne.CanvasObject) bool {
	s.lay()
	driver := fyne.CurrentApp().Driver()
	seen := true
	s.walk(func(w fyne.CanvasObject) {
		if scroll, ok := w.(*container.Scroll); ok {
			top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll).Y
			seen = seen && top >= 0 && top+o.Size().Height <= scroll.Size().Height
		}
	})
	return seen
}
