package sim

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// ControlPrefix is where every double has its control.
const ControlPrefix = "/__sim/"

// maxControl bounds the body of a control request.
const maxControl = 64 << 20

// Control serves what all doubles share under /__sim/: POST faults, GET faults,
// POST clock, GET journal, and POST reset, which clears these three and then
// calls reset. Further patterns ("POST /__sim/seed") may be added with Handle.
// Only loopback addresses with the X-Sim-Key header are answered.
type Control struct {
	mux *http.ServeMux
	key string
}

// NewControl returns the control of a layer. An empty key refuses everybody;
// reset may be nil.
func NewControl(l *Layer, key string, reset func()) *Control {
	c := &Control{mux: http.NewServeMux(), key: key}
	c.Handle("POST /__sim/faults", setFaults(l.Faults))
	c.Handle("GET /__sim/faults", func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, http.StatusOK, l.Faults.Rules()) })
	c.Handle("POST /__sim/clock", setClock(l.Clock))
	c.Handle("GET /__sim/journal", func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, http.StatusOK, l.Journal) })
	c.Handle("POST /__sim/reset", func(w http.ResponseWriter, _ *http.Request) {
		l.Faults.Clear()
		l.Journal.Reset()
		l.Clock.Reset()
		if reset != nil {
			reset()
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return c
}

// Handle adds a control call.
func (c *Control) Handle(pattern string, h http.HandlerFunc) { c.mux.HandleFunc(pattern, h) }

// ServeHTTP answers a request whose path begins with ControlPrefix.
func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		controlError(w, http.StatusForbidden, fmt.Errorf("control is for loopback only"))
		return
	}
	if c.key == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Sim-Key")), []byte(c.key)) != 1 {
		controlError(w, http.StatusForbidden, fmt.Errorf("the X-Sim-Key header is missing or wrong"))
		return
	}
	c.mux.ServeHTTP(w, r)
}

// setFaults takes {"faults":["…"],"clear":true}; the texts are added after the
// clearing, all or none.
func setFaults(f *Faults) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Clear  bool     `json:"clear"`
			Faults []string `json:"faults"`
		}
		if !ReadJSON(w, r, &in) {
			return
		}
		if err := f.replace(in.Clear, in.Faults); err != nil {
			controlError(w, http.StatusBadRequest, err)
			return
		}
		WriteJSON(w, http.StatusOK, f.Rules())
	}
}

func (f *Faults) replace(clear bool, texts []string) error {
	for _, text := range texts {
		if _, err := Parse(text, f.words...); err != nil {
			return err
		}
	}
	if clear {
		f.Clear()
	}
	return f.AddText(texts...)
}

// setClock takes {"advance":"2h","skew":"+10y"}, both optional, and answers
// with the double's time.
func setClock(c *Clock) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Advance string  `json:"advance"`
			Skew    *string `json:"skew"`
		}
		if !ReadJSON(w, r, &in) {
			return
		}
		var advance, skew time.Duration
		var err error
		if in.Advance != "" {
			advance, err = Span(in.Advance)
		}
		if err == nil && in.Skew != nil {
			skew, err = Span(*in.Skew)
		}
		if err != nil {
			controlError(w, http.StatusBadRequest, err)
			return
		}
		c.Advance(advance)
		if in.Skew != nil {
			c.SetSkew(skew)
		}
		WriteJSON(w, http.StatusOK, map[string]time.Time{"now": c.Now(), "date": c.Date()})
	}
}

// ReadJSON decodes the body of a control request; on failure it answers 400
// and reports false. Unknown fields are an error.
func ReadJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(io.LimitReader(r.Body, maxControl))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		controlError(w, http.StatusBadRequest, fmt.Errorf("decode the request: %w", err))
		return false
	}
	return true
}

// WriteJSON answers with a value.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		controlError(w, http.StatusInternalServerError, err)
		return
	}
	writeText(w, status, "application/json", string(body)+"\n")
}

func controlError(w http.ResponseWriter, status int, err error) {
	body, _ := json.Marshal(map[string]string{"error": err.Error()})
	writeText(w, status, "application/json", string(body))
}
