// Package assets holds the pictures of Dialpad Sync: one drawing in five
// shapes for the tray, and the program's own icon.
package assets

import (
	"embed"
	"fmt"
)

// The PNG files are drawn by icons/draw; its test fails when they differ.
//
//go:generate go run ./icons/draw ./icons
//go:embed icons/*.png
var icons embed.FS

// Sizes are the widths, and heights, in which each tray icon exists, in pixels.
func Sizes() []int { return []int{16, 22, 24, 32, 48} }

// AppSizes are those of the program's own icon.
func AppSizes() []int { return []int{16, 24, 32, 48, 64, 128, 256, 512} }

// Icon is the PNG of a state for a dark or a light panel. The names are those
// of the view: not-set-up, up-to-date, working, waiting, needs-you. Of the
// sizes there are it is the smallest that is at least size, or the largest.
// Another name has no icon.
func Icon(name string, dark bool, size int) []byte {
	panel := "light"
	if dark {
		panel = "dark"
	}
	return file(fmt.Sprintf("%s-%s-%d.png", name, panel, atLeast(size, Sizes())))
}

// App is the PNG of the program's own icon, sized as Icon is.
func App(size int) []byte {
	return file(fmt.Sprintf("app-%d.png", atLeast(size, AppSizes())))
}

func atLeast(size int, sizes []int) int {
	for _, s := range sizes {
		if s >= size {
			return s
		}
	}
	return sizes[len(sizes)-1]
}

// file is an icon's content, or nothing where there is none of that name.
func file(name string) []byte {
	data, err := icons.ReadFile("icons/" + name)
	if err != nil {
		return nil
	}
	return data
}
