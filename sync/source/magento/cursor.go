package magento

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"dialpadsync.app/sync/source"
)

const (
	cursorFormat = 1
	// converterVersion moves when the same page or product would give another
	// document than before; everything is then read again.
	converterVersion = 2
	// overlap is how much of what is known is asked for again: times have whole
	// seconds, and a change may show late (contract §4).
	overlap = 10 * time.Minute
)

// phase is what a cursor is in the middle of.
type phase string

const (
	phaseImport phase = "import"
	phaseDelta  phase = "delta"
)

// Parts of a store view, in the order they are read.
const (
	sharedPages = iota // what all views show
	ownPages           // what this view shows
	products
	parts
)

// cursor is a place in the shop's change order. It holds ids and instants,
// never an address.
type cursor struct {
	Format int    `json:"v"`
	Print  string `json:"print"`
	Phase  phase  `json:"phase"`
	// Mark is the instant up to which changes are known, Since where the look
	// under way began; both by the shop's clock, in Unix seconds.
	Mark  int64 `json:"mark"`
	Since int64 `json:"since,omitempty"`
	// Corner is which store view is next, Part what of it, After the id after
	// which its listing goes on.
	Corner int   `json:"corner,omitempty"`
	Part   int   `json:"part,omitempty"`
	After  int64 `json:"after,omitempty"`
	// Redo says that blocks have changed, so that every page is looked at.
	Redo bool `json:"redo,omitempty"`
}

// decodeCursor gives the cursor of this account, or false when it was made for
// another selection, by another converter, or is not one of ours.
func decodeCursor(text source.Cursor, print string) (cursor, bool) {
	var c cursor
	if text == "" || json.Unmarshal([]byte(text), &c) != nil {
		return cursor{}, false
	}
	ok := c.Format == cursorFormat && c.Print == print && (c.Phase == phaseImport || c.Phase == phaseDelta) &&
		c.Corner >= 0 && c.Part >= 0 && c.Part < parts && c.After >= 0 && c.Mark > 0
	return c, ok
}

func (c cursor) encode() source.Cursor {
	text, _ := json.Marshal(c) // numbers and texts cannot fail
	return source.Cursor(text)
}

// next moves to the next part, or to the first of the next store view.
func (c *cursor) next() {
	c.After = 0
	if c.Part++; c.Part == parts {
		c.Part = 0
		c.Corner++
	}
}

// atStart says whether a round is about to begin.
func (c cursor) atStart() bool { return c.Corner == 0 && c.Part == 0 && c.After == 0 }

// settle ends a round: changes are known up to where it began.
func (c *cursor) settle() {
	if c.Since > 0 {
		c.Mark = c.Since
	}
	c.Phase, c.Since, c.Corner, c.Part, c.After, c.Redo = phaseDelta, 0, 0, 0, 0, false
}

// fingerprint names what a cursor depends on: the selection and the converter.
func fingerprint(collections []string) string {
	list := slices.Clone(collections)
	slices.Sort(list)
	text, _ := json.Marshal([]any{converterVersion, slices.Compact(list)}) // texts cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
