package content

import (
	"strings"
	"testing"
	"time"
)

// hostile are documents of about so many bytes that cost quadratic time or
// unbounded space when they are read carelessly.
func hostile(size int) map[string]string {
	return map[string]string{
		"divs 10,000 deep":         strings.Repeat("<div>", 10_000) + "x" + strings.Repeat("</div>", 10_000),
		"formatting without end":   strings.Repeat("<b>", size/3),
		"formatting in paragraphs": "<p>" + strings.Repeat("<font a=1><b><i><u>", 400) + strings.Repeat("<p>x", size/4),
		"misplaced end tags":       "<table><td>" + strings.Repeat("<b>x</i></p></a></li>", size/21),
		"end tags far from start":  strings.Repeat("<div>", 15_000) + strings.Repeat("</p></b>", size/8),
		"lists in lists":           strings.Repeat("<ul><li>x", size/9),
		"tables in tables":         strings.Repeat("<table><tr><td>x", size/16),
		"attributes":               "<p " + strings.Repeat("a ", size/2) + ">x",
		"style":                    "<p style='" + strings.Repeat("a:b;/*", size/6) + "'>x",
		"srcset":                   "<img srcset='" + strings.Repeat("a, ", size/3) + "'>",
		"links":                    strings.Repeat("<a href=/x/y?z>x</a>", size/20),
		"base":                     strings.Repeat("<base", size/5),
		"rules":                    "<style>" + strings.Repeat(".a .b .c{display:block}", 400) + "</style>" + strings.Repeat("<i class='b c'>x", size/16),
		"conditions":               "<style>" + strings.Repeat("@media screen{", size/14),
		"braces":                   "<style>" + strings.Repeat("a{b:c}", size/6),
		"custom properties":        strings.Repeat("<i style='--a:var(--b)var(--b);--b:var(--a)var(--a);color:var(--a)'>x", size/70),
		"parentheses":              "<p style='color:" + strings.Repeat("rgb(", size/4) + "'>x",
		"words of a style":         "<p style='transform:" + strings.Repeat("scale(1) ", size/9) + "'>x",
		"comments":                 strings.Repeat("<!--", size/4),
		"joiners":                  "\u0645" + strings.Repeat("\u200b\u200d", size/6),
		"ampersands":               strings.Repeat("&", size),
	}
}

// TestHostileDocuments allows far more than BenchmarkClean asks for, because
// the race detector and busy machines are slow; quadratic time takes minutes.
func TestHostileDocuments(t *testing.T) {
	base := mustURL(t, pageURL)
	for name, in := range hostile(1 << 20) {
		start := time.Now()
		got := Clean(in, base)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(in), took)
		}
		if len(got) > 6*len(in) {
			t.Errorf("%s: %d bytes grew to %d", name, len(in), len(got))
		}
	}
}

func TestDeepNestingKeepsWordsAndStaysStable(t *testing.T) {
	for _, open := range []string{"<div>", "<b>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<my-tag>", "<pre>"} {
		in := "first " + strings.Repeat(open+"w ", 10_000) + "last"
		got := Clean(in, nil)
		if words := len(strings.Fields(Text(got))); words != 10_002 {
			t.Errorf("%s: %d words, want 10002", open, words)
		}
		if p := problem(got, nil); p != "" {
			t.Errorf("%s: %.100s", open, p)
		}
	}
}

// BenchmarkClean: 5 MB in less than a second.
func BenchmarkClean(b *testing.B) {
	article := `<h2 id=x>Returns</h2><p>Within <b>30&nbsp;days</b>, see <a href="/hc/43">how</a>.</p><ul><li>a<li>b</ul>`
	documents := map[string]string{"articles": strings.Repeat(article, 5<<20/len(article))}
	for name, in := range hostile(5 << 20) {
		documents[name] = in
	}
	base := mustURL(b, pageURL)
	for name, in := range documents {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				Clean(in, base)
			}
		})
	}
}
