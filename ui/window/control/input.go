package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// longest is how many characters a paste may bring into a field that does not
// say otherwise; whoever pastes more has the wrong thing in the clipboard, and
// drawing it would take seconds.
const longest = 4000

// Entry is a field whose Esc goes to the window.
type Entry struct {
	widget.Entry
	// Most is how many characters a paste may bring; 0 is 4,000.
	Most int
}

// NewEntry makes a field of one line.
func NewEntry() *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	return e
}

// NewPasswordEntry makes a field of one line that hides what is typed.
func NewPasswordEntry() *Entry {
	e := &Entry{}
	e.Password = true
	e.ExtendBaseWidget(e)
	return e
}

// NewReading makes a field of many lines that is read and copied, not written.
func NewReading(text string) *Entry {
	e := &Entry{}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapWord
	e.Text = text
	e.ExtendBaseWidget(e)
	e.OnChanged = func(changed string) {
		if changed != text {
			e.SetText(text)
		}
	}
	return e
}

// FocusGained scrolls the field into sight.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	Reveal(e)
}

// TypedKey passes Esc on.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		passOn(e, key)
		return
	}
	e.Entry.TypedKey(key)
}

// TypedShortcut shortens what is pasted.
func (e *Entry) TypedShortcut(shortcut fyne.Shortcut) {
	if paste, ok := shortcut.(*fyne.ShortcutPaste); ok {
		shortcut = &fyne.ShortcutPaste{Clipboard: shortClipboard{paste.Clipboard, e.most()}}
	}
	e.Entry.TypedShortcut(shortcut)
}

func (e *Entry) most() int {
	if e.Most > 0 {
		return e.Most
	}
	return longest
}

// shortClipboard is a clipboard whose content is never longer than a field
// takes.
type shortClipboard struct {
	fyne.Clipboard
	most int
}

func (c shortClipboard) Content() string {
	text := c.Clipboard.Content()
	seen := 0
	for at := range text {
		if seen == c.most {
			return text[:at]
		}
		seen++
	}
	return text
}

// Check is a box whose Enter ticks it and whose Esc goes to the window.
type Check struct {
	widget.Check
}

// NewCheck makes a box.
func NewCheck(label string, changed func(bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = label, changed
	c.ExtendBaseWidget(c)
	return c
}

// FocusGained scrolls the box into sight.
func (c *Check) FocusGained() {
	c.Check.FocusGained()
	Reveal(c)
}

// TypedKey ticks the box for Enter and passes Esc on.
func (c *Check) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.TypedRune(' ')
	case fyne.KeyEscape:
		passOn(c, key)
	}
}

// Select is a choice that Enter opens and whose Esc goes to the window.
type Select struct {
	widget.Select
}

// NewSelect makes a choice.
func NewSelect(options []string, changed func(string)) *Select {
	s := &Select{}
	s.Options, s.OnChanged = options, changed
	s.ExtendBaseWidget(s)
	return s
}

// FocusGained scrolls the choice into sight.
func (s *Select) FocusGained() {
	s.Select.FocusGained()
	Reveal(s)
}

// MinSize has room for the widest choice; the toolkit's own has it for its
// placeholder.
func (s *Select) MinSize() fyne.Size {
	size := s.Select.MinSize()
	measure := func(text string) float32 { return fyne.MeasureText(text, theme.TextSize(), fyne.TextStyle{}).Width }
	room, widest := measure(s.PlaceHolder), float32(0)
	for _, option := range s.Options {
		widest = max(widest, measure(option))
	}
	size.Width += max(0, widest-room)
	return size
}

// TypedKey opens the choice for Enter and passes Esc on.
func (s *Select) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		s.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeyEscape:
		passOn(s, key)
	default:
		s.Select.TypedKey(key)
	}
}
