package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"syscall"
)

// Transport returns an http.RoundTripper that calls handler directly, for tests
// with fake time: inside a testing/synctest bubble a loopback server blocks for
// ever. A cut connection is syscall.ECONNRESET from the round trip, or
// io.ErrUnexpectedEOF while reading the body, as it is over TCP.
// The handler's goroutine ends before RoundTrip returns an error, and before
// the body's Close returns.
func Transport(handler http.Handler) http.RoundTripper { return transport{handler} }

type transport struct{ handler http.Handler }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:1"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	w := &pipeWriter{header: make(http.Header), body: writer, ready: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		defer in.Body.Close()
		w.serve(t.handler, in)
	}()
	end := func() {
		cancel()
		_ = reader.Close()
		<-done
	}
	select {
	case <-w.ready:
	case <-r.Context().Done():
		end()
		return nil, r.Context().Err()
	}
	if w.status == 0 {
		end()
		return nil, fmt.Errorf("read the answer: %w", syscall.ECONNRESET)
	}
	return w.response(r, &pipeBody{PipeReader: reader, end: end}), nil
}

// pipeWriter is the handler's side.
type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	once   sync.Once
	ready  chan struct{} // closed when sent and status are final
	sent   http.Header
	status int // 0: cut before a status
}

func (w *pipeWriter) serve(handler http.Handler, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			if err, ok := v.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			w.once.Do(func() { close(w.ready) })
			_ = w.body.CloseWithError(io.ErrUnexpectedEOF)
			return
		}
		w.WriteHeader(http.StatusOK)
		_ = w.body.Close()
	}()
	handler.ServeHTTP(w, r)
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if status < 200 {
		return
	}
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.ready)
	})
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush does nothing: a write is read at once.
func (w *pipeWriter) Flush() {}

func (w *pipeWriter) response(r *http.Request, body io.ReadCloser) *http.Response {
	length, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
	if err != nil {
		length = -1
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Body: body, Request: r, ContentLength: length,
	}
}

// pipeBody ends the handler when it is closed.
type pipeBody struct {
	*io.PipeReader
	end func()
}

func (b *pipeBody) Close() error {
	b.end()
	return nil
}
