package signin

import (
	"fmt"
	"testing"
	"time"

	"dialpadsync.app/sync/secret"
)

// FuzzStoredToken: a token that is read can be written and read again, can
// stand in a header, and shows nothing when printed.
func FuzzStoredToken(f *testing.F) {
	for _, seed := range []string{`{"access_token":"a","refresh_token":"b","expiry":"2026-11-25T07:00:00Z","expires_in":3600,"scope":"read"}`, `{"access_token":"a","expiry":""}`, `{"access_token":"a\nb"}`, `null`, `{}`, `{"refresh_token":"x","expires_in":"1e9"}`, `{"access_token":"a","Access_Token":"b"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := decodeToken(secret.Secret(text))
		if err != nil {
			if err != errNoToken {
				t.Fatalf("%q is told as %q", text, err)
			}
			return
		}
		if !printable(token.Access.Reveal()) || fmt.Sprintf("%v %+v %#v %s", token, token, token, token) != "[token] [token] [token] [token]" {
			t.Fatalf("%q is printed as %+v", text, token)
		}
		again, err := decodeToken(token.encode())
		if err != nil || again.Access != token.Access || again.Refresh != token.Refresh {
			t.Fatalf("%q does not come back: %v", text, err)
		}
		_ = token.Scopes()
	})
}

// FuzzAnswer: an answer of a token endpoint is a token or none, and a failure
// gives only words that can stand in a log.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"access_token":"a","expires_in":"3600"}`, `{"error":"invalid_grant"}`, `{"error":{"code":1}}`, `{"error":"<script>"}`, `{"access_token":"a","expires_in":1e300,"refresh_token_expires_in":-1}`, `[]`} {
		f.Add([]byte(seed))
	}
	start := time.Date(2026, 11, 25, 7, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte) {
		if token, err := decodeAnswer(body, start, []string{"x"}); err == nil {
			if token.Access == "" || !printable(token.Access.Reveal()) || token.Life < 0 || token.expired() && token.Expiry.After(time.Now()) {
				t.Fatalf("%q is taken", body)
			}
			if _, err := decodeToken(token.encode()); err != nil {
				t.Fatalf("%q cannot be kept: %v", body, err)
			}
		}
		for _, r := range errorCode(body) {
			if r != '_' && (r < 'a' || r > 'z') {
				t.Fatalf("%q gives the code %q", body, errorCode(body))
			}
		}
	})
}
