package control_test

import (
	"image"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
)

// press types a key where the focus is, as the driver does.
func press(w fyne.Window, name fyne.KeyName) {
	key := &fyne.KeyEvent{Name: name}
	if focused := w.Canvas().Focused(); focused != nil {
		focused.TypedKey(key)
	} else if typed := w.Canvas().OnTypedKey(); typed != nil {
		typed(key)
	}
}

func window(t *testing.T) fyne.Window {
	t.Helper()
	test.NewTempApp(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(800, 600))
	return w
}

func TestEnterAndSpacePressAButton(t *testing.T) {
	w := window(t)
	pressed := 0
	b := control.NewButton("Sync now", func() { pressed++ })
	w.SetContent(b)
	w.Canvas().Focus(b)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyA} {
		press(w, key)
	}
	if pressed != 3 {
		t.Errorf("pressed %d times, want 3", pressed)
	}
	b.Disable()
	press(w, fyne.KeyReturn)
	if pressed != 3 {
		t.Error("a disabled button was pressed")
	}
}

func TestEnterTicksABoxAndOpensAChoiceAndChoosesARow(t *testing.T) {
	w := window(t)
	ticked, row := false, -1
	box := control.NewCheck("Start with this computer", func(on bool) { ticked = on })
	choice := control.NewSelect([]string{"5 min", "6 h"}, nil)
	rows := control.NewList(func() int { return 10 }, func() fyne.CanvasObject { return widget.NewLabel("") }, func(int, fyne.CanvasObject) {})
	rows.OnSelected = func(i int) { row = i }
	w.SetContent(container.NewBorder(box, choice, nil, nil, rows))

	w.Canvas().Focus(box)
	press(w, fyne.KeyReturn)
	if !ticked {
		t.Error("Enter did not tick the box")
	}
	w.Canvas().Focus(rows)
	press(w, fyne.KeyDown)
	press(w, fyne.KeyReturn)
	if row != 1 {
		t.Errorf("Enter chose row %d, want 1", row)
	}
	w.Canvas().Focus(choice)
	press(w, fyne.KeyReturn)
	if w.Canvas().Overlays().Top() == nil {
		t.Error("Enter did not open the choice")
	}
}

func TestARoundBoxIsABox(t *testing.T) {
	w := window(t)
	ticked, stray := 0, 0
	r := control.NewRadio(func(bool) { ticked++ })
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { stray++ })
	w.SetContent(container.NewVBox(container.NewHBox(r)))
	empty := w.Canvas().Capture()
	w.Canvas().Focus(r)
	if same(empty, w.Canvas().Capture()) {
		t.Error("the focus cannot be seen")
	}
	press(w, fyne.KeyReturn)
	if !r.Checked || ticked != 1 {
		t.Error("Enter did not tick it")
	}
	press(w, fyne.KeyEscape)
	if stray != 1 {
		t.Error("Esc did not reach the window")
	}
	test.Tap(r)
	w.Canvas().Unfocus()
	if ticked != 2 || !same(empty, w.Canvas().Capture()) {
		t.Error("a tap did not untick it, or it looks as if")
	}
	r.Disable()
	test.Tap(r)
	if ticked != 2 {
		t.Error("a disabled one was ticked")
	}
}

func same(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestEscClosesTheDialogOnTopWhereverTheFocusIs(t *testing.T) {
	w := window(t)
	var stray []fyne.KeyName
	dialogs := control.NewDialogs(w, func(key *fyne.KeyEvent) { stray = append(stray, key.Name) })
	entry, secret := control.NewEntry(), control.NewPasswordEntry()
	box, choice := control.NewCheck("", nil), control.NewSelect([]string{"a"}, nil)
	rows := control.NewList(func() int { return 1 }, func() fyne.CanvasObject { return widget.NewLabel("") }, func(int, fyne.CanvasObject) {})
	reading := control.NewReading("text")
	button := control.NewButton("Close", nil)

	dialogs.Show("Below", control.Fitting, widget.NewLabel("below"))
	for _, focus := range []fyne.Focusable{nil, entry, secret, box, choice, rows, reading, button} {
		closed := 0
		d := dialogs.Show("Above", control.Tall, container.NewVBox(entry, secret, box, choice, rows, reading), button)
		d.OnClose(func() { closed++ })
		w.Canvas().Focus(focus)
		if focus == nil {
			w.Canvas().Unfocus()
		}
		press(w, fyne.KeyEscape)
		d.Close()
		if closed != 1 || dialogs.Open() != 1 {
			t.Fatalf("with the focus on %T: closed %d times, %d open, want once and 1", focus, closed, dialogs.Open())
		}
	}
	press(w, fyne.KeyEscape)
	if dialogs.Open() != 0 || w.Canvas().Overlays().Top() != nil {
		t.Error("the dialog below is still open")
	}
	press(w, fyne.KeyEscape)
	if len(stray) != 1 || stray[0] != fyne.KeyEscape {
		t.Errorf("without a dialog the window was told of %v", stray)
	}
}

func TestADialogBeginsAtItsMainButton(t *testing.T) {
	w := window(t)
	dialogs := control.NewDialogs(w, nil)
	main := control.NewMainButton("Keep them in Dialpad", nil)
	dialogs.Show("Held", control.Wide, widget.NewLabel(strings.Repeat("word ", 200)), control.NewButton("Cancel", nil), main, control.NewButton("Remove", nil))
	if w.Canvas().Focused() != main {
		t.Errorf("the focus is on %v", w.Canvas().Focused())
	}
	dialogs.CloseAll()
	if dialogs.Open() != 0 {
		t.Error("a dialog is still open")
	}
}

// clipboard stands in for the system's.
type clipboard struct{ text string }

func (c *clipboard) Content() string     { return c.text }
func (c *clipboard) SetContent(s string) { c.text = s }

func TestAMegabyteInTheClipboardIsShortened(t *testing.T) {
	w := window(t)
	for name, megabyte := range map[string]string{
		"latin": strings.Repeat("a", 1<<20), "right to left": strings.Repeat("שלום ", 1<<20/9), "broken": strings.Repeat("\xff\x00", 1<<19),
	} {
		entry := control.NewEntry()
		w.SetContent(entry)
		entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: &clipboard{megabyte}})
		if n := utf8.RuneCountInString(entry.Text); n == 0 || n > 4000 {
			t.Errorf("%s: the field holds %d characters", name, n)
		}
		entry.SetText("")
		entry.Most = 10
		entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: &clipboard{megabyte}})
		if n := utf8.RuneCountInString(entry.Text); n != 10 {
			t.Errorf("%s: the field for 10 holds %d characters", name, n)
		}
		w.Canvas().Capture()
	}
}

func TestAReadingCannotBeChanged(t *testing.T) {
	w := window(t)
	reading := control.NewReading("version 1.0")
	w.SetContent(reading)
	test.Type(reading, "typed over")
	if reading.Text != "version 1.0" {
		t.Errorf("it reads %q", reading.Text)
	}
}

func TestAChoiceHasRoomForItsWidestLine(t *testing.T) {
	w := window(t)
	short, long := control.NewSelect([]string{"a"}, nil), control.NewSelect([]string{"a", strings.Repeat("wide ", 12)}, nil)
	w.SetContent(container.NewVBox(short, long))
	wide := fyne.MeasureText(strings.Repeat("wide ", 12), theme.TextSize(), fyne.TextStyle{}).Width
	if got := long.MinSize().Width; got < wide+theme.IconInlineSize() || got < short.MinSize().Width {
		t.Errorf("it is %v wide, its widest line %v", got, wide)
	}
}
