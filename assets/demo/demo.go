// Package demo holds the help center of an invented coffee roaster: what
// "dialpad-sync demo" copies, and what a double of a help center serves when it
// has nothing else to show.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed all:helpcenter
var files embed.FS

// Name is the invented business, as its help center calls itself.
const Name = "Harbour Lane Coffee"

// HelpCenter returns the pages and their images. The folders at the top are the
// locales, en-us and de; below them come category, section and one HTML file
// for each article, with the same path in every locale. A page's <title> is the
// article's title and its <body> the text; <meta name="article-status"
// content="draft"> marks a draft, <meta name="article-audience"
// content="signed-in"> an article that only signed-in people may read.
func HelpCenter() fs.FS {
	sub, err := fs.Sub(files, "helpcenter")
	if err != nil {
		panic(err) // only an invalid path fails, and this one is a constant
	}
	return sub
}
