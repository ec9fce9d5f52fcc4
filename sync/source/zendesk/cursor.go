package zendesk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"dialpadsync.app/sync/source"
)

const (
	cursorFormat = 1
	// converterVersion moves when the same article would give another document
	// than before; everything is then read again.
	converterVersion = 2
)

// phase is what a cursor is in the middle of.
type phase string

const (
	phaseImport phase = "import"
	phaseDelta  phase = "delta"
)

// cursor is a place in the change order of all brands and locales. It holds
// tokens, ids and instants, never an address with a query.
type cursor struct {
	Format int    `json:"v"`
	Print  string `json:"print"`
	Phase  phase  `json:"phase"`
	// Start is where changes are read from after the import: when it began, less
	// the margin for changes that show late. It is the earliest of all places.
	Start int64 `json:"start"`
	// Total is how many documents the import is expected to bring, Seen how
	// many articles it has listed.
	Total int `json:"total,omitempty"`
	Seen  int `json:"seen,omitempty"`
	// Restarts counts how often a page token was refused.
	Restarts int     `json:"restarts,omitempty"`
	Places   []place `json:"places"`

	// Place, Locale and Token say which page is next; an empty Token is the
	// first one of a listing.
	Place  int    `json:"place,omitempty"`
	Locale int    `json:"locale,omitempty"`
	Token  string `json:"token,omitempty"`
	// From is the start of the next incremental page while a place's changes
	// are being read, or 0.
	From int64 `json:"from,omitempty"`
	// Sweep is where the incremental pages go on once the full listing that a
	// stuck page made necessary is done, or 0 without one.
	Sweep int64 `json:"sweep,omitempty"`
	// Latest is the latest change the listing by last change has shown so far.
	Latest int64 `json:"latest,omitempty"`
}

// place is one help center that is read, and how far its changes are known.
type place struct {
	// Brand is the brand's id, or 0 where brands cannot be listed.
	Brand int64 `json:"brand,omitempty"`
	// Host is the brand's own address, or empty for the account's.
	Host    string   `json:"host,omitempty"`
	Locales []string `json:"locales"`
	// Mark is the instant up to which changes are known.
	Mark int64 `json:"mark,omitempty"`
	// Swept is the instant up to which a full listing has made the incremental
	// pages unnecessary.
	Swept int64 `json:"swept,omitempty"`
	// Listed says that this sign-in may not use the incremental pages here.
	Listed bool `json:"listed,omitempty"`
	// Marks are the same for each locale where Listed: the latest change that
	// the last complete listing by last change has shown.
	Marks []int64 `json:"marks,omitempty"`
}

func (p place) clone() place {
	p.Locales, p.Marks = slices.Clone(p.Locales), slices.Clone(p.Marks)
	return p
}

// same says whether two places are the same help center.
func (p place) same(q place) bool { return p.Host == q.Host }

// mark is the instant up to which the changes of one locale are known.
func (p place) mark(locale int) int64 {
	if locale < len(p.Marks) {
		return p.Marks[locale]
	}
	return p.Mark
}

// markUp moves the mark of one locale forward, never back.
func (p *place) markUp(locale int, latest int64) {
	for len(p.Marks) < len(p.Locales) {
		p.Marks = append(p.Marks, p.Mark)
	}
	p.Marks[locale] = max(p.Marks[locale], latest)
}

// as takes over brand and languages as they are now. The marks of languages
// that stay are kept; one that is new is known from where all others are.
// Somebody else's sign-in, who sees other brands, may use the incremental pages
// where the one before could not.
func (p place) as(now place) place {
	before := p
	p.Brand, p.Locales, p.Marks = now.Brand, slices.Clone(now.Locales), nil
	p.Listed = before.Listed && before.Brand == now.Brand
	if len(before.Marks) == 0 {
		return p
	}
	for _, locale := range p.Locales {
		mark := slices.Min(before.Marks)
		if i := slices.Index(before.Locales, locale); i >= 0 {
			mark = before.mark(i)
		}
		p.Marks = append(p.Marks, mark)
	}
	return p
}

// decodeCursor gives the cursor of this account, or false when it was made for
// another selection, by another converter, or is not one of ours: everything is
// to be read again then.
func decodeCursor(text source.Cursor, print string) (cursor, bool) {
	var c cursor
	if text == "" || json.Unmarshal([]byte(text), &c) != nil {
		return cursor{}, false
	}
	ok := c.Format == cursorFormat && c.Print == print && (c.Phase == phaseImport || c.Phase == phaseDelta) && c.fits()
	return c, ok
}

// fits says whether place and locale exist.
func (c cursor) fits() bool {
	if c.Place < 0 || c.Locale < 0 || c.Place > max(0, len(c.Places)-1) {
		return false
	}
	for _, p := range c.Places {
		if len(p.Locales) == 0 || !validLocales(p.Locales) {
			return false
		}
	}
	return len(c.Places) == 0 || c.Locale < len(c.Places[c.Place].Locales)
}

// encode gives the cursor's text.
func (c cursor) encode() source.Cursor {
	text, _ := json.Marshal(c) // numbers and strings cannot fail
	return source.Cursor(text)
}

// clone makes a copy whose places can be changed.
func (c cursor) clone() cursor {
	places := make([]place, len(c.Places))
	for i, p := range c.Places {
		places[i] = p.clone()
	}
	c.Places = places
	return c
}

// nextListing moves to the first page of the next locale, or of the next place.
// It returns false after the last one, having gone back to the first.
func (c *cursor) nextListing() bool {
	c.Token = ""
	if c.Locale+1 < len(c.Places[c.Place].Locales) {
		c.Locale++
		return true
	}
	return c.nextPlace()
}

// nextPlace moves to the next place. It returns false after the last one,
// having gone back to the first.
func (c *cursor) nextPlace() bool {
	c.Token, c.Locale, c.From, c.Sweep, c.Latest = "", 0, 0, 0, 0
	if c.Place+1 < len(c.Places) {
		c.Place++
		return true
	}
	c.Place = 0
	return false
}

// atStart says whether a round through all places is about to begin.
func (c cursor) atStart() bool {
	return c.Place == 0 && c.Locale == 0 && c.Token == "" && c.From == 0 && c.Sweep == 0
}

// fingerprint names what a cursor depends on: selection, languages, what else
// is included, and the converter.
func fingerprint(cfg Config) string {
	lower := func(list []string) []string {
		out := make([]string, len(list))
		for i, text := range list {
			out[i] = strings.ToLower(text)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	text, _ := json.Marshal([]any{ // numbers and strings cannot fail
		converterVersion, lower(cfg.Collections), lower(cfg.Locales), cfg.IncludeDrafts, cfg.IncludeRestricted,
	})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
