package rest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// cut ends the connection in a hard way.
func cut(t *testing.T, w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// half sends the beginning of an answer and ends the connection.
func half(t *testing.T, w http.ResponseWriter, text string) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, text)
	if err := http.NewResponseController(w).Flush(); err != nil {
		t.Error(err)
	}
	cut(t, w)
}

func post(op string) rest.Request {
	return rest.Request{
		Method: "POST", Path: "/kbm/nodes", Op: op, NoRetry: true, ContentType: "application/json",
		Body: func() (io.Reader, error) { return strings.NewReader(`{"title":"x"}`), nil },
	}
}

// What may have taken effect comes back unsure and is not repeated; what
// certainly did nothing is not unsure.
func TestUnsure(t *testing.T) {
	tests := []struct {
		name   string
		answer func(t *testing.T, w http.ResponseWriter, req *http.Request)
		kind   source.Kind
		code   source.Code
		unsure bool
	}{
		{"reset before the answer", func(t *testing.T, w http.ResponseWriter, _ *http.Request) { cut(t, w) }, source.Transient, source.CodeDown, true},
		{"reset in the answer", func(t *testing.T, w http.ResponseWriter, _ *http.Request) { half(t, w, `{"id":`) }, source.Transient, source.CodeCutShort, true},
		{"no answer in time", func(_ *testing.T, _ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }, source.Transient, source.CodeDown, true},
		{"502", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, source.Transient, source.CodeDown, true},
		{"503 with a time", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(503)
		}, source.Throttled, "", true},
		{"504", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(504) }, source.Transient, source.CodeDown, true},
		{"redirect", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(302)
		}, source.Transient, source.CodeRedirect, true},
		{"page instead of data", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") }, source.Transient, source.CodeNotData, true},
		{"422", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422) }, source.BadDocument, source.CodeRefused, false},
		{"409", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(409) }, source.BadDocument, source.CodeRefused, false},
		{"403", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, source.Forbidden, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var effects atomic.Int64
			client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
				_, _ = io.Copy(io.Discard, req.Body)
				effects.Add(1)
				test.answer(t, w, req)
			})
			req := post("create node")
			if test.name == "no answer in time" {
				req.Timeout = 50 * time.Millisecond
			}
			var into struct{ ID string }
			_, err := client.JSON(t.Context(), req, &into)
			if e := want(t, err, test.kind, test.code); e.Unsure != test.unsure {
				t.Errorf("unsure is %v: %v", e.Unsure, e)
			}
			if effects.Load() != 1 {
				t.Errorf("the write took effect %d times", effects.Load())
			}
		})
	}
}

// A create that was told to wait certainly did nothing and is repeated.
func TestNoRetryRepeatsWhatDidNothing(t *testing.T) {
	var arrived seen
	signIn := &tokens{current: "one", next: []string{"two"}}
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		switch arrived.note(req) {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(429)
		case 2:
			w.WriteHeader(401)
		default:
			io.Copy(w, req.Body)
		}
	}, func(cfg *rest.Config) { cfg.Tokens = signIn })
	resp, err := client.Do(t.Context(), post("create node"))
	if err != nil || string(resp.Body) != `{"title":"x"}` || arrived.count() != 3 {
		t.Errorf("after %d requests: %v, %v", arrived.count(), resp, err)
	}
}

func TestNothingSent(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	refusing := connect(t, server.URL)
	_, err := refusing.Do(impatient(t), post("create node"))
	if e := want(t, err, source.Transient, source.CodeDown); e.Unsure {
		t.Errorf("a refused connection is unsure: %v", e)
	}

	offline := connect(t, "https://acme.example", func(cfg *rest.Config) {
		transport := rest.NewTransport()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "acme.example", IsNotFound: true}}
		}
		cfg.Transport = transport
	})
	_, err = offline.Do(impatient(t), post("create node"))
	if e := want(t, err, source.Transient, source.CodeOffline); e.Unsure {
		t.Errorf("an unknown host is unsure: %v", e)
	}
}

func TestResets(t *testing.T) {
	tests := map[string]func(*testing.T, http.ResponseWriter){
		"before the header": cut,
		"in the body":       func(t *testing.T, w http.ResponseWriter) { half(t, w, `{"entries":[`) },
	}
	for name, fail := range tests {
		t.Run(name, func(t *testing.T) {
			var arrived seen
			client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
				if arrived.note(req) == 1 {
					fail(t, w)
					return
				}
				io.WriteString(w, "whole")
			})
			resp, err := client.Do(t.Context(), rest.Request{Op: "get"})
			if err != nil || string(resp.Body) != "whole" || arrived.count() != 2 {
				t.Errorf("after %d requests: %v, %v", arrived.count(), resp, err)
			}
		})
	}
}

// The server closes a kept connection without a word; the next request does
// not notice.
func TestClosedKeepAlive(t *testing.T) {
	var arrived seen
	client, server := serve(t, func(w http.ResponseWriter, req *http.Request) { arrived.note(req) })
	for range 3 {
		if _, err := client.Do(t.Context(), rest.Request{Op: "get"}); err != nil {
			t.Fatal(err)
		}
		server.CloseClientConnections()
	}
	if arrived.count() != 3 {
		t.Errorf("%d requests, want 3", arrived.count())
	}
}

func TestSlowAnswerCanBeCancelled(t *testing.T) {
	gone := make(chan struct{})
	started := make(chan struct{})
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		defer close(gone)
		control := http.NewResponseController(w)
		w.Write([]byte("d"))
		_ = control.Flush()
		close(started)
		for req.Context().Err() == nil {
			select {
			case <-time.After(time.Millisecond):
				w.Write([]byte("r"))
				_ = control.Flush()
			case <-req.Context().Done():
			}
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	_, err := client.Do(ctx, rest.Request{Op: "read content"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	<-gone
}

func TestDripTimesOut(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		w.Write([]byte("d"))
		_ = http.NewResponseController(w).Flush()
		<-req.Context().Done()
	})
	_, err := client.Do(impatient(t), rest.Request{Op: "read content", Timeout: 50 * time.Millisecond})
	if e := want(t, err, source.Transient, source.CodeDown); e.Err == nil || !strings.Contains(e.Err.Error(), "in time") {
		t.Errorf("error is %v", e)
	}
}

func TestGzip(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("Accept-Encoding is %q", req.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		io.WriteString(packed, `{"title":"`+strings.Repeat("a", 5000)+`"}`)
		packed.Close()
	})
	var into struct{ Title string }
	if _, err := client.JSON(t.Context(), rest.Request{Op: "get"}, &into); err != nil || len(into.Title) != 5000 {
		t.Errorf("%d bytes, %v", len(into.Title), err)
	}
	_, err := client.Do(t.Context(), rest.Request{Op: "get", MaxBytes: 1000})
	if want(t, err, source.BadDocument, source.CodeTooLarge); !errors.Is(err, rest.ErrTooLarge) {
		t.Errorf("a small package with a large content: %v", err)
	}
}

// counting counts what is read of answers.
type counting struct {
	http.RoundTripper
	read atomic.Int64
}

type countingBody struct {
	io.ReadCloser
	read *atomic.Int64
}

func (b countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	return n, err
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Body = countingBody{resp.Body, &c.read}
	}
	return resp, err
}

func (c *counting) CloseIdleConnections() { c.RoundTripper.(*http.Transport).CloseIdleConnections() }

func TestHugeErrorBody(t *testing.T) {
	transport := &counting{RoundTripper: rest.NewTransport()}
	client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		_, _ = io.Copy(w, io.LimitReader(endless{}, 10<<20))
	}, func(cfg *rest.Config) { cfg.Transport = transport })
	resp, err := client.Do(t.Context(), rest.Request{Op: "put"})
	if e := want(t, err, source.BadDocument, source.CodeRefused); e.Err != nil {
		t.Errorf("a message came of it: %v", e)
	}
	if read := transport.read.Load(); read > 64<<10 || len(resp.Body) != 64<<10 {
		t.Errorf("read %d bytes, kept %d, want 64 KiB", read, len(resp.Body))
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestTooLarge(t *testing.T) {
	transport := &counting{RoundTripper: rest.NewTransport()}
	var arrived seen
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		arrived.note(req)
		if req.URL.Path == "/announced" {
			w.Header().Set("Content-Length", "10485760")
		}
		_, _ = io.Copy(w, io.LimitReader(endless{}, 10<<20))
	}, func(cfg *rest.Config) { cfg.Transport = transport })
	for _, path := range []string{"/announced", "/endless"} {
		transport.read.Store(0)
		_, err := client.Do(t.Context(), rest.Request{Path: path, Op: "get", MaxBytes: 1000})
		if want(t, err, source.BadDocument, source.CodeTooLarge); !errors.Is(err, rest.ErrTooLarge) {
			t.Errorf("error is %v", err)
		}
		if transport.read.Load() > 1001 {
			t.Errorf("%s: read %d bytes", path, transport.read.Load())
		}
	}
	if arrived.count() != 2 {
		t.Errorf("%d requests, want each asked once", arrived.count())
	}
	exact, err := client.Do(t.Context(), rest.Request{Path: "/endless", Op: "get", MaxBytes: 10 << 20})
	if err != nil || len(exact.Body) != 10<<20 {
		t.Errorf("an answer of exactly the bound: %v", err)
	}
}

func TestDateAndHeaders(t *testing.T) {
	skewed := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	var requests atomic.Int64
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.UserAgent() != "dialpad-sync/test" || req.Header.Get("Kare-Content-Locale") != "en-US" {
			t.Errorf("header is %v", req.Header)
		}
		w.Header().Set("Date", skewed.Format(http.TimeFormat))
	}, func(cfg *rest.Config) { cfg.Requests = &requests })
	resp, err := client.Do(t.Context(), rest.Request{
		Op: "get", Path: "/v3.1/kbm/nodes/a%2Fb/?status=published", Query: url.Values{"limit": {"100"}},
		Header: http.Header{"Kare-Content-Locale": {"en-US"}},
	})
	if err != nil || !resp.Date.Equal(skewed) {
		t.Errorf("date is %v, %v", resp, err)
	}
	if requests.Load() != 1 {
		t.Errorf("%d requests counted", requests.Load())
	}
}

// No log line and no error holds an address, a query, a token or a body.
func TestSilence(t *testing.T) {
	var log bytes.Buffer
	signIn := &tokens{current: "verysecrettoken", next: []string{"anothersecret"}}
	client, server := serve(t, func(w http.ResponseWriter, req *http.Request) {
		w.WriteHeader(401)
		io.WriteString(w, `{"message":"verysecrettoken and anothersecret are bad, see https://x/?q=whisper"}`)
	}, func(cfg *rest.Config) {
		cfg.Tokens = signIn
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	request := rest.Request{
		Path: "/nodes/node_0123456789", Query: url.Values{"cursor": {"whisper"}},
		Template: "/nodes/{id}", Op: "read node",
	}
	_, failed := client.Do(t.Context(), request)
	server.Close()
	_, broken := client.Do(impatient(t), request)
	said := log.String() + failed.Error() + broken.Error()
	for _, secret := range []string{"anothersecret", "whisper", "0123456789", "nodes?"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is told in %s", secret, said)
		}
	}
	for _, part := range []string{"method=GET", "path=/nodes/{id}", "status=401", "duration="} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %s: %s", part, log.String())
		}
	}
}
