package content

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxGrowth is how much longer than a document its clean form may be: five
// bytes for an escaped quotation mark, and end tags nobody wrote.
const maxGrowth = 8

// FuzzClean starts from the pages in testdata/pages and from every way to hide
// a text.
func FuzzClean(f *testing.F) {
	pages, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(pages) == 0 {
		f.Fatalf("no seed pages: %v", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, trick := range tricks() {
		f.Add(fmt.Sprintf(trick, "<b>x</b>"))
	}
	base := mustURL(f, pageURL)
	f.Fuzz(func(t *testing.T, in string) {
		got := Clean(in, base)
		if p := problem(got, base); p != "" {
			t.Fatalf("Clean(%q) = %q: %s", in, got, p)
		}
		links := strings.Count(got, `="http`)
		if most := maxGrowth*len(in) + links*len(pageURL); len(got) > most {
			t.Fatalf("%d bytes grew to %d", len(in), len(got))
		}
	})
}

// FuzzStyle: a style shows a text or hides it, and never changes what is around
// it.
func FuzzStyle(f *testing.F) {
	for _, style := range styled {
		f.Add(style, style)
	}
	escape := strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace
	f.Fuzz(func(t *testing.T, sheet, style string) {
		if strings.Contains(strings.ToLower(sheet), "</style") {
			return
		}
		in := `<p>Before</p><style>b{}` + sheet + `</style><p class=q style="` + escape(style) + `">Inside</p><p>After</p>`
		got := Clean(in, nil)
		// A style sheet may hide every paragraph; a style only its own.
		if got != "<p>Before</p><p>Inside</p><p>After</p>" && got != "<p>Before</p><p>After</p>" && got != "<p>Inside</p>" && got != "" {
			t.Fatalf("Clean(%q) = %q", in, got)
		}
		alone := Clean(`<p>Before</p><p style="`+escape(style)+`">Inside</p><p>After</p>`, nil)
		if alone != "<p>Before</p><p>Inside</p><p>After</p>" && alone != "<p>Before</p><p>After</p>" {
			t.Fatalf("the style %q leaves %q", style, alone)
		}
	})
}

// FuzzTitle starts from titles with what nobody sees in them.
func FuzzTitle(f *testing.F) {
	for _, seed := range []string{"Returns", "a\u200bb", "e\u0301", "\u202eevil", strings.Repeat("\u0645\u200d", 300), "\xff\x00", "\U000E0041"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := Title(in)
		switch {
		case Title(got) != got, !utf8.ValidString(got), utf8.RuneCountInString(got) > maxTitle, strings.TrimSpace(got) != got,
			strings.ContainsAny(got, "\n\r\t\x00\u200b\u202e"):
			t.Fatalf("Title(%q) = %q", in, got)
		}
	})
}
