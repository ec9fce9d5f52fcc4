package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"dialpadsync.app/sync/source"
)

// CertificateError says that a server's certificate is not trusted.
type CertificateError struct {
	// Issuer is who signed the certificate, as it says itself, or empty.
	Issuer string
	// Err is the reason.
	Err error
}

func (e *CertificateError) Error() string {
	if e.Issuer == "" {
		return e.Err.Error()
	}
	return "certificate by " + e.Issuer + ": " + e.Err.Error()
}

// Unwrap gives the reason.
func (e *CertificateError) Unwrap() error { return e.Err }

// ClockError says that this computer's clock is wrong, which makes good
// certificates look expired or not yet valid.
type ClockError struct {
	// Ahead is how far this computer's clock is ahead of the server's; negative
	// means behind.
	Ahead time.Duration
}

func (e *ClockError) Error() string {
	return "this computer's clock differs from the server's by " + e.Ahead.Abs().Round(time.Hour).String()
}

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
		return &CertificateError{issuer(verify.UnverifiedCertificates[0]), verify.Err}
	case errors.As(err, &unknown):
		return &CertificateError{issuer(unknown.Cert), unknown}
	case errors.As(err, &host):
		return &CertificateError{issuer(host.Certificate), host}
	case errors.As(err, &invalid):
		return &CertificateError{issuer(invalid.Cert), invalid}
	case errors.As(err, &record):
		return &CertificateError{Err: errors.New("the server does not speak TLS")}
	case errors.As(err, &alert):
		return &CertificateError{Err: alert}
	}
	return nil
}

func issuer(cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	name := cert.Issuer
	if len(name.Organization) > 0 {
		return name.Organization[0]
	}
	return name.CommonName
}
