package content

import (
	"strings"
	"testing"

	"dialpadsync.app/sync/source"
)

func TestTitle(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"trimmed to one line", "  How do\n I\treturn?\u2028 ", "How do I return?"},
		{"composed", "Ru\u0308cksendung", "R\u00fccksendung"},
		{"invisible", "Re\u200bturn\x00s\u202e", "Returns"},
		{"broken UTF-8", "a\xffb", "a\ufffdb"},
		{"entities are text here", "a &amp; <b>", "a &amp; <b>"},
		{"cut at 255 runes", strings.Repeat("ü", 300), strings.Repeat("ü", 255)},
		{"cut and trimmed", strings.Repeat("a", 254) + " b", strings.Repeat("a", 254)},
		{"empty", " \u200b", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Title(tt.in); got != tt.want {
				t.Errorf("Title(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	in := `<head><title>T</title></head><h1>A</h1><p>b<br>c <b>d</b>e</p><ul><li>f</li></ul>
		<table><tr><td>g</td><td>h</td></tr></table><pre>  i
   j</pre><p hidden>no</p><img src=x alt=no>`
	if got, want := Text(in), "A\nb\nc de\nf\ng\th\n  i\n   j"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}

func TestSum(t *testing.T) {
	doc := source.Document{Key: "42:en", Title: "T", HTML: "<p>h</p>", URL: "https://a.example/", Locale: "en", Version: "1"}
	sum := Sum([]byte("key"), doc)

	same := doc
	same.Key, same.Version, same.Kind = "43:en", "2", source.Article
	if Sum([]byte("key"), same) != sum {
		t.Error("key, kind or version changes the sum")
	}
	if Sum([]byte("other"), doc) == sum {
		t.Error("the key does not count")
	}
	for name, change := range map[string]func(*source.Document){
		"title":          func(d *source.Document) { d.Title = "U" },
		"HTML":           func(d *source.Document) { d.HTML = "<p>i</p>" },
		"URL":            func(d *source.Document) { d.URL = "https://b.example/" },
		"locale":         func(d *source.Document) { d.Locale = "de" },
		"shifted border": func(d *source.Document) { d.Title, d.URL = "Th", "ttps://a.example/" },
	} {
		other := doc
		change(&other)
		if Sum([]byte("key"), other) == sum {
			t.Errorf("%s: the sum does not change", name)
		}
	}
}
