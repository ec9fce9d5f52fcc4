package dialpadsim

import (
	"errors"
	"time"
)

// Node is a copy of what Dialpad holds about one document or resolution.
type Node struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	Status     string    `json:"status"`
	Title      string    `json:"title"`
	Source     string    `json:"source,omitempty"`
	ExternalID string    `json:"external_id,omitempty"`
	MimeType   string    `json:"mime_type,omitempty"`
	URL        string    `json:"url,omitempty"`
	Locale     string    `json:"locale,omitempty"` // of Content; of the create call while there is none
	Content    string    `json:"content,omitempty"`
	HasContent bool      `json:"has_content"` // false until the first upload
	Created    time.Time `json:"created"`
	Updated    time.Time `json:"updated"`
	Revision   int       `json:"revision"` // changes since the create, plus 1
}

// ErrNoNode is returned for an id that the double does not hold.
var ErrNoNode = errors.New("there is no such node")

// export copies a node. A resolution's body is its content. The lock is held.
func (n *node) export() Node {
	out := Node{
		ID: n.id, Type: n.typ, Status: n.status, Title: n.title, Source: n.source, ExternalID: n.externalID,
		MimeType: n.mimeType, URL: n.url, Locale: n.locale, Content: n.body, HasContent: n.body != "",
		Created: n.created, Updated: n.updated, Revision: n.revision,
	}
	if len(n.contents) > 0 {
		out.Locale, out.Content, out.HasContent = n.contents[0].locale, n.contents[0].blob.text, true
	}
	return out
}

// Nodes returns everything that is held, in the order of creation, with what
// is unpublished or softly deleted (status "archived"). It does not lag.
func (s *Server) Nodes() []Node {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	out := make([]Node, 0, len(s.store.byID))
	for _, n := range s.store.order {
		if !n.gone {
			out = append(out, n.export())
		}
	}
	return out
}

// Node returns one node, or ErrNoNode.
func (s *Server) Node(id string) (Node, error) {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	n := s.store.byID[id]
	if n == nil {
		return Node{}, ErrNoNode
	}
	return n.export(), nil
}

// Watch makes the double tell f of every node that is added, changed or, with
// gone, deleted: in the order of these changes, each before the next one can
// happen. The node's Updated is when. f must not ask the double anything.
func (s *Server) Watch(f func(n Node, gone bool)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.watch = f
}

// EditByHand does what an administrator does in the console: it replaces title
// and content of a node.
func (s *Server) EditByHand(id, title, html string) error {
	return s.byHand(id, func(n *node) {
		s.store.change(n, func() {
			n.title = title
			if n.typ == resolutions.typ {
				n.body = html
			}
		})
		if n.typ != resolutions.typ {
			s.store.setContent(n, n.export().Locale, html)
		}
	})
}

// UnpublishByHand takes a node out of use without deleting it.
func (s *Server) UnpublishByHand(id string) error {
	return s.byHand(id, func(n *node) { s.store.change(n, func() { n.status = unpublished }) })
}

// PublishByHand puts an unpublished node into use again.
func (s *Server) PublishByHand(id string) error {
	return s.byHand(id, func(n *node) { s.store.change(n, func() { n.status = published }) })
}

// DeleteByHand deletes a node as the delete switch says.
func (s *Server) DeleteByHand(id string) error {
	soft := s.Switches().Delete == "soft"
	return s.byHand(id, func(n *node) { s.store.remove(n, soft) })
}

func (s *Server) byHand(id string, do func(*node)) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	n := s.store.find(id)
	if n == nil {
		return ErrNoNode
	}
	do(n)
	return nil
}
