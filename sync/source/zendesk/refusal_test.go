package zendesk

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"dialpadsync.app/sync/source"
)

// TestErrorAsStringOrObjectSaysWhatIsMissing: the bodies are those of the
// contract, one with a string and one with an object under "error".
func TestErrorAsStringOrObjectSaysWhatIsMissing(t *testing.T) {
	for body, want := range map[string]source.Code{
		`{"error":"Forbidden","description":"You are missing the following required scopes: read"}`:                                                             source.CodeScope,
		`{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}`: source.CodeRole,
		`{"error":"SupportProductInactive"}`: "",
		`<html>no</html>`:                    "",
	} {
		resp := &http.Response{StatusCode: http.StatusForbidden, Body: io.NopCloser(strings.NewReader(body))}
		kind, code := refusal(resp, nil)
		if code != want || (want != "") != (kind == source.Forbidden) {
			t.Errorf("%s: %v, %q", body, kind, code)
		}
	}
	if kind, _ := refusal(nil, errors.New("no answer")); kind != source.Unclassified {
		t.Error("an error of the transport is classed")
	}
}
