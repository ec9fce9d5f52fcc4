package setup

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// slack forgives what comes of rounding.
const slack = 0.5

// misfits are the texts in sight that are wider than their place: a button or a
// box that is narrower than it needs, anything that reaches beyond what is
// around it, and a word that has to be broken.
func (s *stage) misfits() []string {
	s.lay()
	var found []string
	var visit func(o fyne.CanvasObject, x, room float32)
	visit = func(o fyne.CanvasObject, x, room float32) {
		if !o.Visible() || o.Size().IsZero() {
			return
		}
		x += o.Position().X
		text := said(o)
		if text != "" && (x < -slack || x+o.Size().Width > room+slack) {
			found = append(found, text+" reaches out of sight")
		}
		switch w := o.(type) {
		case *control.Button, *control.Check:
			if o.Size().Width < o.MinSize().Width-slack {
				found = append(found, text+" is squeezed")
			}
			return
		case *widget.Label, *look.Quiet:
			if l, ok := w.(*widget.Label); ok && l.Wrapping != fyne.TextWrapWord {
				if l.Truncation == fyne.TextTruncateOff && o.Size().Width < o.MinSize().Width-slack {
					found = append(found, text+" is squeezed")
				}
				return
			}
			if word := broken(text, o.Size().Width, w); word != "" {
				found = append(found, word+" is broken")
			}
			return
		case *control.Entry:
			return
		case *container.Scroll:
			visit(w.Content, x, x+w.Size().Width)
			return
		}
		for _, child := range children(o) {
			visit(child, x, room)
		}
	}
	visit(s.window.Content(), 0, s.window.Canvas().Size().Width)
	return found
}

func said(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Label:
		return o.Text
	case *look.Quiet:
		return o.Text()
	case *control.Button:
		return o.Text
	case *control.Check:
		return o.Text
	case *widget.RichText:
		return o.String()
	}
	return ""
}

// broken is a word of a text that does not fit into a line, or empty. Addresses
// are no words.
func broken(text string, width float32, o fyne.CanvasObject) string {
	size, style := theme.TextSize(), fyne.TextStyle{}
	if l, ok := o.(*widget.Label); ok {
		style = l.TextStyle
		if l.SizeName != "" {
			size = theme.Size(l.SizeName)
		}
	}
	for _, word := range strings.Fields(text) {
		if strings.Contains(word, "://") {
			continue
		}
		if fyne.MeasureText(word, size, style).Width > width-2*theme.InnerPadding()+slack {
			return word
		}
	}
	return ""
}

func TestMisfitsAreFound(t *testing.T) {
	play(t, atDialpad(nil), setting{size: fyne.NewSize(150, 400)}, func(s *stage) {
		if len(s.misfits()) == 0 {
			t.Error("everything fits into a window that is far too narrow")
		}
	})
}

// In a window of the smallest size with large texts, what came of a test is in
// sight.
func TestWhatIsSaidIsInSight(t *testing.T) {
	play(t, atDialpad(nil), setting{look: look.Options{TextScale: 2}}, func(s *stage) {
		s.credentials()
		s.tap("Test")
		if !s.inSight(s.wizard.dialpad.notice.content) {
			t.Error("Dialpad's answer is out of sight")
		}
		s.write(s.wizard.dialpad.form.id, "")
		s.tap("Test")
		if !s.inSight(s.wizard.dialpad.form.id) {
			t.Error("the field that is missing is out of sight")
		}
	})
	play(t, atDialpad(func(f *fakeAgent) { f.dialpad = wrongIn("eu") }), setting{look: look.Options{TextScale: 2}}, func(s *stage) {
		s.credentials()
		s.tap("Test")
		if !s.inSight(s.button("Try United States")) {
			t.Error("what helps is out of sight")
		}
	})
}

// German is the longest language: what it says fits in the smallest window,
// and with texts of twice the size no word is cut.
func TestEveryTextFits(t *testing.T) {
	for _, scale := range []float32{1, 2} {
		for _, sc := range scenes {
			play(t, sc.agent, setting{task: sc.task, language: "de", look: look.Options{TextScale: scale}}, func(s *stage) {
				sc.play(s)
				for _, m := range s.misfits() {
					t.Errorf("%s, text %v times as large: %s", sc.name, scale, m)
				}
			})
		}
	}
}
