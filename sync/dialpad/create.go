package dialpad

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// create makes a node (D3) and gives it its content (D4).
func (d *Destination) create(ctx context.Context, p draft) (engine.Node, error) {
	body, err := json.Marshal(newNode{
		Status: published, Type: typeContent, Title: p.title,
		Content: newContent{Source: d.ours, ExternalID: p.key, MimeType: mimeHTML, URL: p.url},
	})
	if err != nil {
		return engine.Node{}, fmt.Errorf("encode node: %w", err)
	}
	r := d.request(createNode, "", p.locale)
	r.ContentType, r.NoRetry = "application/json", true
	r.Body = func() (io.Reader, error) { return bytes.NewReader(body), nil }
	resp, err := d.client.Do(ctx, r)
	switch {
	case statusOf(err) == http.StatusConflict:
		return d.settle(ctx, p, resp, err)
	case isMissing(err):
		return engine.Node{}, noVersion(err)
	}
	if err := d.written(ctx, createNode, err); err != nil {
		return engine.Node{}, fmt.Errorf("put document: %w", err)
	}
	n, err := d.created(p, resp)
	if err != nil {
		return engine.Node{}, err
	}
	out, err := d.rewrite(ctx, p, n)
	if err != nil {
		return d.halfMade(ctx, out, err)
	}
	return out, nil
}

// created reads the answer to a create. Where it tells no more than the id,
// the node is taken to be what was sent.
func (d *Destination) created(p draft, resp *rest.Response) (node, error) {
	var n node
	if n.UnmarshalJSON(resp.Body) != nil {
		n = node{id: path.Base(resp.Header.Get("Location"))}
	}
	if !validID(n.id) {
		return node{}, &source.Error{
			Kind: source.Transient, Code: source.CodeNotData, Op: createNode.op, Side: side,
			Status: resp.Status, Unsure: true, Err: errors.New("the answer names no node"),
		}
	}
	if !d.owns(n) || n.key() != p.key {
		n = node{
			id: n.id, created: n.created, typ: typeContent, status: published, title: p.title,
			source: d.ours, externalID: string(p.key), mimeType: mimeHTML, url: p.url,
		}
	}
	return n, nil
}

// settle deals with a create whose key is taken: it rewrites the node that has
// the key. The answer may name it; otherwise the listing is searched. A key
// whose node cannot be found (yet) leaves a node that nobody knows.
func (d *Destination) settle(ctx context.Context, p draft, resp *rest.Response, conflict error) (engine.Node, error) {
	id, err := d.holder(ctx, p.key, resp)
	if err != nil {
		return engine.Node{}, fmt.Errorf("find the node of a taken key: %w", err)
	}
	n, err := d.read(ctx, id, p.locale)
	if err == nil && (!d.owns(n) || n.key() != p.key) {
		return engine.Node{}, as(conflict, source.BadDocument, source.CodeRefused)
	}
	var out engine.Node
	if err == nil {
		out, err = d.rewrite(ctx, p, n)
	}
	if errors.Is(err, engine.ErrNodeGone) {
		return engine.Node{}, unknown(conflict)
	}
	return out, err
}

// holder is the id of the node that has a key, or "".
func (d *Destination) holder(ctx context.Context, key source.Key, resp *rest.Response) (string, error) {
	var named node
	if resp != nil && named.UnmarshalJSON(resp.Body) == nil {
		return named.id, nil
	}
	for n, err := range d.Owned(ctx) {
		if err != nil {
			return "", err
		}
		if n.Key == key {
			return n.ID, nil
		}
	}
	return "", nil
}

// unknown is the error for a node that exists and that nobody can name.
func unknown(conflict error) error {
	var e *source.Error
	if !errors.As(conflict, &e) {
		return conflict
	}
	changed := *e
	changed.Kind, changed.Unsure = source.Transient, true
	return &changed
}

// halfMade deals with a node that was created and did not get its content. One
// whose content is refused for good goes, so that no empty answer stays
// searchable; otherwise the next Put finishes it.
func (d *Destination) halfMade(ctx context.Context, made engine.Node, cause error) (engine.Node, error) {
	if errors.Is(cause, engine.ErrNodeGone) {
		return made, &source.Error{
			Kind: source.Transient, Op: uploadContent.op, Side: side,
			Err: errors.New("the new node is not there yet"),
		}
	}
	if !refusesDocument(statusOf(cause)) {
		return made, cause
	}
	// The create may have been answered with an older node that has a content.
	if _, found, err := d.content(ctx, made.ID, made.Locale); err != nil || found {
		return made, cause
	}
	if err := d.Delete(ctx, made); err != nil {
		return made, fmt.Errorf("%w (the node without content stays: %w)", cause, err)
	}
	return engine.Node{}, cause
}
