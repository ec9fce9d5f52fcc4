package rest

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestTold keeps absurd values from overflowing a time.Duration.
const longestTold = 366 * 24 * time.Hour

// retryAfter reads a Retry-After header (RFC 9110 section 10.2.3): whole
// seconds or an HTTP date. A date counts from the server's own clock where the
// answer tells it, so that a wrong clock here does no harm. It returns 0 where
// nothing usable is said: no header, zero, negative, past, or garbage.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(max(0, min(seconds, int64(longestTold/time.Second)))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date := serverDate(h); !date.IsZero() {
		now = date
	}
	return max(0, min(at.Sub(now), longestTold))
}

// serverDate reads the Date header; the zero time means that there is none.
func serverDate(h http.Header) time.Time {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return date
}
