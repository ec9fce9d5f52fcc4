package dialpadsim

import "fmt"

// Seed adds nodes as they are, without asking whether their keys are taken,
// and returns their ids. ID, Created, Updated and Revision are ignored; an
// empty Type is content, an empty Status published, and an empty MimeType
// text/html. Content is uploaded if it is not empty or HasContent says so.
func (s *Server) Seed(nodes ...Node) []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	ids := make([]string, 0, len(nodes))
	for _, in := range nodes {
		ids = append(ids, s.store.seedNode(in).id)
	}
	return ids
}

func (s *store) seedNode(in Node) *node {
	m := meta{
		typ: or(in.Type, "content"), status: or(in.Status, published), title: in.Title,
		source: in.Source, externalID: in.ExternalID, mimeType: or(in.MimeType, "text/html"), url: in.URL,
	}
	if m.typ == resolutions.typ {
		m.mimeType, m.body = or(in.MimeType, "text/markdown"), in.Content
		return s.add(m, in.Locale)
	}
	n := s.add(m, in.Locale)
	if in.Content != "" || in.HasContent {
		s.setContent(n, in.Locale, in.Content)
	}
	return n
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// Foreign describes nodes that somebody else made in the same Dialpad: from
// another source, from no source (written by hand), and of another type.
func Foreign(otherSource, noSource, otherType int) []Node {
	var out []Node
	for i := range otherSource {
		out = append(out, Node{
			Title: fmt.Sprintf("Wiki page %d", i+1), Source: "wiki.example.com", ExternalID: fmt.Sprintf("page-%d", i+1),
			URL: fmt.Sprintf("https://wiki.example.com/%d", i+1), Locale: "en", Content: "<html><body><p>From the wiki.</p></body></html>",
		})
	}
	for i := range noSource {
		out = append(out, Node{
			Title: fmt.Sprintf("Written by hand %d", i+1), Locale: "en", Content: "<html><body><p>Typed into the console.</p></body></html>",
		})
	}
	for i := range otherType {
		out = append(out, Node{
			Type: resolutions.typ, Title: fmt.Sprintf("Opening hours %d", i+1), Locale: "en", Content: "We are open from nine to five.",
		})
	}
	return out
}
