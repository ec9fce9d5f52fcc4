package setup

import (
	"bytes"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"golang.org/x/net/html"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/view"
)

// longestSample is how many characters of a text are shown.
const longestSample = 20_000

// rendered is an answer ready to be shown.
type rendered struct {
	title, markdown, url string
}

// render turns an answer's HTML into Markdown. Pictures become links: nothing
// is fetched.
func render(one local.Sample, p *parts) (rendered, error) {
	picture := func(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
		return renderPicture(w, n, p)
	}
	c := converter.NewConverter(converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin()))
	c.Register.RendererFor("img", converter.TagTypeInline, picture, converter.PriorityEarly)
	c.Register.RendererFor("tr", converter.TagTypeBlock, renderRow, converter.PriorityEarly)
	text, err := c.ConvertString(one.HTML)
	if err != nil {
		return rendered{}, fmt.Errorf("show a sample: %w", err)
	}
	if runes := []rune(text); len(runes) > longestSample {
		text = string(runes[:longestSample]) + "\n\n" + p.text("choose.and_so_on")
	}
	return rendered{title: one.Title, markdown: text, url: one.URL}, nil
}

func renderPicture(w converter.Writer, n *html.Node, p *parts) converter.RenderStatus {
	var address, name string
	for _, a := range n.Attr {
		switch a.Key {
		case "src":
			address = strings.TrimSpace(a.Val)
		case "alt":
			name = strings.Join(strings.Fields(a.Val), " ")
		}
	}
	if name == "" {
		name = p.text("choose.picture")
	} else {
		name = p.text("choose.picture_of", view.Args{"name": name})
	}
	name = strings.NewReplacer("[", "(", "]", ")").Replace(name)
	if address == "" || strings.ContainsAny(address, "<>\n") {
		_, _ = w.WriteString(name) // a buffer
		return converter.RenderSuccess
	}
	_, _ = w.WriteString("[" + name + "](<" + address + ">)") // a buffer
	return converter.RenderSuccess
}

// renderRow writes a row of a table as a line: the window has no tables.
func renderRow(ctx converter.Context, w converter.Writer, row *html.Node) converter.RenderStatus {
	var cells []string
	for cell := range row.ChildNodes() {
		if cell.Type != html.ElementNode {
			continue
		}
		var text bytes.Buffer
		ctx.RenderChildNodes(ctx, &text, cell)
		cells = append(cells, strings.Join(strings.Fields(text.String()), " "))
	}
	_, _ = w.WriteString("\n\n" + strings.Join(cells, " · ") + "\n\n") // a buffer
	return converter.RenderSuccess
}

// text is the answer as the window shows it.
func (r rendered) text() fyne.CanvasObject {
	rich := &widget.RichText{Wrapping: fyne.TextWrapWord, Scroll: container.ScrollNone}
	rich.ExtendBaseWidget(rich)
	rich.ParseMarkdown(r.markdown)
	rich.Segments = withoutPictures(rich.Segments)
	rich.Refresh()
	return rich
}

// withoutPictures takes out whatever would be fetched to be shown, should
// Markdown have come through as text.
func withoutPictures(segments []widget.RichTextSegment) []widget.RichTextSegment {
	kept := segments[:0:0]
	for _, s := range segments {
		switch s := s.(type) {
		case *widget.ImageSegment:
			continue
		case *widget.ParagraphSegment:
			s.Texts = withoutPictures(s.Texts)
		case *widget.ListSegment:
			s.Items = withoutPictures(s.Items)
		}
		kept = append(kept, s)
	}
	return kept
}
