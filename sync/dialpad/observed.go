package dialpad

import (
	"sync"
	"time"
)

// aliveFor is how long an answer proves that the API version is still served.
const aliveFor = time.Minute

// observed is what the Destination learns about the API while it works. It is
// safe for concurrent use.
type observed struct {
	mu sync.Mutex
	// last is when the version last answered.
	last time.Time
	// slash and bare say that a node was read at the path with, or only
	// without, the slash at its end.
	slash, bare bool
	// wrote says that the last write that was allowed or forbidden was allowed.
	wrote bool
	// needsStatus says that listings must name a status.
	needsStatus bool
}

// answered notes a success.
func (o *observed) answered(e endpoint) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = time.Now()
	o.slash = o.slash || e == getNode
}

func (o *observed) aliveSince(t time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last.After(t)
}

// nodePath is where nodes are read.
func (o *observed) nodePath() endpoint {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bare {
		return getNodeBare
	}
	return getNode
}

func (o *observed) pathUnproved() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.slash && !o.bare
}

func (o *observed) useBarePath() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bare = true
}

// writeAllowed notes a write that was allowed or forbidden, and returns which
// of the two the one before was.
func (o *observed) writeAllowed(yes bool) (before bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, o.wrote = o.wrote, yes
	return before
}

func (o *observed) statusNeeded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.needsStatus
}

func (o *observed) needStatus() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.needsStatus = true
}
