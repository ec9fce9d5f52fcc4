package dialpad

import (
	"context"
	"errors"
	"net/http"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// side is what errors of this package name as their side.
const side = "dialpad"

func statusOf(err error) int {
	var e *source.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// isMissing: the API does not say whether the node or the path is missing.
func isMissing(err error) bool {
	status := statusOf(err)
	return status == http.StatusNotFound || status == http.StatusGone
}

// as is the error with another kind and code.
func as(err error, kind source.Kind, code source.Code) error {
	var e *source.Error
	if !errors.As(err, &e) {
		return err
	}
	changed := *e
	changed.Kind, changed.Code = kind, code
	return &changed
}

// noVersion is the error for an API version that is not, or no longer, there.
func noVersion(err error) error { return as(err, source.Fatal, source.CodeNoKnowledgeAPI) }

// refusesDocument says that sending the same again is pointless: the answer is
// about what was sent (RFC 9110 section 15.5).
func refusesDocument(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// written says what the answer to a write means.
func (d *Destination) written(ctx context.Context, e endpoint, err error) error {
	status := statusOf(err)
	switch {
	case err == nil:
		d.seen.answered(e)
		d.seen.writeAllowed(true)
		return nil
	case isMissing(err):
		return d.gone(ctx, err)
	case status == http.StatusForbidden:
		return d.forbidden(ctx, err)
	case status == http.StatusRequestEntityTooLarge:
		return as(err, source.BadDocument, source.CodeTooLarge)
	case refusesDocument(status):
		return as(err, source.BadDocument, source.CodeRefused)
	case source.KindOf(err) == source.BadDocument:
		return as(err, source.Transient, source.CodeRefused) // it is not about what was sent
	}
	return err
}

// write writes to a node that was read right before. One answer that it is gone
// is not enough to believe it: a removal would count as done, or a document
// would be made twice.
func (d *Destination) write(ctx context.Context, e endpoint, r rest.Request) (*rest.Response, error) {
	for again := true; ; again = false {
		resp, err := d.client.Do(ctx, r)
		if err = d.written(ctx, e, err); !again || !errors.Is(err, engine.ErrNodeGone) {
			return resp, err
		}
	}
}

// forbidden tells credentials that may not write from a single write that was
// not allowed: right after one that was, it is that one alone, or the beginning
// of a time in which none is. Either may pass.
func (d *Destination) forbidden(ctx context.Context, err error) error {
	if d.seen.writeAllowed(false) {
		return as(err, source.Transient, "")
	}
	if d.alive(ctx) == nil {
		return as(err, source.Forbidden, source.CodeReadOnly)
	}
	return as(err, source.Forbidden, "")
}
