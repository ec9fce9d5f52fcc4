package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// wrongClock is how far our clock may differ from a server's before it is
// blamed for an expired certificate.
const wrongClock = 24 * time.Hour

// clockKept is how long what a server said about its clock is believed, so that
// asking for it does not double the requests to a server that is broken.
const clockKept = 10 * time.Minute

// clockVerdict is what clockOff found last. It is safe for concurrent use.
type clockVerdict struct {
	turn  chan struct{} // holds one element while what follows is in use
	asked time.Time     // zero: never
	ahead time.Duration
}

func newClockVerdict() *clockVerdict { return &clockVerdict{turn: make(chan struct{}, 1)} }

// of returns what ask says about err, asking at most once in clockKept. Who
// comes while it is asked waits for its answer; it is 0 when ctx ends first.
func (v *clockVerdict) of(ctx context.Context, err error, ask func() time.Duration) time.Duration {
	if !outOfDate(err) {
		return 0
	}
	select {
	case v.turn <- struct{}{}:
		defer func() { <-v.turn }()
	case <-ctx.Done():
		return 0
	}
	if v.asked.IsZero() || time.Since(v.asked) >= clockKept {
		ahead := ask()
		if ctx.Err() != nil {
			return ahead
		}
		v.ahead, v.asked = ahead, time.Now()
	}
	return v.ahead
}

// outOfDate says whether a certificate looks expired or not yet valid.
func outOfDate(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// clockOff tells a certificate that is out of date from a clock that is: it is
// how far this computer's clock is ahead, negative behind, or 0 where the clock
// is not to blame. If a certificate looks expired or not yet valid, the server
// is asked for its Date over a connection that trusts anybody and carries
// neither token nor path: all that can come of a forged answer is the wrong
// sentence on screen. A server that does not tell leaves one certain case: no
// certificate is in use before it is valid.
func clockOff(ctx context.Context, host string, transport http.RoundTripper, count *atomic.Int64, err error) time.Duration {
	var invalid x509.CertificateInvalidError
	if !errors.As(err, &invalid) || !outOfDate(err) {
		return 0
	}
	if date := peerDate(ctx, host, transport, count); !date.IsZero() {
		if ahead := time.Since(date); ahead.Abs() > wrongClock {
			return ahead
		}
		return 0
	}
	if invalid.Cert == nil {
		return 0
	}
	return min(0, time.Since(invalid.Cert.NotBefore))
}

// peerDate asks the server for its clock; the zero time means that it did not
// tell.
func peerDate(ctx context.Context, host string, through http.RoundTripper, count *atomic.Int64) time.Time {
	transport, ok := through.(*http.Transport)
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
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, "https://"+host+"/", nil)
	if err != nil {
		return time.Time{}
	}
	if count != nil {
		count.Add(1)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return time.Time{}
	}
	resp.Body.Close()
	return serverDate(resp.Header)
}
