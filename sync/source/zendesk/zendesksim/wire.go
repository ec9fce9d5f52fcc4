package zendesksim

import (
	"encoding/json"
	"fmt"
	"slices"
)

// late is a text that is made when it is written; the empty text is null.
type late func() string

// MarshalJSON makes the text.
func (l late) MarshalJSON() ([]byte, error) {
	text := l()
	if text == "" {
		return []byte("null"), nil
	}
	return json.Marshal(text)
}

func ready(text string) late { return func() string { return text } }

// articleJSON is an article as every endpoint shows it.
type articleJSON struct {
	ID               int64             `json:"id"`
	URL              string            `json:"url"`
	HTMLURL          string            `json:"html_url"`
	Title            string            `json:"title"`
	Name             string            `json:"name"`
	Body             late              `json:"body"`
	Locale           string            `json:"locale"`
	SourceLocale     string            `json:"source_locale"`
	AuthorID         int64             `json:"author_id"`
	SectionID        int64             `json:"section_id"`
	Draft            bool              `json:"draft"`
	Promoted         bool              `json:"promoted"`
	Position         int64             `json:"position"`
	CommentsDisabled bool              `json:"comments_disabled"`
	VoteSum          int               `json:"vote_sum"`
	VoteCount        int               `json:"vote_count"`
	LabelNames       []string          `json:"label_names"`
	ContentTagIDs    []string          `json:"content_tag_ids"`
	UserSegmentID    *int64            `json:"user_segment_id"`
	UserSegmentIDs   []int64           `json:"user_segment_ids"`
	PermissionGroup  int64             `json:"permission_group_id"`
	Outdated         bool              `json:"outdated"` // deprecated, always false
	OutdatedLocales  []string          `json:"outdated_locales"`
	CreatedAt        string            `json:"created_at"`
	UpdatedAt        string            `json:"updated_at"`
	EditedAt         string            `json:"edited_at"`
	Translations     []translationJSON `json:"translations,omitempty"` // include=translations
}

type translationJSON struct {
	ID         int64  `json:"id"`
	URL        string `json:"url"`
	HTMLURL    string `json:"html_url"`
	SourceID   int64  `json:"source_id"`
	SourceType string `json:"source_type"`
	Locale     string `json:"locale"`
	Title      string `json:"title"`
	Body       late   `json:"body"`
	Draft      bool   `json:"draft"`
	Hidden     bool   `json:"hidden"`
	Outdated   bool   `json:"outdated"`
	CreatedAt  string `json:"created_at"`
	UpdatedAt  string `json:"updated_at"`
	CreatedBy  int64  `json:"created_by_id"`
	UpdatedBy  int64  `json:"updated_by_id"`
}

// authorID is who writes everything.
const authorID = 7

// late returns the body without making it yet. What it captures does not
// change: an edit replaces the text of the translation.
func (w *world) late(a *article, t *translation) late {
	if !t.generated {
		return ready(t.body)
	}
	gen, number, files, locale := w.gen, a.number, a.files, t.locale
	return func() string { return gen.body(number, files, locale) }
}

// render shows an article in one of its translations. The caller holds the lock.
func (w *world) render(base string, a *article, t *translation) articleJSON {
	title := w.title(a, t)
	out := articleJSON{
		ID: a.id, URL: fmt.Sprintf("%s%s%s/articles/%d.json", base, helpCenter, t.locale, a.id), HTMLURL: base + publicPath(t.locale, a.id, title),
		Title: title, Name: title, Body: w.late(a, t), Locale: t.locale, SourceLocale: a.source, AuthorID: authorID,
		SectionID: a.section.id, Draft: t.draft, Promoted: a.promoted, Position: a.position, CommentsDisabled: true,
		LabelNames: append([]string{}, a.labels...), ContentTagIDs: []string{}, UserSegmentIDs: []int64{}, PermissionGroup: 55,
		OutdatedLocales: []string{}, CreatedAt: stamp(a.created), UpdatedAt: stamp(a.updated), EditedAt: stamp(t.edited),
	}
	if a.segment != 0 {
		segment := a.segment
		out.UserSegmentID, out.UserSegmentIDs = &segment, []int64{segment}
	}
	return out
}

// renderTranslation shows one translation. The caller holds the lock.
func (w *world) renderTranslation(base string, a *article, t *translation) translationJSON {
	title := w.title(a, t)
	return translationJSON{
		ID: a.id*100 + int64(slices.Index(w.locales, t.locale)), URL: fmt.Sprintf("%s%sarticles/%d/translations/%s.json", base, helpCenter, a.id, t.locale),
		HTMLURL: base + publicPath(t.locale, a.id, title), SourceID: a.id, SourceType: "Article", Locale: t.locale, Title: title,
		Body: w.late(a, t), Draft: t.draft, CreatedAt: stamp(t.created), UpdatedAt: stamp(t.updated), CreatedBy: authorID, UpdatedBy: authorID,
	}
}
