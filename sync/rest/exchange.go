package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"dialpadsync.app/sync/source"
)

const (
	// mostTries and mostTrying bound the repeats of one request. Time that the
	// server told us to wait does not count.
	mostTries  = 6
	mostTrying = 10 * time.Minute
)

// exchange is one request with all its tries.
type exchange struct {
	c       *Client
	req     Request
	consume consumer
	url     *url.URL
	number  uint64 // names the request to the circuit

	token     string // of the latest try
	renewed   bool   // it is new, after a 401 to the try before
	redirects int
	tries     int
	giveUp    time.Time // moves on with told waits
	pauses    *backoff.ExponentialBackOff
}

// next is what may follow a failed try.
type next int

const (
	stop     next = iota // nothing: this is the result
	repeat               // the same again after a pause of our own
	comeBack             // the same again when the limiter lets us
	atOnce               // the same again now: new token, redirect
)

// failed is a try that did not succeed.
type failed struct {
	err  *source.Error
	next next
}

// exchange sends a request until it is answered for good.
func (c *Client) exchange(ctx context.Context, req Request, consume consumer) (*Response, error) {
	if req.Method == "" {
		req.Method = http.MethodGet
	}
	x := &exchange{
		c: c, req: req, consume: consume, number: c.cfg.Limiter.number(),
		giveUp: time.Now().Add(mostTrying), pauses: newPauses(),
	}
	var err error
	if x.url, err = c.address(req); err != nil {
		return nil, x.failure(source.Transient, source.CodeRedirect, fmt.Errorf("not sent: %w", err))
	}
	for {
		resp, f := x.try(ctx)
		switch {
		case f == nil:
			return resp, nil
		case x.again(ctx, f):
		case f.next != stop && ctx.Err() != nil:
			return nil, x.failure(source.Transient, "", ctx.Err())
		default:
			return resp, f.err
		}
	}
}

// newPauses returns the pauses between the tries of one request: up to 1 s, up
// to 2 s, … up to a minute, with full jitter.
func newPauses() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     500 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         30 * time.Second,
	}
}

// again says whether to try once more, after having waited for it.
func (x *exchange) again(ctx context.Context, f *failed) bool {
	if f.next == atOnce {
		return true
	}
	x.tries++
	if f.next == stop || x.tries >= mostTries {
		return false
	}
	if f.next == comeBack {
		return time.Until(f.err.RetryAt) <= patience(ctx)
	}
	pause := x.pauses.NextBackOff()
	until := time.Now().Add(pause)
	if until.After(x.giveUp) || pause > patience(ctx) {
		if f.err.RetryAt.Before(until) {
			f.err.RetryAt = until
		}
		return false
	}
	defer x.c.waits.begin(until, f.err.Kind)()
	return sleep(ctx, pause, nil) == nil
}

// try asks once: token, limiter, round trip.
func (x *exchange) try(ctx context.Context) (*Response, *failed) {
	if err := x.sign(ctx); err != nil {
		e := x.passOn(ctx, err)
		if e.Kind == source.Throttled && e.Told {
			x.c.cfg.Limiter.hold(e.RetryAt)
		}
		return nil, &failed{err: e}
	}
	asked := time.Now()
	s, err := x.c.cfg.Limiter.enter(ctx, &x.giveUp, x.c.waits.begin)
	if err != nil {
		return nil, &failed{err: x.passOn(ctx, err)}
	}
	if time.Since(asked) > longWait {
		if err := x.signAnew(ctx); err != nil {
			x.c.cfg.Limiter.left(s)
			return nil, &failed{err: x.passOn(ctx, err)}
		}
	}
	return x.send(ctx, s)
}

// longWait is how long a token may wait for its turn without being asked for
// again.
const longWait = time.Second

// signAnew is sign for a request that had to wait: the token may have ended
// meanwhile.
func (x *exchange) signAnew(ctx context.Context) error {
	if x.c.cfg.Tokens == nil {
		return nil
	}
	token, err := x.c.cfg.Tokens.Token(ctx)
	if err == nil && token != x.token {
		x.token, x.renewed = token, false
	}
	return err
}

// sign gets the token for the next try. It comes before the limiter, because a
// token may cost a request of its own.
func (x *exchange) sign(ctx context.Context) (err error) {
	if x.c.cfg.Tokens != nil && !x.renewed {
		x.token, err = x.c.cfg.Tokens.Token(ctx)
	}
	return err
}

// failure describes a failed request.
func (x *exchange) failure(kind source.Kind, code source.Code, err error) *source.Error {
	e := &source.Error{Kind: kind, Code: code, Op: x.req.Op, Side: x.c.cfg.Side, Host: x.c.cfg.Base.Host, Err: err}
	if x.c.cfg.Name != "" {
		e.Op = x.c.cfg.Name + ": " + e.Op
	}
	if x.url != nil {
		e.Host = x.url.Host
	}
	return e
}

// passOn describes a failure of somebody else (tokens, limiter, a consumer)
// that kept the request from succeeding; it keeps what it says about the next
// step.
func (x *exchange) passOn(ctx context.Context, err error) *source.Error {
	if ctx.Err() != nil {
		return x.failure(source.Transient, "", ctx.Err())
	}
	e := x.failure(source.KindOf(err), source.CodeOf(err), err)
	var inner *source.Error
	if errors.As(err, &inner) {
		e.RetryAt, e.Told, e.Issuer, e.ClockOff = inner.RetryAt, inner.Told, inner.Issuer, inner.ClockOff
		if inner.Side != "" {
			e.Side = inner.Side
		}
	}
	return e
}
