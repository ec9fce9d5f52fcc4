package look

import (
	"fyne.io/fyne/v2"
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

// Hint is a sentence that may be left unread.
func Hint(text string) *widget.Label {
	l := Text(text)
	l.Importance = widget.LowImportance
	return l
}
