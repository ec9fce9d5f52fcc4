package rest_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

type list struct {
	Entries []struct{ ID string }
	Next    string `json:"next_cursor"`
}

// With status 200, what is not the data asked for is a failure to repeat, never
// an empty list.
func TestNotData(t *testing.T) {
	tests := []struct {
		name, body, contentType string
		code                    source.Code
	}{
		{"login page", "<!DOCTYPE html><html><form>", "text/html; charset=utf-8", source.CodeNotData},
		{"page without a type", "\n <html>", "application/json", source.CodeNotData},
		{"text as page", "please sign in", "text/html", source.CodeNotData},
		{"cut", `{"entries":[{"id":"node_1"},{"id":`, "application/json", source.CodeCutShort},
		{"cut in a word", `{"entries":[{"id":"node_1`, "application/json", source.CodeCutShort},
		{"null", " null\n", "application/json", source.CodeNotData},
		{"empty", "", "application/json", source.CodeNotData},
		{"other type", `[1,2]`, "application/json", source.CodeNotData},
		{"other type inside", `{"entries":"none"}`, "application/json", source.CodeNotData},
		{"garbage", "OK", "text/plain", source.CodeNotData},
		{"more than one", `{"entries":[]}{"entries":[]}`, "application/json", source.CodeNotData},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var arrived seen
				answer := func(last int) http.HandlerFunc {
					return func(w http.ResponseWriter, req *http.Request) {
						w.Header().Set("Content-Type", test.contentType)
						if arrived.note(req) == last {
							io.WriteString(w, "\xef\xbb\xbf"+`{"entries":[{"id":"node_7","new":1}]}`)
							return
						}
						io.WriteString(w, test.body)
					}
				}
				into := list{Next: "stale"}
				if _, err := inProcess(t, answer(3)).JSON(t.Context(), rest.Request{Op: "list"}, &into); err != nil {
					t.Fatal(err)
				}
				if len(into.Entries) != 1 || into.Entries[0].ID != "node_7" || into.Next != "" {
					t.Errorf("read %+v", into)
				}
				_, err := inProcess(t, answer(-1)).JSON(t.Context(), rest.Request{Op: "list"}, &into)
				want(t, err, source.Transient, test.code)
				if arrived.count() != 3+6 {
					t.Errorf("%d requests, want 3 and 6", arrived.count())
				}
			})
		})
	}
}

func TestAccept(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Accept") != "application/json" {
			t.Errorf("Accept is %q", req.Header.Get("Accept"))
		}
		io.WriteString(w, "{}")
	})
	header := http.Header{"X-Mine": {"1"}}
	if _, err := client.JSON(t.Context(), rest.Request{Op: "get", Header: header}, new(list)); err != nil {
		t.Error(err)
	}
	if len(header) != 1 {
		t.Errorf("the caller's header became %v", header)
	}
}

func TestStream(t *testing.T) {
	var arrived seen
	client, _ := serve(t, func(w http.ResponseWriter, req *http.Request) {
		if arrived.note(req) == 1 {
			cut(t, w)
			return
		}
		for _, line := range []string{"one\n", "two\n", "three\n"} {
			io.WriteString(w, line)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}
	})
	var lines []string
	err := client.Stream(t.Context(), rest.Request{Op: "list"}, func(resp *rest.Response, body io.Reader) error {
		if resp.Status != 200 || resp.Body != nil {
			t.Errorf("response is %+v", resp)
		}
		scanner := bufio.NewScanner(body)
		for scanner.Scan() {
			lines = append(lines, scanner.Text())
		}
		return scanner.Err()
	})
	if err != nil || len(lines) != 3 || arrived.count() != 2 {
		t.Errorf("%q in %d requests, %v", lines, arrived.count(), err)
	}
}

func TestStreamFails(t *testing.T) {
	own := &source.Error{Kind: source.BadDocument, Code: source.CodeRefused, Op: "decode"}
	readAll := func(_ *rest.Response, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}
	tests := []struct {
		name    string
		answer  func(*testing.T, http.ResponseWriter)
		consume func(*rest.Response, io.Reader) error
		kind    source.Kind
		code    source.Code
		cause   error
	}{
		{"cut", func(t *testing.T, w http.ResponseWriter) { half(t, w, "begin") }, readAll, source.Transient, source.CodeCutShort, nil},
		{"cut, unnoticed", func(t *testing.T, w http.ResponseWriter) { half(t, w, "begin") }, func(r *rest.Response, body io.Reader) error {
			_ = readAll(r, body)
			return nil
		}, source.Transient, source.CodeCutShort, nil},
		{"too large", func(_ *testing.T, w http.ResponseWriter) { io.CopyN(w, endless{}, 2000) }, readAll, source.BadDocument, source.CodeTooLarge, rest.ErrTooLarge},
		{"own kind", func(_ *testing.T, w http.ResponseWriter) { io.WriteString(w, "x") }, func(*rest.Response, io.Reader) error { return own }, source.BadDocument, source.CodeRefused, own},
		{"own plain", func(_ *testing.T, w http.ResponseWriter) { io.WriteString(w, "x") }, func(*rest.Response, io.Reader) error { return errNoAnswer }, source.Unclassified, "", errNoAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { test.answer(t, w) })
			consumed := 0
			err := client.Stream(t.Context(), rest.Request{Op: "list", MaxBytes: 1000}, func(resp *rest.Response, body io.Reader) error {
				consumed++
				return test.consume(resp, body)
			})
			want(t, err, test.kind, test.code)
			if test.cause != nil && !errors.Is(err, test.cause) {
				t.Errorf("error is %v, want %v inside", err, test.cause)
			}
			if consumed != 1 {
				t.Errorf("consumed %d times", consumed)
			}
		})
	}
}
