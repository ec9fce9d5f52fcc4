package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

// errGrant says that the vendor no longer takes this code or refresh token
// (invalid_grant, RFC 6749 §5.2).
var errGrant = errors.New("the vendor no longer takes it (invalid_grant)")

// classify fills in what a failed answer of a token endpoint means. e.Status is
// set already.
func classify(e *source.Error, header http.Header, body []byte) {
	code := errorCode(body)
	if code != "" {
		e.Err = fmt.Errorf("the server answered %s", code)
	}
	e.RetryAt = retryAt(header, time.Now())
	e.Told = !e.RetryAt.IsZero()
	switch status := e.Status; {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && !e.RetryAt.IsZero():
		e.Kind = source.Throttled
	case status >= 500 || status == http.StatusRequestTimeout || code == "temporarily_unavailable" || code == "server_error":
		e.Kind, e.Code = source.Transient, source.CodeDown
	case status >= 300 && status < 400:
		e.Kind, e.Code, e.Err = source.Transient, source.CodeRedirect, errors.New("the answer points elsewhere")
	case code == "invalid_grant":
		e.Kind, e.Err = source.SignIn, errGrant
	case code == "invalid_client" || code == "unauthorized_client":
		e.Kind, e.Code = source.SignIn, source.CodeIdentifier
	case code == "invalid_scope":
		e.Kind, e.Code = source.SignIn, source.CodeScope
	case status == http.StatusForbidden:
		e.Kind = source.Forbidden
	case code != "" || status == http.StatusBadRequest || status == http.StatusUnauthorized:
		e.Kind = source.SignIn
	default:
		e.Kind, e.Code = source.Transient, source.CodeNotData
	}
}

// retryAt reads Retry-After (RFC 9110 §10.2.3): seconds, or a date, which is
// measured against the server's own clock where it tells the time. Anything
// else, and a time that has passed, is zero.
func retryAt(header http.Header, now time.Time) time.Time {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if n, err := strconv.Atoi(text); err == nil {
		if n <= 0 || n > 366*24*3600 {
			return time.Time{}
		}
		return now.Add(time.Duration(n) * time.Second)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return time.Time{}
	}
	if server, err := http.ParseTime(header.Get("Date")); err == nil {
		at = now.Add(at.Sub(server))
	}
	if !at.After(now) {
		return time.Time{}
	}
	return at
}

// withoutURL takes the address out of a client's error: the host is told apart
// from it, and a query could hold a secret.
func withoutURL(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
