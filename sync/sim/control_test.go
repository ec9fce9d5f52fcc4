package sim

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func control(t *testing.T, c *Control, method, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5000"
	r.Header.Set("X-Sim-Key", "k")
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	out, _ := io.ReadAll(w.Body)
	return w.Code, string(out)
}

func TestControlIsForLoopbackWithTheKey(t *testing.T) {
	d := newDouble(t, NewClock())
	for _, tt := range []struct {
		key, remote, sent string
		want              int
	}{
		{"k", "127.0.0.1:1", "k", 200}, {"k", "[::1]:1", "k", 200},
		{"k", "127.0.0.1:1", "x", 403}, {"k", "127.0.0.1:1", "", 403},
		{"k", "192.0.2.1:1", "k", 403}, {"", "127.0.0.1:1", "", 403},
	} {
		r := httptest.NewRequest("GET", "/__sim/journal", nil)
		r.RemoteAddr = tt.remote
		if tt.sent != "" {
			r.Header.Set("X-Sim-Key", tt.sent)
		}
		w := httptest.NewRecorder()
		NewControl(d.Layer, tt.key, nil).ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("key %q from %s with %q: %d, want %d", tt.key, tt.remote, tt.sent, w.Code, tt.want)
		}
	}
}

func TestControlSetsFaultsAndClock(t *testing.T) {
	d := newDouble(t, NewFrozenClock(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)))
	reset := false
	c := NewControl(d.Layer, "k", func() { reset = true })
	if code, body := control(t, c, "POST", "/__sim/faults", `{"faults":["nth=1 status=500","page=loop"]}`); code != 200 || !strings.Contains(body, "page=loop") {
		t.Errorf("faults: %d %s", code, body)
	}
	if code, body := control(t, c, "POST", "/__sim/faults", `{"clear":true,"faults":["status=9"]}`); code != 400 || !strings.Contains(body, "status=9") {
		t.Errorf("a bad fault: %d %s", code, body)
	}
	if n := len(d.Faults.Rules()); n != 2 {
		t.Errorf("%d rules after a refused call, want 2", n)
	}
	if got := statuses(t, d, 1)[0]; got != 500 {
		t.Errorf("the fault does not act: %d", got)
	}
	if code, body := control(t, c, "POST", "/__sim/clock", `{"advance":"1h","skew":"+1d"}`); code != 200 ||
		body != `{"date":"2026-11-23T11:00:00Z","now":"2026-11-22T11:00:00Z"}`+"\n" {
		t.Errorf("clock: %d %s", code, body)
	}
	for _, body := range []string{`{"advance":"soon"}`, `{"skew":"x"}`, `{"unknown":1}`, `[`} {
		if code, _ := control(t, c, "POST", "/__sim/clock", body); code != http.StatusBadRequest {
			t.Errorf("clock %s: %d, want 400", body, code)
		}
	}
	if code, _ := control(t, c, "POST", "/__sim/reset", ""); code != 204 || !reset || len(d.Faults.Rules()) != 0 || d.Journal.Total() != 0 {
		t.Errorf("reset: %d, called %v, %d rules, %d entries", code, reset, len(d.Faults.Rules()), d.Journal.Total())
	}
	if !d.Clock.Date().Equal(d.Clock.Now()) {
		t.Error("reset keeps the skew")
	}
}
