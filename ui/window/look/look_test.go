package look

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// luminance is WCAG's relative luminance.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func TestTextsCanBeRead(t *testing.T) {
	test.NewTempApp(t)
	for _, variant := range []string{"light", "dark"} {
		th := New(Options{Variant: variant})
		at := func(name fyne.ThemeColorName) color.Color { return th.Color(name, 99) }
		for _, pair := range [][2]fyne.ThemeColorName{
			{theme.ColorNameForeground, theme.ColorNameBackground},
			{theme.ColorNamePlaceHolder, theme.ColorNameBackground},
			{theme.ColorNamePlaceHolder, theme.ColorNameInputBackground},
			{theme.ColorNameHyperlink, theme.ColorNameBackground},
			{theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary},
			{theme.ColorNameForegroundOnError, theme.ColorNameError},
			{theme.ColorNameForegroundOnSuccess, theme.ColorNameSuccess},
			{theme.ColorNameError, theme.ColorNameBackground},
			{theme.ColorNameSuccess, theme.ColorNameBackground},
		} {
			if got := contrast(at(pair[0]), at(pair[1])); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.1f to 1", variant, pair[0], pair[1], got)
			}
		}
	}
}

func TestBoxesAndFieldsCanBeSeen(t *testing.T) {
	test.NewTempApp(t)
	for _, variant := range []string{"light", "dark"} {
		th := New(Options{Variant: variant})
		for _, behind := range []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameInputBackground} {
			if got := contrast(th.Color(theme.ColorNameInputBorder, 99), th.Color(behind, 99)); got < 3 {
				t.Errorf("%s: an edge on %s has a contrast of %.1f to 1", variant, behind, got)
			}
		}
		if got := contrast(th.Color(theme.ColorNameDisabled, 99), th.Color(theme.ColorNameDisabledButton, 99)); got < 2 {
			t.Errorf("%s: a disabled button has a contrast of %.1f to 1", variant, got)
		}
	}
}

func TestTheSystemChoosesUnlessThePersonDid(t *testing.T) {
	test.NewTempApp(t)
	system, chosen := New(Options{}), New(Options{Variant: "dark"})
	background := theme.ColorNameBackground
	if system.Color(background, theme.VariantLight) == system.Color(background, theme.VariantDark) {
		t.Error("the system's choice changes nothing")
	}
	if chosen.Color(background, theme.VariantLight) != system.Color(background, theme.VariantDark) {
		t.Error("the person's choice does not count")
	}
}

func TestTextGrows(t *testing.T) {
	test.NewTempApp(t)
	small, large := New(Options{}), New(Options{TextScale: 2})
	for _, name := range []fyne.ThemeSizeName{theme.SizeNameText, theme.SizeNameHeadingText, theme.SizeNameCaptionText, theme.SizeNameInlineIcon} {
		if large.Size(name) != 2*small.Size(name) {
			t.Errorf("%s does not grow", name)
		}
	}
	if large.Size(theme.SizeNamePadding) != small.Size(theme.SizeNamePadding) {
		t.Error("spaces grow as well")
	}
}

// bars are objects of a fixed size.
func bars(sizes ...fyne.Size) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	for _, s := range sizes {
		r := canvas.NewRectangle(color.Black)
		r.SetMinSize(s)
		all = append(all, r)
	}
	return all
}

func TestFlowBreaksLines(t *testing.T) {
	test.NewTempApp(t)
	gap := theme.Padding()
	objects := bars(fyne.NewSize(100, 20), fyne.NewSize(100, 30), fyne.NewSize(100, 20))
	c := Flow(objects...)
	c.Resize(fyne.NewSize(400, 100))
	if got := c.MinSize(); got.Height != 30 {
		t.Errorf("one line is %v high", got)
	}
	c.Resize(fyne.NewSize(210, 100))
	if got := objects[2].Position(); got != fyne.NewPos(0, 30+gap) {
		t.Errorf("the third is at %v", got)
	}
	if got := c.MinSize(); got != fyne.NewSize(100, 50+gap) {
		t.Errorf("two lines need %v", got)
	}
	objects[0].Hide()
	c.Refresh()
	if got := objects[2].Position(); got != fyne.NewPos(100+gap, 0) {
		t.Errorf("a hidden one takes room: the third is at %v", got)
	}
	c.Resize(fyne.NewSize(60, 100))
	if got := objects[1].Size().Width; got != 60 {
		t.Errorf("an object wider than the line is %v wide", got)
	}
}

func TestButtonsStandAtTheEnd(t *testing.T) {
	test.NewTempApp(t)
	objects := bars(fyne.NewSize(100, 20), fyne.NewSize(50, 20))
	c := Buttons(objects...)
	c.Resize(fyne.NewSize(400, 20))
	if got := objects[1].Position().X + objects[1].Size().Width; got != 400 {
		t.Errorf("the main button ends at %v", got)
	}
	if objects[0].Position().X >= objects[1].Position().X {
		t.Error("the order is lost")
	}
}

func TestColumnStaysReadable(t *testing.T) {
	test.NewTempApp(t)
	l := widget.NewLabel("text")
	c := Column(l)
	c.Resize(fyne.NewSize(300, 50))
	if l.Size().Width != 300 {
		t.Errorf("in a narrow window it is %v wide", l.Size().Width)
	}
	c.Resize(fyne.NewSize(2000, 50))
	left, right := l.Position().X, 2000-l.Position().X-l.Size().Width
	if l.Size().Width > 1000 || left != right {
		t.Errorf("in a wide window it is %v wide, %v from the left, %v from the right", l.Size().Width, left, right)
	}
}

func TestTallKeepsRoom(t *testing.T) {
	test.NewTempApp(t)
	l := widget.NewLabel("text")
	c := Tall(6, l)
	if got := c.MinSize().Height; got < 6*theme.TextSize() {
		t.Errorf("only %v high", got)
	}
	c.Resize(fyne.NewSize(100, 500))
	if l.Size().Height != 500 {
		t.Error("the room beyond is not used")
	}
}

func TestBesideStandsBelowWhereThereIsNoRoom(t *testing.T) {
	test.NewTempApp(t)
	objects := bars(fyne.NewSize(100, 200), fyne.NewSize(100, 50))
	c := Beside(objects[0], objects[1])
	c.Resize(fyne.NewSize(900, 300))
	if a, b := objects[0], objects[1]; b.Position().Y != 0 || b.Position().X <= a.Size().Width || a.Size().Height != 300 {
		t.Errorf("in a wide window: %v %v, %v", a.Position(), a.Size(), b.Position())
	}
	if got := c.MinSize(); got.Height != 200 || got.Width > 200 {
		t.Errorf("side by side they need %v", got)
	}
	c.Resize(fyne.NewSize(300, 400))
	if a, b := objects[0], objects[1]; b.Position().X != 0 || b.Position().Y+b.Size().Height != 400 || a.Size().Height < 340 {
		t.Errorf("in a narrow window: %v, %v %v", a.Size(), b.Position(), b.Size())
	}
	if got := c.MinSize().Height; got < 250 {
		t.Errorf("one below the other they are %v high", got)
	}
}

func TestThinIsThin(t *testing.T) {
	test.NewTempApp(t)
	if got := Thin(widget.NewProgressBarInfinite()).MinSize().Height; got > 8 {
		t.Errorf("%v high", got)
	}
}

func TestTextsGoOnInTheNextLine(t *testing.T) {
	test.NewTempApp(t)
	long := "We keep nothing of what they say."
	for _, o := range []fyne.CanvasObject{Heading(long), Text(long), Hint(long)} {
		o.Resize(fyne.NewSize(1000, 10))
		one := o.MinSize().Height
		o.Resize(fyne.NewSize(100, 10))
		if got := o.MinSize().Height; got < 2*one-20 || got <= one {
			t.Errorf("%T: %v high in a narrow window, %v in a wide one", o, got, one)
		}
	}
}

func TestAHintIsQuietButReadable(t *testing.T) {
	test.NewTempApp(t)
	h := Hint("before")
	h.SetText("after")
	if h.Text() != "after" || h.String() != "after" {
		t.Errorf("it says %q", h.String())
	}
	if s := h.Segments[0].(*widget.TextSegment); s.Style.ColorName != theme.ColorNamePlaceHolder {
		t.Errorf("it is %s", s.Style.ColorName)
	}
}

// TestWhatNobodySeesDoesNotMove: a bar that moves has the whole window drawn
// again and again.
func TestWhatNobodySeesDoesNotMove(t *testing.T) {
	test.NewTempApp(t)
	w := NewWaiting("Counting…")
	test.NewTempWindow(t, container.NewVBox(w))
	if w.Visible() || w.Moves() {
		t.Errorf("at first it is visible %v, moves %v", w.Visible(), w.Moves())
	}
	w.Show()
	if !w.Visible() || !w.Moves() {
		t.Errorf("shown it is visible %v, moves %v", w.Visible(), w.Moves())
	}
	w.Refresh()
	w.Hide()
	w.Refresh()
	if w.Visible() || w.Moves() {
		t.Errorf("hidden it is visible %v, moves %v", w.Visible(), w.Moves())
	}
}

// TestALookIsPutOnOnce: another theme makes the toolkit read every font anew.
func TestALookIsPutOnOnce(t *testing.T) {
	app := test.NewTempApp(t)
	Wear(app, Options{Variant: "dark"})
	worn := app.Settings().Theme()
	Wear(app, Options{Variant: "dark"})
	if app.Settings().Theme() != worn {
		t.Error("the same look was put on again")
	}
	Wear(app, Options{Variant: "dark", TextScale: 2})
	if app.Settings().Theme() == worn {
		t.Error("another look was not put on")
	}
}
