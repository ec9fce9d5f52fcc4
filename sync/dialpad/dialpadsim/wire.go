package dialpadsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxJSON bounds the body of a create or update.
const maxJSON = 1 << 20

// maxTitle is the double's own limit; the real one is unknown.
const maxTitle = 255

// stampLayout is how times are spelled: of one length, so that they sort as text.
const stampLayout = "2006-01-02T15:04:05.000000Z"

var mediaTypes = []string{"text/html", "text/plain", "text/markdown", "application/pdf"}

// readNode decodes and checks node-in: the whole object, unknown fields kept.
func (c *call) readNode() (meta, *refusal) {
	body, err := io.ReadAll(io.LimitReader(c.r.Body, maxJSON+1))
	if err != nil {
		return meta{}, badRequest("the body cannot be read")
	}
	if len(body) > maxJSON {
		return meta{}, tooLarge(maxJSON, false)
	}
	var top, content map[string]json.RawMessage
	if json.Unmarshal(body, &top) != nil || top == nil {
		return meta{}, badRequest("the body is not a JSON object")
	}
	if raw, ok := top["content"]; ok && json.Unmarshal(raw, &content) != nil {
		return meta{}, invalidField("content", "is not an object")
	}
	var m meta
	var bad fieldReader
	m.status = bad.take(top, "status")
	m.typ = bad.take(top, "type")
	m.title = bad.take(top, "title")
	m.source = bad.take(content, "source")
	m.externalID = bad.take(content, "external_id")
	m.mimeType = bad.take(content, "mime_type")
	m.url = bad.take(content, "url")
	if c.only {
		m.body = bad.take(content, "body")
	}
	for _, own := range []string{"id", "content", "created_at", "updated_at", "locale", "revision"} {
		delete(top, own)
	}
	m.extra, m.contentExtra = orNil(top), orNil(content)
	if bad.field != "" {
		return meta{}, invalidField(bad.field, "is not a string")
	}
	return m, c.check(m)
}

// fieldReader takes string fields out of an object and remembers the first
// that is none.
type fieldReader struct{ field string }

func (f *fieldReader) take(from map[string]json.RawMessage, field string) string {
	raw, ok := from[field]
	if !ok {
		return ""
	}
	delete(from, field)
	var value string
	if json.Unmarshal(raw, &value) != nil && f.field == "" {
		f.field = field
	}
	return value
}

func orNil(m map[string]json.RawMessage) map[string]json.RawMessage {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

// check refuses what the service would plausibly refuse.
func (c *call) check(m meta) *refusal {
	switch {
	case m.typ != c.typ:
		return invalidField("type", "must be "+c.typ)
	case m.status != published && m.status != unpublished:
		return invalidField("status", "is not known")
	case strings.TrimSpace(m.title) == "":
		return invalidField("title", "is empty")
	case utf8.RuneCountInString(m.title) > maxTitle:
		return invalidField("title", "is too long")
	case strings.ContainsFunc(m.title, func(r rune) bool { return r < ' ' }):
		return invalidField("title", "has control characters")
	case c.sw.RejectTitles != "" && regexp.MustCompile(c.sw.RejectTitles).MatchString(m.title):
		return invalidField("title", "is not acceptable")
	}
	if err := checkLink(m.url); err != nil {
		return invalidField("url", err.Error())
	}
	if c.only {
		if strings.TrimSpace(m.body) == "" {
			return invalidField("body", "is empty")
		}
		return nil
	}
	return c.checkType(m.mimeType)
}

func (c *call) checkType(mediaType string) *refusal {
	if !slices.Contains(mediaTypes, mediaType) || slices.Contains(c.sw.RejectTypes, mediaType) {
		return unsupportedType(mediaType)
	}
	return nil
}

// checkLink accepts no link, or an absolute one without credentials.
func checkLink(link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("is not an absolute http(s) URL")
	}
	if u.User != nil {
		return errors.New("holds credentials")
	}
	return nil
}

// nodeOut is a node as it is answered, without the unknown fields that came in.
type nodeOut struct {
	ID        string     `json:"id"`
	Type      string     `json:"type"`
	Status    string     `json:"status"`
	Title     string     `json:"title"`
	Content   contentOut `json:"content"`
	CreatedAt string     `json:"created_at"`
	UpdatedAt string     `json:"updated_at,omitempty"`
	Locale    string     `json:"locale,omitempty"`
}

type contentOut struct {
	Source     string `json:"source,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	MimeType   string `json:"mime_type,omitempty"`
	URL        string `json:"url,omitempty"`
	Body       string `json:"body,omitempty"`
}

// out is node-out as the switches want it.
func (c *call) out(v view) any {
	out := nodeOut{
		ID: v.id, Type: v.typ, Status: v.status, Title: v.title, Locale: v.locale,
		Content:   contentOut{v.source, v.externalID, v.mimeType, v.url, v.body},
		CreatedAt: v.created.Format(stampLayout),
	}
	if c.sw.ReportVersions == "on" {
		out.UpdatedAt = v.updated.Format(stampLayout)
	}
	extra := v.extra
	if c.sw.ExtraFields == "on" {
		extra = maps.Clone(extra)
		if extra == nil {
			extra = make(map[string]json.RawMessage)
		}
		extra["_links"] = json.RawMessage(`{"self":null,"depth":1.5}`)
		extra["tags"] = json.RawMessage(`["made up"]`)
	}
	if len(extra) == 0 && len(v.contentExtra) == 0 {
		return out
	}
	all := withExtra(out, extra)
	all["content"], _ = json.Marshal(withExtra(out.Content, v.contentExtra)) // values that were JSON before
	return all
}

// withExtra adds unknown fields to a value that encodes as an object; known
// fields win.
func withExtra(known any, extra map[string]json.RawMessage) map[string]json.RawMessage {
	all := maps.Clone(extra)
	text, err := json.Marshal(known)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(fmt.Sprintf("dialpadsim: encode a node: %v", err)) // strings always encode
	}
	return all
}

// sparseOut is an entry of a listing that names hardly anything.
type sparseOut struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Status string `json:"status"`
}

// entry is a node in a listing.
func (c *call) entry(v view) any {
	if c.sw.ListShape == "sparse" {
		return sparseOut{v.id, v.typ, v.status}
	}
	return c.out(v)
}

// bearer returns the token of the Authorization header, or "".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
