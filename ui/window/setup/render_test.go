package setup

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/widget"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
	"dialpadsync.app/ui/window/look"
)

// pictures counts what would be fetched to be shown.
func pictures(segments []widget.RichTextSegment) int {
	n := 0
	for _, s := range segments {
		switch s := s.(type) {
		case *widget.ImageSegment:
			n++
		case *widget.ParagraphSegment:
			n += pictures(s.Texts)
		case *widget.ListSegment:
			n += pictures(s.Items)
		}
	}
	return n
}

// texts is everything that is written.
func texts(segments []widget.RichTextSegment) string {
	var all strings.Builder
	for _, s := range segments {
		if block, ok := s.(widget.RichTextBlock); ok {
			all.WriteString(texts(block.Segments()))
			continue
		}
		all.WriteString(s.Textual() + "\n")
	}
	return all.String()
}

func shownAs(t *testing.T, html string) *widget.RichText {
	t.Helper()
	r, err := render(local.Sample{HTML: html}, &parts{words: view.In("en")})
	if err != nil {
		t.Fatal(err)
	}
	return r.text().(*widget.RichText)
}

func TestNothingIsFetchedToShowASample(t *testing.T) {
	dress(look.Options{})
	for _, html := range []string{
		`<p>Before <img src="https://acme.zendesk.com/a.png" alt="Five [grind] sizes"> after</p>`,
		`<ul><li><img src="https://acme.zendesk.com/a.png"></li></ul>`,
		`<p>![typed by hand](https://acme.zendesk.com/a.png)</p>`,
		`<pre>![in code](https://acme.zendesk.com/a.png)</pre>`,
		`<img src="https://acme.zendesk.com/a b>.png" alt="odd"><img alt="none">`,
		`<blockquote><img src="https://acme.zendesk.com/a.png" alt="quoted"></blockquote>`,
	} {
		shown := shownAs(t, html)
		if n := pictures(shown.Segments); n != 0 {
			t.Errorf("%s: %d pictures would be fetched", html, n)
		}
	}
	if got := shownAs(t, `<p>Before <img src="https://acme.zendesk.com/a.png" alt="Five [grind] sizes"> after</p>`).String(); !strings.Contains(got, "Picture: Five (grind) sizes") {
		t.Errorf("the picture is called %q", got)
	}
}

func TestASampleLooksLikeTheAnswer(t *testing.T) {
	dress(look.Options{})
	got := texts(shownAs(t, sampleHTML).Segments)
	for _, want := range []string{"Which grind fits", "espresso", "Espresso: fine", "Picture: Five grind sizes", "Brewer · Grind", "Moka · Medium fine"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

func TestAVeryLongSampleIsShortened(t *testing.T) {
	dress(look.Options{})
	r, err := render(local.Sample{HTML: "<p>" + strings.Repeat("שלום עולם ", 100_000) + "</p>"}, &parts{words: view.In("en")})
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(r.markdown)); n > longestSample+100 || !strings.HasSuffix(r.markdown, "The rest is copied too.") {
		t.Errorf("%d characters are shown", n)
	}
}
