package dialpad

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"time"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// uploadTimeout bounds one upload of a content.
const uploadTimeout = 5 * time.Minute

// draft is a document in the form it is sent in.
type draft struct {
	key          source.Key
	title, url   string
	page, locale string
}

// Put makes the node hold the document. A known node is read first and its
// metadata is rewritten only where title, address or status differ; its content
// is always replaced. Without a known node one is created in a single try,
// because nobody knows what a second create of the same key does: a taken key
// (409) leads to the node that has it, and an outcome nobody knows comes back
// with source.Error.Unsure. A node made here whose content is refused for good
// is deleted again. The node's version is empty unless the answer to the upload
// tells it.
//
// It returns engine.ErrNodeGone when the known node is gone or not ours.
func (d *Destination) Put(ctx context.Context, doc source.Document, known engine.Node) (engine.Node, error) {
	p := draft{
		key: doc.Key, title: content.Title(doc.Title), url: doc.URL,
		page: content.Wrap(doc.HTML), locale: doc.Locale,
	}
	if err := d.fits(doc, p); err != nil {
		return known, err
	}
	if known.ID == "" {
		return d.create(ctx, p)
	}
	n, err := d.get(ctx, known.ID, p.key, p.locale)
	if err != nil {
		return known, fmt.Errorf("put document: %w", err)
	}
	return d.rewrite(ctx, p, n)
}

// fits refuses before sending what cannot be accepted.
func (d *Destination) fits(doc source.Document, p draft) error {
	e := &source.Error{Kind: source.BadDocument, Op: "put document", Side: side}
	switch {
	case doc.Kind == source.Action:
		e.Code, e.Err = source.CodeRefused, errors.New("an action is not kept as a document")
	case int64(len(p.page)) > d.max:
		e.Code, e.Err = source.CodeTooLarge, fmt.Errorf("%d bytes, at most %d are sent", len(p.page), d.max)
	default:
		return nil
	}
	return e
}

// rewrite makes an existing node of ours hold the draft.
func (d *Destination) rewrite(ctx context.Context, p draft, n node) (engine.Node, error) {
	out := n.engineNode(p.locale)
	out.Version = ""
	if n.differs(p.title, p.url) {
		if err := d.update(ctx, p, n); err != nil {
			return out, fmt.Errorf("put document: %w", err)
		}
		out.Status = engine.Published
	}
	version, err := d.upload(ctx, p, n.id)
	if err != nil {
		return out, fmt.Errorf("put document: %w", err)
	}
	out.Version = version
	return out, nil
}

// update writes a node's metadata (D6).
func (d *Destination) update(ctx context.Context, p draft, n node) error {
	body, err := json.Marshal(n.with(p.title, p.url))
	if err != nil {
		return fmt.Errorf("encode node: %w", err)
	}
	r := d.request(updateNode, n.id, p.locale)
	r.ContentType = "application/json"
	r.Body = func() (io.Reader, error) { return bytes.NewReader(body), nil }
	_, err = d.write(ctx, updateNode, r)
	return err
}

// upload replaces a node's content (D4) and returns the node's version, if the
// answer tells it.
func (d *Destination) upload(ctx context.Context, p draft, id string) (version string, err error) {
	contentType, body, err := form(p.page)
	if err != nil {
		return "", err
	}
	r := d.request(uploadContent, id, p.locale)
	r.ContentType, r.Body, r.Timeout = contentType, body, uploadTimeout
	resp, err := d.write(ctx, uploadContent, r)
	if err != nil {
		return "", err
	}
	var n node
	if n.UnmarshalJSON(resp.Body) == nil && n.id == id {
		version = n.version
	}
	return version, nil
}

// form is a multipart/form-data body with one part named content, whose text is
// not copied.
func form(page string) (contentType string, body func() (io.Reader, error), err error) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	_, err = w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="content"; filename="content"`},
		"Content-Type":        {mimeHTML},
	})
	if err != nil {
		return "", nil, fmt.Errorf("encode content: %w", err)
	}
	start, tail := head.String(), "\r\n--"+w.Boundary()+"--\r\n"
	return w.FormDataContentType(), func() (io.Reader, error) {
		return io.MultiReader(strings.NewReader(start), strings.NewReader(page), strings.NewReader(tail)), nil
	}, nil
}
