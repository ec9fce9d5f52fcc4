package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dialpadsync.app/assets"
	"dialpadsync.app/ui/view"
)

// iconSize is the width of a state's icon in the window.
const iconSize = 48

// drawIcon draws a state's icon for the background it stands on.
func drawIcon(image *canvas.Image, icon view.Icon) {
	name, dark := string(icon), isDark()
	if dark {
		name += "-dark"
	}
	if image.Resource != nil && image.Resource.Name() == name {
		return
	}
	image.Resource = fyne.NewStaticResource(name, assets.Icon(string(icon), dark, iconSize))
	image.Refresh()
}

// isDark says whether the window is drawn light on dark.
func isDark() bool {
	r, g, b, _ := theme.Color(theme.ColorNameBackground).RGBA()
	return r+g+b < 3*0x8000
}
