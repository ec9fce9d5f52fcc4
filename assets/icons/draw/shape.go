package main

import (
	"image"
	"image/color"
	"math"
)

// shape is a signed distance in design units: negative inside, positive
// outside. A design is 16 units wide and high, with y growing downwards.
type shape func(x, y float64) float64

func disc(cx, cy, r float64) shape {
	return func(x, y float64) float64 { return math.Hypot(x-cx, y-cy) - r }
}

// box is a rectangle between two corners, its own corners rounded by r.
func box(x0, y0, x1, y1, r float64) shape {
	cx, cy, w, h := (x0+x1)/2, (y0+y1)/2, (x1-x0)/2-r, (y1-y0)/2-r
	return func(x, y float64) float64 {
		dx, dy := math.Abs(x-cx)-w, math.Abs(y-cy)-h
		return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - r
	}
}

// polygon is the inside of a convex polygon whose corners run clockwise as
// seen on the screen. Its distance is that of the farthest edge, which is
// exact along the edges.
func polygon(corners ...[2]float64) shape {
	return func(x, y float64) float64 {
		d := math.Inf(-1)
		for i, a := range corners {
			b := corners[(i+1)%len(corners)]
			ex, ey := b[0]-a[0], b[1]-a[1]
			d = max(d, ((x-a[0])*ey-(y-a[1])*ex)/math.Hypot(ex, ey))
		}
		return d
	}
}

// line is a stroke of a width with round ends through the points.
func line(width float64, points ...[2]float64) shape {
	return func(x, y float64) float64 {
		d := math.Inf(1)
		for i := range len(points) - 1 {
			a, b := points[i], points[i+1]
			ex, ey := b[0]-a[0], b[1]-a[1]
			t := ((x-a[0])*ex + (y-a[1])*ey) / (ex*ex + ey*ey)
			t = min(max(t, 0), 1)
			d = min(d, math.Hypot(x-a[0]-t*ex, y-a[1]-t*ey))
		}
		return d - width/2
	}
}

// wedge is the part of the plane between two angles around a point, in
// degrees, clockwise from the right; it spans less than half a turn.
func wedge(cx, cy, from, to float64) shape {
	sin0, cos0 := math.Sincos(from * math.Pi / 180)
	sin1, cos1 := math.Sincos(to * math.Pi / 180)
	return func(x, y float64) float64 {
		return max((x-cx)*sin0-(y-cy)*cos0, (y-cy)*cos1-(x-cx)*sin1)
	}
}

func (s shape) and(others ...shape) shape {
	return func(x, y float64) float64 {
		d := s(x, y)
		for _, other := range others {
			d = min(d, other(x, y))
		}
		return d
	}
}

func (s shape) without(others ...shape) shape {
	return func(x, y float64) float64 {
		d := s(x, y)
		for _, other := range others {
			d = max(d, -other(x, y))
		}
		return d
	}
}

// inset is the shape made smaller by d all around.
func (s shape) inset(d float64) shape {
	return func(x, y float64) float64 { return s(x, y) + d }
}

// scaled is the shape made larger around a point.
func (s shape) scaled(cx, cy, by float64) shape {
	return func(x, y float64) float64 { return s(cx+(x-cx)/by, cy+(y-cy)/by) * by }
}

// ink is a color at a place of a design.
type ink func(x, y float64) color.NRGBA

func solid(c color.NRGBA) ink { return func(_, _ float64) color.NRGBA { return c } }

// fade goes from one color at the top to another at the bottom.
func fade(top, bottom color.NRGBA) ink {
	mix := func(a, b uint8, t float64) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*t)) }
	return func(_, y float64) color.NRGBA {
		t := min(max(y/16, 0), 1)
		return color.NRGBA{R: mix(top.R, bottom.R, t), G: mix(top.G, bottom.G, t), B: mix(top.B, bottom.B, t), A: 255}
	}
}

// layer is a shape painted with an ink.
type layer struct {
	shape shape
	ink   ink
}

// samples is how many probes a pixel gets in each direction.
const samples = 4

// paint draws layers over each other onto a transparent square.
func paint(size int, layers ...layer) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	unit := 16 / float64(size)
	for py := range size {
		for px := range size {
			var over color.NRGBA
			for _, l := range layers {
				c := l.ink((float64(px)+0.5)*unit, (float64(py)+0.5)*unit)
				over = blend(over, c, coverage(l.shape, px, py, unit))
			}
			img.SetNRGBA(px, py, over)
		}
	}
	return img
}

// coverage is the share of a pixel that a shape covers.
func coverage(s shape, px, py int, unit float64) float64 {
	sum, step := 0.0, unit/samples
	for j := range samples {
		for i := range samples {
			d := s(float64(px)*unit+(float64(i)+0.5)*step, float64(py)*unit+(float64(j)+0.5)*step)
			sum += min(max(0.5-d/step, 0), 1)
		}
	}
	return sum / (samples * samples)
}

func blend(under, c color.NRGBA, cover float64) color.NRGBA {
	a := cover * float64(c.A) / 255
	b := float64(under.A) / 255 * (1 - a)
	if a+b == 0 {
		return color.NRGBA{}
	}
	mix := func(top, bottom uint8) uint8 {
		return uint8(math.Round((float64(top)*a + float64(bottom)*b) / (a + b)))
	}
	return color.NRGBA{R: mix(c.R, under.R), G: mix(c.G, under.G), B: mix(c.B, under.B), A: uint8(math.Round((a + b) * 255))}
}
