package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// encrypted puts the help center behind a certificate and writes its address
// into the settings.
func (w *world) encrypted(certificate tls.Certificate) {
	w.t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Date", w.zendesk.Clock().Date().UTC().Format(http.TimeFormat)) // also on pages for people
		w.atZendesk.ServeHTTP(rw, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // every handshake is refused
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	w.t.Cleanup(server.Close)
	w.change(w.zendeskURL, server.URL)
}

// certificate is one for 127.0.0.1 that is good around a moment.
func certificate(t *testing.T, around time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: around.AddDate(-1, 0, 0), NotAfter: around.AddDate(1, 0, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Somebody in between shows a certificate of their own: nothing is sent there.
func TestUntrustedConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.encrypted(certificate(t, time.Now()))
	o := w.call("sync", "--json", "--wait", "1s")
	o.says(t, exitWaiting, "Something on this network", "reads the connection to 127.0.0.1:", "and this computer does not trust it.")
	if r := o.report(t); r.Result != "waiting" || r.Error == nil || r.Error.Kind != "tls" {
		t.Errorf("%s", o)
	}
	if n := w.zendesk.Journal().Total(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// With a clock ten years off no certificate is good: the clock is blamed, not
// the network.
func TestClockTooFarOffForCertificates(t *testing.T) {
	t.Parallel()
	for name, years := range map[string]int{"behind": 10, "ahead": -10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			there := time.Now().AddDate(years, 0, 0)
			w.encrypted(certificate(t, there))
			w.zendesk.Clock().Advance(time.Until(there))
			o := w.call("sync", "--json", "--wait", "1s")
			o.says(t, exitWaiting, "This computer's clock is ", "Set the clock; we go on by ourselves.")
			if r := o.report(t); r.Error == nil || r.Error.Kind != "clock" {
				t.Errorf("%s", o)
			}
			if strings.Contains(o.errs, "trust") {
				t.Errorf("the network is blamed: %s", o)
			}
		})
	}
}
