package assets_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"math"
	"testing"

	"dialpadsync.app/assets"
)

var names = []string{"not-set-up", "up-to-date", "working", "waiting", "needs-you"}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestEachStateHasAnIconOfEachSize(t *testing.T) {
	for _, name := range names {
		for _, dark := range []bool{false, true} {
			for _, size := range assets.Sizes() {
				if got := decode(t, assets.Icon(name, dark, size)).Bounds().Dx(); got != size {
					t.Errorf("%s at %d: %d wide", name, size, got)
				}
			}
		}
	}
	for _, size := range assets.AppSizes() {
		if got := decode(t, assets.App(size)).Bounds().Dx(); got != size {
			t.Errorf("app at %d: %d wide", size, got)
		}
	}
	for asked, want := range map[int]int{1: 16, 17: 22, 48: 48, 1000: 48} {
		if got := decode(t, assets.Icon("working", true, asked)).Bounds().Dx(); got != want {
			t.Errorf("asked for %d: %d, want %d", asked, got, want)
		}
	}
	if assets.Icon("nothing", true, 16) != nil || assets.ICO("nothing", true) != nil {
		t.Error("a name nobody knows has an icon")
	}
}

// TestTheStatesDifferInShape looks at the alpha channel alone, as somebody
// does who sees no colours: between any two states at least two dozen of the
// 256 pixels of the smallest icon turn from clear to solid or back.
func TestTheStatesDifferInShape(t *testing.T) {
	solid := func(name string) (pixels [256]bool) {
		img := decode(t, assets.Icon(name, true, 16))
		for i := range pixels {
			_, _, _, a := img.At(i%16, i/16).RGBA()
			pixels[i] = a > 0x8000
		}
		return pixels
	}
	for i, one := range names {
		for _, other := range names[i+1:] {
			a, b, differ := solid(one), solid(other), 0
			for p := range a {
				if a[p] != b[p] {
					differ++
				}
			}
			if differ < 24 {
				t.Errorf("%s and %s differ in %d of 256 pixels", one, other, differ)
			}
		}
	}
}

// TestIconsStandOutFromTheirPanel wants the contrast that WCAG 2 asks of
// graphics, 3:1, on the lightest dark and the darkest light panel in use.
func TestIconsStandOutFromTheirPanel(t *testing.T) {
	for _, name := range names {
		for dark, panel := range map[bool]float64{true: 0x3c, false: 0xdc} {
			img := decode(t, assets.Icon(name, dark, 48))
			lowest := math.Inf(1)
			for i := range 48 * 48 {
				r, g, b, a := img.At(i%48, i/48).RGBA()
				if a == 0xffff {
					lowest = min(lowest, contrast(luminance(float64(r>>8), float64(g>>8), float64(b>>8)), luminance(panel, panel, panel)))
				}
			}
			if !(lowest >= 3 && lowest < 100) {
				t.Errorf("%s, dark %v: contrast %.1f", name, dark, lowest)
			}
		}
	}
}

func luminance(r, g, b float64) float64 {
	linear := func(c float64) float64 {
		if c /= 255; c <= 0.03928 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

func TestAWindowsIconHoldsEverySize(t *testing.T) {
	for name, file := range map[string][]byte{"tray": assets.ICO("waiting", true), "app": assets.AppICO()} {
		var head struct{ Reserved, Kind, Count uint16 }
		r := bytes.NewReader(file)
		if err := binary.Read(r, binary.LittleEndian, &head); err != nil || head.Reserved != 0 || head.Kind != 1 {
			t.Fatalf("%s: %+v, %v", name, head, err)
		}
		end := uint32(6 + 16*int(head.Count))
		for range head.Count {
			var entry struct {
				Width, Height, Colors, Reserved uint8
				Planes, Bits                    uint16
				Size, Offset                    uint32
			}
			if err := binary.Read(r, binary.LittleEndian, &entry); err != nil {
				t.Fatal(err)
			}
			if entry.Offset != end || entry.Planes != 1 || entry.Bits != 32 {
				t.Errorf("%s: %+v, want offset %d", name, entry, end)
			}
			end = entry.Offset + entry.Size
			img := decode(t, file[entry.Offset:end])
			if uint8(img.Bounds().Dx()) != entry.Width || uint8(img.Bounds().Dy()) != entry.Height {
				t.Errorf("%s: the entry says %d, the picture is %d wide", name, entry.Width, img.Bounds().Dx())
			}
		}
		if int(end) != len(file) {
			t.Errorf("%s: %d bytes, entries end at %d", name, len(file), end)
		}
	}
}
