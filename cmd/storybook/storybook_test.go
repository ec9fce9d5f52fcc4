package main

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oneWay draws a scene in one way, the next one in the next: each way is seen
// many times, and each scene once.
func oneWay(scene int, w way) bool { return ways()[scene%len(ways())] == w }

// TestEverySceneIsDrawn plays all scenes: a sentence that no longer appears, a
// button that is gone or a picture without anything on it fails.
func TestEverySceneIsDrawn(t *testing.T) {
	out := t.TempDir()
	if err := run(out, "", drawnWays); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for i, s := range scenes() {
		if names[s.name] {
			t.Errorf("two scenes are called %s", s.name)
		}
		names[s.name] = true
		for _, w := range ways() {
			file := w.file(s.name)
			if !strings.Contains(string(index), `src="`+file+`"`) {
				t.Errorf("%s is not in the index", file)
			}
			if drawnWays(i, w) && plain(t, filepath.Join(out, file)) {
				t.Errorf("%s has hardly anything on it", file)
			}
		}
	}
}

// plain says that a picture has fewer than eight colours.
func plain(t *testing.T, path string) bool {
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
	var seen []color.Color
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if c := picture.At(x, y); !slices.Contains(seen, c) {
				if seen = append(seen, c); len(seen) == 8 {
					return false
				}
			}
		}
	}
	return true
}

func TestOneSceneCanBeDrawnAlone(t *testing.T) {
	out := t.TempDir()
	if err := run(out, "^tray-held$", allWays); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.png"))
	if err != nil || len(files) != len(ways()) {
		t.Errorf("%d pictures, %v", len(files), err)
	}
	if err := run(out, "(", allWays); err == nil {
		t.Error("a wrong expression is taken")
	}
}
