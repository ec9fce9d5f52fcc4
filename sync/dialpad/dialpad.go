// Package dialpad is the destination: Dialpad's knowledge base, where answers
// are nodes of type content.
//
// API used: the knowledge API on karehq.com, paths in endpoints.go, shapes in
// wire.go. Creating, listing, reading and uploading are known from a customer's
// published code for v2.2 (github.com/tutorcruncher/TCIntercom, app/kare.py of
// 2020); updating and deleting are assumed to be PUT and DELETE on the node, as
// the guide to data fetchers words them (developers.karehq.com/custom-fetchers).
// Which version a tenant speaks is found by Probe.
//
// Identity: a node is ours when its type is content and its content.source is
// our source value; its content.external_id is then the document's key. Nothing
// else is ever written or deleted, and ownership is read again before each
// write to a known node.
//
// How changes by others are seen: a node's version is its revision or
// updated_at, where the API reports one. Deletions: a node that is missing.
//
// Limits: one node per document and language; content up to Config.MaxBytes;
// creating takes two calls (node, then content) and is not atomic.
//
// Not covered: actions (resolutions), labels, attachments.
package dialpad

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/text/language"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// DefaultMaxBytes is the largest content that is sent. Dialpad names no limit.
const DefaultMaxBytes = 10 << 20

// defaultLocale is sent where no better one is known: the header belongs on
// every call.
const defaultLocale = "en"

// Config says which part of which knowledge base a Destination writes.
type Config struct {
	// Client reaches the region's API, signed in. Required.
	Client *rest.Client
	// Version is what Probe chose; empty means "v2.2".
	Version string
	// SourceValue marks our nodes; see package engine. Required.
	SourceValue string
	// Locale goes with calls that concern no single document; empty means "en".
	Locale string
	// MaxBytes bounds the content of one document; 0 means DefaultMaxBytes.
	MaxBytes int64
	// Memory spares listings whose entries do not name their source one read
	// per entry; nil remembers for the life of the Destination.
	Memory Memory
}

// Destination writes one account's documents. It implements
// engine.Destination.
type Destination struct {
	client  *rest.Client
	version string
	ours    string
	locale  string
	max     int64
	memory  Memory
	seen    observed
}

var _ engine.Destination = (*Destination)(nil)

// New returns a Destination. It sends nothing.
func New(c Config) *Destination {
	d := &Destination{
		client: c.Client, version: c.Version, ours: c.SourceValue,
		locale: canonical(c.Locale, defaultLocale), max: c.MaxBytes, memory: c.Memory,
	}
	if d.version == "" {
		d.version = fallbackVersion
	}
	if d.max == 0 {
		d.max = DefaultMaxBytes
	}
	if d.memory == nil {
		d.memory = newMemory()
	}
	return d
}

// canonical spells a BCP 47 tag as RFC 5646 section 2.1.1 recommends
// ("en-us" → "en-US"), and gives otherwise for what is none.
func canonical(locale, otherwise string) string {
	tag, err := language.Raw.Parse(locale)
	if err != nil || locale == "" {
		return otherwise
	}
	return tag.String()
}

// request builds one call about a document in a locale; "" stands for the
// Destination's own.
func (d *Destination) request(e endpoint, id, locale string) rest.Request {
	return rest.Request{
		Method:   e.method,
		Path:     e.path(d.version, id),
		Template: e.template,
		Op:       e.op,
		Header:   http.Header{localeHeader: {canonical(locale, d.locale)}},
		NoPage:   e.method != http.MethodGet,
	}
}

// get reads a node (D2) and reports engine.ErrNodeGone when it is not there, was
// deleted softly, is not ours, or belongs to another key. An empty key accepts
// any.
func (d *Destination) get(ctx context.Context, id string, key source.Key, locale string) (node, error) {
	n, err := d.read(ctx, id, locale)
	if err != nil {
		return node{}, err
	}
	if !d.owns(n) || key != "" && n.key() != key || n.status == archived {
		return node{}, engine.ErrNodeGone
	}
	return n, nil
}

// read reads any node. The path was only ever seen with a slash at its end;
// where that fails, the one without is tried before the node counts as gone.
func (d *Destination) read(ctx context.Context, id, locale string) (node, error) {
	if !validID(id) {
		return node{}, engine.ErrNodeGone
	}
	n, err := d.readAt(ctx, d.seen.nodePath(), id, locale)
	if isMissing(err) && d.seen.pathUnproved() {
		var other error
		if n, other = d.readAt(ctx, getNodeBare, id, locale); other == nil {
			d.seen.useBarePath()
			return n, nil
		}
	}
	if statusOf(err) == http.StatusGone {
		// It may have been the version's: where that answers, the node is asked for.
		if gone := d.gone(ctx, err); !errors.Is(gone, engine.ErrNodeGone) {
			return node{}, gone
		}
		n, err = d.readAt(ctx, d.seen.nodePath(), id, locale)
	}
	if isMissing(err) {
		return node{}, d.gone(ctx, err)
	}
	return n, err
}

func (d *Destination) readAt(ctx context.Context, e endpoint, id, locale string) (node, error) {
	var n node
	_, err := d.client.JSON(ctx, d.request(e, id, locale), &n)
	if err != nil {
		return node{}, err
	}
	if n.id != id {
		return node{}, &source.Error{
			Kind: source.Transient, Code: source.CodeNotData, Op: e.op, Side: side,
			Err: errors.New("the answer is about another node"),
		}
	}
	d.seen.answered(e)
	return n, nil
}

// owns says whether a node carries our mark.
func (d *Destination) owns(n node) bool {
	return n.typ == typeContent && n.source != "" && n.source == d.ours
}

// gone tells a node that is missing from an API version that is: both answer
// 404 or 410. It returns engine.ErrNodeGone only when the version is known to
// answer still.
func (d *Destination) gone(ctx context.Context, err error) error {
	if statusOf(err) == http.StatusNotFound && d.seen.aliveSince(time.Now().Add(-aliveFor)) {
		return engine.ErrNodeGone
	}
	if err := d.alive(ctx); err != nil {
		return err
	}
	return engine.ErrNodeGone
}

// alive asks for a listing of one entry.
func (d *Destination) alive(ctx context.Context) error {
	return d.checkVersion(ctx, d.version)
}

func (d *Destination) checkVersion(ctx context.Context, version string) error {
	r := d.request(listNodes, "", "")
	r.Path = listNodes.path(version, "")
	r.Query = url.Values{"type": {typeContent}, "limit": {"1"}}
	r.Op = "check the API version"
	var l listing
	_, err := d.client.JSON(ctx, r, &l)
	if isMissing(err) {
		return noVersion(err)
	}
	if err == nil {
		d.seen.answered(listNodes)
	}
	return err
}

// engineNode is the node as the engine knows it.
func (n node) engineNode(locale string) engine.Node {
	return engine.Node{
		ID: n.id, Kind: source.Article, Key: n.key(), Locale: locale,
		Version: n.version, Status: n.status, Created: n.created,
	}
}
