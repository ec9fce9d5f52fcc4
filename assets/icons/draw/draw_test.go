package main

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestTheFilesAreWhatIsDrawn compares pixels: how PNG packs them may change
// with the Go version, and rounding in the last bit with the processor.
func TestTheFilesAreWhatIsDrawn(t *testing.T) {
	drawn := files()
	there, err := filepath.Glob("../*.png")
	if err != nil || len(there) != len(drawn) {
		t.Errorf("%d files, %d are drawn (%v)", len(there), len(drawn), err)
	}
	for name, want := range drawn {
		f, err := os.Open(filepath.Join("..", name))
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := png.Decode(f)
		_ = f.Close() // read only
		if err != nil || got.Bounds() != want.Bounds() {
			t.Errorf("%s: %v, %v", name, got.Bounds(), err)
			continue
		}
		for i := range want.Bounds().Dx() * want.Bounds().Dy() {
			x, y := i%want.Bounds().Dx(), i/want.Bounds().Dx()
			if !close(got.At(x, y), want.At(x, y)) {
				t.Errorf("%s is out of date at %d,%d: run go generate ./assets", name, x, y)
				break
			}
		}
	}
}

func close(a, b color.Color) bool {
	c, d := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	near := func(x, y uint8) bool { return max(x, y)-min(x, y) <= 2 }
	return near(c.A, d.A) && (c.A < 8 || near(c.R, d.R) && near(c.G, d.G) && near(c.B, d.B))
}
