package engine

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"iter"
	"time"

	"dialpadsync.app/sync/source"
)

// Mark stands for a version text. Versions are compared for equality only, so
// eight bytes of hash are kept instead of the text; zero means unknown.
type Mark uint64

// MarkOf returns the mark of a version; the empty version is unknown.
func MarkOf(version string) Mark {
	if version == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(version))
	return Mark(h.Sum64() | 1)
}

// RowState says how far the checkpoint's word about a document can be trusted.
type RowState uint8

const (
	// Clean: the last write was acknowledged; Dialpad holds Sum.
	Clean RowState = iota
	// Dirty: a write began and its answer has not come, or it failed. What
	// Dialpad holds is not known to be equal.
	Dirty
	// Parked: a create began and nobody knows whether a node came of it. Only a
	// listing of Dialpad can tell.
	Parked
	// Adopted: a node of ours was found in Dialpad; its content has not been
	// compared yet.
	Adopted
)

// Row is what the checkpoint keeps about one document. It holds no title, no
// body and no URL.
type Row struct {
	Key source.Key
	// Node is Dialpad's id, or empty while no node is known.
	Node string
	// Sum is the keyed hash of the document as last acknowledged.
	Sum [16]byte
	// Version and NodeVersion are the marks of both sides' versions.
	Version     Mark
	NodeVersion Mark
	State       RowState
	// Written is when the last write began, to the second.
	Written time.Time
	// Hold is the removal that waits to be carried out, or empty.
	Hold source.Removal
	// HeldAt is when the source last said so.
	HeldAt time.Time
	// Kept says that the person keeps the node although the source dropped it.
	Kept bool
	// Problem and Code class the last failure; Attempts counts them and RetryAt
	// is when to try again. Problem is Unclassified and Attempts 0 without one.
	Problem  source.Kind
	Code     source.Code
	Attempts int
	RetryAt  time.Time
	// Since is when the problem was first seen.
	Since time.Time
}

// Failed says whether the last attempt at this document failed.
func (r Row) Failed() bool { return r.Attempts > 0 }

// Unsettled says whether anything about the row still has to happen or waits
// for the person.
func (r Row) Unsettled() bool {
	return r.State != Clean || r.Failed() || r.Hold != "" || r.Kept
}

// State is what the checkpoint keeps about one account.
type State struct {
	Cursor source.Cursor `json:"cursor,omitempty"`
	// Fingerprint is of region, API URL, client id and source URL. When it
	// changes, everything is compared again and removals wait.
	Fingerprint string `json:"fingerprint,omitempty"`
	// SourceValue is the Account's as of the last pass.
	SourceValue string `json:"source_value,omitempty"`
	// Consent is what the person agreed to when they chose what is copied.
	Consent Consent `json:"consent,omitzero"`
	// Adopted is when Dialpad was last searched for documents of ours that the
	// checkpoint did not know.
	Adopted time.Time `json:"adopted,omitzero"`
	// CreateFrom is when documents may be created again, and equality proved,
	// after the checkpoint was lost: what a lost one had just created may not be
	// listed before.
	CreateFrom time.Time `json:"create_from,omitzero"`
	// Imported says that a reading of everything has been finished.
	Imported bool `json:"imported,omitempty"`
	// Checked, Compared and Proved are the last times of a catch-up without
	// error, of a comparison with the source's keys, and of a proof.
	Checked  time.Time `json:"checked,omitzero"`
	Compared time.Time `json:"compared,omitzero"`
	Proved   time.Time `json:"proved,omitzero"`
	// Listed is when both sides were last listed whole, proved equal or not.
	Listed time.Time `json:"listed,omitzero"`
	// Unread is how many times in a row Dialpad was listed and a node could not
	// be read for a reason that passes.
	Unread int `json:"unread,omitempty"`
	// Blocked says that a refused document or a held removal stood in the way of
	// a proof then.
	Blocked bool `json:"blocked,omitempty"`
	// Problem is why the last pass ended early, or nil.
	Problem *Problem `json:"problem,omitempty"`
	// CompareCost is how many requests to the source the last comparison took.
	CompareCost int64 `json:"compare_cost,omitempty"`
	// ContentsRead is the last time contents were compared ("match").
	ContentsRead time.Time `json:"contents_read,omitzero"`
	// Slice counts the daily proofs; each reads another thirtieth of the
	// contents whose version Dialpad does not report.
	Slice int `json:"slice,omitempty"`
	// Window is the guard's, Guarded the number of the account's newest GuardRecord.
	Window  Window `json:"window"`
	Guarded int64  `json:"guarded,omitempty"`
	// Waiting says that removals wait for the person, and why.
	Waiting WaitReason `json:"waiting,omitempty"`
	// Who is a fingerprint of person, role, scopes and host at the last proof.
	Who string `json:"who,omitempty"`
	// Rates is what the rate limiters have learned, opaque to the engine.
	Rates json.RawMessage `json:"rates,omitempty"`
}

// WaitReason says why removals wait for the person.
type WaitReason string

const (
	// WaitMany: more would go than the guard lets pass by itself.
	WaitMany WaitReason = "many"
	// WaitWho: another person, role, right or host than at the last proof.
	WaitWho WaitReason = "who"
	// WaitMoved: region, API address, client id or source address changed.
	WaitMoved WaitReason = "moved"
)

// Counts sums up the rows of an account.
type Counts struct {
	// Source is how many documents the source has as far as is known: rows
	// neither held for removal nor kept. Dialpad is how many rows have a node
	// and are not kept, Kept how many the person keeps.
	Source, Dialpad, Kept int
	// Pending counts dirty, parked and adopted rows without a failure.
	Pending int
	// Failed counts rows whose last attempt failed, Holding those whose
	// removal has not been carried out.
	Failed, Holding int
}

// Run is the line of history a pass leaves: numbers and times only.
type Run struct {
	Began   time.Time `json:"began"`
	Ended   time.Time `json:"ended"`
	Created int       `json:"created"`
	Updated int       `json:"updated"`
	Deleted int       `json:"deleted"`
	// Unchanged is how many documents both sides have that were not written to.
	// Sync alone counts them.
	Unchanged       int   `json:"unchanged"`
	Failed          int   `json:"failed"`
	SourceRequests  int64 `json:"source_requests"`
	DialpadRequests int64 `json:"dialpad_requests"`
}

// Batch is written in one transaction.
type Batch struct {
	// Reset drops every row of the account first.
	Reset  bool
	Put    []Row
	Delete []source.Key
	// State replaces the account's state, when set.
	State *State
	// Run is appended to the history, when set.
	Run *Run
	// Durable asks that the transaction survives a power cut
	// (synchronous=FULL); others survive the end of the process.
	Durable bool
}

// Which chooses rows.
type Which int

const (
	// Every row.
	Every Which = iota
	// Unsettled rows only: see Row.Unsettled.
	Unsettled
)

// Checkpoint remembers, per account, the cursor and what was applied. It is a
// cache: losing it costs time, never documents.
type Checkpoint interface {
	// Load returns an account's state and counts; both are zero for a new one.
	Load(ctx context.Context, account string) (State, Counts, error)
	// Rows returns the rows there are for these keys.
	Rows(ctx context.Context, account string, keys []source.Key) (map[source.Key]Row, error)
	// Each lists rows in the order of their keys. Commits may happen in between.
	Each(ctx context.Context, account string, which Which) iter.Seq2[Row, error]
	// Commit writes a batch whole or not at all.
	Commit(ctx context.Context, account string, batch Batch) error
}
