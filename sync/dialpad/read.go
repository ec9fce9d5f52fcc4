package dialpad

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dialpadsync.app/sync/content"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// Read returns the document a node holds, cleaned as a source cleans its own,
// and the node as it was just before. The stored form of the content is read,
// not the served one, which Dialpad may have changed. A content larger than
// anything that is sent is not ours and comes back as empty HTML.
//
// It returns engine.ErrNodeGone when the node is gone or not ours, and
// engine.ErrNoContent, beside document and node, when no content was ever
// uploaded.
func (d *Destination) Read(ctx context.Context, known engine.Node) (source.Document, engine.Node, error) {
	n, err := d.get(ctx, known.ID, known.Key, known.Locale)
	if err != nil {
		return source.Document{}, known, fmt.Errorf("read document: %w", err)
	}
	text, found, err := d.content(ctx, n.id, known.Locale)
	if err != nil {
		return source.Document{}, known, fmt.Errorf("read document: %w", err)
	}
	base, err := url.Parse(n.url)
	if err != nil {
		base = nil // somebody wrote it there; links are absolute anyway
	}
	doc := source.Document{
		Key: n.key(), Kind: source.Article, Title: n.title, HTML: content.Clean(text, base),
		URL: n.url, Locale: known.Locale,
	}
	if !found {
		return doc, n.engineNode(known.Locale), engine.ErrNoContent
	}
	return doc, n.engineNode(known.Locale), nil
}

// content returns the stored content of a node (D5) and whether it has any:
// before the first upload the API says 404 or nothing at all.
func (d *Destination) content(ctx context.Context, id, locale string) (text string, found bool, err error) {
	r := d.request(readContent, id, locale)
	r.Timeout = uploadTimeout
	r.MaxBytes = d.max
	resp, err := d.client.Do(ctx, r)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", false, nil
	case errors.Is(err, rest.ErrTooLarge):
		return "", true, nil
	case err != nil:
		return "", false, err
	}
	return string(resp.Body), len(resp.Body) > 0, nil
}
