// Package translations holds every word a person reads, one file for each
// concern and language: failure.de.toml. An entry's key begins with its
// concern: failure.offline stands in the table [failure] of failure.*.toml.
// Package ui/view alone reads them; its tests hold both languages together.
package translations

import (
	"embed"
	"io/fs"
)

//go:embed *.toml
var files embed.FS

// Of returns the file of a concern in a language ("en", "de"), or
// fs.ErrNotExist.
func Of(concern, language string) ([]byte, error) {
	return fs.ReadFile(files, concern+"."+language+".toml")
}
