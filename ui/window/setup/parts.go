package setup

import (
	"net/url"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// parts is what every step is built with.
type parts struct {
	words *view.Words
	host  Host
	desk  *desk
	// lay lays the whole set-up out anew.
	lay func()
}

func (p *parts) text(key string, args ...view.Args) string { return p.words.Text(key, args...) }

func (p *parts) button(key string, tapped func()) *control.Button {
	return control.NewButton(p.text(key), tapped)
}

func (p *parts) mainButton(key string, tapped func()) *control.Button {
	return control.NewMainButton(p.text(key), tapped)
}

// copier is a button that copies a text and says that it did.
func (p *parts) copier(key string, what func() string) *control.Button {
	var b *control.Button
	b = p.button(key, func() {
		p.host.Clipboard.SetContent(what())
		b.SetText(p.text("setup.copied"))
	})
	return b
}

// open shows a page in the browser; a page that cannot be shown is copied.
func (p *parts) open(address string) {
	u, err := url.Parse(address)
	if err == nil {
		err = p.host.OpenURL(u)
	}
	if err != nil {
		p.host.Clipboard.SetContent(address)
	}
}

// focus puts the focus somewhere, or nowhere with nil. What has just come into
// sight is laid out first, so that it can be scrolled to.
func (p *parts) focus(f fyne.Focusable) {
	p.lay()
	if f == nil {
		p.host.Canvas.Unfocus()
		return
	}
	p.host.Canvas.Focus(f)
	if o, ok := f.(fyne.CanvasObject); ok {
		control.RevealIn(p.host.Canvas, o)
	}
}

// reveal scrolls to something that has come into sight. The height of a text
// that breaks lines is known only when its width is: it is laid out twice.
func (p *parts) reveal(o fyne.CanvasObject) {
	p.lay()
	p.lay()
	control.RevealIn(p.host.Canvas, o)
}

// screen is how every step lies in the window: what it is about, which scrolls
// where it has to, above what it offers to do.
func screen(body fyne.CanvasObject, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	foot := container.NewVBox(widget.NewSeparator(), look.Page(look.Buttons(buttons...)))
	return below(nil, container.NewVScroll(look.Page(look.Column(body))), foot)
}

// below puts one above the other; the middle has the room that is left. The
// keyboard goes through them in this order, which it would not in the toolkit's
// own border.
func below(top, middle, bottom fyne.CanvasObject) *fyne.Container {
	c := container.New(layout.NewBorderLayout(top, bottom, nil, nil))
	for _, o := range []fyne.CanvasObject{top, middle, bottom} {
		if o != nil {
			c.Add(o)
		}
	}
	return c
}

// field is an entry below its name.
func field(name string, entry fyne.CanvasObject) *fyne.Container {
	return container.NewVBox(look.Text(name), entry)
}

// longestField is how many characters an address, an id or a secret has at
// most; more than that is something else that was pasted.
const longestField = 500

// newEntry is a field that takes little more than what fits, so that a person
// sees that it was too much.
func newEntry() *control.Entry {
	e := control.NewEntry()
	e.Most = longestField + 1
	return e
}

// newSecretEntry is one that hides what is typed.
func newSecretEntry() *control.Entry {
	e := control.NewPasswordEntry()
	e.Most = longestField + 1
	return e
}

func tooLong(text string) bool { return utf8.RuneCountInString(text) > longestField }

// setVisible shows or hides.
func setVisible(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// setEnabled lets a person use something, or not.
func setEnabled(o fyne.Disableable, enabled bool) {
	if enabled {
		o.Enable()
	} else {
		o.Disable()
	}
}

// typingPause is how long nobody types before what was typed is looked at.
const typingPause = 300 * time.Millisecond
