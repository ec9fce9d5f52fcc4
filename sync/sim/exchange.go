package sim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hugeBody is how long the body "huge" is.
const hugeBody = 10 << 20

const loginPage = "<!DOCTYPE html><html><head><title>Sign in</title></head>" +
	"<body><form method=\"post\" action=\"/login\"><input name=\"user\"><input name=\"password\" type=\"password\"></form></body></html>"

const errorPage = "<html><head><title>%[1]d %[2]s</title></head><body><center><h1>%[1]d %[2]s</h1></center></body></html>"

// exchange carries one request through its action.
type exchange struct {
	layer  *Layer
	action Action
	w      http.ResponseWriter
	r      *http.Request
	next   http.Handler
	finish func(status int) // the request is over; only the first call counts
}

func (x *exchange) run() {
	a := x.action
	if a.Delay > 0 || a.Hold > 0 {
		x.readBody()
	}
	if !sleep(x.r.Context(), a.Delay) {
		panic(http.ErrAbortHandler)
	}
	if a.Reset == CutBefore {
		x.cut()
		return
	}
	answer := x.answer()
	if !sleep(x.r.Context(), a.Hold) {
		panic(http.ErrAbortHandler)
	}
	x.send(answer)
}

// readBody takes the whole body before a wait: net/http notices that a client
// has gone only when it has nothing left to read.
func (x *exchange) readBody() {
	body, err := io.ReadAll(x.r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	x.r.Body = io.NopCloser(bytes.NewReader(body))
}

// answer lets the request take effect unless the action prevents that, and
// returns what the client is meant to get.
func (x *exchange) answer() *recorder {
	a := x.action
	rec := newRecorder(x.w.Header())
	if a.Effect || !a.answers() {
		x.next.ServeHTTP(rec, x.r)
	}
	if a.answers() {
		rec = newRecorder(x.w.Header())
		x.replace(rec)
	}
	for name, values := range a.Header {
		rec.header[http.CanonicalHeaderKey(name)] = values
	}
	if a.RetryAfter != nil {
		rec.header.Set("Retry-After", x.layer.retryAfter(*a.RetryAfter))
	}
	return rec
}

// replace writes the answer that the action demands.
func (x *exchange) replace(w http.ResponseWriter) {
	a := x.action
	switch {
	case a.Redirect != "":
		w.Header().Set("Location", a.Redirect)
		w.WriteHeader(orStatus(a.Status, http.StatusFound))
	case a.HTML:
		writeText(w, orStatus(a.Status, http.StatusOK), "text/html; charset=utf-8", loginPage)
	case a.Body != nil:
		x.writeBody(w, orStatus(a.Status, http.StatusOK), *a.Body)
	case a.Status < http.StatusBadRequest:
		w.WriteHeader(a.Status)
	case x.layer.Refuse != nil:
		x.layer.Refuse(w, x.r, a.Status)
	default:
		body, _ := json.Marshal(map[string]string{"error": http.StatusText(a.Status)})
		writeText(w, a.Status, "application/json", string(body))
	}
}

func (x *exchange) writeBody(w http.ResponseWriter, status int, body string) {
	switch body {
	case "empty":
		w.WriteHeader(status)
	case "html":
		writeText(w, status, "text/html; charset=utf-8", fmt.Sprintf(errorPage, status, http.StatusText(status)))
	case "huge":
		writeText(w, status, "application/json", `{"message":"`+strings.Repeat("x", hugeBody)+`"}`)
	default:
		writeText(w, status, "application/json", body)
	}
}

func (x *exchange) cut() {
	x.finish(0)
	cutConnection(x.w)
}

// send delivers the answer with what the action does to its way.
func (x *exchange) send(rec *recorder) {
	if x.action.Reset == CutAfter {
		x.cut()
		return
	}
	body := x.prepare(rec)
	switch x.action.Reset {
	case CutMid:
		x.finish(rec.status)
		x.w.WriteHeader(rec.status)
		_, _ = x.w.Write(body[:len(body)/2])
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	case CutIdle:
		x.finish(rec.status)
		x.sendAndClose(rec.status, body)
	default:
		x.deliver(rec.status, body)
	}
}

// prepare sets the headers and returns the body as it goes over the wire.
func (x *exchange) prepare(rec *recorder) []byte {
	a := x.action
	body := rec.body.Bytes()
	switch {
	case a.Truncate < 0:
		body = body[:len(body)/2]
	case a.Truncate > 0:
		body = body[:min(a.Truncate, len(body))]
	}
	h := x.w.Header()
	clear(h)
	for name, values := range rec.header {
		h[name] = values
	}
	if a.Gzip && len(body) > 0 && strings.Contains(x.r.Header.Get("Accept-Encoding"), "gzip") {
		body = compress(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Del("Content-Length")
	if rec.status != http.StatusNoContent && rec.status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return body
}

// deliver writes the body in ten portions a second, or at once.
func (x *exchange) deliver(status int, body []byte) {
	if len(body) == 0 {
		x.finish(status)
	}
	x.w.WriteHeader(status)
	control := http.NewResponseController(x.w)
	const portions = 10
	size := max(1, x.action.Drip/portions)
	pause := time.Duration(float64(size) / float64(max(1, x.action.Drip)) * float64(time.Second))
	for x.action.Drip > 0 && len(body) > size {
		if _, err := x.w.Write(body[:size]); err != nil {
			return
		}
		_ = control.Flush()
		body = body[size:]
		if !sleep(x.r.Context(), pause) {
			panic(http.ErrAbortHandler)
		}
	}
	if len(body) > 0 {
		last := len(body) - 1
		_, _ = x.w.Write(body[:last])
		x.finish(status)
		_, _ = x.w.Write(body[last:])
	}
}

// sendAndClose answers by hand, says nothing about closing and closes.
func (x *exchange) sendAndClose(status int, body []byte) {
	header := x.w.Header()
	conn, buf, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		x.w.WriteHeader(status)
		_, _ = x.w.Write(body)
		return
	}
	defer conn.Close()
	resp := http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: x.r, Header: header,
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
	if resp.Write(buf) == nil {
		_ = buf.Flush()
	}
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(body)
	_ = z.Close()
	return out.Bytes()
}

func orStatus(status, otherwise int) int {
	if status == 0 {
		return otherwise
	}
	return status
}

func writeText(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// recorder holds an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	wrote  bool
}

func newRecorder(base http.Header) *recorder {
	return &recorder{header: base.Clone(), status: http.StatusOK}
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if !r.wrote && status >= 200 {
		r.status, r.wrote = status, true
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.wrote = true
	return r.body.Write(p)
}
