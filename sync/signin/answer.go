package signin

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dialpadsync.app/sync/secret"
)

// epochFrom is the expires_in from which the number is no period but seconds
// since 1970: a client of Dialpad's guards against that.
const epochFrom = 10_000_000

// seconds is a period in an answer: a number, or a number in quotes; anything
// else counts as absent, because every expiry is optional.
type seconds float64

func (s *seconds) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err == nil && !math.IsNaN(n) && n > 0 && n < 253402300800 { // the year 10000
		*s = seconds(n)
	}
	return nil
}

// life is the period, or 0 where the number is a date.
func (s seconds) life() time.Duration {
	if s > epochFrom {
		return 0
	}
	return time.Duration(float64(s) * float64(time.Second))
}

// after is the instant the number means for an answer to a request sent at
// start, or zero where there is no number.
func (s seconds) after(start time.Time) time.Time {
	switch {
	case s == 0:
		return time.Time{}
	case s > epochFrom:
		return time.Unix(int64(s), 0)
	}
	return start.Add(s.life()).Round(0)
}

var errNotAnAnswer = errors.New("the answer is not a token")

// decodeAnswer reads a token endpoint's success (RFC 6749 §5.1).
func decodeAnswer(body []byte, start time.Time, keep []string) (Token, error) {
	var a struct {
		Access        string  `json:"access_token"`
		Refresh       string  `json:"refresh_token"`
		ExpiresIn     seconds `json:"expires_in"`
		RefreshExpiry seconds `json:"refresh_token_expires_in"`
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &a) != nil || json.Unmarshal(body, &fields) != nil {
		return Token{}, errNotAnAnswer
	}
	if a.Access == "" || !printable(a.Access) {
		return Token{}, errNotAnAnswer
	}
	t := Token{
		Access: secret.Secret(a.Access), Refresh: secret.Secret(a.Refresh),
		Expiry: a.ExpiresIn.after(start), RefreshExpiry: a.RefreshExpiry.after(start),
		Life: a.ExpiresIn.life(), other: make(map[string]json.RawMessage),
	}
	for name, value := range fields {
		if name == "scope" || slices.Contains(keep, name) {
			t.other[name] = value
		}
	}
	return t, nil
}

// errorCode finds the error code in a token endpoint's failure (RFC 6749 §5.2),
// "" where the body holds none. Only words of small letters and '_' count: they
// are safe to print.
func errorCode(body []byte) string {
	var a struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(body, &a) != nil {
		return ""
	}
	var code string
	if json.Unmarshal(a.Error, &code) != nil {
		return ""
	}
	return cleanCode(code)
}

// cleanCode lets an error code through that can stand in a log.
func cleanCode(code string) string {
	if len(code) > 64 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return code
}
