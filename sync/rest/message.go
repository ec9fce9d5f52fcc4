package rest

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

const mostMessage = 200

// masked is what takes the place of anything that may identify or unlock.
const masked = "…"

// telling finds what a message must not tell.
type telling struct {
	quoted, link, email, named, wordlike, opaque *regexp.Regexp
}

// tellings are made when the first message comes: most runs see none.
var tellings = sync.OnceValue(func() telling {
	return telling{
		// quoted text may be a title.
		quoted: regexp.MustCompile(`"[^"]*"|“[^”]*”|'[^']*[\s][^']*'|` + "`[^`]*`"),
		link:   regexp.MustCompile(`(?i)\bhttps?://\S+`),
		email:  regexp.MustCompile(`\S+@\S+\.\S+`),
		named:  regexp.MustCompile(`(?i)\b(access_token|refresh_token|client_secret|code_verifier|code|authorization|password|token|secret)["']?\s*[=:]\s*\S+|\b(bearer|basic)\s+\S+`),
		// wordlike finds what could be an id or a secret; see redact.
		wordlike: regexp.MustCompile(`[\pL\d_+/=.~-]*\d[\pL\d_+/=.~-]*`),
		opaque:   regexp.MustCompile(`[\pL_+/=~-]{24,}`),
	}
})

// message finds what a server says about a failure in the body of its answer:
// error.message, error_description, error, message, description, detail,
// errors[0].message, in the shapes that Dialpad, Zendesk and OAuth servers use.
// It returns at most 200 characters without ids, addresses, quotations and
// secrets, or "" where the body says nothing in those places: other text is
// never passed on, because it may be a document's.
func message(body []byte, token string) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return ""
	}
	text := saying(fields)
	if token != "" {
		text = strings.ReplaceAll(text, token, masked)
	}
	return redact(text)
}

// saying picks the text out of the decoded body.
func saying(fields map[string]json.RawMessage) string {
	var inner map[string]json.RawMessage
	if json.Unmarshal(fields["error"], &inner) == nil {
		if text := first(inner, "message", "description", "title"); text != "" {
			return text
		}
	}
	if text := first(fields, "error_description", "description", "error", "message", "detail"); text != "" {
		return text
	}
	var list []json.RawMessage
	if json.Unmarshal(fields["errors"], &list) != nil || len(list) == 0 {
		return ""
	}
	var text string
	if json.Unmarshal(list[0], &text) == nil {
		return text
	}
	if json.Unmarshal(list[0], &inner) != nil {
		return ""
	}
	return first(inner, "message", "detail", "title")
}

// first returns the first of the named fields that holds text.
func first(fields map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		var text string
		if json.Unmarshal(fields[name], &text) == nil && text != "" {
			return text
		}
	}
	return ""
}

// redact makes a message fit for errors and logs.
func redact(text string) string {
	if strings.ContainsAny(text, "<>{}") {
		return ""
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	find := tellings()
	for _, hide := range []*regexp.Regexp{find.link, find.email, find.quoted} {
		text = hide.ReplaceAllString(text, masked)
	}
	text = find.named.ReplaceAllString(text, "$1$2 "+masked)
	text = find.wordlike.ReplaceAllStringFunc(text, func(word string) string {
		if len(word) < 5 {
			return word
		}
		return masked
	})
	text = find.opaque.ReplaceAllString(text, masked)
	if runes := []rune(text); len(runes) > mostMessage {
		text = string(runes[:mostMessage-1]) + "…"
	}
	return text
}
