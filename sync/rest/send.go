package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"dialpadsync.app/sync/source"
)

var errTimeout = errors.New("no complete answer in time")

// send makes one round trip and gives the slot back.
func (x *exchange) send(ctx context.Context, s slot) (*Response, *failed) {
	timeout := x.req.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	bounded, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	defer cancel()
	bounded, giveUp := context.WithCancelCause(bounded)
	defer giveUp(nil)
	wire := &wire{}
	httpReq, err := x.build(wire.trace(bounded))
	if err != nil {
		x.c.cfg.Limiter.left(s)
		return nil, &failed{err: x.passOn(ctx, err)}
	}
	stop := func() {}
	if x.req.Body == nil { // sending one may take its time
		stop = hurried(ctx, func() { giveUp(errTimeout) })
	}
	resp, err := x.roundTrip(httpReq)
	stop()
	if err != nil {
		return nil, x.unanswered(ctx, s, err, wire.maybeSent())
	}
	defer resp.Body.Close()
	out := &Response{Status: resp.StatusCode, Header: resp.Header, Date: serverDate(resp.Header)}
	if resp.StatusCode/100 != 2 {
		return x.rejected(ctx, s, resp, out)
	}
	x.c.cfg.Limiter.worked()
	body := &boundedBody{from: resp.Body, length: resp.ContentLength, left: x.req.MaxBytes}
	if body.left == 0 {
		body.left = defaultMaxBytes
	}
	err = x.consume.take(out, body)
	if err == nil && body.err == nil {
		return out, nil
	}
	return nil, x.unusable(ctx, body.err, err)
}

// build makes the HTTP request.
func (x *exchange) build(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if x.req.Body != nil {
		var err error
		if body, err = x.req.Body(); err != nil {
			return nil, fmt.Errorf("make the body: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, x.req.Method, x.url.String(), body)
	if err != nil {
		return nil, errors.New("the request cannot be made") // err would quote the address
	}
	if x.req.Header != nil {
		req.Header = x.req.Header.Clone()
	}
	if x.req.ContentType != "" {
		req.Header.Set("Content-Type", x.req.ContentType)
	}
	if x.c.cfg.UserAgent != "" {
		req.Header.Set("User-Agent", x.c.cfg.UserAgent)
	}
	switch {
	case x.c.cfg.Tokens == nil:
	case x.c.cfg.Authorize == nil:
		req.Header.Set("Authorization", "Bearer "+x.token)
	default:
		if err := x.c.cfg.Authorize(req, x.token); err != nil {
			return nil, fmt.Errorf("sign the request: %w", err)
		}
	}
	return req, nil
}

// roundTrip sends, counts, logs, and shows the answer's header around.
func (x *exchange) roundTrip(req *http.Request) (*http.Response, error) {
	if n := x.c.cfg.Requests; n != nil {
		n.Add(1)
	}
	began := time.Now()
	resp, err := x.c.transport.RoundTrip(req)
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	x.c.log.LogAttrs(req.Context(), slog.LevelDebug, "request",
		slog.String("method", req.Method), slog.String("path", x.req.Template),
		slog.Int("status", status), slog.Duration("duration", time.Since(began).Round(time.Millisecond)))
	if err == nil && x.c.cfg.OnResponse != nil {
		x.c.cfg.OnResponse(resp.Header)
	}
	return resp, err
}

// wire watches how far a request got.
type wire struct{ wanted, got atomic.Bool }

func (w *wire) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { w.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.got.Store(true) },
	})
}

// maybeSent says whether the server may have seen the request: always, unless
// the transport is known to have looked for a connection and found none.
func (w *wire) maybeSent() bool { return w.got.Load() || !w.wanted.Load() }

// unanswered judges a request without an answer.
func (x *exchange) unanswered(ctx context.Context, s slot, err error, maybeSent bool) *failed {
	limiter := x.c.cfg.Limiter
	unsure := x.req.NoRetry && maybeSent
	x.renewed = false
	if ctx.Err() != nil {
		limiter.left(s)
		e := x.failure(source.Transient, "", ctx.Err())
		e.Unsure = unsure
		return &failed{err: e}
	}
	e := x.failure(source.Transient, "", nil)
	explain(e, err, func() time.Duration {
		return limiter.clock.of(ctx, err, func() time.Duration {
			return clockOff(ctx, e.Host, x.c.transport, x.c.cfg.Requests, err)
		})
	})
	if decide := x.c.cfg.ShouldRetry; decide != nil {
		if k, c := decide(nil, err); k != source.Unclassified {
			e.Kind, e.Code = k, c
		}
	}
	f := &failed{err: e}
	e.Unsure = unsure
	e.RetryAt = limiter.broke(s, x.number, e.Code, false)
	hopeless := e.Code == source.CodeTLS || e.Code == source.CodeClock
	if e.Kind == source.Transient && !unsure && !hopeless {
		f.next = repeat
	}
	return f
}

// unusable judges a 2xx answer that could not be used: the body broke off or
// was too large (read), or its consumer did not like it (consumed).
func (x *exchange) unusable(ctx context.Context, read, consumed error) *failed {
	var e *source.Error
	var notData *notDataError
	again := true
	switch {
	case read != nil && ctx.Err() != nil:
		e, again = x.failure(source.Transient, "", ctx.Err()), false
	case errors.Is(read, ErrTooLarge):
		e, again = x.failure(source.BadDocument, source.CodeTooLarge, ErrTooLarge), false
	case read != nil:
		code, cause := bodyFailure(read)
		e, again = x.failure(source.Transient, code, cause), !x.consume.once
	case errors.As(consumed, &notData):
		e = x.failure(source.Transient, notData.code, notData)
	default:
		e, again = x.passOn(ctx, consumed), false
	}
	e.Unsure = x.req.NoRetry
	f := &failed{err: e}
	if again && !x.req.NoRetry {
		f.next = repeat
	}
	return f
}
