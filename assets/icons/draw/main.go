// Command draw makes the icons of Dialpad Sync as PNG files:
//
//	go run ./icons/draw FOLDER
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "call: draw FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}

// files has every icon under its file name.
func files() map[string]*image.NRGBA {
	all := map[string]*image.NRGBA{}
	for _, size := range appSizes {
		all[fmt.Sprintf("app-%d.png", size)] = appIcon(size)
	}
	for name := range drawings {
		for _, size := range traySizes {
			all[fmt.Sprintf("%s-light-%d.png", name, size)] = trayIcon(name, false, size)
			all[fmt.Sprintf("%s-dark-%d.png", name, size)] = trayIcon(name, true, size)
		}
	}
	return all
}

func write(folder string) error {
	for name, img := range files() {
		var data bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&data, img); err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data.Bytes(), 0o644); err != nil { //nolint:gosec // pictures of the tree
			return err
		}
	}
	return nil
}
