package content

import (
	"math"
	"strconv"
	"strings"
)

// colour is what is known of a colour. One that a class or a picture may have
// changed is not known, and then nothing is judged by it.
type colour struct {
	r, g, b uint8
	known   bool
	// none says that there is no colour at all: text in it is not seen on
	// anything.
	none bool
}

// verdict is what a word says about a colour.
type verdict uint8

const (
	opaque verdict = iota
	clear
	noColour
)

func rgb(r, g, b uint8) colour { return colour{r: r, g: g, b: b, known: true} }

// sameAs says that nobody can tell two colours apart.
func (c colour) sameAs(other colour) bool {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 12 }
	return c.none || c.known && other.known && near(c.r, other.r) && near(c.g, other.g) && near(c.b, other.b)
}

// inkOf is the colour of text after this value.
func inkOf(value string, before colour) colour {
	c, how := parseColour(value)
	switch how {
	case clear:
		return colour{none: true}
	case noColour:
		return before
	}
	return c
}

// paperOf is what is behind text after this value of background.
func paperOf(value string, before colour) colour {
	for _, word := range words(value) {
		if strings.HasPrefix(word, "url(") || strings.Contains(word, "gradient(") || strings.HasPrefix(word, "image(") {
			return colour{}
		}
		if c, how := parseColour(word); how == opaque {
			return c
		}
	}
	return before
}

// parseColour reads a CSS colour. Half transparent ones are not known.
func parseColour(value string) (colour, verdict) {
	switch {
	case value == "transparent":
		return colour{}, clear
	case strings.HasPrefix(value, "#"):
		return hexColour(value[1:])
	case strings.HasPrefix(value, "rgb"), strings.HasPrefix(value, "hsl"):
		return mixedColour(value)
	}
	if n, ok := namedColours[value]; ok {
		return rgb(uint8(n>>16), uint8(n>>8), uint8(n)), opaque
	}
	return colour{}, noColour
}

func hexColour(digits string) (colour, verdict) {
	if len(digits) == 3 || len(digits) == 4 {
		var long strings.Builder
		for i := range len(digits) {
			long.WriteByte(digits[i])
			long.WriteByte(digits[i])
		}
		digits = long.String()
	}
	if len(digits) == 6 {
		digits += "ff"
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 8 {
		return colour{}, noColour
	}
	return faded(rgb(uint8(n>>24), uint8(n>>16), uint8(n>>8)), float64(n&0xff)/255)
}

// mixedColour reads rgb(), rgba(), hsl() and hsla().
func mixedColour(value string) (colour, verdict) {
	name, inner, _ := strings.Cut(value, "(")
	parts := words(strings.TrimSuffix(inner, ")"))
	if len(parts) != 3 && len(parts) != 4 {
		return colour{}, noColour
	}
	var n [3]float64
	for i, part := range parts[:3] {
		v, unit, ok := number(part)
		if !ok {
			return colour{}, noColour
		}
		if unit == "%" && strings.HasPrefix(name, "rgb") {
			v *= 2.55
		}
		n[i] = v
	}
	alpha := 1.0
	if len(parts) == 4 {
		alpha = share(parts[3])
	}
	if strings.HasPrefix(name, "hsl") {
		n = fromHSL(n[0], n[1]/100, n[2]/100)
	}
	channel := func(v float64) uint8 { return uint8(min(255, max(0, math.Round(v)))) }
	return faded(rgb(channel(n[0]), channel(n[1]), channel(n[2])), alpha)
}

// faded is the colour with this opacity.
func faded(c colour, alpha float64) (colour, verdict) {
	switch {
	case alpha < unreadableOpacity:
		return colour{}, clear
	case alpha < 1:
		return colour{}, opaque
	}
	return c, opaque
}

// fromHSL is the formula of https://www.w3.org/TR/css-color-4/#hsl-to-rgb.
func fromHSL(hue, saturation, light float64) [3]float64 {
	f := func(n float64) float64 {
		k := math.Mod(n+hue/30, 12)
		return 255 * (light - saturation*min(light, 1-light)*max(-1, min(k-3, 9-k, 1)))
	}
	return [3]float64{f(0), f(8), f(4)}
}

// namedColours are the names people use; any other is not known.
var namedColours = map[string]uint32{
	"white": 0xffffff, "black": 0, "red": 0xff0000, "green": 0x008000, "blue": 0x0000ff, "yellow": 0xffff00,
	"gray": 0x808080, "grey": 0x808080, "silver": 0xc0c0c0, "navy": 0x000080, "teal": 0x008080, "maroon": 0x800000,
	"purple": 0x800080, "olive": 0x808000, "lime": 0x00ff00, "aqua": 0x00ffff, "cyan": 0x00ffff, "fuchsia": 0xff00ff,
	"magenta": 0xff00ff, "orange": 0xffa500, "pink": 0xffc0cb, "brown": 0xa52a2a, "ivory": 0xfffff0, "snow": 0xfffafa,
	"whitesmoke": 0xf5f5f5, "ghostwhite": 0xf8f8ff, "floralwhite": 0xfffaf0, "azure": 0xf0ffff, "mintcream": 0xf5fffa,
	"lightgray": 0xd3d3d3, "lightgrey": 0xd3d3d3, "darkgray": 0xa9a9a9, "gainsboro": 0xdcdcdc, "beige": 0xf5f5dc,
	"seashell": 0xfff5ee, "linen": 0xfaf0e6, "darkblue": 0x00008b, "darkgreen": 0x006400, "darkred": 0x8b0000, "canvas": 0xffffff,
}
