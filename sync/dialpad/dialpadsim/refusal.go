package dialpadsim

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"dialpadsync.app/sync/sim"
)

// refusal is an error answer. The shapes of the real karehq service are not
// known; error_shape chooses among those that clients have met elsewhere.
type refusal struct {
	status  int
	code    string
	message string
	more    map[string]any // further fields of the kare shape
	close   bool           // answer before the body is read, and close
}

// fieldError is one entry of errors in a 422.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func notFound(message string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "not_found", message: message}
}

func badRequest(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid", message: message}
}

func invalidField(field, message string) *refusal {
	return &refusal{
		status: http.StatusUnprocessableEntity, code: "invalid", message: field + " " + message,
		more: map[string]any{"errors": []fieldError{{field, message}}},
	}
}

func unauthorized(code, message string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: code, message: message}
}

func forbidden() *refusal {
	return &refusal{
		status: http.StatusForbidden, code: "forbidden", message: "these credentials may not write",
		more: map[string]any{"required": "knowledge:write"},
	}
}

func tooLarge(limit int, closeEarly bool) *refusal {
	return &refusal{
		status: http.StatusRequestEntityTooLarge, code: "too_large", message: "the content is too large",
		more: map[string]any{"max_bytes": limit}, close: closeEarly,
	}
}

func unsupportedType(mediaType string) *refusal {
	return &refusal{
		status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
		message: fmt.Sprintf("%q is not supported", mediaType),
	}
}

func conflict(id string) *refusal {
	r := &refusal{status: http.StatusConflict, code: "conflict", message: "source and external_id are taken"}
	if id != "" {
		r.more = map[string]any{"id": id}
	}
	return r
}

func invalidCursor(status int) *refusal {
	return &refusal{status: status, code: "invalid_cursor", message: "the cursor is not valid any more"}
}

// codeOf is the word for a status that a fault demands.
func codeOf(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "unauthorized"
	case http.StatusTooManyRequests:
		return "rate_limited"
	case http.StatusGone:
		return "gone"
	case http.StatusConflict:
		return "conflict"
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return "invalid"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	default:
		return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	}
}

// refuseStatus is what a fault's status looks like.
func (s *Server) refuseStatus(w http.ResponseWriter, r *http.Request, status int) {
	x := &refusal{status: status, code: codeOf(status), message: http.StatusText(status)}
	if status == http.StatusForbidden {
		x = forbidden()
	}
	s.refuse(w, r, x)
}

// refuse answers in the shape of the face that was asked.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, x *refusal) {
	shape := s.Switches().ErrorShape
	switch {
	case strings.HasPrefix(r.URL.Path, "/oauth"):
		if shape != "html" && shape != "empty" {
			shape = "oauth"
		}
	case strings.HasPrefix(r.URL.Path, "/api/"):
		shape = "google"
	}
	switch {
	case x.code == "invalid_client":
		w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
	case x.status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	if x.close {
		w.Header().Set("Connection", "close")
	}
	writeShape(w, shape, x)
}

func writeShape(w http.ResponseWriter, shape string, x *refusal) {
	var body any
	switch shape {
	case "empty":
		w.WriteHeader(x.status)
		return
	case "html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(x.status)
		fmt.Fprintf(w, "<html><head><title>%[1]d %[2]s</title></head><body><h1>%[2]s</h1></body></html>", x.status, http.StatusText(x.status))
		return
	case "google":
		detail := map[string]string{"domain": "global", "message": x.code, "reason": camel(x.code)}
		body = map[string]any{"error": map[string]any{"code": x.status, "errors": []any{detail}, "message": x.code}}
	case "oauth":
		body = map[string]string{"error": x.code, "error_description": x.message}
	case "detail":
		body = map[string]string{"detail": x.message}
	default:
		all := map[string]any{"code": x.code, "message": x.message}
		maps.Copy(all, x.more)
		body = all
	}
	sim.WriteJSON(w, x.status, body)
}

func camel(code string) string {
	words := strings.Split(code, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
