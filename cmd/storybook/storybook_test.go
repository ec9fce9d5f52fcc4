package main

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEverySceneIsDrawn plays all scenes in all ways: a sentence that no longer
// appears, a button that is gone or a picture without anything on it fails.
func TestEverySceneIsDrawn(t *testing.T) {
	out := t.TempDir()
	if err := run(out, ""); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, s := range scenes() {
		if names[s.name] {
			t.Errorf("two scenes are called %s", s.name)
		}
		names[s.name] = true
		for _, w := range ways() {
			file := w.file(s.name)
			if !strings.Contains(string(index), `src="`+file+`"`) {
				t.Errorf("%s is not in the index", file)
			}
			if n := colours(t, filepath.Join(out, file)); n < 8 {
				t.Errorf("%s has only %d colours", file, n)
			}
		}
	}
}

// colours counts the colours of a picture.
func colours(t *testing.T, path string) int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[4]uint32]bool{}
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, blue, a := picture.At(x, y).RGBA()
			seen[[4]uint32{r, g, blue, a}] = true
		}
	}
	return len(seen)
}

func TestOneSceneCanBeDrawnAlone(t *testing.T) {
	out := t.TempDir()
	if err := run(out, "^tray-held$"); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.png"))
	if err != nil || len(files) != len(ways()) {
		t.Errorf("%d pictures, %v", len(files), err)
	}
	if err := run(out, "("); err == nil {
		t.Error("a wrong expression is taken")
	}
}
