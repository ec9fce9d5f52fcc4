// Command storybook draws every screen and every state of the tray, light and
// dark, in every language, with invented data and without a display: PNG files
// and a page that shows them beside each other.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"fyne.io/fyne/v2/test"

	"dialpadsync.app/ui/view"
)

func main() {
	out := flag.String("out", filepath.Join("dist", "storybook"), "the folder to write to")
	only := flag.String("only", "", "draw only the scenes whose name matches this expression")
	flag.Parse()
	if err := run(*out, *only, allWays); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// way is one way to draw a scene.
type way struct {
	Language, Theme string
}

// ways are all of them.
func ways() []way {
	var all []way
	for _, language := range view.Languages() {
		for _, theme := range []string{"light", "dark"} {
			all = append(all, way{language, theme})
		}
	}
	return all
}

// file is where a scene's picture is, below the storybook's folder.
func (l way) file(scene string) string { return scene + "-" + l.Theme + "-" + l.Language + ".png" }

// allWays draws every scene in every way.
func allWays(int, way) bool { return true }

// run draws all scenes whose name matches, each in the ways that are wanted of
// it.
func run(out, only string, wants func(scene int, w way) bool) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if err := os.MkdirAll(out, 0o750); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	drawn := slices.DeleteFunc(scenes(), func(s scene) bool { return !wanted.MatchString(s.name) })
	test.NewApp()
	for _, l := range ways() { // another look takes longer than another scene
		for i, s := range drawn {
			if !wants(i, l) {
				continue
			}
			picture, err := s.draw(l)
			if err != nil {
				return fmt.Errorf("draw %s (%s, %s): %w", s.name, l.Language, l.Theme, err)
			}
			if err := write(filepath.Join(out, l.file(s.name)), picture); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d scenes in %s\n", len(drawn), out)
	return writeIndex(filepath.Join(out, "index.html"), drawn)
}

func write(path string, picture image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write a picture: %w", err)
	}
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(file, picture); err != nil {
		_ = file.Close()
		return fmt.Errorf("write a picture: %w", err)
	}
	return file.Close()
}
