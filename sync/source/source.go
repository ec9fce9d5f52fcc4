// Package source holds the words every connector and the engine share: what a
// document is, how a source tells of changes, and how failures say what
// happens next. It depends on the standard library only, so that everybody can
// speak in these words without knowing each other.
package source

import (
	"context"
	"iter"
	"strings"
)

// Key names one document inside an account: the vendor's immutable id, plus
// the locale or store view where one article exists in several
// ("360001234567:en-us"). Dialpad stores the same text as external_id.
type Key string

// Cursor is a place in a source's change order. Only the source that made it
// can read it; the zero value starts a first import.
type Cursor string

// DocumentKind tells an answer from an action.
type DocumentKind string

const (
	// Article is an answer: HTML with a title.
	Article DocumentKind = "article"
	// Action is something a customer can do; it becomes a Dialpad resolution
	// whose body is a permalink.
	Action DocumentKind = "action"
)

// Place is what people call the kind of place a source is. A place nobody named
// is a help center.
type Place string

const (
	// HelpCenter holds answers.
	HelpCenter Place = ""
	// KnowledgeBase holds answers too.
	KnowledgeBase Place = "knowledge_base"
	// Shop holds documents: products and pages.
	Shop Place = "shop"
)

// Document is one answer as Dialpad is to hold it.
type Document struct {
	Key   Key
	Kind  DocumentKind
	Title string
	// HTML is a cleaned fragment (package content): links absolute, nothing
	// that runs, no hidden text.
	HTML string
	// URL is the public address of the answer, absolute, or empty.
	URL string
	// Locale is a BCP 47 tag in the source's own spelling ("en-us").
	Locale string
	// Version moves whenever the source changes the document. Versions are
	// compared for equality only.
	Version string
}

// Removal says why a document is no longer to be in Dialpad. The empty value
// means that it is not removed.
type Removal string

const (
	// Deleted: the source no longer has it (deleted or archived).
	Deleted Removal = "deleted"
	// Unpublished: it is a draft now.
	Unpublished Removal = "unpublished"
	// Restricted: only some people may read it now.
	Restricted Removal = "restricted"
	// Deselected: it lies outside what the person ticked.
	Deselected Removal = "deselected"
)

// Change is what a source says about one key, in one of three forms: the
// document as it is now (Document set), its removal (Removed set), or only the
// notice that it changed (neither set), which Source.Read turns into one of
// the first two. A notice whose version is already applied costs no request.
type Change struct {
	Key      Key
	Version  string
	Document *Document
	Removed  Removal
}

// Page is one answer of Fetch.
type Page struct {
	Changes []Change
	// Next is the place after this page. It is saved only when every change of
	// the page has been dealt with.
	Next Cursor
	// More says that another page can be had at once.
	More bool
	// Import says that this page belongs to a reading of everything, so that
	// what is missing at its end may be gone at the source.
	Import bool
	// Total is how many documents the whole import is expected to bring, or 0
	// where the source does not tell. It feeds the progress bar only.
	Total int
}

// Item is one line of a complete listing.
type Item struct {
	Key     Key
	Version string
}

// Source reads one account.
type Source interface {
	// Fetch returns the changes after the cursor; the zero cursor starts a
	// first import. Repeating a call is safe and returns at least the same
	// changes. ErrCursorExpired means: start again from the zero cursor.
	Fetch(ctx context.Context, after Cursor) (Page, error)
	// Keys lists every document that exists, is selected and is visible now.
	// A listing that ends without an error is complete; after an error the
	// sequence ends.
	Keys(ctx context.Context) iter.Seq2[Item, error]
	// Read asks for one key, always afresh: the document, or removed with the
	// reason, or an error when the source could not say.
	Read(ctx context.Context, key Key) (Change, error)
}

// Who is the signed-in person as the source sees them.
type Who struct {
	// ID is the vendor's id of the person.
	ID string
	// Name is shown during set-up and never stored.
	Name string
	// Role is the vendor's word for what the person may do.
	Role string
	// Host is where the account lives.
	Host string
	// Scopes are the rights the sign-in carries, sorted, or nil where the
	// source does not tell.
	Scopes []string
	// ReadsAll says whether the role may read every answer.
	ReadsAll bool
}

// Checker says who is signed in and what they may read. Sources that can tell
// implement it; a change of person, role, scopes or host holds removals.
type Checker interface {
	Check(ctx context.Context) (Who, error)
}

// Collection is one thing that can be ticked: a brand, a category, a section,
// a language.
type Collection struct {
	// ID is what settings.toml lists ("category:36001", "locale:en-us").
	ID string
	// Parent is the ID of the collection around this one, or empty.
	Parent string
	// Name is the source's own name for it.
	Name string
	// Count is the number of public, published documents below it in the
	// chosen languages; of a language, in it.
	Count int
	// Restricted and Drafts count what a tick leaves out unless asked for.
	Restricted int
	Drafts     int
	// ByLocale has the same numbers for every language the source offers, chosen
	// or not; Count, Restricted and Drafts are the sums over the chosen ones.
	// Languages themselves have none.
	ByLocale map[string]Tally `json:",omitempty"`
	// Default says of a language that it is read where none is chosen.
	Default bool `json:",omitempty"`
}

// Tally counts documents by who may read them.
type Tally struct {
	Count, Restricted, Drafts int
}

// Chooser lists what can be ticked, parents before children.
type Chooser interface {
	Collections(ctx context.Context) ([]Collection, error)
}

// Watcher returns from Wait when there may be news. It wakes the loop and does
// nothing else: the truth always comes from Fetch.
type Watcher interface {
	Wait(ctx context.Context, since Cursor) error
}

// Locale returns what follows the last colon of a key that names one language
// of a document ("360001234567:en-us"), or "" for other keys.
func (k Key) Locale() string {
	if i := strings.LastIndexByte(string(k), ':'); i >= 0 {
		return string(k[i+1:])
	}
	return ""
}
