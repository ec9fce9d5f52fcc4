package main

import (
	"image"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/assets"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/ui/tray"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/look"
)

// trays are the states of the tray: icon in a panel, the text at the pointer,
// and the menu.
func trays() []scene {
	at := func(name, title string, s engine.Status) scene {
		return scene{name: "tray-" + name, title: "Tray: " + title, picture: func(w way) (image.Image, error) { return drawTray(s, w), nil }}
	}
	one := func(a engine.AccountStatus) engine.Status { return engine.Status{Accounts: []engine.AccountStatus{a}} }
	paused := engine.Status{Accounts: []engine.AccountStatus{helpCenter(), shop()}, Paused: true}
	return []scene{
		at("not-set-up", "not set up", engine.Status{}),
		at("up-to-date", "up to date", engine.Status{Accounts: []engine.AccountStatus{helpCenter(), shop()}}),
		at("working", "the first copy", one(copying())),
		at("waiting", "no internet", one(offline())),
		at("paused", "paused", paused),
		at("needs-you", "Zendesk wants a sign-in", one(signedOut())),
		at("held", "removals held", one(held())),
	}
}

const trayWidth = 460

// drawTray draws a panel's icon with its tooltip and its open menu.
func drawTray(s engine.Status, w way) image.Image {
	look.Wear(fyne.CurrentApp(), look.Options{Variant: w.Theme})
	icon, tooltip, menu := tray.Preview(view.In(w.Language), s, now)
	drawing := canvas.NewImageFromResource(fyne.NewStaticResource("panel.png", assets.Icon(string(icon), w.Theme == "dark", 24)))
	drawing.SetMinSize(fyne.NewSquareSize(24))
	panel := container.NewStack(canvas.NewRectangle(panels[w.Theme]), container.NewPadded(container.NewHBox(drawing)))
	lines := container.NewVBox()
	for i, line := range menu {
		switch {
		case line == "-":
			lines.Add(widget.NewSeparator())
		case i == 0:
			lines.Add(look.Hint(line)) // it cannot be chosen
		default:
			lines.Add(widget.NewLabel(line))
		}
	}
	note := look.Text(strings.ReplaceAll(tooltip, "\n", " "))
	content := container.NewVBox(panel, container.NewStack(canvas.NewRectangle(theme.Color(theme.ColorNameMenuBackground)), note), lines)
	window := test.NewWindow(content)
	defer window.Close()
	window.Resize(fyne.NewSize(trayWidth, 10)) // texts break their lines before the height is known
	window.Resize(fyne.NewSize(trayWidth, content.MinSize().Height+2*theme.Padding()))
	return window.Canvas().Capture()
}

// panels are the colours of a panel.
var panels = map[string]color.Color{
	"light": color.NRGBA{R: 0xdc, G: 0xdc, B: 0xdc, A: 0xff}, "dark": color.NRGBA{R: 0x3c, G: 0x3c, B: 0x3c, A: 0xff},
}
