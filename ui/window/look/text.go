package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Heading is the question a screen asks, or what it is about.
func Heading(text string) *widget.Label {
	l := Text(text)
	l.SizeName, l.TextStyle = theme.SizeNameSubHeadingText, fyne.TextStyle{Bold: true}
	return l
}

// Text is a sentence. It goes on in the next line where it has to.
func Text(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// Quiet is a sentence that may be left unread: a label of low importance would
// be as faint as a disabled button.
type Quiet struct {
	widget.RichText
	text *widget.TextSegment
}

// Hint makes a quiet sentence.
func Hint(text string) *Quiet {
	q := &Quiet{text: &widget.TextSegment{Text: text, Style: widget.RichTextStyle{
		ColorName: theme.ColorNamePlaceHolder, SizeName: theme.SizeNameText,
	}}}
	q.Segments, q.Wrapping = []widget.RichTextSegment{q.text}, fyne.TextWrapWord
	q.Scroll = container.ScrollNone // its zero value scrolls
	q.ExtendBaseWidget(q)
	return q
}

// Text is what it says.
func (q *Quiet) Text() string { return q.text.Text }

// SetText changes what it says.
func (q *Quiet) SetText(text string) {
	q.text.Text = text
	q.Refresh()
}
