package zendesksim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// plainError is Zendesk's usual error: "error" is a word.
type plainError struct {
	Error       string `json:"error"`
	Description string `json:"description"`
}

// grantError is what the token endpoint and a bad token answer.
type grantError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// roleError has an object under "error".
type roleError struct {
	Error struct {
		Title   string `json:"title"`
		Message string `json:"message"`
	} `json:"error"`
}

// listError is what a listing's paging answers.
type listError struct {
	Errors []listFault `json:"errors"`
}

type listFault struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

const invalidToken = "The access token provided is expired, revoked, malformed or invalid for other reasons."

// refuse writes the body Zendesk has for a status.
func refuse(w http.ResponseWriter, _ *http.Request, status int) {
	switch status {
	case http.StatusUnauthorized:
		writeJSON(w, status, grantError{"invalid_token", invalidToken})
	case http.StatusForbidden:
		writeJSON(w, status, noAccess())
	case http.StatusNotFound:
		writeJSON(w, status, plainError{"RecordNotFound", "Not found"})
	case http.StatusTooManyRequests:
		writeJSON(w, status, plainError{"APIRateLimitExceeded", "Number of allowed API requests per minute exceeded"})
	default:
		if status < 500 {
			writeJSON(w, status, plainError{http.StatusText(status), http.StatusText(status)})
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!DOCTYPE html>\n<html><head><title>%[1]d</title></head><body><h1>%[1]d %[2]s</h1></body></html>\n", status, http.StatusText(status))
	}
}

func noAccess() roleError {
	var e roleError
	e.Error.Title = "Forbidden"
	e.Error.Message = "You do not have access to this page. Please contact the account owner of this help desk for further help."
	return e
}

func (c *call) notFound() { refuse(c.w, c.r, http.StatusNotFound) }

// noEndpoint answers that the API has no such path.
func (c *call) noEndpoint() {
	writeJSON(c.w, http.StatusNotFound, plainError{"InvalidEndpoint", "Not found"})
}

// unprocessable answers that a parameter is wrong.
func (c *call) unprocessable(field, text string) {
	type fault struct {
		Error       string `json:"error"`
		Description string `json:"description"`
	}
	writeJSON(c.w, http.StatusUnprocessableEntity, struct {
		plainError
		Details map[string][]fault `json:"details"`
	}{plainError{"RecordInvalid", "Record validation errors"}, map[string][]fault{field: {{"InvalidValue", text}}}})
}

// badPaging answers that a listing cannot be continued like this.
func (c *call) badPaging(code, title, detail string) {
	writeJSON(c.w, http.StatusBadRequest, listError{[]listFault{{code, title, detail}}})
}

// writeJSON answers with a value. What cannot be encoded is a defect and shows
// as a 500.
func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "the answer cannot be encoded: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
