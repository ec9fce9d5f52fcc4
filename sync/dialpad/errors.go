package dialpad

import (
	"context"
	"errors"
	"net/http"

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
// about what was sent.
func refusesDocument(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone,
		http.StatusConflict, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
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
	}
	return err
}

// forbidden tells credentials that may not write from a single node that may
// not be written: right after a write that was allowed it is the node.
func (d *Destination) forbidden(ctx context.Context, err error) error {
	if d.seen.writeAllowed(false) {
		return as(err, source.BadDocument, source.CodeRefused)
	}
	if d.alive(ctx) == nil {
		return as(err, source.Forbidden, source.CodeReadOnly)
	}
	return as(err, source.Forbidden, "")
}
