package dialpadsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Switches choose among the behaviours that the real service may have. The
// first value of each list is the default, which "" also means.
type Switches struct {
	// Versions are served; default v2.2 and v3.1. Resolutions also at v2.
	Versions []string `json:"versions"`
	// Retired versions answer 410.
	Retired []string `json:"retired"`
	// Swagger, on or off: whether /{v}/swagger.json exists.
	Swagger string `json:"swagger"`
	// Resolutions, on or off: whether that endpoint exists.
	Resolutions string `json:"resolutions"`
	// Dup is what a second create of a key does: conflict (409), upsert, duplicate.
	Dup string `json:"dup"`
	// ConflictID, on or off: whether a 409 names the node that has the key.
	ConflictID string `json:"conflict_id"`
	// ListShape full, or sparse: entries of id, type and status only.
	ListShape string `json:"list_shape"`
	// CreateCode is 201 or 200.
	CreateCode int `json:"create_code"`
	// EmptyBody is which writes answer 2xx without a body: off, upload, or
	// writes (all of them, create included).
	EmptyBody string `json:"empty_2xx_body"`
	// UploadAnswer is the body of a content upload: json or text.
	UploadAnswer string `json:"upload_answer"`
	// NoContent is what reading a never uploaded content gives: not_found (404)
	// or empty (200).
	NoContent string `json:"no_content"`
	// TrailingSlash any, or required on GET of one node (404 without).
	TrailingSlash string `json:"trailing_slash"`
	// Cursor is stable, expires (after CursorSeconds), or generation (any write
	// makes older ones invalid).
	Cursor string `json:"cursor"`
	// CursorSeconds is how long a cursor lives when they expire; default 60.
	CursorSeconds int `json:"cursor_seconds"`
	// CursorCode is the status for an invalid cursor: 400 or 410.
	CursorCode int `json:"cursor_code"`
	// StatusFilter optional, or required: a listing without status gets 400.
	StatusFilter string `json:"status_filter"`
	// PageCap is the largest page; default 100.
	PageCap int `json:"page_cap"`
	// LagMS is how far listings lag behind writes.
	LagMS int `json:"lag_ms"`
	// Delete hard, or soft: the status becomes archived, the listing hides it.
	Delete string `json:"delete"`
	// ErrorShape is kare, google, oauth, detail, html or empty.
	ErrorShape string `json:"error_shape"`
	// Strict, off or on: 400 without a locale header, or with a token in the URL.
	Strict string `json:"strict"`
	// ReportVersions, on or off: whether nodes carry updated_at.
	ReportVersions string `json:"report_versions"`
	// ExtraFields, off or on: answers carry fields nobody has heard of.
	ExtraFields string `json:"extra_fields"`
	// Writes allow, or forbid: every write gets 403.
	Writes string `json:"writes"`
	// MaxBytes is the largest content; 0 is 64 MiB.
	MaxBytes int `json:"max_bytes"`
	// TooLarge answer reads everything first; close answers at once and closes.
	TooLarge string `json:"too_large"`
	// RejectTypes are media types that get 415.
	RejectTypes []string `json:"reject_types"`
	// RejectTitles is a regular expression of titles that get 422.
	RejectTitles string `json:"reject_titles"`
	// TokenSeconds is how long an access token lives; default 3600.
	TokenSeconds int `json:"token_seconds"`
	// Consent page asks a person; approve and deny answer at once.
	Consent string `json:"consent"`
	// Refresh is what a refresh grant gives: rotate, same (the old refresh
	// token again) or absent (none in the answer; the old one stays valid).
	Refresh string `json:"refresh"`
	// DialpadTokens, off or on: whether a sign-in token opens the knowledge API.
	DialpadTokens string `json:"dialpad_tokens"`
}

// choice is a switch of words; the first is the default.
type choice struct {
	name  string
	value *string
	words []string
}

func (s *Switches) choices() []choice {
	return []choice{
		{"swagger", &s.Swagger, []string{"on", "off"}},
		{"resolutions", &s.Resolutions, []string{"on", "off"}},
		{"dup", &s.Dup, []string{"conflict", "upsert", "duplicate"}},
		{"conflict_id", &s.ConflictID, []string{"on", "off"}},
		{"list_shape", &s.ListShape, []string{"full", "sparse"}},
		{"empty_2xx_body", &s.EmptyBody, []string{"off", "upload", "writes"}},
		{"upload_answer", &s.UploadAnswer, []string{"json", "text"}},
		{"no_content", &s.NoContent, []string{"not_found", "empty"}},
		{"trailing_slash", &s.TrailingSlash, []string{"any", "required"}},
		{"cursor", &s.Cursor, []string{"stable", "expires", "generation"}},
		{"status_filter", &s.StatusFilter, []string{"optional", "required"}},
		{"delete", &s.Delete, []string{"hard", "soft"}},
		{"error_shape", &s.ErrorShape, []string{"kare", "google", "oauth", "detail", "html", "empty"}},
		{"strict", &s.Strict, []string{"off", "on"}},
		{"report_versions", &s.ReportVersions, []string{"on", "off"}},
		{"extra_fields", &s.ExtraFields, []string{"off", "on"}},
		{"writes", &s.Writes, []string{"allow", "forbid"}},
		{"too_large", &s.TooLarge, []string{"answer", "close"}},
		{"consent", &s.Consent, []string{"page", "approve", "deny"}},
		{"refresh", &s.Refresh, []string{"rotate", "same", "absent"}},
		{"dialpad_tokens", &s.DialpadTokens, []string{"off", "on"}},
	}
}

// amount is a switch of a number; 0 means otherwise.
type amount struct {
	name      string
	value     *int
	otherwise int
	only      []int // nil: any from 0 on
}

func (s *Switches) amounts() []amount {
	return []amount{
		{"create_code", &s.CreateCode, 201, []int{200, 201}},
		{"cursor_seconds", &s.CursorSeconds, 60, nil},
		{"cursor_code", &s.CursorCode, 400, []int{400, 410}},
		{"page_cap", &s.PageCap, 100, nil},
		{"lag_ms", &s.LagMS, 0, nil},
		{"max_bytes", &s.MaxBytes, 64 << 20, nil},
		{"token_seconds", &s.TokenSeconds, 3600, nil},
	}
}

func (s *Switches) lists() map[string]*[]string {
	return map[string]*[]string{"versions": &s.Versions, "retired": &s.Retired, "reject_types": &s.RejectTypes}
}

// Set changes one switch by its name, as in "dup", "upsert". Lists are
// separated by commas. On an error nothing changes.
func (s *Switches) Set(name, value string) error {
	next := *s
	if err := next.assign(name, value); err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	*s = next
	return nil
}

func (s *Switches) assign(name, value string) error {
	for _, c := range s.choices() {
		if c.name == name {
			*c.value = value
			return nil
		}
	}
	for _, a := range s.amounts() {
		if a.name == name {
			n, err := strconv.Atoi(value)
			if err != nil {
				return fmt.Errorf("switch %s: %q is not a whole number", name, value)
			}
			*a.value = n
			return nil
		}
	}
	if list := s.lists()[name]; list != nil {
		*list = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
		return nil
	}
	if name == "reject_titles" {
		s.RejectTitles = value
		return nil
	}
	return fmt.Errorf("there is no switch %q", name)
}

func (s Switches) withDefaults() Switches {
	for _, c := range s.choices() {
		if *c.value == "" {
			*c.value = c.words[0]
		}
	}
	for _, a := range s.amounts() {
		if *a.value == 0 {
			*a.value = a.otherwise
		}
	}
	if s.Versions == nil {
		s.Versions = []string{"v2.2", "v3.1"}
	}
	return s
}

func (s *Switches) check() error {
	for _, c := range s.choices() {
		if *c.value != "" && !slices.Contains(c.words, *c.value) {
			return fmt.Errorf("switch %s: %q is none of %s", c.name, *c.value, strings.Join(c.words, ", "))
		}
	}
	for _, a := range s.amounts() {
		if *a.value < 0 || (*a.value != 0 && a.only != nil && !slices.Contains(a.only, *a.value)) {
			return fmt.Errorf("switch %s: %d is not allowed", a.name, *a.value)
		}
	}
	if _, err := regexp.Compile(s.RejectTitles); err != nil {
		return fmt.Errorf("switch reject_titles: %w", err)
	}
	return nil
}

// Switches returns a copy of the switches in force.
func (s *Server) Switches() Switches {
	sw := *s.switches.Load()
	for _, list := range sw.lists() {
		*list = slices.Clone(*list)
	}
	return sw
}

// SetSwitches changes some switches; requests under way keep the old ones. On
// an error nothing changes.
func (s *Server) SetSwitches(change func(*Switches)) error {
	s.switching.Lock()
	defer s.switching.Unlock()
	next := s.Switches()
	change(&next)
	next = next.withDefaults()
	if err := next.check(); err != nil {
		return err
	}
	s.apply(next)
	return nil
}

// apply puts checked switches into force.
func (s *Server) apply(next Switches) {
	s.store.setLag(time.Duration(next.LagMS) * time.Millisecond)
	s.switches.Store(&next)
}

// merge decodes a JSON object over the switches, all or none of it.
func (s *Switches) merge(text []byte) error {
	next := *s
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&next); err != nil {
		return fmt.Errorf("decode the switches: %w", err)
	}
	*s = next
	return nil
}
