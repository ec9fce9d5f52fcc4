package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestTransportWithFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDouble(t, NewClock(), "nth=1 delay=1h", "nth=2 drip=10", "nth=3 reset=after", "nth=4 reset=mid")
		client := &http.Client{Transport: Transport(d.handler)}
		start := time.Now()
		if got := ask(client, "http://double/things/1"); got.body != answerBody || time.Since(start) != time.Hour {
			t.Errorf("delayed: %+v after %v", got, time.Since(start))
		}
		start = time.Now()
		want := time.Duration(len(answerBody)-1) * 100 * time.Millisecond
		if got := ask(client, "http://double/things/1"); got.body != answerBody || time.Since(start) != want {
			t.Errorf("dripped: %+v after %v, want %v", got, time.Since(start), want)
		}
		if got := ask(client, "http://double/things/1"); !errors.Is(got.err, syscall.ECONNRESET) {
			t.Errorf("cut after the effect: %+v", got)
		}
		if got := ask(client, "http://double/things/1"); !errors.Is(got.err, io.ErrUnexpectedEOF) || got.body == "" {
			t.Errorf("cut in the middle: %+v", got)
		}
		if d.effects.Load() != 4 {
			t.Errorf("%d effects", d.effects.Load())
		}
	})
}

// The bubble fails if a handler's goroutine outlives the exchange.
func TestTransportLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDouble(t, NewClock(), "nth=1 delay=1h", "nth=2 drip=1")
		rt := Transport(d.handler)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "POST", "http://double/things/1", strings.NewReader("in"))
		if resp, err := rt.RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v %v", resp, err)
		}
		req, _ = http.NewRequestWithContext(t.Context(), "GET", "http://double/things/1", nil)
		resp, err := rt.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.ContentLength != int64(len(answerBody)) {
			t.Errorf("ContentLength %d", resp.ContentLength)
		}
		_ = resp.Body.Close()
	})
}
