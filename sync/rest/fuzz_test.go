package rest

import (
	"net/http"
	"testing"
	"time"
)

// FuzzRetryAfter: whatever a server says, the wait is from nothing to a year.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "1", "-5", "3600", "86400", "99999999999999999999", "1.5", "soon", "Wed, 25 Nov 2026 08:00:00 GMT", "Wednesday, 25-Nov-26 08:00:00 GMT", " 7 "} {
		f.Add(seed, "Wed, 25 Nov 2026 07:00:00 GMT")
		f.Add(seed, "")
	}
	now := time.Date(2026, 11, 25, 7, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		wait := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
		if wait < 0 || wait > longestTold {
			t.Fatalf("%q at %q is %s", value, date, wait)
		}
	})
}

// FuzzDecode: an answer is taken whole or not at all, and what is said of a
// broken one quotes nothing of it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `null`, ``, `{`, "\xef\xbb\xbf{}", `<html>`, `{"name":"x","n":"y"}`, `[1]`, `{"name":1}`} {
		f.Add([]byte(seed), "application/json")
	}
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		type shape struct {
			Name string `json:"name"`
			N    int    `json:"n"`
		}
		into := shape{Name: "before", N: 7}
		err := decode(&Response{Body: body, Header: http.Header{"Content-Type": {kind}}}, &into)
		if err != nil && into != (shape{Name: "before", N: 7}) {
			t.Fatalf("%q failed with %v and left %+v", body, err, into)
		}
		if err == nil {
			return
		}
		switch err.Error() {
		case "the answer is empty", "a web page came instead of data", errCutShort.Error(), "the answer is not the data we asked for":
		default:
			t.Fatalf("%q is told as %q", body, err)
		}
	})
}
