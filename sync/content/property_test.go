package content

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// soup draws markup as no author would write it: tags in any order, some with
// attributes that matter, between pieces of text.
func soup(t *rapid.T) string {
	names := make([]string, 0, len(tags)+1)
	for name := range tags {
		names = append(names, name)
	}
	slices.Sort(names)
	attrs := []string{
		"", "", "", ` href="/x"`, ` href="https://a.example/?q=1&amp;b"`, ` hidden`, ` style="display:none"`,
		` style="visibility:hidden"`, ` style="visibility:visible"`, ` style="font-size:0"`, ` style="font-size:9px"`,
		` src="/p.png"`, ` dir=rtl`, ` lang=de`, ` colspan=2`, ` open`, ` title="&#x200b;"`,
	}
	texts := []string{"a", " ", "\n", "\n\n", " b ", "&lt;", "&amp;amp;", "c\u200d", "\u0645", "\u200c", "\ufe0f", "\u200e", "\u05d0", "\U0001F468", "&#x200d;", "\r\n", "&#13;", "\x00", "\xff", "\u00a0", "<", "<!--x-->"}
	var out strings.Builder
	for range rapid.IntRange(1, 40).Draw(t, "pieces") {
		switch rapid.IntRange(0, 4).Draw(t, "piece") {
		case 0, 1:
			fmt.Fprintf(&out, "<%s%s>", rapid.SampledFrom(names).Draw(t, "start"), rapid.SampledFrom(attrs).Draw(t, "attribute"))
		case 2:
			fmt.Fprintf(&out, "</%s>", rapid.SampledFrom(names).Draw(t, "end"))
		default:
			out.WriteString(rapid.SampledFrom(texts).Draw(t, "text"))
		}
	}
	return out.String()
}

// problem says what is wrong with a result of Clean, or "".
func problem(got string, base *url.URL) string {
	if again := Clean(got, base); again != got {
		return fmt.Sprintf("cleaned again it is %q", again)
	}
	if again := Clean(Wrap(got), base); again != got {
		return fmt.Sprintf("cleaned from its page it is %q", again)
	}
	if again := Clean(got, nil); again != got {
		return fmt.Sprintf("without a base it is %q", again)
	}
	if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\u200b\u202e\r") {
		return "it holds characters it must not"
	}
	return forbidden(got)
}

// forbidden looks at the result through another parser than ours.
func forbidden(got string) string {
	doc, err := html.Parse(strings.NewReader(got))
	if err != nil {
		return err.Error()
	}
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			return "comment"
		}
		if n.Type != html.ElementNode || slices.Contains([]string{"html", "head", "body"}, n.Data) {
			continue
		}
		if t, ok := tags[n.Data]; !ok || t.name != n.Data {
			return "element " + n.Data
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcset":
				return "attribute " + a.Key
			case a.Key == "src" && !addressed(a.Val, mediaSchemes), a.Key == "href" && !addressed(a.Val, linkSchemes):
				return "address " + a.Val
			case !readAttributes[a.Key]:
				return "attribute " + a.Key
			}
		}
	}
	return ""
}

// addressed says that an address is absolute and of one of these schemes.
func addressed(address string, schemes []string) bool {
	scheme, rest, found := strings.Cut(address, ":")
	return found && slices.Contains(schemes, scheme) && rest != ""
}

func TestAnyMarkup(t *testing.T) {
	base := mustURL(t, pageURL)
	rapid.Check(t, func(t *rapid.T) {
		in := soup(t)
		got := Clean(in, base)
		if again := Clean(in, base); again != got {
			t.Fatalf("two runs differ for %q", in)
		}
		if p := problem(got, base); p != "" {
			t.Fatalf("Clean(%q) = %q: %s", in, got, p)
		}
	})
}

// tree draws well-formed markup and the words in it that are seen.
func tree(t *rapid.T, depth int, hidden bool, count *int, seen *[]string) string {
	var out strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, "children") {
		if depth == 0 || rapid.Bool().Draw(t, "word") {
			*count++
			word := fmt.Sprintf("word%d", *count)
			if !hidden {
				*seen = append(*seen, word)
			}
			out.WriteString(" " + word + " ")
			continue
		}
		name := rapid.SampledFrom([]string{"div", "b", "span", "ul", "blockquote", "code", "section", "custom-tag", "details", "label"}).Draw(t, "name")
		style := rapid.SampledFrom([]string{"", "", "", "display:none", "opacity:0", "color:red", "visibility:hidden", "font-size:0"}).Draw(t, "style")
		inner := tree(t, depth-1, hidden || style != "" && style != "color:red", count, seen)
		fmt.Fprintf(&out, `<%s style="%s">%s</%s>`, name, style, inner, name)
	}
	return out.String()
}

func TestSeenWordsStayAndHiddenOnesGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var seen []string
		in := tree(t, 4, false, new(int), &seen)
		if got := strings.Fields(Text(in)); !slices.Equal(got, seen) {
			t.Fatalf("Text(%q)\n got %q\nwant %q", in, got, seen)
		}
	})
}

func TestTitleIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("e\u0301\u200b\u200d\u0645 \n\x00\u212a\ufe0f\u05d0\u200f")))
		in := rapid.StringOfN(runes, 0, 400, -1).Draw(t, "title")
		got := Title(in)
		if Title(got) != got || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 255 || strings.TrimSpace(got) != got {
			t.Fatalf("Title(%q) = %q, again %q", in, got, Title(got))
		}
	})
}

func TestAddressesAreStable(t *testing.T) {
	base := mustURL(t, pageURL)
	pieces := rapid.SampledFrom([]string{
		"http:", "https:", "mailto:", "tel:", "javascript:", "//", "/", "\\", "a.example", "ü.example", "[::1]", ":80", ":x",
		"user:pw@", "<x>", "a", "%", "%41", "%zz", "%2f", "..", ".", "?", "#", "&", "=", "\"", " ", "ü", "\t", "\x00", "\x7f", ";", "+", "*",
	})
	rapid.Check(t, func(t *rapid.T) {
		ref := strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
		got, ok := absolute(base, ref, linkSchemes)
		if !ok {
			return
		}
		if again, ok := absolute(nil, got, linkSchemes); !ok || again != got {
			t.Fatalf("absolute(%q) = %q, again %q, %v", ref, got, again, ok)
		}
		if scheme, _, _ := strings.Cut(got, ":"); !slices.Contains(linkSchemes, scheme) || strings.ContainsAny(got, " \"<>\t\x00") {
			t.Fatalf("absolute(%q) = %q", ref, got)
		}
	})
}
