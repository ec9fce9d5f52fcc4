package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"dialpadsync.app/sync/source"
)

// Explain says in e why the transport gave no answer: its Code and Err and, for
// an encrypted connection that was refused, Issuer and ClockOff. Where a
// certificate is out of date the server at e.Host is asked for its clock with
// the same transport, which is counted.
func Explain(ctx context.Context, e *source.Error, transport http.RoundTripper, count *atomic.Int64, err error) {
	explain(e, err, func() time.Duration { return clockOff(ctx, e.Host, transport, count, err) })
}

// explain is Explain; ahead says how far this computer's clock is ahead where a
// certificate is out of date for that reason, and 0 otherwise.
func explain(e *source.Error, err error, ahead func() time.Duration) {
	e.Code, e.Err = networkFailure(err)
	if e.Code != source.CodeTLS {
		return
	}
	var untrusted *untrustedError
	if errors.As(e.Err, &untrusted) {
		e.Issuer = untrusted.issuer
	}
	if off := ahead(); off != 0 {
		e.Code, e.ClockOff, e.Issuer = source.CodeClock, off, ""
		e.Err = errors.New("this computer's clock differs from the server's by " + off.Abs().Round(time.Hour).String())
	}
}

// untrustedError says that a server's certificate is not trusted.
type untrustedError struct {
	issuer string
	err    error
}

func (e *untrustedError) Error() string {
	if e.issuer == "" {
		return e.err.Error()
	}
	return "certificate by " + e.issuer + ": " + e.err.Error()
}

func (e *untrustedError) Unwrap() error { return e.err }

// networkFailure classes an error of the transport. The returned cause never
// holds an address's query.
func networkFailure(err error) (source.Code, error) {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	if untrusted := certificateFailure(err); untrusted != nil {
		return source.CodeTLS, untrusted
	}
	var dns *net.DNSError
	if errors.As(err, &dns) || unreachable(err) {
		return source.CodeOffline, err
	}
	var network net.Error
	switch {
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		err = errTimeout
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	default:
		// Some of the transport's errors quote what the server sent.
		err = fmt.Errorf("the connection failed (%T)", err)
	}
	return source.CodeDown, err
}

var errCutShort = errors.New("the answer breaks off")

// bodyFailure classes an error while reading an answer's body.
func bodyFailure(err error) (source.Code, error) {
	var timeout net.Error
	slow := errors.As(err, &timeout) && timeout.Timeout()
	if slow || errors.Is(err, errTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return source.CodeDown, errTimeout
	}
	return source.CodeCutShort, errCutShort
}

// certificateFailure finds the certificate in an error of the TLS handshake,
// or returns nil for other errors.
func certificateFailure(err error) error {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &verify) && len(verify.UnverifiedCertificates) > 0:
		return &untrustedError{issuer(verify.UnverifiedCertificates[0]), verify.Err}
	case errors.As(err, &unknown):
		return &untrustedError{issuer(unknown.Cert), unknown}
	case errors.As(err, &host):
		return &untrustedError{issuer(host.Certificate), host}
	case errors.As(err, &invalid):
		return &untrustedError{issuer(invalid.Cert), invalid}
	case errors.As(err, &record):
		return &untrustedError{err: errors.New("the server does not speak TLS")}
	case errors.As(err, &alert):
		return &untrustedError{err: alert}
	}
	return nil
}

const mostIssuer = 60

// issuer is who signed a certificate, fit to be shown.
func issuer(cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	name := cert.Issuer.CommonName
	if organizations := cert.Issuer.Organization; len(organizations) > 0 {
		name = organizations[0]
	}
	printable := func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}
	runes := []rune(strings.TrimSpace(strings.Map(printable, name)))
	if len(runes) > mostIssuer {
		runes = append(runes[:mostIssuer-1], '…')
	}
	return string(runes)
}
