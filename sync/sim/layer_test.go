package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// double is a layer around one handler that counts its effects.
type double struct {
	*Layer
	effects atomic.Int64
	handler http.Handler
}

const answerBody = `{"entries":[1,2,3,4,5,6,7,8]}`

func newDouble(t *testing.T, clock *Clock, faults ...string) *double {
	t.Helper()
	d := &double{}
	mux := http.NewServeMux()
	mux.HandleFunc("/things/{id}", func(w http.ResponseWriter, r *http.Request) {
		d.effects.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		if v, ok := Domain(r.Context(), "page"); ok {
			w.Header().Set("X-Page", v)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answerBody)
	})
	d.Layer = &Layer{Clock: clock, Journal: NewJournal(0), Faults: NewFaults(clock, 7, "page"), Route: Routes(mux)}
	if err := d.Faults.AddText(faults...); err != nil {
		t.Fatal(err)
	}
	d.handler = d.Wrap(mux)
	return d
}

type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (d *double) serve(t *testing.T) (*http.Client, string) {
	t.Helper()
	server := httptest.NewServer(d.handler)
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, server.URL
}

func ask(client *http.Client, url string) answer {
	// A POST with a body is never repeated by net/http on its own.
	resp, err := client.Post(url, "text/plain", strings.NewReader("in"))
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(body), err: err}
}

func TestActionsOverTCP(t *testing.T) {
	login := strings.Contains
	tests := []struct {
		fault   string
		effects int64
		check   func(answer) bool
	}{
		{"status=503 retry-after=2", 0, func(a answer) bool {
			return a.status == 503 && a.header.Get("Retry-After") == "2" && a.body == `{"error":"Service Unavailable"}`
		}},
		{`retry-after=""`, 0, func(a answer) bool { _, ok := a.header["Retry-After"]; return a.status == 429 && ok }},
		{"status=429", 0, func(a answer) bool { _, ok := a.header["Retry-After"]; return a.status == 429 && !ok }},
		{"status=204", 0, func(a answer) bool { return a.status == 204 && a.body == "" }},
		{"status=502 effect", 1, func(a answer) bool { return a.status == 502 }},
		{"status=200 body=null", 0, func(a answer) bool { return a.status == 200 && a.body == "null" }},
		{"status=500 body=empty", 0, func(a answer) bool { return a.status == 500 && a.body == "" }},
		{"status=502 body=html", 0, func(a answer) bool { return a.status == 502 && login(a.body, "502 Bad Gateway") }},
		{"status=500 body=huge", 0, func(a answer) bool { return len(a.body) > hugeBody }},
		{"html", 0, func(a answer) bool { return a.status == 200 && login(a.body, "<form") }},
		{"redirect=http://elsewhere.example/x", 0, func(a answer) bool {
			return a.status == 302 && a.header.Get("Location") == "http://elsewhere.example/x"
		}},
		{"reset=before", 0, func(a answer) bool { return errors.Is(a.err, syscall.ECONNRESET) || errors.Is(a.err, io.EOF) }},
		{"reset=after", 1, func(a answer) bool { return errors.Is(a.err, syscall.ECONNRESET) || errors.Is(a.err, io.EOF) }},
		{"reset=mid", 1, func(a answer) bool {
			return a.status == 200 && errors.Is(a.err, io.ErrUnexpectedEOF) && a.body == answerBody[:len(answerBody)/2]
		}},
		{"reset=idle", 1, func(a answer) bool { return a.err == nil && a.body == answerBody && a.header.Get("Connection") == "" }},
		{"truncate", 1, func(a answer) bool { return a.err == nil && a.body == answerBody[:len(answerBody)/2] }},
		{"truncate=5", 1, func(a answer) bool { return a.err == nil && a.body == answerBody[:5] }},
		{"gzip", 1, func(a answer) bool {
			return a.err == nil && a.body == answerBody && a.header.Get("Content-Length") == ""
		}},
		{"header=X-Extra:1 header=Content-Type:text/plain", 1, func(a answer) bool {
			return a.body == answerBody && a.header.Get("X-Extra") == "1" && a.header.Get("Content-Type") == "text/plain"
		}},
		{"page=loop", 1, func(a answer) bool { return a.header.Get("X-Page") == "loop" && a.body == answerBody }},
		{"PUT status=500", 1, func(a answer) bool { return a.body == answerBody }},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			d := newDouble(t, NewClock(), tt.fault)
			client, base := d.serve(t)
			got := ask(client, base+"/things/7?key=secret")
			if !tt.check(got) {
				t.Errorf("got %d %v %.80q %v", got.status, got.header, got.body, got.err)
			}
			if n := d.effects.Load(); n != tt.effects {
				t.Errorf("%d effects, want %d", n, tt.effects)
			}
		})
	}
}

func TestIdleCutClosesTheConnectionAfterTheAnswer(t *testing.T) {
	d := newDouble(t, NewClock(), "reset=idle nth=1")
	client, base := d.serve(t)
	if got := ask(client, base+"/things/1"); got.body != answerBody {
		t.Fatalf("first answer: %+v", got)
	}
	// The client is free to meet the closed connection or to notice it in time.
	if got := ask(client, base+"/things/1"); got.err == nil && got.body != answerBody {
		t.Errorf("second answer: %+v", got)
	}
	if got := d.Journal.Entries()[0]; got.Status != 200 || got.Fault != "nth=1 reset=idle" {
		t.Errorf("journal: %+v", got)
	}
}

func TestDelayedRequestHasNoEffectOnceTheClientHasGone(t *testing.T) {
	for fault, want := range map[string]int64{"delay=1h": 0, "hold=1h": 1} {
		d := newDouble(t, NewClock(), fault)
		server := httptest.NewServer(d.handler)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		req, _ := http.NewRequestWithContext(ctx, "POST", server.URL+"/things/1", strings.NewReader("in"))
		if _, err := server.Client().Do(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", fault, err)
		}
		cancel()
		server.Close() // waits until the handler has ended
		if n := d.effects.Load(); n != want {
			t.Errorf("%s: %d effects, want %d", fault, n, want)
		}
	}
}

func TestJournalHoldsWhatMattersAndNoSecret(t *testing.T) {
	d := newDouble(t, NewFrozenClock(time.Unix(1_800_000_000, 0)), "nth=2 reset=before")
	client, base := d.serve(t)
	_ = ask(client, base+"/things/7?token=hidden&a=1")
	_ = ask(client, base+"/things/8")
	server := d.Journal.Entries()
	if len(server) != 2 {
		t.Fatalf("%d entries", len(server))
	}
	first, second := server[0], server[1]
	if first.Template != "/things/{id}" || first.Subject != "7" || first.Status != 200 || first.BodyBytes != 2 ||
		len(first.QueryKeys) != 2 || first.QueryKeys[1] != "token" || first.Time.Unix() != 1_800_000_000 {
		t.Errorf("first: %+v", first)
	}
	if second.Status != 0 || second.Fault != "nth=2 reset=before" {
		t.Errorf("second: %+v", second)
	}
	text, err := d.Journal.MarshalJSON()
	if err != nil || strings.Contains(string(text), "hidden") || !strings.Contains(string(text), `"POST /things/{id}":{"requests":2,"statuses":{"0":1,"200":1}}`) {
		t.Errorf("JSON: %s %v", text, err)
	}
}

// How long a request was under way includes what a fault made it wait, before
// its effect or after it.
func TestJournalTellsHowLongARequestWasUnderWay(t *testing.T) {
	const wait = 20 * time.Millisecond
	d := newDouble(t, NewClock(), "nth=1 hold=20ms", "nth=2 delay=20ms", "nth=3 delay=20ms status=500", "nth=4 hold=20ms reset=after")
	client, base := d.serve(t)
	for i := range 4 {
		_ = ask(client, base+"/things/1")
		if e := d.Journal.Entries()[i]; e.Took < wait {
			t.Errorf("request %d was under way for %s: %+v", i+1, e.Took, e)
		}
	}
}

func TestDateHeaderFollowsClockSkewAndFault(t *testing.T) {
	clock := NewFrozenClock(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	clock.SetSkew(time.Hour)
	d := newDouble(t, clock, "nth=2 clock=+1d", "nth=3 status=429 retry-after=date:30")
	client, base := d.serve(t)
	for i, want := range []string{"Sun, 22 Nov 2026 11:00:00 GMT", "Mon, 23 Nov 2026 11:00:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT"} {
		got := ask(client, base+"/things/1")
		if got.header.Get("Date") != want {
			t.Errorf("answer %d: Date %q, want %q", i+1, got.header.Get("Date"), want)
		}
		if i == 2 && got.header.Get("Retry-After") != "Sun, 22 Nov 2026 11:00:30 GMT" {
			t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
		}
	}
}

// A serial client never meets its own shadow: neither in the journal nor at a
// limit of one request at a time.
func TestAnswerIsSeenOnlyAfterItsRequestIsOver(t *testing.T) {
	d := &double{}
	clock := NewClock()
	d.Layer = &Layer{
		Clock: clock, Journal: NewJournal(0), Faults: NewFaults(clock, 1),
		Route: func(*http.Request) Route { return Route{Template: "/big"} },
	}
	if err := d.Faults.AddText("parallel=1"); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("x", 100_000) // larger than every buffer on the way
	d.handler = d.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 2 {
			_, _ = io.WriteString(w, big)
		}
	}))
	client, base := d.serve(t)
	for i := range 300 {
		if got := ask(client, base+"/big"); got.status != 200 || len(got.body) != len(big) || d.Journal.Total() != int64(i+1) {
			t.Fatalf("request %d: %d, %d bytes, %d in the journal", i+1, got.status, len(got.body), d.Journal.Total())
		}
	}
	if got, err := client.Get(base + "/big"); err != nil || got.StatusCode != 200 || got.Body.Close() != nil {
		t.Errorf("an answer without a body: %v %v", got, err)
	}
	if tally := d.Journal.Counts()["POST /big"]; tally.Statuses[200] != 300 || d.Journal.MaxParallel() != 1 {
		t.Errorf("%+v, %d parallel", tally, d.Journal.MaxParallel())
	}
	if d.Journal.Counts()["GET /big"].Statuses[200] != 1 {
		t.Errorf("an answer without a body: %+v", d.Journal.Counts())
	}
}

func TestInternalRequestsAreLeftAlone(t *testing.T) {
	d := newDouble(t, NewClock(), "status=500")
	d.Route = func(*http.Request) Route { return Route{Internal: true} }
	client, base := d.serve(t)
	if got := ask(client, base+"/things/1"); got.body != answerBody || d.Journal.Total() != 0 {
		t.Errorf("%+v, %d in the journal", got, d.Journal.Total())
	}
}
