package engine

import (
	"errors"
	"time"

	"dialpadsync.app/sync/source"
)

// Problem is a failure as the faces need it: classes, never texts of documents.
type Problem struct {
	Kind    source.Kind `json:"kind"`
	Code    source.Code `json:"code,omitempty"`
	Side    string      `json:"side,omitempty"`
	Host    string      `json:"host,omitempty"`
	Op      string      `json:"op,omitempty"`
	Status  int         `json:"status,omitempty"`
	Detail  string      `json:"detail,omitempty"`
	RetryAt time.Time   `json:"retry_at,omitzero"`
	Since   time.Time   `json:"since,omitzero"`
	// Issuer and ClockOff are as in source.Error.
	Issuer   string        `json:"issuer,omitempty"`
	ClockOff time.Duration `json:"clock_off,omitempty"`
}

// ProblemOf classes an error for the faces. It began now.
func ProblemOf(err error) Problem {
	problem := Problem{Kind: source.KindOf(err), Since: time.Now(), Detail: err.Error()}
	var e *source.Error
	if errors.As(err, &e) {
		problem.Code, problem.Side, problem.Host = e.Code, e.Side, e.Host
		problem.Op, problem.Status, problem.RetryAt = e.Op, e.Status, e.RetryAt
		problem.Issuer, problem.ClockOff = e.Issuer, e.ClockOff
	}
	return problem
}

// AsError is the failure the problem was made of, as far as it is known. It is
// for programs that heard of it from another one.
func (p Problem) AsError() error {
	return &source.Error{
		Kind: p.Kind, Code: p.Code, Op: p.Op, Side: p.Side, Host: p.Host,
		Status: p.Status, RetryAt: p.RetryAt, Issuer: p.Issuer, ClockOff: p.ClockOff, Err: errors.New(p.Detail),
	}
}

// problemOf is ProblemOf for a failure that goes on: it keeps the time it began.
func problemOf(err error, before *Problem) *Problem {
	problem := ProblemOf(err)
	if before != nil && before.Kind == problem.Kind && before.Code == problem.Code && before.Side == problem.Side {
		problem.Since = before.Since
	}
	return &problem
}
