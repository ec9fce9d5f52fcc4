package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"dialpadsync.app/sync/source"
)

// rejected judges an answer other than 2xx and gives the slot back.
func (x *exchange) rejected(ctx context.Context, s slot, resp *http.Response, out *Response) (*Response, *failed) {
	limiter := x.c.cfg.Limiter
	// A body that breaks off here costs part of a message, nothing else.
	out.Body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBytes))
	switch {
	case resp.StatusCode/100 == 3:
		limiter.worked()
		return out, x.redirect(resp)
	case resp.StatusCode == http.StatusUnauthorized && x.c.cfg.Tokens != nil && x.c.cfg.Authorize == nil && !x.renewed:
		limiter.worked()
		return out, x.renew(ctx)
	}
	x.renewed = false
	told := retryAfter(resp.Header, time.Now())
	kind, code := meaning(resp.StatusCode, told > 0)
	if decide := x.c.cfg.ShouldRetry; decide != nil {
		resp.Body = io.NopCloser(bytes.NewReader(out.Body))
		if k, c := decide(resp, nil); k != source.Unclassified {
			kind, code = k, c
		}
	}
	e := x.failure(kind, code, nil)
	e.Status = resp.StatusCode
	if text := message(out.Body, x.token); text != "" {
		e.Err = errors.New(text)
	}
	unknown := resp.StatusCode >= 500 || resp.StatusCode == http.StatusRequestTimeout
	e.Unsure = x.req.NoRetry && unknown
	switch {
	case kind == source.Throttled:
		e.RetryAt, e.Told = limiter.refused(s, told, !unknown)
	case resp.StatusCode >= 500:
		e.RetryAt = limiter.broke(s, x.number, code, true)
	default:
		limiter.worked()
	}
	return out, &failed{err: e, next: x.afterStatus(e)}
}

// afterStatus says what may follow an answer that was classed.
func (x *exchange) afterStatus(e *source.Error) next {
	switch {
	case e.Unsure:
		return stop
	case e.Kind == source.Throttled:
		return comeBack
	case e.Kind == source.Transient:
		return repeat
	}
	return stop
}

// meaning is the default table.
func meaning(status int, told bool) (source.Kind, source.Code) {
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && told:
		return source.Throttled, ""
	case status == http.StatusNetworkAuthenticationRequired:
		return source.Transient, source.CodeNotData // RFC 6585 section 6: a captive portal
	case status >= 500, status == http.StatusRequestTimeout:
		return source.Transient, source.CodeDown
	case status == http.StatusUnauthorized:
		return source.SignIn, ""
	case status == http.StatusForbidden:
		return source.Forbidden, ""
	case status == http.StatusRequestEntityTooLarge:
		return source.BadDocument, source.CodeTooLarge
	}
	return source.BadDocument, source.CodeRefused
}

// renew gets a new token after the first 401 of a request.
func (x *exchange) renew(ctx context.Context) *failed {
	token, err := x.c.cfg.Tokens.Renew(ctx, x.token)
	if err != nil {
		e := x.passOn(ctx, err)
		e.Status = http.StatusUnauthorized
		return &failed{err: e}
	}
	x.token, x.renewed = token, true
	return &failed{next: atOnce}
}

// redirect follows an answer 3xx, if it may be followed.
func (x *exchange) redirect(resp *http.Response) *failed {
	to, err := redirected(resp, x.url)
	if err == nil && x.redirects == maxRedirects {
		err = errors.New("too many redirects")
	}
	if err != nil {
		e := x.failure(source.Transient, source.CodeRedirect, err)
		e.Status, e.Unsure = resp.StatusCode, x.req.NoRetry
		return &failed{err: e}
	}
	x.url = to
	x.redirects++
	return &failed{next: atOnce}
}
