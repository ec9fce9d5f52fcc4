//go:build long

package main

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// page is what a walk of a document's tree finds, in the order of the text.
type page struct {
	title string
	words []string
	links []string // href and src
}

// parse walks a file. A page without a title is known by its name.
func (m *manual) parse(name string) page {
	m.t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		m.t.Fatal(err)
	}
	p := m.walk(text)
	if p.title == "" {
		base := strings.TrimSuffix(filepath.Base(name), ".html")
		p.title = strings.ToUpper(base[:1]) + strings.ReplaceAll(base[1:], "-", " ")
	}
	return p
}

// walk reads a document with a browser's parser: every word of its body, with
// words that only inline elements divide left whole, and every address.
func (m *manual) walk(text []byte) page {
	m.t.Helper()
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		m.t.Fatal(err)
	}
	var p page
	var title, body strings.Builder
	var visit func(n *html.Node, into *strings.Builder)
	visit = func(n *html.Node, into *strings.Builder) {
		switch {
		case n.Type == html.TextNode:
			into.WriteString(n.Data)
			return
		case n.DataAtom == atom.Script, n.DataAtom == atom.Style:
			return
		case n.DataAtom == atom.Title:
			into = &title
		}
		if n.Type == html.ElementNode && !inline[n.DataAtom] {
			into.WriteByte(' ')
			defer into.WriteByte(' ')
		}
		for _, a := range n.Attr {
			if a.Key == "href" && n.DataAtom == atom.A || a.Key == "src" {
				p.links = append(p.links, a.Val)
			}
		}
		for c := range n.ChildNodes() {
			visit(c, into)
		}
	}
	visit(root, &body)
	p.title = strings.Join(strings.Fields(title.String()), " ")
	p.words = strings.Fields(body.String())
	return p
}

var inline = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.Code: true, atom.Em: true, atom.I: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Tt: true, atom.U: true,
}

// compare holds every file against what Dialpad has for it: there once, under
// its title, with its words (within 2 % by count, and in their order), and with
// links that lead somewhere from anywhere.
func (m *manual) compare() {
	m.t.Helper()
	keys, have := m.articles(), m.holds()
	pages := m.pages()
	var before, after, exact, links, inside int
	worst := 0.0
	for _, file := range pages {
		name, err := filepath.Rel(m.dir, file)
		if err != nil {
			m.t.Fatal(err)
		}
		want := m.parse(file)
		if len(keys[want.title]) == 0 {
			m.t.Errorf("%s: the help center has no article %q", name, want.title)
			continue
		}
		key := keys[want.title][0]
		keys[want.title] = keys[want.title][1:]
		node, ok := have[key]
		if !ok {
			m.t.Errorf("%s: Dialpad has no %s", name, key)
			continue
		}
		delete(have, key)
		got := m.walk([]byte(node.html))
		off := float64(len(got.words)-len(want.words)) / float64(max(1, len(want.words)))
		worst = max(worst, off, -off)
		if node.Title != want.title || len(want.words) == 0 || off < -0.02 || off > 0.02 {
			m.t.Errorf("%s: Dialpad's %q has %d words, want %d in %q", name, node.Title, len(got.words), len(want.words), want.title)
		}
		before += len(want.words)
		after += len(got.words)
		if slices.Equal(got.words, want.words) {
			exact++
		}
		links += len(got.links)
		inside += m.checkLinks(name, want.links, got.links)
		if u, err := url.Parse(node.Content.URL); err != nil || !strings.HasPrefix(node.Content.URL, m.zendesk+"/hc/en-us/articles/") || u.Fragment != "" {
			m.t.Errorf("%s: Dialpad shows the address %q", name, node.Content.URL)
		}
	}
	for key, node := range have {
		m.t.Errorf("Dialpad holds %s, %q, which no file is", key, node.Title)
	}
	m.t.Logf("compared: %d pages, %d words in the files, %d in Dialpad (largest difference of a page %.2f %%; %d pages word for word), %d links, all absolute, %d of them to other pages of the manual",
		len(pages), before, after, 100*worst, exact, links, inside)
}

// checkLinks wants every address there was, except those that are none
// ("http://<server>/"), all of them absolute, and returns how many lead to
// articles.
func (m *manual) checkLinks(name string, want, got []string) (inside int) {
	m.t.Helper()
	want = slices.DeleteFunc(want, func(link string) bool {
		u, err := url.Parse(link)
		return err != nil || strings.ContainsAny(u.Host, "<>")
	})
	if len(got) != len(want) {
		m.t.Errorf("%s: %d links, want %d", name, len(got), len(want))
	}
	for _, link := range got {
		u, err := url.Parse(link)
		if err != nil || !u.IsAbs() || (u.Host == "" && u.Scheme != "mailto") {
			m.t.Errorf("%s: the link %q leads nowhere from Dialpad (%v)", name, link, err)
			continue
		}
		if strings.HasPrefix(link, m.zendesk+"/hc/en-us/articles/") {
			inside++
		}
	}
	return inside
}
