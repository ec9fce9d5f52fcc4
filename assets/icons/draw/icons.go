package main

import (
	"image"
	"image/color"
	"math"
)

// Sizes the icons come in, in pixels.
var (
	traySizes = []int{16, 22, 24, 32, 48}
	appSizes  = []int{16, 24, 32, 48, 64, 128, 256, 512}
)

// The inks on a light and on a dark panel. Colour only underlines what the
// shape says already.
var (
	calm  = map[bool]color.NRGBA{false: {0x2b, 0x30, 0x38, 255}, true: {0xf4, 0xf5, 0xf7, 255}}
	alarm = map[bool]color.NRGBA{false: {0xc9, 0x2f, 0x14, 255}, true: {0xff, 0x86, 0x66, 255}}
)

// grid places edges on whole pixels, so that they are sharp at every size.
type grid float64 // pixels per design unit

func (g grid) at(v float64) float64 { return math.Round(v*float64(g)) / float64(g) }

// wide is a width of at least one pixel.
func (g grid) wide(v float64) float64 { return max(g.at(v), 1/float64(g)) }

// drawings has the shape of each state, by the name the view gives it.
var drawings = map[string]func(grid) shape{
	"not-set-up": outline,
	"up-to-date": ticked,
	"working":    turning,
	"waiting":    halted,
	"needs-you":  calling,
}

// bubble is the speech bubble most drawings are made from: what Dialpad
// answers. Its tail hangs below the body.
func bubble(g grid) (body, tail shape) {
	x0, y0, y1 := g.at(0.5), g.at(1), g.at(12.5)
	return box(x0, y0, 16-x0, y1, 3.4),
		polygon([2]float64{3.2, y1 - 1}, [2]float64{8.2, y1 - 1}, [2]float64{3.8, 15.5}, [2]float64{3.2, 15.5})
}

func outline(g grid) shape {
	body, tail := bubble(g)
	return body.without(body.inset(g.wide(1.5))).and(tail.without(body.inset(g.wide(1.5))))
}

func ticked(g grid) shape {
	body, tail := bubble(g)
	return body.and(tail).without(line(2, [2]float64{4.4, 6.9}, [2]float64{7, 9.4}, [2]float64{11.7, 4.4}))
}

func halted(g grid) shape {
	body, tail := bubble(g)
	w, y0, y1, side := g.wide(2), g.at(3.6), g.at(9.9), g.at(4.9)
	return body.and(tail).without(box(side, y0, side+w, y1, 0), box(16-side-w, y0, 16-side, y1, 0))
}

// turning is two arrows that chase each other clockwise around a circle.
func turning(grid) shape {
	const (
		center, radius, width = 8, 5.7, 2.1
		wide, long            = 3, 4.1 // of an arrow's head
	)
	ring := disc(center, center, radius+width/2).without(disc(center, center, radius-width/2))
	head := func(angle float64) shape {
		sin, cos := math.Sincos(angle * math.Pi / 180)
		at := func(along, across float64) [2]float64 {
			return [2]float64{center + (radius+across)*cos - along*sin, center + (radius+across)*sin + along*cos}
		}
		return polygon(at(0, wide), at(long, -0.6), at(0, -wide))
	}
	return ring.without(wedge(center, center, -62, 4), wedge(center, center, 118, 184)).and(head(-64), head(116))
}

// calling is an exclamation mark in a full circle.
func calling(g grid) shape {
	x0 := g.at(6.85)
	return disc(8, 8, 7.6).without(box(x0, g.at(3.4), 16-x0, g.at(9.1), 0), box(x0, g.at(10.75), 16-x0, g.at(12.75), 0))
}

// trayIcon is one state's icon for a dark or a light panel.
func trayIcon(name string, dark bool, size int) *image.NRGBA {
	paintWith := calm[dark]
	if name == "needs-you" {
		paintWith = alarm[dark]
	}
	return paint(size, layer{drawings[name](grid(float64(size) / 16)), solid(paintWith)})
}

// appIcon is the program's own icon: the ticked bubble on a tile, larger on
// the tile where there are few pixels.
func appIcon(size int) *image.NRGBA {
	const fine = 1e9 // no edge of the mark is on the grid: it is scaled
	g, share, cy := grid(float64(size)/16), 0.68, 8.2
	if size <= 32 {
		share, cy = 0.8, 6.0 // left and top edge end up on whole pixels
	}
	edge := g.at(0.25)
	return paint(size,
		layer{box(edge, edge, 16-edge, 16-edge, 3.6), fade(color.NRGBA{0x2f, 0x9d, 0x8f, 255}, color.NRGBA{0x14, 0x5c, 0x73, 255})},
		layer{ticked(fine).scaled(8, cy, share), solid(color.NRGBA{255, 255, 255, 255})})
}
