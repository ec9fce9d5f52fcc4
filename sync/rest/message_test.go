package rest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestMessage(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"dialpad", `{"code":"forbidden","message":"no write access","required":"knowledge:write"}`, "no write access"},
		{"google", `{"error":{"code":400,"errors":[{"message":"bad_request"}],"message":"bad_request"}}`, "bad_request"},
		{"oauth", `{"error":"invalid_grant","error_description":"The provided access grant is invalid"}`, "The provided access grant is invalid"},
		{"zendesk text", `{"error":"Forbidden","description":"You are missing the following required scopes: read"}`, "You are missing the following required scopes: read"},
		{"zendesk object", `{"error":{"title":"Forbidden","message":"You do not have access to this page."}}`, "You do not have access to this page."},
		{"title alone", `{"error":{"title":"Forbidden"}}`, "Forbidden"},
		{"error alone", `{"error":"Couldn't authenticate you"}`, "Couldn't authenticate you"},
		{"detail", `{"detail":"Not found."}`, "Not found."},
		{"list of objects", `{"errors":[{"field":"title","message":"is too long"}]}`, "is too long"},
		{"list of text", `{"errors":["is too long"]}`, "is too long"},
		{"empty list", `{"errors":[]}`, ""},
		{"list in an answer", `[{"message":"SECRET"}]`, ""},
		{"number", `{"message":404}`, ""},
		{"page", `<html>oops</html>`, ""},
		{"page in a message", `{"message":"<p>How to return shoes</p>"}`, ""},
		{"nothing", ``, ""},
		{"cut", `{"message":"half`, ""},
		{"ids", `{"message":"node node_0123456789abcdef and ticket 360001234567 and 7f9c2ba4-e88f-4d2a-9d2c-0a1b2c3d4e5f failed"}`, "node … and ticket … and … failed"},
		{"short numbers stay", `{"message":"at most 100 of 1200 per 60 s"}`, "at most 100 of 1200 per 60 s"},
		{"secrets", `{"message":"client_secret=abcdef, Bearer xyz.abc and code: qwerty"}`, "client_secret … Bearer … and code …"},
		{"opaque", `{"message":"key abcdefghijklmnopqrstuvwxyzabcd is bad"}`, "key … is bad"},
		{"address", `{"message":"see https://acme.zendesk.com/hc?token=x or mail jo@acme.com"}`, "see … or mail …"},
		{"quotation", `{"message":"title \"How to return shoes\" is taken"}`, "title … is taken"},
		{"lines", "{\"message\":\"one\\ntwo\\u0000\\tthree\"}", "one two three"},
		{"the token itself", `{"message":"short tok is no good"}`, "short … is no good"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := message([]byte(test.body), "tok"); got != test.want {
				t.Errorf("message is %q, want %q", got, test.want)
			}
		})
	}
}

func TestMessageIsShort(t *testing.T) {
	body := `{"message":"` + strings.Repeat("wörd ", 100) + `"}`
	if got := message([]byte(body), ""); utf8.RuneCountInString(got) != mostMessage || !utf8.ValidString(got) {
		t.Errorf("message has %d characters", utf8.RuneCountInString(got))
	}
}

func TestRedactAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[a-z]{3}[0-9]{3}[A-Za-z0-9]{10,40}`).Draw(t, "secret")
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		got := redact(before + " " + secret + " " + after)
		if strings.Contains(got, secret) {
			t.Errorf("%q is in %q", secret, got)
		}
		if utf8.RuneCountInString(got) > mostMessage {
			t.Errorf("%d characters", utf8.RuneCountInString(got))
		}
	})
}
