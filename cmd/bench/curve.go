package main

import (
	"fmt"
	"math"
	"strings"
)

// chart is one picture of the curve: a value of each way by the number of
// documents, both axes in powers of ten.
type chart struct {
	title     string
	left      float64 // of its frame, in the drawing
	value     func(trial) float64
	tick      func(float64) string
	low, high int // powers of ten
	from, to  int // of the number of documents
}

const (
	chartWidth, chartHeight, chartTop = 360.0, 300.0, 60.0
	drawingWidth, drawingHeight       = 960, 470
)

// looksOf are the ways in the drawing: colours that colour-blind people tell
// apart, and a shape each.
var looksOf = []struct {
	way           way
	color, marker string
}{
	{ours, "#0072b2", "circle"},
	{everything, "#d55e00", "square"},
	{each, "#009e73", "diamond"},
}

// curve is the comparison as a drawing (SVG): requests and bytes of a pass,
// without changes and with the most of them.
func curve(runs []trial) string {
	most := 0
	for _, r := range runs {
		if !r.Scene.first {
			most = max(most, r.Scene.changes)
		}
	}
	sizes := articlesOf(runs)
	from, to := power(float64(sizes[0]), math.Floor), power(float64(sizes[len(sizes)-1]), math.Ceil)
	charts := []chart{
		{title: "Requests of a pass", left: 80, value: trial.requests, tick: func(v float64) string { return many(int(v)) }},
		{title: "Bytes of a pass", left: 560, value: func(r trial) float64 { return float64(r.bytes) }, tick: bytesTick},
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`+"\n", drawingWidth, drawingHeight)
	fmt.Fprintf(&b, `<title>Requests and bytes of a pass, by the number of documents</title>`+"\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", drawingWidth, drawingHeight)
	for _, c := range charts {
		c.from, c.to = from, max(to, from+1)
		c.scale(runs)
		c.frame(&b)
		for _, l := range looksOf {
			c.line(&b, runs, sizes, l.way, scene{}, l.color, l.marker, "")
			c.line(&b, runs, sizes, l.way, scene{changes: most}, l.color, l.marker, ` stroke-dasharray="5 4"`)
		}
	}
	x := 80.0
	for _, l := range looksOf {
		marker(&b, l.marker, l.color, x, drawingHeight-42)
		fmt.Fprintf(&b, `<text x="%.0f" y="%d">%s</text>`+"\n", x+12, drawingHeight-38, l.way.title())
		x += 40 + 7.2*float64(len(l.way.title()))
	}
	fmt.Fprintf(&b, `<text x="80" y="%d" fill="#555">solid: no change; dashed: %s changes (at most all documents); both axes logarithmic</text>`+"\n</svg>\n", drawingHeight-14, many(most))
	return b.String()
}

func power(v float64, round func(float64) float64) int { return int(round(math.Log10(v))) }

func (c *chart) scale(runs []trial) {
	least, most := math.Inf(1), 0.0
	for _, r := range runs {
		if v := c.value(r); !r.Scene.first && v > 0 {
			least, most = min(least, v), max(most, v)
		}
	}
	c.low, c.high = power(least, math.Floor), power(most, math.Ceil)
	c.high = max(c.high, c.low+1)
}

func (c *chart) x(documents float64) float64 {
	return c.left + (math.Log10(documents)-float64(c.from))/float64(c.to-c.from)*chartWidth
}

func (c *chart) y(v float64) float64 {
	return chartTop + chartHeight - (math.Log10(max(v, 1))-float64(c.low))/float64(c.high-c.low)*chartHeight
}

func (c *chart) frame(b *strings.Builder) {
	fmt.Fprintf(b, `<text x="%.0f" y="30" font-size="16" font-weight="bold">%s</text>`+"\n", c.left, c.title)
	for p := c.low; p <= c.high; p++ {
		v := math.Pow10(p)
		fmt.Fprintf(b, `<path d="M%.1f %.1fh%.0f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end" fill="#555">%s</text>`+"\n",
			c.left, c.y(v), chartWidth, c.left-6, c.y(v)+4, c.tick(v))
	}
	for p := c.from; p <= c.to; p++ {
		v := math.Pow10(p)
		fmt.Fprintf(b, `<path d="M%.1f %.0fv%.0f" stroke="#ddd"/><text x="%.1f" y="%.0f" text-anchor="middle" fill="#555">%s</text>`+"\n",
			c.x(v), chartTop, chartHeight, c.x(v), chartTop+chartHeight+18, many(int(v)))
	}
	fmt.Fprintf(b, `<text x="%.0f" y="%.0f" text-anchor="middle" fill="#555">documents</text>`+"\n", c.left+chartWidth/2, chartTop+chartHeight+36)
}

// line draws a way's values in a scene, at the sizes that have it.
func (c *chart) line(b *strings.Builder, runs []trial, sizes []int, w way, s scene, color, shape, style string) {
	var path []string
	for _, n := range sizes {
		here := s
		here.changes = min(s.changes, n)
		v := c.value(find(runs, n, here, w))
		if v == 0 {
			continue
		}
		step := "L"
		if len(path) == 0 {
			step = "M"
		}
		path = append(path, fmt.Sprintf("%s%.1f %.1f", step, c.x(float64(n)), c.y(v)))
		marker(b, shape, color, c.x(float64(n)), c.y(v))
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", strings.Join(path, " "), color, style)
}

func marker(b *strings.Builder, shape, color string, x, y float64) {
	switch shape {
	case "circle":
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="5" fill="%s"/>`+"\n", x, y, color)
	case "square":
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="13" height="13" fill="%s"/>`+"\n", x-6.5, y-6.5, color)
	default:
		fmt.Fprintf(b, `<path d="M%.1f %.1fl6 6l-6 6l-6 -6z" fill="%s"/>`+"\n", x, y-6, color)
	}
}

func bytesTick(v float64) string {
	switch {
	case v >= 1e6:
		return many(int(v/1e6)) + " MB"
	case v >= 1e3:
		return many(int(v/1e3)) + " kB"
	}
	return many(int(v)) + " B"
}
