package zendesksim

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// page is a parsed HTML file.
type page struct {
	title      string
	draft      bool
	restricted bool
	content    *html.Node // <body>
}

// parsePage reads a file.
func parsePage(data []byte, name string) (*page, error) {
	root, err := html.Parse(bytes.NewReader(utf8Text(data)))
	if err != nil {
		return nil, fmt.Errorf("parse the page: %w", err)
	}
	p := &page{}
	var heading string
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Title && n.Namespace == "" && p.title == "":
			p.title = textOf(n)
		case n.DataAtom == atom.H1 && heading == "":
			heading = textOf(n)
		case n.DataAtom == atom.Meta && attribute(n, "name") == "article-status":
			p.draft = attribute(n, "content") == "draft"
		case n.DataAtom == atom.Meta && attribute(n, "name") == "article-audience":
			p.restricted = attribute(n, "content") == "signed-in"
		case n.DataAtom == atom.Body && p.content == nil:
			p.content = n
		}
	}
	if p.title == "" {
		p.title = heading
	}
	if p.title == "" {
		p.title = folderName(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	}
	return p, nil
}

// textOf is the text below n on one line.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// body is what <body> holds.
func (p *page) body() string {
	if p.content == nil {
		return ""
	}
	var b strings.Builder
	for c := range p.content.ChildNodes() {
		// Only a failing writer makes Render fail on a parsed tree.
		_ = html.Render(&b, c)
	}
	return strings.TrimSpace(b.String())
}

// rewrite turns relative addresses in the body into ones that work in the help
// center.
func (p *page) rewrite(self *pageRef, pages map[string]*pageRef) {
	if p.content == nil {
		return
	}
	for n := range p.content.Descendants() {
		for i, a := range n.Attr {
			if n.Type == html.ElementNode && (a.Key == "href" || a.Key == "src" || a.Key == "poster") {
				n.Attr[i].Val = resolve(a.Val, self, pages)
			}
		}
	}
}

// resolve rewrites one address, or returns it as it is when it is absolute,
// only a fragment, or leads out of the folder.
func resolve(address string, self *pageRef, pages map[string]*pageRef) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.IsAbs() || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return address
	}
	target := path.Join(path.Dir(self.path), u.Path)
	if target == ".." || strings.HasPrefix(target, "../") {
		return address
	}
	out := (&url.URL{Path: "/hc/files/" + target}).EscapedPath()
	for _, name := range []string{target, path.Join(target, "index.html"), target + ".html"} {
		if to := pages[name]; to != nil {
			out = publicPath(to.locale, to.id, to.title)
			break
		}
	}
	if u.RawQuery != "" {
		out += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		out += "#" + u.EscapedFragment()
	}
	return out
}
