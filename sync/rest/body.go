package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"reflect"
	"strings"

	"dialpadsync.app/sync/source"
)

// consumer takes the body of a 2xx answer.
type consumer struct {
	take func(*Response, io.Reader) error
	once bool // take must not be called again
}

// notDataError says that a body is not what was asked for. It never quotes it.
type notDataError struct {
	code source.Code
	text string
}

func (e *notDataError) Error() string { return e.text }

// boundedBody reads a body and fails with ErrTooLarge past its bound. err keeps
// the first failure, so that a consumer cannot lose it.
type boundedBody struct {
	from   io.Reader
	length int64 // as announced, or -1
	left   int64
	err    error
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.length > b.left {
		b.err = ErrTooLarge
		return 0, b.err
	}
	b.length = -1
	// One byte more than allowed tells a full body from a longer one.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), ErrTooLarge
	}
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// readAll keeps the whole body.
func readAll(resp *Response, body io.Reader) (err error) {
	resp.Body, err = io.ReadAll(body)
	return err
}

// readNoPage is readAll for an answer that may be anything but a web page.
func readNoPage(resp *Response, body io.Reader) error {
	if err := readAll(resp, body); err != nil {
		return err
	}
	if page(resp.Header.Get("Content-Type"), bytes.TrimSpace(resp.Body)) {
		return errWebPage
	}
	return nil
}

var errWebPage = &notDataError{source.CodeNotData, "a web page came instead of data"}

// decode reads JSON into a fresh value of into's type and puts it there.
func decode(resp *Response, into any) error {
	text := bytes.TrimSpace(bytes.TrimPrefix(resp.Body, []byte("\xef\xbb\xbf")))
	if bytes.Equal(text, []byte("null")) {
		return &notDataError{source.CodeNotData, "the answer is empty"}
	}
	fresh := reflect.New(reflect.TypeOf(into).Elem())
	err := json.Unmarshal(text, fresh.Interface())
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		reflect.ValueOf(into).Elem().Set(fresh.Elem())
		return nil
	case page(resp.Header.Get("Content-Type"), text):
		return errWebPage
	case errors.As(err, &syntax) && syntax.Offset == int64(len(text)) && len(text) > 0:
		return &notDataError{source.CodeCutShort, errCutShort.Error()}
	}
	return &notDataError{source.CodeNotData, "the answer is not the data we asked for"}
}

// page says whether a body is meant for a browser.
func page(contentType string, text []byte) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	return strings.HasSuffix(media, "html") || bytes.HasPrefix(text, []byte("<"))
}
