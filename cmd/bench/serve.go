package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// traffic counts the bytes that went over connections, both ways.
type traffic struct{ bytes atomic.Int64 }

// meter is a listener whose connections are counted.
type meter struct {
	net.Listener
	traffic *traffic
}

func (m meter) Accept() (net.Conn, error) {
	conn, err := m.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return metered{conn, m.traffic}, nil
}

type metered struct {
	net.Conn
	traffic *traffic
}

func (m metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.traffic.bytes.Add(int64(n))
	return n, err
}

func (m metered) Write(p []byte) (int, error) {
	n, err := m.Conn.Write(p)
	m.traffic.bytes.Add(int64(n))
	return n, err
}

// served is a double on a free loopback port.
type served struct {
	address string
	traffic *traffic
	close   func()
}

// serve puts a double on a free loopback port: over TLS with a certificate,
// else over plain HTTP.
func serve(double http.Handler, certificate *tls.Certificate) (*served, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	s := &served{address: "http://" + listener.Addr().String(), traffic: new(traffic)}
	server := &http.Server{Handler: double, ReadHeaderTimeout: 10 * time.Second}
	run := server.Serve
	if certificate != nil {
		s.address = "https://" + listener.Addr().String()
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
		run = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = run(meter{listener, s.traffic}) // it ends with Close
	}()
	s.close = func() {
		_ = server.Close()
		<-ended
	}
	return s, nil
}

// certify makes a certificate for 127.0.0.1 and writes what a client has to
// trust to a file.
func certify(file string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "dialpad-sync bench"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
