package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"dialpadsync.app/sync/source"
)

// wrongClock is how far our clock may differ from a server's before it is
// blamed for an expired certificate.
const wrongClock = 24 * time.Hour

// blameClock tells a certificate that is out of date from a clock that is. If
// a certificate looks expired or not yet valid, the server is asked for its
// Date over a connection that trusts anybody and carries neither token nor
// path: all that can come of a forged answer is the wrong sentence on screen.
func (c *Client) blameClock(ctx context.Context, err, cause error) (source.Code, error) {
	var invalid x509.CertificateInvalidError
	if !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		return source.CodeTLS, cause
	}
	date := c.peerDate(ctx)
	if ahead := time.Since(date); !date.IsZero() && ahead.Abs() > wrongClock {
		return source.CodeClock, &ClockError{Ahead: ahead}
	}
	return source.CodeTLS, cause
}

// peerDate asks the server for its clock; the zero time means that it did not
// tell.
func (c *Client) peerDate(ctx context.Context) time.Time {
	transport, ok := c.transport.(*http.Transport)
	if !ok {
		return time.Time{}
	}
	transport = transport.Clone()
	defer transport.CloseIdleConnections()
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{}
	}
	transport.TLSClientConfig.InsecureSkipVerify = true
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	root := c.cfg.Base.Scheme + "://" + c.cfg.Base.Host + "/"
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, root, nil)
	if err != nil {
		return time.Time{}
	}
	if n := c.cfg.Requests; n != nil {
		n.Add(1)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return time.Time{}
	}
	resp.Body.Close()
	return serverDate(resp.Header)
}
