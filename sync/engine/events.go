package engine

import (
	"time"

	"dialpadsync.app/sync/source"
)

// Deed is what happened to one document in Dialpad.
type Deed string

const (
	Created  Deed = "created"
	Updated  Deed = "updated"
	Removed  Deed = "removed"
	Restored Deed = "restored" // it had been changed in Dialpad; the source's text was put back
	Refused  Deed = "failed"
)

// Event is one line of activity. It lives in memory only: titles are never
// stored.
type Event struct {
	At      time.Time
	Account string
	Key     source.Key
	Title   string
	Deed    Deed
	// Reason is why a document was removed, Code why it was refused.
	Reason source.Removal
	Code   source.Code
}
