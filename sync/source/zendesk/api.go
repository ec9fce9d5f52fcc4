package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// The shapes below hold what is used of Zendesk's answers; everything else in
// them is skipped. Times are RFC 3339 in UTC with whole seconds, ids have up to
// 14 digits (developer.zendesk.com/api-reference/help_center/help-center-api/articles).

// article is one article in one locale.
type article struct {
	ID        int64  `json:"id"`
	HTMLURL   string `json:"html_url"`
	Title     string `json:"title"`
	Name      string `json:"name"`
	Body      string `json:"body"`
	Locale    string `json:"locale"`
	SectionID int64  `json:"section_id"`
	// Draft is about the translation that is shown.
	Draft bool `json:"draft"`
	// UserSegmentID is null for an article everybody may read.
	UserSegmentID  *int64  `json:"user_segment_id"`
	UserSegmentIDs []int64 `json:"user_segment_ids"`
	// UpdatedAt moves with the article, EditedAt with title and body of the
	// translation that is shown.
	UpdatedAt time.Time `json:"updated_at"`
	EditedAt  time.Time `json:"edited_at"`
}

// section is a section in one locale.
type section struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	CategoryID int64  `json:"category_id"`
	// ParentID is the section around this one, or null.
	ParentID int64 `json:"parent_section_id"`
}

// category is a category in one locale.
type category struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// brand is one of an account's brands.
type brand struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Subdomain string `json:"subdomain"`
	URL       string `json:"brand_url"`
	Active    *bool  `json:"active"`
	HasHelp   *bool  `json:"has_help_center"`
	// HelpState is "enabled", "disabled" or "restricted".
	HelpState string `json:"help_center_state"`
}

// readable says whether the brand has a help center, as far as the list tells.
func (b *brand) readable() bool {
	no := func(said *bool) bool { return said != nil && !*said }
	return !no(b.HasHelp) && !no(b.Active) && b.HelpState != "disabled"
}

// promised says whether the list of brands leaves no doubt that the help center
// can be read: one that is still being set up is "restricted".
func (b *brand) promised() bool { return b.HelpState == "" || b.HelpState == "enabled" }

// localeList is the answer of /help_center/locales.
type localeList struct {
	Locales []string `json:"locales"`
	Default string   `json:"default_locale"`
}

// envelope is what surrounds the elements of a list.
type envelope struct {
	// Meta is null where the answer is not paginated by cursor.
	Meta *struct {
		HasMore     bool   `json:"has_more"`
		AfterCursor string `json:"after_cursor"`
	}
	Links struct {
		Next string `json:"next"`
	}
	// Count is null where the list does not tell.
	Count    *int
	NextPage string
	// EndTime is the last change of an incremental page in Unix seconds.
	EndTime int64
}

// errNotList says that an answer is JSON, but not the list that was asked for.
var errNotList = errors.New("the answer is not the list that was asked for")

// decodeList reads {"<name>":[…], …} and hands over one element after the
// other, so that a page is never held whole. An answer that ends early gives
// io.ErrUnexpectedEOF, whatever was handed over before.
func decodeList[T any](r io.Reader, name string, each func(T)) (envelope, error) {
	var env envelope
	dec := json.NewDecoder(r)
	if err := delimiter(dec, '{'); err != nil {
		return env, err
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return env, early(err)
		}
		if key == name {
			found = true
			err = decodeElements(dec, each)
		} else {
			err = dec.Decode(env.field(key))
		}
		if err != nil {
			return env, early(err)
		}
	}
	if err := delimiter(dec, '}'); err != nil {
		return env, err
	}
	if !found {
		return env, fmt.Errorf("no %q in it: %w", name, errNotList)
	}
	return env, nil
}

func decodeElements[T any](dec *json.Decoder, each func(T)) error {
	if err := delimiter(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		var element T
		if err := dec.Decode(&element); err != nil {
			return err
		}
		each(element)
	}
	return delimiter(dec, ']')
}

// field is where the value of an envelope's field goes.
func (e *envelope) field(key json.Token) any {
	switch key {
	case "meta":
		return &e.Meta
	case "links":
		return &e.Links
	case "count":
		return &e.Count
	case "next_page":
		return &e.NextPage
	case "end_time":
		return &e.EndTime
	}
	return new(json.RawMessage)
}

func delimiter(dec *json.Decoder, want json.Delim) error {
	got, err := dec.Token()
	if err != nil {
		return early(err)
	}
	if got != want {
		return errNotList
	}
	return nil
}

// early turns the end of the input inside a value into io.ErrUnexpectedEOF.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// clipped says whether the text was cut by clip.
func clipped(text string) bool { return strings.HasSuffix(text, "\x00") }
