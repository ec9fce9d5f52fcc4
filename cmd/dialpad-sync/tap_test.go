package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
)

// tap lets a test see the requests of a double as they come and go.
type tap struct {
	double http.Handler
	mu     sync.Mutex
	before func(*http.Request) // has had no effect yet
	after  func(*http.Request) // has had its effect; the answer is not sent yet
	most   atomic.Int64        // bytes of the longest answer that somebody took
}

func (a *tap) set(before, after func(*http.Request)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.before, a.after = before, after
}

func (a *tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	before, after := a.before, a.after
	a.mu.Unlock()
	if before != nil {
		before(r)
	}
	sent := &counter{ResponseWriter: w}
	a.double.ServeHTTP(sent, r)
	for most := a.most.Load(); sent.n > most && !a.most.CompareAndSwap(most, sent.n); most = a.most.Load() {
	}
	if after != nil {
		after(r)
	}
}

// counter counts the bytes of a body that could be sent.
type counter struct {
	http.ResponseWriter
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.n += int64(n)
	return n, err
}

// Unwrap lets the double flush and hijack.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// tapped serves a double whose answers wait in small buffers: what a client
// does not take is not sent.
func tapped(at *tap) *httptest.Server {
	server := httptest.NewUnstartedServer(at)
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(64 << 10) // larger ones only blur the count
		return ctx
	}
	server.Start()
	return server
}

// hold keeps the nth request of a method from being answered until goOn is
// closed; reached is closed when it has come.
func hold(at *tap, method string, n int64) (reached, goOn chan struct{}) {
	reached, goOn = make(chan struct{}), make(chan struct{})
	hit := nth(method, n)
	at.set(func(r *http.Request) {
		if hit(r) {
			close(reached)
			<-goOn
		}
	}, nil)
	return reached, goOn
}

// nth matches the nth request of a method.
func nth(method string, n int64) func(*http.Request) bool {
	var seen atomic.Int64
	return func(r *http.Request) bool { return r.Method == method && seen.Add(1) == n }
}
