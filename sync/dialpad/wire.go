package dialpad

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"dialpadsync.app/sync/source"
)

const (
	typeContent = "content"
	archived    = "archived" // where deleting is soft: what a single node still answers
	published   = "published"
	mimeHTML    = "text/html"
)

// node is a node as the API gives it. What is not understood stays in raw, so
// that an update sends it back.
type node struct {
	id, typ, status, title            string
	source, externalID, mimeType, url string
	created, version                  string

	raw, content map[string]json.RawMessage
}

func (n node) key() source.Key { return source.Key(n.externalID) }

// UnmarshalJSON takes the node itself or one inside an object named node, data
// or entry. It fails on everything that is no object with an id.
func (n *node) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	for _, wrapper := range []string{"node", "data", "entry"} {
		var inner map[string]json.RawMessage
		if _, ok := raw["id"]; !ok && json.Unmarshal(raw[wrapper], &inner) == nil && inner["id"] != nil {
			raw = inner
		}
	}
	*n = node{raw: raw, id: scalar(raw["id"])}
	if !validID(n.id) {
		return errors.New("a node without a usable id")
	}
	n.typ, n.status, n.title = scalar(raw["type"]), scalar(raw["status"]), scalar(raw["title"])
	n.created = scalar(raw["created_at"])
	if n.version = scalar(raw["revision"]); n.version == "" {
		n.version = scalar(raw["updated_at"])
	}
	if json.Unmarshal(raw["content"], &n.content) == nil {
		n.source, n.externalID = scalar(n.content["source"]), scalar(n.content["external_id"])
		n.mimeType, n.url = scalar(n.content["mime_type"]), scalar(n.content["url"])
	}
	return nil
}

// scalar is a JSON string or number as text, and "" for everything else.
func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

// with is the object to send in an update: everything the node held, with the
// document's title and address and our status.
func (n node) with(title, address string) map[string]any {
	content := make(map[string]any, len(n.content)+1)
	for name, value := range n.content {
		content[name] = value
	}
	content["mime_type"] = mimeHTML
	if delete(content, "url"); address != "" {
		content["url"] = address
	}
	out := make(map[string]any, len(n.raw)+1)
	for name, value := range n.raw {
		out[name] = value
	}
	maps.Copy(out, map[string]any{"title": title, "status": published, "content": content})
	return out
}

// differs says whether the node's metadata is not what the document asks for.
func (n node) differs(title, address string) bool {
	return n.title != title || n.url != address || n.status != published || n.mimeType != mimeHTML
}

// newNode is the object to send in a create.
type newNode struct {
	Status  string     `json:"status"`
	Type    string     `json:"type"`
	Title   string     `json:"title"`
	Content newContent `json:"content"`
}

type newContent struct {
	Source     string     `json:"source"`
	ExternalID source.Key `json:"external_id"`
	MimeType   string     `json:"mime_type"`
	URL        string     `json:"url,omitempty"`
}

// listing is one page of nodes.
type listing struct {
	entries []node
	next    string
}

// UnmarshalJSON fails unless there is an array of nodes, so that no broken
// answer can look like a listing that ends.
func (l *listing) UnmarshalJSON(text []byte) error {
	var answer struct {
		Entries *[]json.RawMessage `json:"entries"`
		Next    json.RawMessage    `json:"next_cursor"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	if answer.Entries == nil {
		return errors.New("a listing without entries")
	}
	*l = listing{entries: make([]node, 0, len(*answer.Entries)), next: scalar(answer.Next)}
	for _, raw := range *answer.Entries {
		var n node
		if err := n.UnmarshalJSON(raw); err != nil {
			return err
		}
		l.entries = append(l.entries, n)
	}
	return nil
}

// swagger is the part of an API description that names its operations, in the
// spelling of Swagger 2 or OpenAPI 3.
type swagger struct {
	BasePath string `json:"basePath"`
	Servers  []struct {
		URL string `json:"url"`
	} `json:"servers"`
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

// base is the path in front of every path of the description.
func (s swagger) base() string {
	base := s.BasePath
	if base == "" && len(s.Servers) > 0 {
		base = s.Servers[0].URL
		if _, rest, ok := strings.Cut(base, "://"); ok {
			_, base, _ = strings.Cut(rest, "/")
			base = "/" + base
		}
	}
	return strings.TrimSuffix(base, "/")
}
