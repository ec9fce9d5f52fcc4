package rest

import (
	"net"
	"net/http"
	"time"

	"github.com/mattn/go-ieproxy"
)

const (
	connectTimeout = 10 * time.Second
	headerTimeout  = 30 * time.Second
	idleTimeout    = 5 * time.Second
	mostIdle       = 4
	mostHeader     = 256 << 10
)

// NewTransport returns the transport a Client uses unless it is given another:
// the system's proxy, 10 s for connection and TLS each, 30 s for the answer's
// header, gzip, at most 4 idle connections and those for 5 s, so that none takes
// memory between two passes. Whoever shares one among clients closes its idle
// connections when they are done.
func NewTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  ieproxy.GetProxyFunc(),
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           mostIdle,
		MaxIdleConnsPerHost:    mostIdle,
		MaxResponseHeaderBytes: mostHeader,
	}
}
