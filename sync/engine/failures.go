package engine

import (
	"context"
	"fmt"
	"time"

	"dialpadsync.app/sync/source"
)

// Failure is one document that could not be copied.
type Failure struct {
	Key   source.Key  `json:"key"`
	Kind  source.Kind `json:"kind"`
	Code  source.Code `json:"code,omitempty"`
	Since time.Time   `json:"since"`
	// RetryAt is when it is tried again by itself.
	RetryAt time.Time `json:"retry_at"`
	// Title and URL are what the source shows for it, read when they were asked
	// for, or empty.
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Read asks an account's source for one document, always afresh.
func (e *Engine) Read(ctx context.Context, account string, key source.Key) (source.Change, error) {
	r, err := e.find(account)
	if err != nil {
		return source.Change{}, err
	}
	return r.Source.Read(ctx, key)
}

// Failures lists the documents that could not be copied. Titles of the first
// few are read from the source.
func (e *Engine) Failures(ctx context.Context, account string, titles int) ([]Failure, error) {
	r, err := e.find(account)
	if err != nil {
		return nil, err
	}
	var failures []Failure
	for row, err := range e.cp.Each(ctx, account, Unsettled) {
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		if !row.Failed() || row.Kept {
			continue
		}
		f := Failure{Key: row.Key, Kind: row.Problem, Code: row.Code, Since: row.Since, RetryAt: row.RetryAt}
		if len(failures) < titles {
			if c, err := r.Source.Read(ctx, row.Key); err == nil && c.Document != nil {
				f.Title, f.URL = c.Document.Title, c.Document.URL
			}
		}
		failures = append(failures, f)
	}
	return failures, nil
}
