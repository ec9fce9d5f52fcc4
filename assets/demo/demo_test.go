package demo_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dialpadsync.app/assets/demo"
)

// article is one parsed page.
type article struct {
	path       string // "en-us/coffee/origins/colombia.html"
	locale     string
	rel        string // path without the locale
	title      string
	lang       string // of <html>
	draft      bool
	signedIn   bool
	blocks     []string // visible text, a paragraph, heading, list item or cell each
	ids        map[string]bool
	links      []string // href of every <a>
	images     []*html.Node
	tables     int
	duplicated []string // ids that occur twice
}

// library is every file of the help center.
type library struct {
	articles map[string]*article
	files    map[string]bool // all of them, by path
}

func load(t *testing.T) library {
	t.Helper()
	lib := library{articles: make(map[string]*article), files: make(map[string]bool)}
	fsys := demo.HelpCenter()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		lib.files[name] = true
		if path.Ext(name) != ".html" {
			return nil
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		root, err := html.Parse(strings.NewReader(string(data)))
		if err != nil {
			return err
		}
		lib.articles[name] = parse(name, root)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func parse(name string, root *html.Node) *article {
	a := &article{path: name, ids: make(map[string]bool)}
	a.locale, a.rel, _ = strings.Cut(name, "/")
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attribute(n, "id"); id != "" {
			if a.ids[id] {
				a.duplicated = append(a.duplicated, id)
			}
			a.ids[id] = true
		}
		switch n.DataAtom {
		case atom.Html:
			a.lang = attribute(n, "lang")
		case atom.Title:
			a.title = text(n)
		case atom.Meta:
			a.draft = a.draft || attribute(n, "name") == "article-status" && attribute(n, "content") == "draft"
			a.signedIn = a.signedIn || attribute(n, "name") == "article-audience" && attribute(n, "content") == "signed-in"
		case atom.Table:
			a.tables++
		case atom.A:
			a.links = append(a.links, attribute(n, "href"))
		case atom.Img:
			a.images = append(a.images, n)
		}
		if isBlock(n) {
			if s := ownText(n); s != "" {
				a.blocks = append(a.blocks, s)
			}
		}
	}
	return a
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Body, atom.P, atom.Li, atom.Td, atom.Th, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4,
		atom.Div, atom.Section, atom.Blockquote, atom.Pre, atom.Caption, atom.Figcaption, atom.Figure,
		atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Thead, atom.Tbody, atom.Tr, atom.Summary, atom.Details, atom.Aside:
		return true
	}
	return false
}

// text is all text below n on one line.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return oneLine(b.String())
}

// ownText is the text of a block without that of the blocks inside it.
func ownText(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := range n.ChildNodes() {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.DataAtom == atom.Br:
				b.WriteString(" ")
			case c.Type == html.ElementNode && !isBlock(c):
				walk(c)
			}
		}
	}
	walk(n)
	return oneLine(b.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (a *article) words() int { return len(strings.Fields(strings.Join(a.blocks, " "))) }

// sentences are those of four words and more, in small letters.
func (a *article) sentences() map[string]bool {
	out := make(map[string]bool)
	for _, block := range a.blocks {
		from := 0
		for i, r := range block {
			end := i + len(string(r))
			if strings.ContainsRune(".!?…", r) && (end == len(block) || block[end] == ' ') {
				addSentence(out, block[from:end])
				from = end
			}
		}
		addSentence(out, block[from:])
	}
	return out
}

func addSentence(into map[string]bool, s string) {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' })
	if len(words) >= 4 {
		into[strings.Join(words, " ")] = true
	}
}

// of returns the articles of one locale in path order.
func (lib library) of(locale string) []*article {
	var out []*article
	for _, a := range lib.articles {
		if a.locale == locale {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *article) int { return strings.Compare(a.path, b.path) })
	return out
}

func TestThereIsEnoughToRead(t *testing.T) {
	lib := load(t)
	for locale, least := range map[string]int{"en-us": 120, "de": 40} {
		titles, bodies := make(map[string]string), make(map[string]string)
		var lengths []int
		for _, a := range lib.of(locale) {
			if a.title == "" {
				t.Errorf("%s has no title", a.path)
			}
			if other := titles[a.title]; other != "" {
				t.Errorf("%s and %s have the same title", a.path, other)
			}
			body := strings.Join(a.blocks, "\n")
			if other := bodies[body]; other != "" {
				t.Errorf("%s and %s say the same", a.path, other)
			}
			titles[a.title], bodies[body] = a.path, a.path
			lengths = append(lengths, a.words())
			language, _, _ := strings.Cut(locale, "-")
			if a.lang != language {
				t.Errorf("%s says it is in %q", a.path, a.lang)
			}
		}
		if len(bodies) < least {
			t.Errorf("%s has %d distinct articles, want %d", locale, len(bodies), least)
			continue
		}
		slices.Sort(lengths)
		median := lengths[len(lengths)/2]
		t.Logf("%s: %d articles; words: shortest %d, median %d, longest %d", locale, len(lengths), lengths[0], median, lengths[len(lengths)-1])
		if median < 120 {
			t.Errorf("%s: the median article has %d words, want 120", locale, median)
		}
	}
}

func TestItHasWhatHelpCentersHave(t *testing.T) {
	lib := load(t)
	got := make(map[string]int)
	for _, a := range lib.of("en-us") {
		for feature, has := range map[string]bool{
			"draft": a.draft, "signed-in": a.signedIn, "table": a.tables > 0, "image": len(a.images) > 0,
			"link to another article": slices.ContainsFunc(a.links, func(l string) bool { return strings.Contains(l, ".html") }),
		} {
			if has {
				got[feature]++
			}
		}
	}
	t.Log(got)
	for feature, least := range map[string]int{"draft": 1, "signed-in": 1, "table": 20, "image": 20, "link to another article": 60} {
		if got[feature] < least {
			t.Errorf("%d articles have a %s, want %d", got[feature], feature, least)
		}
	}
}

// A text that is stamped out is no test for a search in the answers.
func TestNoSentenceIsStampedOut(t *testing.T) {
	lib := load(t)
	for _, locale := range []string{"en-us", "de"} {
		in := make(map[string][]string)
		for _, a := range lib.of(locale) {
			for s := range a.sentences() {
				in[s] = append(in[s], a.rel)
			}
		}
		if len(in) < 400 {
			t.Errorf("%s has %d different sentences, want 400", locale, len(in))
		}
		for s, where := range in {
			if len(where) > 3 {
				t.Errorf("%s: %q is in %d articles: %s", locale, s, len(where), strings.Join(where, ", "))
			}
		}
	}
}

func TestLinksAndImagesResolve(t *testing.T) {
	lib := load(t)
	used := make(map[string]bool)
	for _, a := range lib.articles {
		for _, id := range a.duplicated {
			t.Errorf("%s has the id %q twice", a.path, id)
		}
		for _, link := range a.links {
			if err := lib.resolve(a, link, used); err != nil {
				t.Errorf("%s: link %q %v", a.path, link, err)
			}
		}
		for _, image := range a.images {
			src := attribute(image, "src")
			if u, err := url.Parse(src); err != nil || u.IsAbs() || u.Path == "" {
				t.Errorf("%s: image %q is not a file of the help center", a.path, src)
			} else if err := lib.resolve(a, src, used); err != nil {
				t.Errorf("%s: image %q %v", a.path, src, err)
			}
			if attribute(image, "alt") == "" {
				t.Errorf("%s: image %q has no text for those who cannot see it", a.path, src)
			}
		}
	}
	for name := range lib.files {
		if lib.articles[name] == nil && !used[name] {
			t.Errorf("%s is on no page", name)
		}
	}
}

// resolve follows one address. Only addresses that nobody can own may lead out
// of the help center (RFC 2606).
func (lib library) resolve(from *article, address string, used map[string]bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case address == "":
		return fmt.Errorf("is empty")
	case u.Scheme == "mailto" && strings.HasSuffix(u.Opaque, ".example"), u.Scheme == "tel":
		return nil
	case u.Scheme == "https" && strings.HasSuffix(u.Hostname(), ".example"):
		return nil
	case u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/"):
		return fmt.Errorf("leads out of the help center")
	}
	name := from.path
	if u.Path != "" {
		name = path.Join(path.Dir(from.path), u.Path)
	}
	if locale, _, _ := strings.Cut(name, "/"); !lib.files[name] || locale != from.locale {
		return fmt.Errorf("leads to nothing in this language")
	}
	used[name] = true
	if to := lib.articles[name]; u.Fragment != "" && (to == nil || !to.ids[u.Fragment]) {
		return fmt.Errorf("leads to a place that is not on that page")
	}
	return nil
}

func TestTranslationsMatchTheirOriginal(t *testing.T) {
	lib := load(t)
	locales, err := fs.ReadDir(demo.HelpCenter(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range locales {
		names = append(names, e.Name())
	}
	if want := []string{"de", "en-us"}; !slices.Equal(names, want) {
		t.Fatalf("the folders at the top are %v, want %v", names, want)
	}
	for _, a := range lib.of("de") {
		original := lib.articles["en-us/"+a.rel]
		if original == nil {
			t.Errorf("%s has no English original", a.path)
			continue
		}
		if a.signedIn != original.signedIn {
			t.Errorf("%s and its original are for different readers", a.path)
		}
		if slices.Equal(a.blocks, original.blocks) {
			t.Errorf("%s is not translated", a.path)
		}
	}
	for _, a := range lib.articles {
		if strings.Count(a.rel, "/") != 2 {
			t.Errorf("%s is not in a category and a section", a.path)
		}
	}
}

func TestTheBusinessIsNamed(t *testing.T) {
	for _, a := range load(t).articles {
		if slices.ContainsFunc(a.blocks, func(s string) bool { return strings.Contains(s, demo.Name) }) {
			return
		}
	}
	t.Errorf("no page mentions %s", demo.Name)
}
