package local

import (
	"time"

	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// SyncRequest asks for one pass of an account, or of all for "". One that is
// full or for an account by name tries every document again that could not be
// copied.
type SyncRequest struct {
	Account string        `json:"account,omitempty"`
	Full    bool          `json:"full,omitempty"`
	Wait    time.Duration `json:"wait"`
	// Stays says that the pass goes on when whoever asked for it has gone.
	Stays bool `json:"stays,omitempty"`
}

// PauseRequest pauses until a time, or until resumed for the zero time.
type PauseRequest struct {
	Until time.Time `json:"until,omitzero"`
}

// DecideRequest is the person's word about held removals.
type DecideRequest struct {
	Account  string          `json:"account"`
	Decision engine.Decision `json:"decision"`
	// Seen is when the list was shown: later removals go on waiting.
	Seen time.Time `json:"seen"`
}

// DocumentRequest names one document: to try it again, or to open it in the
// browser.
type DocumentRequest struct {
	Account string     `json:"account"`
	Key     source.Key `json:"key"`
}
