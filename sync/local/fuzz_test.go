package local

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzRequest: the body of a call is taken or refused with 400, and a refusal
// repeats nothing of it.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{`{"source":"zendesk","text":"acme"}`, `{}`, ``, `null`, `[`, `{"keys":["kwyjibo"]}`, `{"source":1}`, `{} {}`, `{"region":"eu","client_secret":"kwyjibo"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, takes := range []func(*httptest.ResponseRecorder) bool{
			func(w *httptest.ResponseRecorder) bool {
				return read(w, httptest.NewRequest("POST", "/", strings.NewReader(body)), &ConnectRequest{})
			},
			func(w *httptest.ResponseRecorder) bool {
				return read(w, httptest.NewRequest("POST", "/", strings.NewReader(body)), &DialpadRequest{})
			},
			func(w *httptest.ResponseRecorder) bool {
				return read(w, httptest.NewRequest("POST", "/", strings.NewReader(body)), &ChooseRequest{})
			},
		} {
			w := httptest.NewRecorder()
			if takes(w) {
				continue
			}
			if w.Code < 400 || w.Code > 499 || strings.Contains(w.Body.String(), "kwyjibo") {
				t.Fatalf("%q is refused with %d %q", body, w.Code, w.Body)
			}
		}
	})
}
