package rest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// serveTLS starts a TLS server whose certificate is valid in the given time,
// and returns a transport that trusts its issuer.
func serveTLS(t *testing.T, from, until time.Time, handler http.HandlerFunc) (*httptest.Server, *http.Transport) {
	t.Helper()
	return serveTLSBy(t, "Inspecting Proxy Inc", from, until, handler)
}

func serveTLSBy(t *testing.T, issuer string, from, until time.Time, handler http.HandlerFunc) (*httptest.Server, *http.Transport) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until, IsCA: true, BasicConstraintsValid: true,
		Subject:     pkix.Name{CommonName: "127.0.0.1", Organization: []string{issuer}},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := rest.NewTransport()
	transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	transport.TLSClientConfig.RootCAs.AddCert(cert)
	return server, transport
}

func TestUntrusted(t *testing.T) {
	var arrived seen
	server, _ := serveTLS(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(_ http.ResponseWriter, req *http.Request) { arrived.note(req) })
	var requests atomic.Int64
	client := connect(t, server.URL, func(cfg *rest.Config) {
		cfg.Tokens = &tokens{current: "one"}
		cfg.Requests = &requests
	})
	_, err := client.Do(t.Context(), post("create node"))
	e := want(t, err, source.Transient, source.CodeTLS)
	if e.Issuer != "Inspecting Proxy Inc" || e.ClockOff != 0 || !strings.Contains(e.Error(), "Inspecting Proxy Inc") {
		t.Errorf("error is %v by %q, want the issuer in it", err, e.Issuer)
	}
	if e.Unsure || arrived.count() != 0 || requests.Load() != 1 {
		t.Errorf("unsure %v, %d requests arrived, %d tried", e.Unsure, arrived.count(), requests.Load())
	}
}

// What a certificate says about its issuer is somebody else's text.
func TestIssuerIsFitToBeShown(t *testing.T) {
	for issuer, shown := range map[string]string{
		"Line\nfeed\x1b[31m\u202e Inc ": "Linefeed[31m Inc",
		strings.Repeat("Ü", 100):        strings.Repeat("Ü", 59) + "…",
		"\x00\x01":                      "",
	} {
		server, _ := serveTLSBy(t, issuer, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(http.ResponseWriter, *http.Request) {})
		_, err := connect(t, server.URL).Do(t.Context(), rest.Request{Op: "list"})
		if e := want(t, err, source.Transient, source.CodeTLS); e.Issuer != shown {
			t.Errorf("%q is shown as %q, want %q", issuer, e.Issuer, shown)
		}
	}
}

func TestOtherName(t *testing.T) {
	server, transport := serveTLS(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(http.ResponseWriter, *http.Request) {})
	client := connect(t, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), func(cfg *rest.Config) { cfg.Transport = transport })
	_, err := client.Do(t.Context(), rest.Request{Op: "list"})
	want(t, err, source.Transient, source.CodeTLS)
}

func TestPlainInsteadOfTLS(t *testing.T) {
	_, server := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := connect(t, strings.Replace(server.URL, "http:", "https:", 1))
	_, err := client.Do(t.Context(), rest.Request{Op: "list"})
	want(t, err, source.Transient, source.CodeTLS)
}

// A certificate that is out of date is the clock's fault if the server's own
// Date is in its time, and the server's otherwise.
func TestClock(t *testing.T) {
	day := 24 * time.Hour
	const untold = 1 // no Date header
	tests := []struct {
		name        string
		from, until time.Duration // from now
		date        time.Duration
		code        source.Code
		off         time.Duration // what is said, to the hour
	}{
		{"expired here, valid there", -20 * day, -5 * day, -10 * day, source.CodeClock, 10 * day},
		{"not yet valid here, valid there", 5 * day, 20 * day, 10 * day, source.CodeClock, -10 * day},
		{"expired", -20 * day, -5 * day, 0, source.CodeTLS, 0},
		{"expired, the clocks differ by hours", -20 * day, -5 * day, -23 * time.Hour, source.CodeTLS, 0},
		{"not yet valid here, and nobody tells the time", 5 * day, 20 * day, untold, source.CodeClock, -5 * day},
		{"expired, and nobody tells the time", -20 * day, -5 * day, untold, source.CodeTLS, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := time.Now()
			var arrived seen
			server, transport := serveTLS(t, now.Add(test.from), now.Add(test.until), func(w http.ResponseWriter, req *http.Request) {
				arrived.note(req)
				w.Header().Set("Date", now.Add(test.date).UTC().Format(http.TimeFormat))
				if test.date == untold {
					w.Header()["Date"] = nil
				}
			})
			client := connect(t, server.URL+"/v3.1", func(cfg *rest.Config) {
				cfg.Transport = transport
				cfg.Tokens = &tokens{current: "one"}
			})
			_, err := client.Do(t.Context(), rest.Request{Path: "/kbm/nodes", Op: "list"})
			e := want(t, err, source.Transient, test.code)
			if (e.ClockOff - test.off).Abs() > time.Hour {
				t.Errorf("the clock is said to be %v ahead, want %v", e.ClockOff, test.off)
			}
			if named := e.Issuer != ""; named != (test.code == source.CodeTLS) {
				t.Errorf("the issuer is said to be %q", e.Issuer)
			}
			for _, req := range arrived.requests {
				if req.URL.Path != "/" || req.Header.Get("Authorization") != "" || req.Method != "HEAD" {
					t.Errorf("over an untrusted connection went %s %s %v", req.Method, req.URL, req.Header)
				}
			}
		})
	}
}

func TestTrustedTLS(t *testing.T) {
	server, transport := serveTLS(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(w http.ResponseWriter, req *http.Request) {
		io.WriteString(w, req.Proto)
	})
	client := connect(t, server.URL, func(cfg *rest.Config) { cfg.Transport = transport })
	if resp, err := client.Do(t.Context(), rest.Request{Op: "get"}); err != nil || !strings.HasPrefix(string(resp.Body), "HTTP/") {
		t.Errorf("%v, %v", resp, err)
	}
}
