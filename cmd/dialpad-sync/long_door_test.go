//go:build long

package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// door is a double's server that knows when nobody is inside.
type door struct {
	*httptest.Server
	tap  *tap
	mu   sync.Mutex
	open int
	none *sync.Cond
}

func openDoor(t *testing.T, double http.Handler) *door {
	d := &door{tap: &tap{double: double}}
	d.Server = httptest.NewUnstartedServer(d.tap)
	d.none = sync.NewCond(&d.mu)
	d.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		d.mu.Lock()
		defer d.mu.Unlock()
		switch state {
		case http.StateNew:
			d.open++
		case http.StateClosed, http.StateHijacked:
			d.open--
		}
		d.none.Broadcast()
	}
	d.Start()
	t.Cleanup(d.Close)
	return d
}

// empty waits until every connection has gone, so that nothing a dead process
// had sent is still being carried out.
func (d *door) empty() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.open > 0 {
		d.none.Wait()
	}
}
