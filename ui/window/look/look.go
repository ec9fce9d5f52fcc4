// Package look is how every screen of the window looks: Fyne's own theme with
// one accent colour, light and dark, and the few texts and layouts that all
// screens share. Name and colours are in one place, so that another brand
// changes this file alone.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Options are what a person may choose about the look.
type Options struct {
	// Variant is "light" or "dark"; anything else follows the system.
	Variant string
	// TextScale enlarges texts and the icons in them; 0 is 1.
	TextScale float32
}

// New returns the theme of the window.
func New(o Options) fyne.Theme {
	t := &skin{Theme: theme.DefaultTheme(), options: o, scale: o.TextScale}
	if t.scale <= 0 {
		t.scale = 1
	}
	switch o.Variant {
	case "light":
		t.fixed, t.variant = true, theme.VariantLight
	case "dark":
		t.fixed, t.variant = true, theme.VariantDark
	}
	return t
}

// Wear gives an app this look. One that has it already is left alone: the
// toolkit reads every font anew for another theme.
func Wear(app fyne.App, o Options) {
	if worn, ok := app.Settings().Theme().(*skin); !ok || worn.options != o {
		app.Settings().SetTheme(New(o))
	}
}

// skin is Fyne's theme with the accent.
type skin struct {
	fyne.Theme
	options Options
	fixed   bool
	variant fyne.ThemeVariant
	scale   float32
}

// palette is what one variant changes. The accent carries the main button,
// links and the focus; good and bad are the ticks and warnings. Texts keep a contrast of 4.5 to 1, the edges of fields
// and boxes one of 3 to 1.
type palette struct{ accent, onAccent, focus, selection, quiet, edge, disabled, good, bad color.NRGBA }

var (
	light = palette{
		accent: rgb(0x5b, 0x3f, 0xd6, 0xff), onAccent: rgb(0xff, 0xff, 0xff, 0xff),
		focus: rgb(0x5b, 0x3f, 0xd6, 0x3c), selection: rgb(0x5b, 0x3f, 0xd6, 0x30), quiet: rgb(0x66, 0x66, 0x6c, 0xff),
		edge: rgb(0x8a, 0x8a, 0x92, 0xff), disabled: rgb(0x9c, 0x9c, 0xa4, 0xff),
		good: rgb(0x1b, 0x7f, 0x3b, 0xff), bad: rgb(0xc6, 0x28, 0x28, 0xff),
	}
	dark = palette{
		accent: rgb(0xa8, 0x98, 0xff, 0xff), onAccent: rgb(0x17, 0x17, 0x18, 0xff),
		focus: rgb(0xa8, 0x98, 0xff, 0x50), selection: rgb(0xa8, 0x98, 0xff, 0x40), quiet: rgb(0xa6, 0xa6, 0xac, 0xff),
		edge: rgb(0x78, 0x78, 0x80, 0xff), disabled: rgb(0x78, 0x78, 0x80, 0xff),
		good: rgb(0x5c, 0xc9, 0x7d, 0xff), bad: rgb(0xff, 0x7b, 0x72, 0xff),
	}
)

func rgb(r, g, b, a uint8) color.NRGBA { return color.NRGBA{R: r, G: g, B: b, A: a} }

// Color gives the accent its places and leaves the rest to Fyne.
func (t *skin) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if t.fixed {
		variant = t.variant
	}
	p := dark
	if variant == theme.VariantLight {
		p = light
	}
	switch name {
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return p.accent
	case theme.ColorNameForegroundOnPrimary:
		return p.onAccent
	case theme.ColorNameFocus:
		return p.focus
	case theme.ColorNameSelection:
		return p.selection
	case theme.ColorNamePlaceHolder:
		return p.quiet
	case theme.ColorNameInputBorder:
		return p.edge
	case theme.ColorNameDisabled:
		return p.disabled
	case theme.ColorNameSuccess:
		return p.good
	case theme.ColorNameError:
		return p.bad
	case theme.ColorNameForegroundOnError, theme.ColorNameForegroundOnSuccess:
		return p.onAccent
	}
	return t.Theme.Color(name, variant)
}

// Size enlarges what belongs to texts.
func (t *skin) Size(name fyne.ThemeSizeName) float32 {
	size := t.Theme.Size(name)
	switch name {
	case theme.SizeNameText, theme.SizeNameHeadingText, theme.SizeNameSubHeadingText,
		theme.SizeNameCaptionText, theme.SizeNameInlineIcon:
		return size * t.scale
	}
	return size
}
