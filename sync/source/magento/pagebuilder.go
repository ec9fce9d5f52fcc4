package magento

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// flatten undoes what Page Builder wraps a text into (contract §2.5): its HTML
// code elements hold their markup escaped once more, and its style sheet hides
// rows by a number that only the style sheet knows. A text without its marks is
// given back as it is.
func flatten(text string) string {
	if !strings.Contains(text, "data-content-type") && !strings.Contains(text, "data-pb-style") {
		return text
	}
	hidden := hiddenStyles(text)
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	skip, code := "", ""
	skipped, coded := 0, 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		switch t := z.Token(); {
		case skip != "":
			if skipped += nesting(t, skip); skipped == 0 {
				skip = ""
			}
		case kind == html.StartTagToken && hides(t, hidden):
			skip, skipped = t.Data, 1
		case code != "":
			if kind == html.TextToken {
				raw = unescapeOnce(t.Data)
			}
			if coded += nesting(t, code); coded == 0 {
				code = ""
			}
			out.WriteString(raw)
		case kind == html.StartTagToken && attr(t, "data-content-type") == "html":
			code, coded = t.Data, 1
			out.WriteString(raw)
		default:
			out.WriteString(raw)
		}
	}
}

// unescapeOnce is the text as markup if it is markup, else as it was.
func unescapeOnce(text string) string {
	if strings.Contains(text, "<") {
		return text
	}
	return html.EscapeString(text)
}

// nesting is how a token changes the depth of elements of one name.
func nesting(t html.Token, name string) int {
	switch {
	case t.Data != name:
	case t.Type == html.StartTagToken:
		return 1
	case t.Type == html.EndTagToken:
		return -1
	}
	return 0
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hides(t html.Token, hidden map[string]bool) bool {
	return hidden[attr(t, "data-pb-style")]
}

// styleRule finds "[data-pb-style=AB12]{…}" in a style sheet.
var (
	styleSheet = regexp.MustCompile(`(?is)<style[^>]*>(.*?)</style>`)
	styleRule  = regexp.MustCompile(`(?s)([^{}]*)\{([^{}]*)\}`)
	styleName  = regexp.MustCompile(`\[data-pb-style=["']?([A-Za-z0-9]+)["']?\]\s*(?:,|$)`)
	displayOff = regexp.MustCompile(`(?i)(^|;)\s*display\s*:\s*none`)
)

// hiddenStyles are the numbers of what Page Builder does not show.
func hiddenStyles(text string) map[string]bool {
	hidden := map[string]bool{}
	for _, sheet := range styleSheet.FindAllStringSubmatch(text, -1) {
		for _, rule := range styleRule.FindAllStringSubmatch(sheet[1], -1) {
			if !displayOff.MatchString(rule[2]) {
				continue
			}
			for _, name := range styleName.FindAllStringSubmatch(strings.TrimSpace(rule[1])+",", -1) {
				hidden[name[1]] = true
			}
		}
	}
	return hidden
}
