package sim

import (
	"context"
	"net/http"
	"time"
)

// Cut says where a connection is cut.
type Cut string

// The places where a connection can be cut.
const (
	CutBefore Cut = "before" // before the request has any effect
	CutAfter  Cut = "after"  // after its effect, before the answer
	CutMid    Cut = "mid"    // in the middle of the answer's body
	CutIdle   Cut = "idle"   // after a complete answer that promised to keep it open
)

// Action is what happens to a request that a rule matches. The zero Action
// changes nothing.
type Action struct {
	Status     int
	Effect     bool // with Status: the request takes effect, its answer is replaced
	Header     http.Header
	Body       *string // nil: the double's own body for Status
	RetryAfter *string // see the package comment; nil: no header
	HTML       bool
	Redirect   string
	Reset      Cut
	Truncate   int // bytes kept; -1 means half
	Delay      time.Duration
	Hold       time.Duration
	Drip       int // bytes per second
	Gzip       bool
	Limit      Limit
	Skew       time.Duration     // of the Date header
	Domain     map[string]string // keys that only this double understands
}

// Limit is a real limiter: a token bucket and a bound on parallel requests.
// Zero values do not limit.
type Limit struct {
	PerSecond float64
	Burst     float64 // the bucket's size; 0 means PerSecond, at least 1
	Parallel  int
}

func (l Limit) any() bool { return l.PerSecond > 0 || l.Parallel > 0 }

// merge lets a later rule add to what earlier rules decided; where both say
// something about the same thing, the earlier one stands.
func (a Action) merge(b Action) Action {
	if !a.replaces() && b.replaces() {
		a.Status, a.Effect, a.HTML, a.Redirect, a.Reset = b.Status, b.Effect, b.HTML, b.Redirect, b.Reset
		a.Body, a.RetryAfter = b.Body, b.RetryAfter
	}
	if a.Truncate == 0 {
		a.Truncate = b.Truncate
	}
	if a.Drip == 0 {
		a.Drip = b.Drip
	}
	a.Gzip = a.Gzip || b.Gzip
	a.Delay += b.Delay
	a.Hold += b.Hold
	a.Skew += b.Skew
	a.Header = mergeHeader(a.Header, b.Header)
	a.Domain = mergeDomain(a.Domain, b.Domain)
	return a
}

// replaces tells whether the client gets something else than the answer.
func (a Action) replaces() bool { return a.answers() || a.Reset != "" }

// answers tells whether the action brings an answer of its own.
func (a Action) answers() bool {
	return a.Status != 0 || a.HTML || a.Redirect != "" || a.Body != nil
}

func mergeHeader(a, b http.Header) http.Header {
	if len(a) == 0 {
		return b.Clone()
	}
	for name, values := range b {
		a[name] = append(a[name], values...)
	}
	return a
}

func mergeDomain(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]string, len(a)+len(b))
	for _, m := range []map[string]string{b, a} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

type domainKey struct{}

// Domain returns the value of a key that only this double understands, as the
// faults that match this request set it.
func Domain(ctx context.Context, key string) (string, bool) {
	values, _ := ctx.Value(domainKey{}).(map[string]string)
	v, ok := values[key]
	return v, ok
}
