package rest

import (
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

const (
	// brokenLimit is how many failures in a row open the circuit.
	brokenLimit = 5
	// firstProbe and mostProbe bound the time between two requests to a dead
	// server; it grows by probeGrowth, except without a network: then nothing
	// reaches the server, and a network that is back is to be noticed soon.
	firstProbe  = 31 * time.Second
	mostProbe   = 60 * time.Second
	probeGrowth = 1.4
)

// circuit keeps a dead server from being asked over and over. It opens after
// brokenLimit failures without a success between them: connections that failed
// count each, answers 5xx once per request, because one document a server
// chokes on does not make it dead. While open it lets one request through at a
// time, at least firstProbe after the last one; a success closes it.
//
// A circuit is not safe for concurrent use.
type circuit struct {
	unanswered int      // failures without an answer
	answered   []uint64 // requests that were answered 5xx
	code       source.Code
	spacing    time.Duration
	next       time.Time // when the next probe may go; zero while closed
	probing    bool
}

// wait says whether a request has to wait, and how long at least; a request
// that need not wait while the circuit is open is the probe.
func (c *circuit) wait(now time.Time) (time.Duration, bool) {
	if c.next.IsZero() {
		return 0, false
	}
	return max(0, c.next.Sub(now)), c.probing || now.Before(c.next)
}

// enter notes that a request goes out.
func (c *circuit) enter() (probe bool) {
	c.probing = !c.next.IsZero()
	return c.probing
}

// broke notes a failure of the given request: a connection that failed, or an
// answer 5xx.
func (c *circuit) broke(now time.Time, request uint64, code source.Code, answered, probe bool) {
	open := !c.next.IsZero()
	switch {
	case !answered:
		c.unanswered++
	case !open && !slices.Contains(c.answered, request):
		c.answered = append(c.answered, request)
	}
	c.code = code
	c.left(probe)
	switch {
	case open && !probe, c.unanswered+len(c.answered) < brokenLimit:
		return
	case !open, code == source.CodeOffline:
		c.spacing = firstProbe
	default:
		c.spacing = min(mostProbe, time.Duration(probeGrowth*float64(c.spacing)))
	}
	c.next = now.Add(c.spacing)
}

// worked notes an answer: the server lives.
func (c *circuit) worked() {
	*c = circuit{}
}

// left notes that a request ended without saying anything about the server.
func (c *circuit) left(probe bool) {
	if probe {
		c.probing = false
	}
}
