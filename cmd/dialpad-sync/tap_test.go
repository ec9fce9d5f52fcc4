package main

import (
	"net/http"
	"sync"
	"sync/atomic"
)

// tap lets a test see the requests of a double as they come and go.
type tap struct {
	double http.Handler
	mu     sync.Mutex
	before func(*http.Request) // has had no effect yet
	after  func(*http.Request) // has had its effect; the answer is not sent yet
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
	a.double.ServeHTTP(w, r)
	if after != nil {
		after(r)
	}
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
