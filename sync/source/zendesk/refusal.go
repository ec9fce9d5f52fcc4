package zendesk

import (
	"bytes"
	"io"
	"net/http"

	"dialpadsync.app/sync/source"
)

// refusal tells what a 403 is about, by the words Zendesk is seen to use
// (singer-io/tap-zendesk, unit tests): a missing scope, or a role that may not
// see the page. Everything else keeps its usual class.
func refusal(resp *http.Response, err error) (source.Kind, source.Code) {
	if err != nil || resp.StatusCode != http.StatusForbidden {
		return source.Unclassified, ""
	}
	const enough = 4 << 10
	body, err := io.ReadAll(io.LimitReader(resp.Body, enough))
	switch {
	case err != nil:
		return source.Unclassified, ""
	case bytes.Contains(body, []byte("required scopes")):
		return source.Forbidden, source.CodeScope
	case bytes.Contains(body, []byte("do not have access")):
		return source.Forbidden, source.CodeRole
	}
	return source.Unclassified, ""
}
